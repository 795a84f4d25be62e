//! `bioxen run --report`: one page with everything a script showed.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const SCRIPT: &str = "
// <script>alert(1)</script> is a comment.
let cell = quick_start_vm(\"ecoli\");
start_transcription([\"lacZ\"]);
let t = run(5.min);
print(\"first <b>bold</b> & 'quoted'\");
plot(t, [\"lacZ.mrna\"], #{title: \"<i>one</i>\"}).save(\"one.svg\");
print(t.table([\"host.growth_rate_per_h\"], 5.min));
plot_resources(t, #{title: \"two\"}).show();
plot(t, [\"lacZ\"], #{width: 400, title: \"three\"}).save(\"sub/three.png\");
t.to_csv(\"t.csv\");
plot_growth_law()
";

fn run(folder: &Path, script: &str, more: &[&str]) -> Output {
    fs::write(folder.join("my <script>.rhai"), script).unwrap();
    Command::new(env!("CARGO_BIN_EXE_bioxen"))
        .args(["run", "my <script>.rhai", "--seed", "4", "--report", "report.html"])
        .args(more)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn page(folder: &Path) -> String {
    fs::read_to_string(folder.join("report.html")).unwrap()
}

#[test]
fn everything_shown_is_there_in_order_and_nothing_from_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), SCRIPT, &[]);
    assert!(output.status.success(), "{output:?}");
    let page = page(folder.path());
    let places: Vec<usize> = [
        "first &lt;b&gt;bold&lt;/b&gt; &amp; &#39;quoted&#39;",
        "&lt;i&gt;one&lt;/i&gt;</text>",
        "host.growth_rate_per_h\n",
        ">two</text>",
        "src=\"data:image/png;base64,",
        "sub/three.png</figcaption>",
        "Wrote t.csv.",
        "Ribosomal protein [% of protein]</text>",
        "<th scope=\"row\">Seed</th><td>4</td>",
        "<th scope=\"row\">Solver</th><td>stochastic</td>",
        "NC_000913.3",
        "<h2>VM default</h2>",
        "<span class=\"c\">// &lt;script&gt;alert(1)&lt;/script&gt; is a comment.</span>",
        "<span class=\"k\">let</span> cell = <span class=\"f\">quick_start_vm</span>",
    ]
    .iter()
    .map(|text| page.find(text).unwrap_or_else(|| panic!("no {text}")))
    .collect();
    assert!(places.is_sorted(), "{places:?}");
    assert!(page.contains(&format!("BioXen {}", env!("CARGO_PKG_VERSION"))));
    // Figures that were shown stand there once, and the font once in all.
    assert_eq!(page.matches(">two</text>").count(), 1);
    assert_eq!(page.matches("@font-face").count(), 2);
    // No markup from the script, nothing that runs, nothing from anywhere.
    let bare = page.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
    for foreign in
        ["<script", "<b>bold", "<i>one", "http:", "https:", "//cdn", "@import", "<link", "<iframe"]
    {
        assert!(!bare.contains(foreign), "{foreign}");
    }
    for reference in ["src=\"", "href=\"", "url("] {
        for (at, _) in bare.match_indices(reference) {
            assert!(bare[at + reference.len()..].starts_with("data:"), "{}", &bare[at..at + 60]);
        }
    }
    assert!(page.contains("default-src 'none'"));
    for media in ["prefers-color-scheme:dark", "@media print"] {
        assert!(page.contains(media), "{media}");
    }
}

#[test]
fn the_same_script_and_seed_give_the_same_bytes() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    run(one.path(), SCRIPT, &["--out", "a"]);
    run(two.path(), SCRIPT, &["--out", "b/c", "--quiet"]);
    assert_eq!(page(one.path()), page(two.path()));
}

#[test]
fn a_script_that_fails_has_a_report_that_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), "print(\"before\"); start_transcription([\"lacZ\"]);", &[]);
    assert_eq!(output.status.code(), Some(1));
    let page = page(folder.path());
    let (before, error) = (page.find(">before<"), page.find("there is no current VM"));
    assert!(before.is_some() && error > before, "{page}");
}

#[test]
fn a_report_that_cannot_be_written_is_refused_before_the_run() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("sub")).unwrap();
    for path in ["sub", "nowhere/report.html"] {
        let output = Command::new(env!("CARGO_BIN_EXE_bioxen"))
            .args(["run", "-", "--report", path])
            .current_dir(folder.path())
            .stdin(std::process::Stdio::null())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{path}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains("cannot be written"), "{error}");
    }
}
