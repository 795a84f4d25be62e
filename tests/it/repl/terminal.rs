//! The dialogue in a real pseudo-terminal: editing, interrupts, history, menus.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use rexpect::process::wait::WaitStatus;
use rexpect::session::{PtySession, spawn_command};

use super::BIOXEN;

/// A command whose own files are in a folder.
pub(super) fn bioxen(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(BIOXEN);
    command.args(arguments).current_dir(folder);
    command.env("XDG_DATA_HOME", folder).env("XDG_CONFIG_HOME", folder);
    command.env("NO_COLOR", "1").env("TERM", "xterm");
    for variable in
        ["TMUX", "COLORFGBG", "LC_TERMINAL", "TERM_PROGRAM", "KITTY_WINDOW_ID", "BIOXEN_PICTURES"]
    {
        command.env_remove(variable);
    }
    command
}

pub(super) fn spawn(command: Command) -> PtySession {
    spawn_command(command, Some(300_000)).unwrap()
}

/// A session at a terminal, at its first prompt.
fn start(folder: &Path) -> PtySession {
    let mut session = spawn(bioxen(folder, &[]));
    session.exp_string("BioXen").unwrap();
    session.exp_string("bioxen> ").unwrap();
    session
}

pub(super) fn leave(mut session: PtySession) {
    session.send_control('d').unwrap();
    session.exp_eof().unwrap();
}

/// Types a line. Gives what comes between its end and the next prompt.
///
/// The editor marks both: it lets the terminal bracket what is pasted while it reads. Whatever is
/// typed before the mark would not be edited.
pub(super) fn answer(session: &mut PtySession, line: &str) -> String {
    session.send_line(line).unwrap();
    session.exp_string("\u{1b}[?2004l\r\n").unwrap();
    let text = session.exp_string("\u{1b}[?2004h").unwrap();
    // The reader makes a character of each byte.
    String::from_utf8(text.chars().map(|c| c as u8).collect()).unwrap()
}

/// A dialogue in a folder of its own.
fn started() -> (tempfile::TempDir, PtySession) {
    let folder = tempfile::tempdir().unwrap();
    let session = start(folder.path());
    (folder, session)
}

/// Types keys that are no line.
fn keys(session: &mut PtySession, text: &str) {
    session.send(text).unwrap();
    session.flush().unwrap();
}

/// Types keys that are no line, and waits for what they bring.
fn typed(session: &mut PtySession, text: &str, expected: &str) {
    keys(session, text);
    session.exp_string(expected).unwrap();
}

/// Ctrl-C gives up the line; waits for the next prompt.
fn give_up(session: &mut PtySession) {
    session.send_control('c').unwrap();
    session.exp_string("\u{1b}[?2004h").unwrap();
}

/// Waits for what an interrupt says, and for the next prompt.
fn interrupted(session: &mut PtySession) {
    session.exp_string("interrupted").unwrap();
    session.exp_string("\u{1b}[?2004h").unwrap();
}

/// Ctrl-C ends the program, which says this.
fn ends_when_interrupted(mut session: PtySession, said: &str) {
    session.send_control('c').unwrap();
    session.exp_string(said).unwrap();
    session.exp_eof().unwrap();
    let status = session.process.wait().unwrap();
    assert_eq!(status, WaitStatus::Exited(session.process.child_pid, 130));
}

#[test]
fn statements_of_several_lines_are_waited_for() {
    let (_folder, mut s) = started();
    s.send_line("fn thrice(n) {").unwrap();
    s.send_line("3 * n").unwrap();
    assert_eq!(answer(&mut s, "}"), "");
    assert_eq!(answer(&mut s, "thrice(1111)"), "3333\r\n");
    s.send_line("exit").unwrap();
    s.exp_eof().unwrap();
}

#[test]
fn tab_completes_and_the_prompt_tells_vm_and_time() {
    let (_folder, mut s) = started();
    answer(&mut s, "let cell = quick_start_vm(\"ecoli\", \"demo\");");
    s.exp_string("demo> ").unwrap();
    keys(&mut s, "supported_bio\t");
    assert_eq!(answer(&mut s, "()"), "[\"syn3a\", \"ecoli\", \"minimal_cell\"]\r\n");
    // Several that fit are listed with their signatures.
    typed(&mut s, "run\t\t", "run_until(condition, longest) -> Trace");
    assert_eq!(answer(&mut s, "(90.s).times().len()"), "10\r\n");
    s.exp_string("demo 1.5 min> ").unwrap();
    typed(&mut s, "start_transcription([\"lacZ\t", "lacZ");
    assert_eq!(answer(&mut s, "\"]).len()"), "3\r\n");
    typed(&mut s, ":att\t", ":attach");
    keys(&mut s, " d\t");
    assert_eq!(answer(&mut s, ""), "    attach(\"demo\");\r\n");
    leave(s);
}

#[test]
fn the_parameters_of_a_call_are_hinted() {
    let (_folder, mut s) = started();
    typed(&mut s, "run(", "duration) -> Trace");
    assert_eq!(answer(&mut s, "10.s).times().len()"), "2\r\n");
    answer(&mut s, "fn halve(whole) { whole / 2 }");
    typed(&mut s, "halve(", "whole)");
    assert_eq!(answer(&mut s, "84)"), "42\r\n");
    // What is hinted of a word is taken by the right arrow.
    typed(&mut s, "supported_biol", "ogical_types");
    keys(&mut s, "\x1b[C");
    assert!(answer(&mut s, "()").starts_with("[\"syn3a\""));
    leave(s);
}

#[test]
fn an_interrupt_ends_a_run_and_keeps_the_session() {
    let (_folder, mut s) = started();
    let line = "let kept = 4321; quick_start_vm(\"ecoli\"); start_transcription([\"lacZ\"]);";
    answer(&mut s, line);
    s.send_line("run(10000.h)").unwrap();
    // The bar tells cell time, speed and growth.
    s.exp_regex(r"\d+ min, \d+ min/s, \d\.\d+ 1/h|cell time .* min/s, growth \d\.\d+ 1/h").unwrap();
    s.send_control('c').unwrap();
    s.exp_string("interrupted at").unwrap();
    s.exp_string("\u{1b}[?2004h").unwrap();
    // What it had recorded can be looked at.
    assert!(answer(&mut s, ":plot").contains("Time [min]"));
    assert_eq!(answer(&mut s, "kept + 1111"), "5432\r\n");
    s.send_line("print(\"round\"); loop {}").unwrap();
    s.exp_string("\nround").unwrap();
    // Impatience: whatever comes too late interrupts nothing and ends nothing.
    for _ in 0..5 {
        s.send_control('c').unwrap();
        std::thread::sleep(Duration::from_millis(5));
    }
    interrupted(&mut s);
    std::thread::sleep(Duration::from_millis(100));
    // While a line is typed it is given up.
    typed(&mut s, "1 + ", "1 + ");
    give_up(&mut s);
    assert_eq!(answer(&mut s, "kept * 2"), "8642\r\n");
    leave(s);
}

#[test]
fn an_interrupt_ends_a_question() {
    let (_folder, mut s) = started();
    answer(&mut s, "let gene = input(\"Which gene? \"); print(gene + \"!\")");
    s.exp_string("Which gene? ").unwrap();
    assert_eq!(answer(&mut s, "lacZ"), "lacZ!\r\n");
    answer(&mut s, "input(\"Which gene? \")");
    s.exp_string("Which gene? ").unwrap();
    s.send_control('c').unwrap();
    interrupted(&mut s);
    assert_eq!(answer(&mut s, "gene"), "lacZ\r\n");
    leave(s);
}

#[test]
fn history_goes_from_one_session_to_the_next_and_is_searched() {
    let (folder, mut s) = started();
    assert_eq!(answer(&mut s, "1000 + 234"), "1234\r\n");
    answer(&mut s, "let other = 5;");
    s.send_line("fn f() {").unwrap();
    answer(&mut s, "77 }");
    // Killed, and nothing is lost.
    s.process.kill(rexpect::process::signal::Signal::SIGKILL).unwrap();
    let mut s = start(folder.path());
    typed(&mut s, "\x1b[A", "77 }");
    give_up(&mut s);
    // Ctrl-R finds what was typed before.
    s.send_control('r').unwrap();
    s.exp_string("(reverse-i-search)").unwrap();
    typed(&mut s, "00 +", "1000 + 234");
    assert_eq!(answer(&mut s, ""), "1234\r\n");
    assert_eq!(answer(&mut s, ":history other"), "let other = 5;\r\n:history other\r\n");
    leave(s);
    let mut s = spawn(bioxen(folder.path(), &["repl", "--no-history"]));
    s.exp_string("bioxen> ").unwrap();
    assert_eq!(answer(&mut s, "999"), "999\r\n");
    leave(s);
    let kept = fs::read_to_string(folder.path().join("bioxen/history.txt")).unwrap();
    assert!(kept.contains("other") && !kept.contains("999"), "{kept}");
}

#[test]
fn the_startup_file_is_evaluated_first_unless_it_is_not_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bioxen/startup.rhai");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, "let mine = 1234;\nfn half(x) { x / 2 }\n").unwrap();
    let mut s = start(folder.path());
    assert_eq!(answer(&mut s, "half(mine)"), "617\r\n");
    leave(s);
    let mut s = spawn(bioxen(folder.path(), &["repl", "--no-startup"]));
    s.exp_string("bioxen> ").unwrap();
    assert!(answer(&mut s, "mine").starts_with("error: "));
    leave(s);
    // One that is wrong is told, and the session begins all the same.
    fs::write(&file, "let mine = 1;\nrum(3)").unwrap();
    let mut s = spawn(bioxen(folder.path(), &[]));
    s.exp_string("startup.rhai:2:1").unwrap();
    s.exp_string("bioxen> ").unwrap();
    leave(s);
}

#[test]
fn files_are_saved_and_loaded() {
    let (_folder, mut s) = started();
    answer(&mut s, "let x = 41;");
    assert!(answer(&mut s, ":save my.rhai").starts_with("wrote my.rhai; "));
    assert_eq!(answer(&mut s, ":reset"), "");
    // Tab completes files.
    keys(&mut s, ":load my\t");
    assert_eq!(answer(&mut s, ""), "");
    assert_eq!(answer(&mut s, "x + 1"), "42\r\n");
    leave(s);
}

#[test]
fn the_first_time_there_is_a_hint_of_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let mut s = spawn(bioxen(folder.path(), &[]));
    let text = s.exp_string("bioxen> ").unwrap();
    assert_eq!(text.matches("New here?").count(), 1, "{text}");
    answer(&mut s, "1");
    leave(s);
    let mut s = spawn(bioxen(folder.path(), &[]));
    let text = s.exp_string("bioxen> ").unwrap();
    assert!(!text.contains("New here?"), "{text}");
    leave(s);
}

#[test]
fn a_menu_makes_a_vm_and_shows_its_line() {
    let (_folder, mut s) = started();
    s.send_line(":new").unwrap();
    s.exp_string("Biological type (1 syn3a, 2 ecoli, 3 minimal_cell) [ecoli]: ").unwrap();
    s.send_line("syn").unwrap();
    s.exp_string("unknown biological type").unwrap();
    s.exp_string("[ecoli]: ").unwrap();
    s.send_line("1").unwrap();
    s.exp_string("Name [demo]: ").unwrap();
    s.send_line("tiny").unwrap();
    s.exp_string("VM type (1 basic").unwrap();
    s.send_line("").unwrap();
    s.exp_string("Ribosomes at most [50]: ").unwrap();
    s.send_line("30").unwrap();
    s.exp_string("ATP at most [%] [80]: ").unwrap();
    s.send_line("").unwrap();
    s.exp_string("DNA at most [kb] [200]: ").unwrap();
    s.send_line("").unwrap();
    s.exp_string("Start it [yes]: ").unwrap();
    s.send_line("").unwrap();
    let line = "let tiny = create_bio_vm(\"tiny\", \"syn3a\", \"basic\", \
                #{resource_limits: #{max_ribosomes: 30}});";
    s.exp_string(line).unwrap();
    s.exp_string("tiny> ").unwrap();
    s.send_line("tiny.status().state").unwrap();
    s.exp_string("running").unwrap();
    s.send_line(":detach").unwrap();
    s.exp_string("detach();").unwrap();
    s.exp_string("bioxen> ").unwrap();
    // A menu that is given up makes nothing.
    s.send_line(":new").unwrap();
    s.exp_string("[ecoli]: ").unwrap();
    s.send_control('c').unwrap();
    s.exp_string("given up").unwrap();
    s.exp_string("bioxen> ").unwrap();
    s.send_line("create_bio_vm(\"two\", \"ecoli\"); detach();").unwrap();
    s.exp_string("bioxen> ").unwrap();
    s.send_line(":attach").unwrap();
    s.exp_string("Which VM (1 tiny, 2 two): ").unwrap();
    s.send_line("2").unwrap();
    s.exp_string("attach(\"two\");").unwrap();
    s.exp_string("two> ").unwrap();
    leave(s);
}

#[test]
fn a_script_that_is_run_asks_at_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.rhai"), "print(input(\"gene? \") + \"!\")").unwrap();
    let mut s = spawn(bioxen(folder.path(), &["run", "a.rhai"]));
    s.exp_string("gene? ").unwrap();
    s.send_line("lacZ").unwrap();
    s.exp_string("lacZ!").unwrap();
    s.exp_eof().unwrap();
    let mut s = spawn(bioxen(folder.path(), &["run", "a.rhai"]));
    s.exp_string("gene? ").unwrap();
    ends_when_interrupted(s, "interrupted at 0.00 min");
}

#[test]
fn new_asks_and_writes_a_script() {
    let folder = tempfile::tempdir().unwrap();
    let mut s = spawn(bioxen(folder.path(), &["new", "--type", "ecoli", "-o", "cell.rhai"]));
    s.exp_string("Name [demo]: ").unwrap();
    s.send_line("a b").unwrap();
    s.exp_string("cannot be the id of a VM").unwrap();
    for question in ["Name", "VM type", "Ribosomes", "ATP", "DNA", "Start it"] {
        s.exp_string(question).unwrap();
        s.exp_string("]: ").unwrap();
        s.send_line(if question == "ATP" { "45.5" } else { "" }).unwrap();
    }
    s.exp_string("wrote cell.rhai").unwrap();
    s.exp_eof().unwrap();
    let script = fs::read_to_string(folder.path().join("cell.rhai")).unwrap();
    assert!(script.contains("#{resource_limits: #{max_atp: 45.5}}"), "{script}");
    let run = bioxen(folder.path(), &["run", "cell.rhai", "--json"]).output().unwrap();
    let value: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(value["vms"][0]["atp_allocation"], 45.5);
    let mut s = spawn(bioxen(folder.path(), &["new"]));
    s.exp_string("]: ").unwrap();
    ends_when_interrupted(s, "given up; nothing was written");
}
