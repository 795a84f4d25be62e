//! A run as one self-contained page: script, conditions, and everything shown, in order.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bioxen::durable;
use bioxen::engine::StopToken;
use bioxen::lang::held_back;
use bioxen::session::lex::{Kind, lex};
use bioxen::session::{Diagnostic, Display, Session, escape_html as escape, table_script_digest};

use super::super::failure::Failure;
use super::super::output::{REPORT, name};
use super::super::source::Source;

const STYLE: &str = include_str!("report.css");
/// Nothing is loaded from anywhere.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:";

/// The policy with the one script that tables have, which sorts their rows.
fn policy() -> String {
    let digest = STANDARD.encode(table_script_digest());
    format!("{POLICY}; script-src 'unsafe-hashes' 'sha256-{digest}'")
}
/// The largest file that is taken into the page [bytes].
const LARGEST: u64 = 16 * 1024 * 1024;

/// One thing that a script showed.
#[derive(Debug)]
enum Item {
    Text(String),
    Remark(String),
    /// A value, with its number if the script showed it.
    Shown(Option<u64>, Box<Display>),
    /// A file, with its content if it is a picture.
    File(PathBuf, Option<Vec<u8>>),
}

/// What a script shows, as it comes.
#[derive(Debug, Default)]
pub(super) struct Record(Vec<Item>);

impl Record {
    /// A line that was printed; lines that follow each other make one block.
    pub(super) fn text(&mut self, text: &str) {
        match self.0.last_mut() {
            Some(Item::Text(block)) => {
                block.push('\n');
                block.push_str(text);
            }
            _ => self.0.push(Item::Text(text.to_owned())),
        }
    }

    /// A remark.
    pub(super) fn remark(&mut self, text: &str) {
        self.0.push(Item::Remark(text.to_owned()));
    }

    /// A value that the script showed, maybe in the place of another.
    pub(super) fn display(&mut self, id: u64, display: Display) {
        let before = self.0.iter_mut().find_map(|item| match item {
            Item::Shown(Some(number), shown) if *number == id => Some(shown),
            _ => None,
        });
        match before {
            Some(shown) => **shown = display,
            None => self.0.push(Item::Shown(Some(id), Box::new(display))),
        }
    }

    /// The value of the script.
    pub(super) fn value(&mut self, display: Display) {
        self.0.push(Item::Shown(None, Box::new(display)));
    }

    /// A file that was just written.
    pub(super) fn file(&mut self, path: &Path) {
        let small = path.metadata().is_ok_and(|m| m.len() <= LARGEST);
        let picture = small && matches!(kind(path).as_str(), "svg" | "png");
        // A script may write it again; this is what it is now.
        let content = if picture { durable::read(path, LARGEST).ok() } else { None };
        self.0.push(Item::File(path.to_owned(), content));
    }
}

/// Says before anything runs that a report cannot be written there.
///
/// # Errors
/// When it is a folder, or in none, or there is something else of that name.
pub(super) fn check(path: &Path, force: bool) -> Result<(), Failure> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
    let wrong = |why: &str| {
        Err(Failure::Usage {
            message: format!("the report `{}` cannot be written: {why}", name(path)),
        })
    };
    if path.is_dir() {
        return wrong("it is a folder; give a file, such as report.html");
    }
    if folder.is_some_and(|f| !f.is_dir()) {
        return wrong("its folder is not there");
    }
    REPORT.check(path, force)
}

/// Writes the page.
///
/// # Errors
/// When it cannot be written.
pub(super) fn write(
    path: &Path,
    (source, session): (&Source, &Session),
    (record, out_dir): (&Record, &Path),
    error: Option<&Diagnostic>,
    force: bool,
) -> Result<(), Failure> {
    let page = page((source, session), (record, out_dir), error);
    REPORT.write(path, page.as_bytes(), force)
}

fn page(
    (source, session): (&Source, &Session),
    (record, out_dir): (&Record, &Path),
    error: Option<&Diagnostic>,
) -> String {
    let policy = policy();
    let title = escape(source.name.rsplit(['/', '\\']).next().unwrap_or(&source.name));
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"generator\" content=\"BioXen {version}\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n\
         <p class=\"note\">A run of BioXen {version}.</p>\n",
        version = env!("CARGO_PKG_VERSION"),
    );
    let mut add = |text: &str| page.push_str(text);
    add("<h2>Results</h2>\n");
    let mut fonts = false;
    for item in &record.0 {
        add(&shown(item, out_dir, &mut fonts));
    }
    if record.0.is_empty() && error.is_none() {
        add("<p class=\"note\">The script showed nothing.</p>\n");
    }
    if let Some(diagnostic) = error {
        add(&format!("<pre class=\"error\">{}</pre>\n", escape(&diagnostic.to_string())));
    }
    add("<h2>Conditions</h2>\n");
    add(&rows(&session.conditions()));
    for vm in session.statuses() {
        add(&format!("<h2>VM {}</h2>\n", escape(&vm.id)));
        let genes =
            if vm.transcribing.is_empty() { "none".to_owned() } else { vm.transcribing.join(", ") };
        let health = if vm.health.is_empty() { "well".to_owned() } else { vm.health.join("; ") };
        let held = match held_back(&vm.held_back) {
            nothing if nothing.is_empty() => "no".to_owned(),
            held => held,
        };
        add(&rows(&[
            ("Biological type", format!("{} on {}", vm.biological_type, vm.vm_type)),
            ("State", vm.state.clone()),
            (
                "Ribosomes",
                format!(
                    "{:.0} engaged of {:.0} allocated",
                    vm.engaged_ribosomes, vm.allocated_ribosomes
                ),
            ),
            (
                "RNA polymerases",
                format!(
                    "{:.1} engaged of {:.0} allocated; transcription at {:.1} %",
                    vm.engaged_polymerases, vm.allocated_polymerases, vm.transcription_percent
                ),
            ),
            ("ATP", format!("up to {:.1} % of production", vm.atp_allocation)),
            ("DNA memory", format!("{:.1} of {:.1} kb", vm.memory_kb_used, vm.memory_kb_limit)),
            ("Transcribing", genes),
            ("Health", health),
            ("Held back in the last run", held),
        ]));
    }
    add("<h2>Script</h2>\n");
    add(&format!("<pre>{}</pre>\n</body>\n</html>\n", highlighted(session, &source.text)));
    page
}

fn rows(rows: &[(&str, String)]) -> String {
    let mut html = String::from("<div class=\"table\"><table><tbody>\n");
    for (name, value) in rows {
        // Writing to a string cannot fail.
        let _ = writeln!(
            html,
            "<tr><th scope=\"row\">{}</th><td>{}</td></tr>",
            escape(name),
            escape(value)
        );
    }
    html + "</tbody></table></div>\n"
}

fn shown(item: &Item, out_dir: &Path, fonts: &mut bool) -> String {
    // A report of a run that was interrupted has its figures, too.
    let stop = StopToken::new();
    match item {
        Item::Text(text) => format!("<pre>{}</pre>\n", escape(text)),
        Item::Remark(text) => format!("<p class=\"note\">{}</p>\n", escape(text)),
        Item::Shown(_, display) => match (display.svg(&stop), display.html(&stop)) {
            (Some(svg), _) => format!("<figure>{}</figure>\n", inline(&svg, fonts)),
            (None, Some(html)) => format!("<div class=\"table\">{html}</div>\n"),
            (None, None) => format!("<pre>{}</pre>\n", escape(&display.text)),
        },
        Item::File(path, content) => file((path, content.as_deref()), out_dir, fonts),
    }
}

/// A file that was written: pictures are shown, others are named.
fn file((path, content): (&Path, Option<&[u8]>), out_dir: &Path, fonts: &mut bool) -> String {
    // Where the output folder lies does not matter to a reader.
    let name = escape(&path.strip_prefix(out_dir).unwrap_or(path).display().to_string());
    let caption = format!("<figcaption>{name}</figcaption>");
    let picture = content.and_then(|bytes| match kind(path).as_str() {
        "svg" => std::str::from_utf8(bytes).ok().map(|svg| inline(svg, fonts)),
        _ => Some(format!(
            "<img alt=\"{name}\"{} src=\"data:image/png;base64,{}\">",
            width(bytes),
            STANDARD.encode(bytes)
        )),
    });
    match picture {
        Some(picture) => format!("<figure>{picture}{caption}</figure>\n"),
        None => format!("<p class=\"note\">Wrote {name}.</p>\n"),
    }
}

/// The width at which a PNG is as large as its SVG: it has two picture elements for each pixel. The
/// width stands at a fixed place (PNG specification, section 11.2.1).
fn width(png: &[u8]) -> String {
    let number = png.get(16..20).and_then(|b| <[u8; 4]>::try_from(b).ok()).map(u32::from_be_bytes);
    number.map(|n| format!(" width=\"{}\"", n / 2)).unwrap_or_default()
}

/// The ending of a path.
fn kind(path: &Path) -> String {
    path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}

/// An SVG to stand in the page. Its font needs to be there only once.
fn inline(svg: &str, fonts: &mut bool) -> String {
    const BEGINS: &str = "<style>@font-face";
    const ENDS: &str = "</style>\n";
    if !std::mem::replace(fonts, true) {
        return svg.to_owned();
    }
    let Some(start) = svg.find(BEGINS) else { return svg.to_owned() };
    let Some(length) = svg[start..].find(ENDS) else { return svg.to_owned() };
    format!("{}{}", &svg[..start], &svg[start + length + ENDS.len()..])
}

/// A script with a class for each word that has one.
fn highlighted(session: &Session, text: &str) -> String {
    let all: Vec<char> = text.chars().collect();
    let (mut html, mut at) = (String::new(), 0);
    for token in lex(&all) {
        html.push_str(&escape(&all[at..token.start].iter().collect::<String>()));
        let word = token.text(&all);
        let class = match token.kind {
            Kind::Comment { .. } => "c",
            Kind::Text { .. } => "s",
            Kind::Number => "n",
            Kind::Word if session.is_keyword(&word) => "k",
            Kind::Word if !session.catalogue().named(&word).is_empty() => "f",
            _ => "",
        };
        let word = escape(&word);
        if class.is_empty() {
            html.push_str(&word);
        } else {
            let _ = write!(html, "<span class=\"{class}\">{word}</span>");
        }
        at = token.end;
    }
    html.push_str(&escape(&all[at..].iter().collect::<String>()));
    html
}
