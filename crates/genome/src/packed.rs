//! Compressed files: gzip is unpacked; for other formats the error says how to unpack them.

use std::io::Read;

use flate2::bufread::MultiGzDecoder;

use super::error::GenomeError;
use super::file::MAX_BYTES;

/// How many times a file may be packed in itself.
const DEEPEST: usize = 3;

/// Forms that are known by their first bytes, and what to do with such a file.
const FORMS: [(&[u8], &str, &str); 10] = [
    (b"PK\x03\x04", "is a zip archive", "unpack it with `unzip` and give the file that is in it"),
    (b"PK\x05\x06", "is an empty zip archive", "pack it again with the file in it"),
    (b"\xfd7zXZ\0", "is compressed with xz", "unpack it with `xz -d`"),
    (b"BZh", "is compressed with bzip2", "unpack it with `bzip2 -d`"),
    (b"\x28\xb5\x2f\xfd", "is compressed with zstd", "unpack it with `zstd -d`"),
    (
        b"7z\xbc\xaf\x27\x1c",
        "is a 7z archive",
        "unpack it with `7z x` and give the file that is in it",
    ),
    (b"Rar!\x1a", "is a rar archive", "unpack it with `unrar x` and give the file that is in it"),
    (b"\x1f\x9d", "is compressed with compress", "unpack it with `uncompress`"),
    (b"%PDF", "is a PDF document", "save the sequence itself, as GenBank"),
    (b"\xd0\xcf\x11\xe0", "is a document of an office program", "save it as plain text"),
];

/// The contents of a file, unpacked if it is a gzip file (also a blocked one, as bgzip makes).
pub(super) fn unpack(bytes: Vec<u8>, origin: &str) -> Result<Vec<u8>, GenomeError> {
    let mut bytes = bytes;
    for _ in 0..DEEPEST {
        if !bytes.starts_with(b"\x1f\x8b") {
            break;
        }
        let mut unpacked = Vec::new();
        // A small file may stand for any amount of bytes: no more are taken than a file may have.
        let mut decoder = MultiGzDecoder::new(bytes.as_slice()).take(MAX_BYTES as u64 + 1);
        decoder.read_to_end(&mut unpacked).map_err(|error| GenomeError::Damaged {
            origin: origin.to_owned(),
            reason: error.to_string(),
        })?;
        if unpacked.len() > MAX_BYTES {
            return Err(GenomeError::TooLarge { origin: origin.to_owned(), limit: MAX_BYTES });
        }
        bytes = unpacked;
    }
    if let Some((_, what, remedy)) = FORMS.iter().find(|(magic, ..)| bytes.starts_with(magic)) {
        return Err(GenomeError::Packed { origin: origin.to_owned(), what, remedy });
    }
    if bytes.get(257..262) == Some(b"ustar") {
        let (what, remedy) =
            ("is a tar archive", "unpack it with `tar -xf` and give the file that is in it");
        return Err(GenomeError::Packed { origin: origin.to_owned(), what, remedy });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn gzip_is_unpacked_and_bounded() {
        assert_eq!(unpack(b"plain".to_vec(), "t").unwrap(), b"plain");
        let two = [gzip(b"one "), gzip(b"two")].concat();
        assert_eq!(unpack(two.clone(), "t").unwrap(), b"one two");
        for end in 2..two.len() - 1 {
            // Either the first part alone, at its very end, or an error.
            match unpack(two[..end].to_vec(), "t") {
                Ok(whole) => assert_eq!(whole, b"one "),
                Err(error) => assert!(matches!(error, GenomeError::Damaged { .. }), "{error}"),
            }
        }
        let bomb = gzip(&vec![0; MAX_BYTES + 2]);
        assert!(bomb.len() < MAX_BYTES / 100);
        assert!(matches!(unpack(bomb, "t"), Err(GenomeError::TooLarge { .. })));
    }

    #[test]
    fn other_archives_are_named() {
        for (magic, what, _) in FORMS {
            let error = unpack([magic, b"..."].concat(), "t").unwrap_err().to_string();
            assert!(error.starts_with(&format!("t: {what}; ")), "{error}");
        }
        let inside = gzip(b"\xfd7zXZ\0 ...");
        assert!(unpack(inside, "t").unwrap_err().to_string().contains("xz -d"));
    }
}
