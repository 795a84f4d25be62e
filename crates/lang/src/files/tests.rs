use super::*;

fn outside<T: std::fmt::Debug>(outcome: Result<T, LangError>, what: &str) {
    let error = outcome.unwrap_err();
    let expected = matches!(error, LangError::Outside { .. } | LangError::OutsideReading { .. });
    assert!(expected, "{what}: {error}");
}

#[test]
fn files_stay_inside() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let written = write_inside(&out, "a/b.csv", b"x").unwrap();
    assert_eq!(fs::read(written).unwrap(), b"x");
    for bad in ["../b.csv", "/tmp/b.csv", "a/../../b.csv", ".", "a/.."] {
        outside(write_inside(&out, bad, b"x"), bad);
    }
    let error = write_inside(&out, "", b"x").unwrap_err().to_string();
    assert!(error.contains("the path is empty"), "{error}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn allowed_folders_are_written_by_any_path_that_leads_into_them() {
    let folder = tempfile::tempdir().unwrap();
    let (out, other) = (folder.path().join("out"), folder.path().join("other"));
    let others = Allowed { write: vec![other.clone()], ..Allowed::default() };
    let whole = other.join("deep/a.csv").display().to_string();
    for path in [whole.as_str(), "../other/b.csv", "../other/../other/c.csv"] {
        write(&out, &others, path, b"x").unwrap();
    }
    let beyond = folder.path().join("otherwise/d.csv").display().to_string();
    for bad in ["../e.csv", "../other/../f.csv", "../other", beyond.as_str(), "/tmp/g.csv"] {
        outside(write(&out, &others, bad, b"x"), bad);
    }
    let mut names: Vec<_> = fs::read_dir(&other).unwrap().map(|e| e.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["b.csv", "c.csv", "deep"]);
    assert!(!folder.path().join("otherwise").exists());
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_folder_is_no_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("link")).unwrap();
    for path in ["link/b.csv", "link/new/b.csv", "./link/b.csv"] {
        outside(write_inside(folder.path(), path, b"x"), path);
    }
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    // Into a folder that is allowed a link may lead.
    let others = Allowed { write: vec![elsewhere.path().to_owned()], ..Allowed::default() };
    let through = folder.path().join("link/b.csv").display().to_string();
    outside(write(&folder.path().join("out"), &others, &through, b"x"), &through);
    // A link in the place of the file itself leads out as well, and what it leads to is not touched.
    fs::write(elsewhere.path().join("kept"), b"old").unwrap();
    let target = folder.path().join("file");
    std::os::unix::fs::symlink(elsewhere.path().join("kept"), &target).unwrap();
    outside(write_inside(folder.path(), "file", b"new"), "file");
    assert_eq!(fs::read(elsewhere.path().join("kept")).unwrap(), b"old");
    assert!(target.is_symlink());
}

#[cfg(unix)]
#[test]
fn what_is_read_is_beside_the_script_or_was_written_by_it() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let (out, beside) = (folder.path().join("out"), folder.path().join("script"));
    for (place, name) in [(&out, "a"), (&beside, "b"), (&folder.path().to_owned(), "c")] {
        fs::create_dir_all(place).unwrap();
        fs::write(place.join(name), name).unwrap();
    }
    fs::write(elsewhere.path().join("d"), "d").unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), beside.join("link")).unwrap();
    let none = Allowed::default();
    let read = |allowed: &Allowed, path: &str| read_inside(&out, &beside, allowed, path);
    assert_eq!(read(&none, "a").unwrap(), b"a");
    assert_eq!(read(&none, "b").unwrap(), b"b");
    let whole = elsewhere.path().join("d").display().to_string();
    for bad in ["../c", "/etc/passwd", "/no/such/file", "link/d", "..", whole.as_str()] {
        outside(read(&none, bad), bad);
    }
    assert!(matches!(read(&none, "none"), Err(LangError::File { .. })));
    let allowed = Allowed { read: vec![elsewhere.path().to_owned()], ..Allowed::default() };
    assert_eq!(read(&allowed, &whole).unwrap(), b"d");
    assert_eq!(read(&allowed, "link/d").unwrap(), b"d");
    outside(read(&allowed, "../c"), "../c");
}

#[test]
fn a_folder_in_the_way_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("a.csv")).unwrap();
    let error = write_inside(folder.path(), "a.csv", b"x").unwrap_err();
    assert!(error.to_string().contains("a.csv"), "{error}");
}
