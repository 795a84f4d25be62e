//! Reads the files of SnapGene, `.dna`: packets of one byte that tells the type, four for the length,
//! the highest first, and the contents. Types that are not needed are skipped.
//!
//! Source: Goutte-Gattat, *Binary sequence file formats* (incenp.org), which describes the packets:
//! 0x09 says that it is SnapGene's, 0x00 holds flags and bases, 0x0A the features in XML, 0x06 notes.

use roxmltree::{Document, Node, ParsingOptions};

use super::super::clean::plain_text;
use super::super::gene::Strand;
use super::super::metadata::Topology;
use super::error::ImportError;
use super::feature::Feature;
use super::record::Record;

/// What a file begins with: the packet of type 9, its length, the name of the program.
const MAGIC: &[u8] = b"\x09\0\0\0\x0eSnapGene";
/// The most nodes of the XML; a plasmid has some hundreds.
const MOST_NODES: u32 = 2_000_000;

/// Whether a file is one of SnapGene's.
pub(in super::super) fn looks_snapgene(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Reads the one record of a SnapGene file.
pub(super) fn read(bytes: &[u8], origin: &str) -> Result<Record, ImportError> {
    let mut record = Record::default();
    let mut found = false;
    let mut at = 0;
    while at < bytes.len() {
        let wrong = |reason: &str| ImportError::SnapGene {
            origin: origin.to_owned(),
            byte: at,
            reason: reason.to_owned(),
        };
        let cut = || wrong("the file is cut off");
        let head: &[u8; 5] = bytes.get(at..).and_then(<[u8]>::first_chunk).ok_or_else(cut)?;
        let [kind, length @ ..] = *head;
        let length = u32::from_be_bytes(length) as usize;
        let begin = at + head.len();
        let contents = begin.checked_add(length).and_then(|end| bytes.get(begin..end));
        let contents = contents.ok_or_else(cut)?;
        match kind {
            0x00 if found => return Err(wrong("it has two sequences")),
            0x00 => {
                sequence(contents, &mut record).map_err(wrong)?;
                found = true;
            }
            0x06 => notes(contents, &mut record),
            0x0a => {
                record.features = features(contents).map_err(|reason| wrong(&reason))?;
            }
            _ => {}
        }
        at = begin + length;
    }
    if !found {
        let (byte, reason) = (at, "it has no sequence of DNA".to_owned());
        return Err(ImportError::SnapGene { origin: origin.to_owned(), byte, reason });
    }
    Ok(record)
}

fn sequence(contents: &[u8], record: &mut Record) -> Result<(), &'static str> {
    let (flags, bases) = contents.split_first().ok_or("its sequence is empty")?;
    if bases.is_empty() || !bases.iter().all(u8::is_ascii_alphabetic) {
        return Err("its sequence is empty or has something else than bases");
    }
    let circular = flags & 1 == 1;
    record.molecule.topology = Some(if circular { Topology::Circular } else { Topology::Linear });
    record.molecule.length = Some(bases.len() as u64);
    record.bases.sequence = bases.to_vec();
    Ok(())
}

fn parse(contents: &[u8]) -> Result<Document<'_>, String> {
    let text = std::str::from_utf8(contents).map_err(|_| "its XML is no UTF-8".to_owned())?;
    let options =
        ParsingOptions { allow_dtd: false, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).map_err(|error| format!("its XML: {error}"))
}

/// The accession and the organism, if the notes have them.
fn notes(contents: &[u8], record: &mut Record) {
    let Ok(document) = parse(contents) else { return };
    let text = |tag: &str| {
        let node = document.descendants().find(|node| node.has_tag_name(tag))?;
        Some(without_tags(node.text()?)).filter(|text| !text.is_empty())
    };
    record.name = text("AccessionNumber").unwrap_or_default();
    record.organism = text("Organism");
}

fn features(contents: &[u8]) -> Result<Vec<Feature>, String> {
    let document = parse(contents)?;
    let nodes = document.descendants().filter(|node| node.has_tag_name("Feature"));
    nodes.map(feature).collect()
}

fn feature(node: Node<'_, '_>) -> Result<Feature, String> {
    let name = node.attribute("name").map(without_tags).filter(|name| !name.is_empty());
    let shown = name.clone().unwrap_or_else(|| "without a name".to_owned());
    let directionality = node.attribute("directionality").unwrap_or("0");
    let strand = match directionality {
        "1" => Some(Strand::Forward),
        "2" => Some(Strand::Reverse),
        // Without a direction, or with both.
        _ => None,
    };
    let mut parts = Vec::new();
    for segment in node.descendants().filter(|node| node.has_tag_name("Segment")) {
        let range = segment.attribute("range").unwrap_or_default();
        let ends = range.split_once('-').and_then(|(from, to)| {
            let number = |text: &str| text.parse::<u32>().ok().map(u64::from);
            Some((number(from)?, number(to)?))
        });
        let ends =
            ends.ok_or_else(|| format!("feature {shown}: `{}` is no range", plain_text(range)))?;
        // Gaps, such as introns, are segments of a type of their own.
        if segment.attribute("type") != Some("gap") {
            parts.push(ends);
        }
    }
    let values = |wanted: &str| -> Vec<String> {
        let same =
            |node: &Node<'_, '_>| node.has_tag_name("Q") && node.attribute("name") == Some(wanted);
        let values = node.descendants().filter(same).flat_map(|q| q.descendants());
        let values = values.filter(|node| node.has_tag_name("V"));
        let text = |node: Node<'_, '_>| {
            let kinds = ["text", "predef", "int"];
            kinds.iter().find_map(|kind| node.attribute(*kind)).map(without_tags)
        };
        values.filter_map(text).filter(|text| !text.is_empty()).collect()
    };
    let value = |wanted: &str| values(wanted).into_iter().next();
    let mut synonyms = values("gene_synonym");
    synonyms.extend(values("old_locus_tag"));
    let mut feature = Feature {
        key: node.attribute("type").unwrap_or("misc_feature").to_owned(),
        locus_tag: value("locus_tag"),
        symbol: value("gene"),
        label: name.or_else(|| value("label")),
        standard_name: value("standard_name"),
        notes: values("note"),
        synonyms,
        product: value("product"),
        identifier: value("protein_id"),
        table: value("transl_table").and_then(|table| table.parse().ok()),
        ..Feature::default()
    };
    feature.take_qualifiers(value);
    feature.strand = strand;
    feature.unplaced = strand.is_none().then_some(super::feature::NO_STRAND);
    feature.parts = parts;
    Ok(feature)
}

/// How often texts are escaped within texts at most, as they come out of several programs.
const MOST_ESCAPES: usize = 3;

/// A text without the tags of HTML that SnapGene puts into it, and with the characters that its escapes
/// stand for.
fn without_tags(text: &str) -> String {
    let mut plain = stripped(text);
    for _ in 0..MOST_ESCAPES {
        let read = stripped(&unescaped(&plain));
        if read == plain {
            break;
        }
        plain = read;
    }
    plain_text(&plain)
}

/// A text without tags. What only looks as if it began one, such as `a < b`, stays.
fn stripped(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        plain.push_str(before);
        let name = after.strip_prefix(['/', '!']).unwrap_or(after);
        let tag = after.split_once('>').filter(|(inside, _)| {
            name.starts_with(|c: char| c.is_ascii_alphabetic()) && !inside.contains('<')
        });
        match tag {
            Some((_, behind)) => rest = behind,
            None => {
                plain.push('<');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}

/// A text with the characters that escapes of HTML stand for. Others stay as they are.
fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        // The longest name below has seven letters.
        let end = after.bytes().take(9).position(|byte| byte == b';');
        let found =
            end.and_then(|end| Some((character(after.get(..end)?)?, after.get(end + 1..)?)));
        match found {
            Some((character, behind)) => {
                plain.push(character);
                rest = behind;
            }
            None => {
                plain.push('&');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}

/// The character of an escape, between `&` and `;`.
fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let hexadecimal = number.strip_prefix(['x', 'X']);
        let code = match hexadecimal {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => number.parse(),
        };
        return char::from_u32(code.ok()?);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "deg" => '\u{b0}',
        "micro" => '\u{b5}',
        "middot" => '\u{b7}',
        "times" => '\u{d7}',
        "alpha" => '\u{3b1}',
        "beta" => '\u{3b2}',
        "gamma" => '\u{3b3}',
        "delta" => '\u{3b4}',
        "epsilon" => '\u{3b5}',
        "theta" => '\u{3b8}',
        "kappa" => '\u{3ba}',
        "lambda" => '\u{3bb}',
        "mu" => '\u{3bc}',
        "sigma" => '\u{3c3}',
        "phi" => '\u{3c6}',
        "omega" => '\u{3c9}',
        "Delta" => '\u{394}',
        "Omega" => '\u{3a9}',
        "ndash" => '\u{2013}',
        "mdash" => '\u{2014}',
        "prime" => '\u{2032}',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_taken_out() {
        assert_eq!(without_tags("<html><body>a <b>b</b></body></html>"), "a b");
        assert_eq!(without_tags("a < b"), "a < b");
        assert_eq!(without_tags("a < b <<"), "a < b <<");
        assert_eq!(without_tags("a < b and c > d"), "a < b and c > d");
        assert_eq!(without_tags("a <<i>b</i>"), "a <b");
    }

    #[test]
    fn escapes_are_read() {
        for (text, plain) in [
            ("a &amp; b", "a & b"),
            ("a &amp;amp; b", "a & b"),
            ("&lt;i&gt;lac&lt;/i&gt;Z", "lacZ"),
            ("&amp;lt;i&amp;gt;lac&amp;lt;/i&amp;gt;Z", "lacZ"),
            ("lacZ&alpha;", "lacZ\u{3b1}"),
            ("5&#39; and 3&#x27;", "5' and 3'"),
            ("R&D; a&b", "R&D; a&b"),
            ("&#xd800; &#99999999; &", "&#xd800; &#99999999; &"),
            ("&\u{3b1}\u{3b1}\u{3b1}\u{3b1}\u{3b1}; x", "&\u{3b1}\u{3b1}\u{3b1}\u{3b1}\u{3b1}; x"),
        ] {
            assert_eq!(without_tags(text), plain, "{text}");
        }
    }
}
