//! What different terminals are shown: wide, narrow, without colours, with pictures.

use std::path::Path;
use std::process::Command;

use base64::Engine;
use rexpect::session::PtySession;
use rustix::termios::{Winsize, tcsetwinsize};

use super::terminal::{answer, bioxen, leave, spawn};

/// Makes the terminal of a session so many characters wide.
fn resize(session: &PtySession, columns: u16) {
    let size = Winsize { ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(session.process.get_file_handle().unwrap(), size).unwrap();
}

fn at_prompt(command: Command, columns: u16) -> PtySession {
    let mut session = spawn(command);
    resize(&session, columns);
    session.exp_string("bioxen> ").unwrap();
    session
}

/// The longest line, but for code, which stays as it is.
fn widest(text: &str) -> usize {
    let lines = text.lines().filter(|line| !line.starts_with("    "));
    lines.map(|line| line.trim_end().chars().count()).max().unwrap_or(0)
}

/// A text without the sequences of a terminal.
fn without_sequences(text: &str) -> String {
    let mut plain = String::new();
    let mut signs = text.chars();
    while let Some(sign) = signs.next() {
        if sign != '\u{1b}' {
            plain.push(sign);
        } else if signs.next() == Some('[') {
            signs.by_ref().find(|c| c.is_ascii_alphabetic());
        }
    }
    plain
}

const LIVE: &str = "quick_start_vm(\"ecoli\", \"demo\"); start_transcription([\"lacZ\"]); \
                    let t = run(5.min);";

#[test]
fn everything_fits_80_columns_and_40_after_a_resize() {
    let folder = tempfile::tempdir().unwrap();
    let mut s = at_prompt(bioxen(folder.path(), &["repl", "--pictures", "text"]), 80);
    answer(&mut s, LIVE);
    let table =
        "t.table([\"lacZ\", \"lacZ.mrna\", \"host.atp_percent\", \"host.ribosomes\"], 1.min)";
    for columns in [80, 40] {
        resize(&s, columns);
        for line in ["t", ":plot", "?run", ":help", ":status", "?demo", "#{a: 1, b: \"x\"}", table]
        {
            let text = without_sequences(&answer(&mut s, line));
            assert!(widest(&text) <= usize::from(columns), "{line} at {columns}:\n{text}");
            assert!(text.lines().count() > 1, "{line}: {text}");
        }
    }
    leave(s);
}

#[test]
fn no_colour_means_none_and_a_colourful_terminal_gets_them() {
    let folder = tempfile::tempdir().unwrap();
    let coloured = |text: &str| text.contains("\u{1b}[3") || text.contains("\u{1b}[1;");
    let mut s = at_prompt(bioxen(folder.path(), &["repl", "--pictures", "text"]), 80);
    for line in [LIVE, "t", ":plot", "?run", "rum(1)"] {
        s.send(line).unwrap();
        s.flush().unwrap();
        let typed = s.exp_string(&line[line.len() - 1..]).unwrap();
        let text = answer(&mut s, "");
        assert!(!coloured(&typed) && !coloured(&text), "{line}: {typed:?} {text:?}");
    }
    leave(s);
    let mut command = bioxen(folder.path(), &["repl", "--pictures", "text"]);
    command.env_remove("NO_COLOR");
    let mut s = spawn(command);
    resize(&s, 80);
    s.exp_string("bioxen> ").unwrap();
    s.send_line("let x = 5; rum(x)").unwrap();
    let typed = s.exp_string("\u{1b}[?2004l").unwrap();
    assert!(typed.contains("\u{1b}[35mlet\u{1b}[0m"), "{typed:?}");
    assert!(typed.contains("\u{1b}[36m5\u{1b}[0m"), "{typed:?}");
    let text = s.exp_string("did you mean").unwrap();
    assert!(text.contains("\u{1b}[1m\u{1b}[91merror\u{1b}[0m"), "{text:?}");
    leave(s);
}

#[test]
fn plain_and_dumb_terminals_get_text_only() {
    let folder = tempfile::tempdir().unwrap();
    let mut dumb = bioxen(folder.path(), &[]);
    dumb.env("TERM", "dumb").env_remove("NO_COLOR");
    let mut s = spawn(dumb);
    let mut all = s.exp_string("bioxen> ").unwrap();
    s.send_line("fn f(x) {").unwrap();
    all += &s.exp_string("... ").unwrap();
    s.send_line("x + 1 }").unwrap();
    all += &s.exp_string("bioxen> ").unwrap();
    s.send_line("f(41)").unwrap();
    all += &s.exp_string("42\r\nbioxen> ").unwrap();
    // Ctrl-C keeps the session, at the prompt and in a loop.
    s.send_control('c').unwrap();
    s.send_line("print(\"round\"); loop {}").unwrap();
    all += &s.exp_string("round\r\n").unwrap();
    s.send_control('c').unwrap();
    all += &s.exp_string("interrupted").unwrap();
    all += &s.exp_string("bioxen> ").unwrap();
    s.send_line("let t = run(1.min); t").unwrap();
    all += &s.exp_string("trace of").unwrap();
    s.send_control('d').unwrap();
    all += &s.exp_eof().unwrap();
    assert!(!all.contains('\u{1b}'), "{all:?}");
    let mut plain = bioxen(folder.path(), &["repl", "--plain"]);
    plain.env_remove("NO_COLOR").env("TERM", "xterm-kitty");
    let mut s = spawn(plain);
    s.exp_string("bioxen> ").unwrap();
    let text = answer(&mut s, "plot_resources(run(1.min))");
    assert!(text.contains("Time [min]") && !text.contains('\u{1b}'), "{text:?}");
    leave(s);
}

const PICTURE: &str = "plot_resources(run(1.min))";

fn picture(variables: &[(&str, &str)], folder: &Path) -> String {
    let mut command = bioxen(folder, &["repl", "--no-history"]);
    command.envs(variables.iter().copied());
    let mut s = at_prompt(command, 80);
    let text = answer(&mut s, PICTURE);
    leave(s);
    text
}

#[test]
fn kitty_and_iterm2_get_a_whole_png() {
    let folder = tempfile::tempdir().unwrap();
    let is_png = |data: &str| {
        let png = base64::engine::general_purpose::STANDARD.decode(data).unwrap();
        assert!(png.starts_with(b"\x89PNG\r\n") && png.ends_with(b"IEND\xaeB`\x82"));
    };
    let text = picture(&[("TERM", "xterm-kitty")], folder.path());
    let pieces: Vec<&str> = text.split("\u{1b}_G").skip(1).collect();
    assert!(pieces[0].starts_with("a=T,f=100,q=2,c=80,m="), "{}", &pieces[0][..40]);
    let data = pieces.iter().map(|p| p.split_once(';').unwrap().1.split_once('\u{1b}').unwrap().0);
    is_png(&data.collect::<String>());
    let text = picture(&[("TERM_PROGRAM", "iTerm.app")], folder.path());
    let (head, data) = text.rsplit_once(':').unwrap();
    assert!(head.contains("\u{1b}]1337;File=inline=1;size="), "{head:?}");
    is_png(data.strip_suffix("\u{7}\r\n").unwrap());
}

#[test]
fn an_unknown_terminal_is_asked_and_gets_what_it_can_show() {
    let folder = tempfile::tempdir().unwrap();
    // One that has sixels says so.
    let mut s = at_prompt(bioxen(folder.path(), &["repl", "--no-history"]), 80);
    s.send_line(PICTURE).unwrap();
    s.exp_string("\u{1b}[c").unwrap();
    s.send("\u{1b}[?62;4;22c").unwrap();
    s.flush().unwrap();
    // It is asked for its background, too.
    s.exp_string("\u{1b}]11;?\u{1b}\\\u{1b}[c").unwrap();
    s.send("\u{1b}]11;rgb:1c1c/1c1c/1c1c\u{1b}\\\u{1b}[?62;4;22c").unwrap();
    s.flush().unwrap();
    let text = s.exp_string("\u{1b}[?2004h").unwrap();
    assert!(text.starts_with("\u{1b}P0;1q\"1;1;") && text.ends_with("\u{1b}\\\r\n"), "{text:?}");
    // The most frequent colour is that of the background: dark, as the terminal is.
    let (_, first) = text.split_once("#0;2;").unwrap();
    let dark = first.split_once('#').unwrap().0.split(';').all(|c| c.parse::<u8>().unwrap() < 30);
    assert!(dark, "{}", &first[..20]);
    // It is asked once.
    assert!(answer(&mut s, PICTURE).starts_with("\u{1b}P0;1q"));
    leave(s);
    // One that has none, and one that does not answer.
    for reply in ["\u{1b}[?1;2c", ""] {
        let mut s = at_prompt(bioxen(folder.path(), &["repl", "--no-history"]), 80);
        s.send_line(PICTURE).unwrap();
        s.exp_string("\u{1b}[c").unwrap();
        s.send(reply).unwrap();
        s.flush().unwrap();
        let text = s.exp_string("Time [min]").unwrap();
        assert!(!text.contains("\u{1b}P") && !text.contains("\u{1b}_G"), "{text:?}");
        s.exp_string("\u{1b}[?2004h").unwrap();
        assert_eq!(answer(&mut s, "20 + 22"), "42\r\n");
        leave(s);
    }
}
