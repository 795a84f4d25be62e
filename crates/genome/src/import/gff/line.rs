//! One feature line of a GFF3 file.

use super::super::super::clean::plain_text;
use super::super::super::error::excerpt;
use super::super::super::gene::Strand;

/// One feature line, its escapes read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) sequence: String,
    pub(super) key: String,
    /// First and last base, counted from 1.
    pub(super) place: (u64, u64),
    pub(super) strand: Option<Strand>,
    /// Bases before the first whole codon of a coding stretch [nt].
    pub(super) phase: u32,
    attributes: Vec<(String, String)>,
}

impl Line {
    /// Reads a line. An error says what is wrong with it.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let fields: Vec<&str> = text.split('\t').collect();
        let &[sequence, _, key, start, end, _, strand, phase, attributes] = fields.as_slice()
        else {
            let found = fields.len();
            return Err(format!(
                "a feature of GFF3 has 9 fields with single tabs between them, and this line has {found}"
            ));
        };
        if !attributes.contains('=') && attributes.contains(" \"") {
            return Err("this is GTF, whose attributes are written otherwise; GFF3 is read (`gffread FILE -o out.gff3` converts)".to_owned());
        }
        let position = |what: &str, text: &str| {
            let digits =
                !text.is_empty() && text.len() <= 12 && text.bytes().all(|b| b.is_ascii_digit());
            let number = text.parse().ok().filter(|number| digits && *number > 0);
            number.ok_or_else(|| {
                format!("its {what} is `{}` where a position from 1 on is expected", excerpt(text))
            })
        };
        let place: (u64, u64) = (position("start", start.trim())?, position("end", end.trim())?);
        let strand = match strand.trim() {
            "+" => Some(Strand::Forward),
            "-" => Some(Strand::Reverse),
            "." | "?" => None,
            other => return Err(format!("its strand is `{}`; it is +, -, . or ?", excerpt(other))),
        };
        let coding = key.trim().eq_ignore_ascii_case("CDS");
        let phase = match phase.trim() {
            "1" => 1,
            "2" => 2,
            "0" | "." | "" => 0,
            other if coding => {
                return Err(format!("its phase is `{}`; it is 0, 1, 2 or .", excerpt(other)));
            }
            _ => 0,
        };
        let attributes = attributes.split(';').filter_map(|pair| {
            let (tag, value) = pair.split_once('=')?;
            Some((decode(tag.trim()), value.trim().to_owned()))
        });
        let (sequence, key) = (decode(sequence), decode(key));
        Ok(Self { sequence, key, place, strand, phase, attributes: attributes.collect() })
    }

    /// The base with which its translation begins.
    pub(super) fn first_base(&self) -> u64 {
        match self.strand {
            Some(Strand::Reverse) => self.place.1,
            _ => self.place.0,
        }
    }

    /// An attribute's values.
    pub(super) fn values(&self, tag: &str) -> Vec<String> {
        let same = self.attributes.iter().filter(|(name, _)| name == tag);
        let values = same.flat_map(|(_, value)| value.split(','));
        values.map(|value| plain_text(&decode(value))).filter(|value| !value.is_empty()).collect()
    }
}

/// Text with what GFF3 writes as `%..` read.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let (mut read, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(&byte) = bytes.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                read.push((high * 16 + low) as u8);
                at += 3;
            }
            _ => {
                read.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&read).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_with_its_escapes() {
        let line =
            Line::read("chr%201\tme\tCDS\t5\t9\t.\t-\t0\tID=c%2C1; Note=a,b%3Bc;flag;").unwrap();
        assert_eq!((line.sequence.as_str(), line.key.as_str()), ("chr 1", "CDS"));
        assert_eq!((line.place, line.strand), ((5, 9), Some(Strand::Reverse)));
        assert_eq!(line.values("ID"), ["c,1"]);
        assert_eq!(line.values("Note"), ["a", "b;c"]);
        assert_eq!(line.values("none"), [""; 0]);
        assert_eq!(decode("100%"), "100%");
        assert_eq!(decode("%zz%C3%A9"), "%zz\u{e9}");
    }

    #[test]
    fn what_is_wrong_is_said() {
        let error = |text: &str| Line::read(text).unwrap_err();
        assert!(error("a b c").contains("9 fields"));
        assert!(error("c\tm\tCDS\tx\t9\t.\t-\t0\tID=1").contains("start is `x`"));
        assert!(error("c\tm\tCDS\t1\t0\t.\t-\t0\tID=1").contains("end is `0`"));
        assert!(error("c\tm\tCDS\t1\t9\t.\t!\t0\tID=1").contains("strand is `!`"));
        assert!(error("c\tm\tCDS\t1\t9\t.\t+\t3\tID=1").contains("phase is `3`"));
        assert!(error("c\tm\tCDS\t1\t9\t.\t+\t0\tgene_id \"a\"; x \"b\"").contains("GTF"));
    }
}
