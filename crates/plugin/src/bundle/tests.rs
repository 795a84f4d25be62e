//! Tests.

use super::*;
use std::fs;

const TOY: &str = "../../tests/plugins/toy";

fn copy() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let toy = Bundle::read(TOY.as_ref()).unwrap();
    for name in toy.names() {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, toy.file(name).unwrap()).unwrap();
    }
    folder
}

fn refused(folder: &tempfile::TempDir) -> String {
    Bundle::read(folder.path()).unwrap_err().to_string()
}

#[test]
fn a_bundle_travels_as_it_is_and_its_checksum_is_that_of_every_byte() {
    let toy = Bundle::read(TOY.as_ref()).unwrap();
    assert_eq!(toy.sha256().len(), 64);
    assert_eq!(Bundle::unpack(toy.packed()).unwrap(), toy);
    let folder = copy();
    assert_eq!(Bundle::read(folder.path()).unwrap(), toy);
    // What begins with a dot is no part of it.
    fs::create_dir(folder.path().join(".git")).unwrap();
    fs::write(folder.path().join("functions/.swp"), "x").unwrap();
    assert_eq!(Bundle::read(folder.path()).unwrap(), toy);
    fs::write(folder.path().join("README.md"), "# Toys\n").unwrap();
    assert_ne!(Bundle::read(folder.path()).unwrap().sha256(), toy.sha256());
    for end in 0..toy.packed().len().min(3000) {
        assert!(Bundle::unpack(&toy.packed()[..end]).is_err(), "{end}");
    }
}

#[test]
fn what_cannot_be_part_of_a_plugin_is_told_with_its_name() {
    let folder = copy();
    fs::write(folder.path().join("plugin.tml"), "").unwrap();
    let error = refused(&folder);
    assert!(
        error.contains("`plugin.tml`") && error.contains("did you mean `plugin.toml`?"),
        "{error}"
    );
    let folder = copy();
    fs::create_dir(folder.path().join("package")).unwrap();
    assert!(refused(&folder).contains("is no folder of a plug-in (did you mean `packages`?)"));
    let folder = copy();
    fs::create_dir(folder.path().join("packages/more")).unwrap();
    assert!(refused(&folder).contains("`packages/more` of plug-in"));
    let folder = copy();
    fs::write(folder.path().join("functions/run.sh"), "").unwrap();
    let error = refused(&folder);
    assert!(error.contains("ends in `sh`; files of functions end in rhai"), "{error}");
    let folder = copy();
    fs::write(folder.path().join("genomes/a b.genome"), "").unwrap();
    assert!(refused(&folder).contains("other characters than letters"));
    let folder = copy();
    fs::remove_file(folder.path().join("plugin.toml")).unwrap();
    assert!(refused(&folder).contains("it has no plugin.toml"));
    let file = Bundle::read("Cargo.toml".as_ref()).unwrap_err().to_string();
    assert!(file.contains("it is no folder"), "{file}");
}

#[test]
fn there_is_a_limit_to_what_is_read() {
    let folder = copy();
    for n in 0..=MOST_FILES {
        fs::write(folder.path().join(format!("styles/s{n}.toml")), "").unwrap();
    }
    assert!(refused(&folder).contains("has more than 500 files"));
    let folder = copy();
    let large = fs::File::create(folder.path().join("genomes/large.genome")).unwrap();
    large.set_len(LARGEST_FILE + 1).unwrap();
    assert!(refused(&folder).contains("`genomes/large.genome`"));
    assert!(refused(&folder).contains("is larger than 16 MiB"));
    let folder = copy();
    for n in 0..5 {
        let file = fs::File::create(folder.path().join(format!("genomes/g{n}.genome"))).unwrap();
        file.set_len(LARGEST_FILE).unwrap();
    }
    assert!(refused(&folder).contains("has more than 64 MiB in all"));
}

#[cfg(unix)]
#[test]
fn links_pipes_and_sockets_are_refused_and_never_followed() {
    use std::os::unix::fs::symlink;
    let secret = tempfile::tempdir().unwrap();
    fs::write(secret.path().join("mine.genome"), "a secret").unwrap();
    for (target, name) in [
        (secret.path().join("mine.genome"), "genomes/mine.genome"),
        (secret.path().to_owned(), "plasmids/inside"),
        ("/dev/zero".into(), "genomes/zero.genome"),
        ("/etc/passwd".into(), "README.txt"),
    ] {
        let folder = copy();
        symlink(target, folder.path().join(name)).unwrap();
        let error = refused(&folder);
        assert!(error.contains(name) && error.contains("is a link"), "{error}");
        assert!(!error.contains("secret"));
    }
    // A folder of the plug-in that leads elsewhere.
    let folder = copy();
    fs::remove_dir_all(folder.path().join("genomes")).unwrap();
    symlink(secret.path(), folder.path().join("genomes")).unwrap();
    assert!(refused(&folder).contains("`genomes`"));
    let folder = copy();
    let _socket =
        std::os::unix::net::UnixListener::bind(folder.path().join("genomes/s.genome")).unwrap();
    assert!(refused(&folder).contains("is no file, but a pipe, a socket or a device"));
}

#[test]
fn packed_contents_keep_the_rules_of_a_folder() {
    let pack = |files: &[(&str, &[u8])]| {
        let mut body = Vec::new();
        for (name, bytes) in files {
            body.extend_from_slice(&(name.len() as u64).to_le_bytes());
            body.extend_from_slice(name.as_bytes());
            body.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
            body.extend_from_slice(bytes);
        }
        seal_bytes(KIND, VERSION, &body)
    };
    let refused = |files: &[(&str, &[u8])]| Bundle::unpack(&pack(files)).unwrap_err().to_string();
    assert!(Bundle::unpack(&pack(&[("plugin.toml", b"")])).is_ok());
    for name in ["../plugin.toml", "/etc/passwd", "genomes/../x.genome", "genomes/a/b.genome", ".x"]
    {
        assert!(
            refused(&[(name, b""), ("plugin.toml", b"")]).contains("none of a plug-in"),
            "{name}"
        );
    }
    assert!(refused(&[("plugin.toml", b""), ("README.md", b"")]).contains("not in order"));
    assert!(refused(&[("plugin.toml", b""), ("plugin.toml", b"")]).contains("not in order"));
    assert!(refused(&[("README.md", b"")]).contains("no plugin.toml"));
    // A length that nothing has.
    let mut body = u64::MAX.to_le_bytes().to_vec();
    body.extend_from_slice(b"plugin.toml");
    assert!(Bundle::unpack(&seal_bytes(KIND, VERSION, &body)).is_err());
}
