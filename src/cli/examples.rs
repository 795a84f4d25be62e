//! The examples of every `--help` are calls that can be made.

use clap::{Command, CommandFactory, Parser};

use super::Arguments;

/// All commands that do something, with their full names.
fn commands() -> Vec<(String, Command)> {
    let mut root = Arguments::command();
    root.build();
    let mut found = vec![("bioxen".to_owned(), root)];
    let mut at = 0;
    while at < found.len() {
        let (name, command) = found[at].clone();
        let below = command.get_subcommands().filter(|c| c.get_name() != "help");
        found.extend(below.map(|c| (format!("{name} {}", c.get_name()), c.clone())));
        at += 1;
    }
    found
}

/// The lines of the part of that name.
fn part(help: &str, names: &[&str]) -> Vec<String> {
    let lines = help.lines().skip_while(|line| !names.contains(line)).skip(1);
    lines.take_while(|line| line.starts_with("  ")).map(|line| line.trim().to_owned()).collect()
}

/// The words of our command in a line of a shell, up to a pipe or a redirection.
fn words(line: &str) -> Vec<String> {
    let start = line.rfind("| bioxen").map_or(0, |i| i + 2);
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in line[start..].chars() {
        match (quote, c) {
            (None, '|' | '>' | '<' | '#') => break,
            (None, '\'' | '"') => (quote, word) = (Some(c), Some(word.unwrap_or_default())),
            (Some(q), c) if c == q => quote = None,
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[test]
fn every_command_has_examples_that_parse() {
    let all = commands();
    assert!(all.len() > 20, "{}", all.len());
    for (name, command) in all {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let examples = part(&help, &["Examples:", "Example:"]);
        assert!(!examples.is_empty(), "`{name} --help` has no examples");
        let mut own = false;
        for line in examples {
            let words = words(&line);
            own |= words.join(" ").starts_with(&name);
            if let Err(error) = Arguments::try_parse_from(&words) {
                panic!("in `{name} --help`: {line}\n{error}");
            }
        }
        assert!(own, "no example of `{name}` calls it");
    }
}

#[test]
fn every_option_says_what_it_is() {
    for (name, command) in commands() {
        assert!(command.get_about().is_some(), "{name}");
        for argument in command.get_arguments() {
            assert!(argument.get_help().is_some(), "{name}: {argument}");
        }
    }
}

#[test]
fn lines_of_a_shell_are_taken_apart() {
    assert_eq!(
        words("bioxen run a.rhai --seed 1 > out"),
        ["bioxen", "run", "a.rhai", "--seed", "1"]
    );
    assert_eq!(words("echo 'x | y' | bioxen run -"), ["bioxen", "run", "-"]);
    assert_eq!(words("bioxen x 'a b' | jq '.c'"), ["bioxen", "x", "a b"]);
}
