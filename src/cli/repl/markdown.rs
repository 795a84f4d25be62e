//! Markdown for a terminal: the subset that our own help uses.

use super::super::terminal::Style;

/// Lines of at most `width` characters, as far as words allow. `code` colours a line of the language.
pub(super) fn render(
    text: &str,
    width: usize,
    style: Style,
    code: &dyn Fn(&str) -> String,
) -> Vec<String> {
    let mut shown = Vec::new();
    let mut blocks = text.lines().peekable();
    while let Some(line) = blocks.next() {
        if let Some(language) = line.strip_prefix("```") {
            for line in blocks.by_ref().take_while(|l| !l.starts_with("```")) {
                let line = if language == "rhai" { code(line) } else { line.to_owned() };
                shown.push(format!("    {line}").trim_end().to_owned());
            }
        } else if line.starts_with('|') {
            let mut rows = vec![cells(line)];
            while let Some(row) = blocks.next_if(|l| l.starts_with('|')) {
                rows.push(cells(row));
            }
            table(&mut shown, &rows, width, style);
        } else if line.starts_with('#') {
            shown.push(style.bold(line.trim_start_matches('#').trim()));
        } else if line.trim().is_empty() {
            shown.push(String::new());
        } else {
            let bullet = line.strip_prefix("* ").or_else(|| line.strip_prefix("- "));
            let mut whole = bullet.unwrap_or(line).trim().to_owned();
            // A paragraph and a bullet go on until something else begins.
            while let Some(next) = blocks.next_if(|l| continues(l)) {
                whole.push(' ');
                whole.push_str(next.trim());
            }
            let (first, rest) = if bullet.is_some() { ("  • ", "    ") } else { ("", "") };
            wrap(&mut shown, &inline(&whole, style), width, first, rest);
        }
    }
    shown
}

/// A text without marks, as lines of at most `width` characters as far as words allow.
pub(crate) fn fold(text: &str, width: usize) -> Vec<String> {
    if text.chars().count() <= width {
        return vec![text.to_owned()];
    }
    let words: Vec<Word> =
        text.split_whitespace().map(|w| (w.to_owned(), w.chars().count())).collect();
    let mut lines = Vec::new();
    wrap(&mut lines, &words, width, "", "  ");
    lines
}

fn continues(line: &str) -> bool {
    let block = ["```", "|", "#", "* ", "- "].iter().any(|sign| line.starts_with(sign));
    !block && !line.trim().is_empty()
}

/// A word and how wide it is shown.
type Word = (String, usize);

/// The words of a text, with the marks of Markdown become colours.
fn inline(text: &str, style: Style) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let (mut code, mut bold) = (false, false);
    for word in text.split_whitespace() {
        let (mut shown, mut wide, mut part) = (String::new(), 0, String::new());
        let mut signs = word.chars().peekable();
        let mut flush = |part: &mut String, code: bool, bold: bool, shown: &mut String| {
            wide += part.chars().count();
            let painted = match (code, bold) {
                (true, _) => style.code(part),
                (_, true) => style.bold(part),
                _ => part.clone(),
            };
            shown.push_str(&painted);
            part.clear();
        };
        while let Some(sign) = signs.next() {
            if sign == '`' {
                flush(&mut part, code, bold, &mut shown);
                code = !code;
                // Without colours a name needs its quotes.
                if !style.colour {
                    part.push('`');
                }
            } else if sign == '*' && !code && signs.next_if_eq(&'*').is_some() {
                flush(&mut part, code, bold, &mut shown);
                bold = !bold;
            } else {
                part.push(sign);
            }
        }
        flush(&mut part, code, bold, &mut shown);
        words.push((shown, wide));
    }
    words
}

/// Words as lines, the first behind `first` and the others behind `rest`.
fn wrap(lines: &mut Vec<String>, words: &[Word], width: usize, first: &str, rest: &str) {
    let (mut line, mut used) = (first.to_owned(), first.chars().count());
    let mut empty = true;
    for (word, wide) in words {
        if !empty && used + 1 + wide > width {
            lines.push(std::mem::replace(&mut line, rest.to_owned()));
            (used, empty) = (rest.chars().count(), true);
        }
        if !empty {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += wide;
        empty = false;
    }
    lines.push(line);
}

fn cells(row: &str) -> Vec<String> {
    let inside = row.trim().trim_start_matches('|').replace("\\|", "\u{0}");
    let inside = inside.strip_suffix('|').unwrap_or(&inside);
    inside.split('|').map(|cell| cell.trim().replace('\u{0}', "|")).collect()
}

/// Two columns or more; the last is wrapped.
fn table(lines: &mut Vec<String>, rows: &[Vec<String>], width: usize, style: Style) {
    let rule = |row: &Vec<String>| {
        row.iter().all(|c| !c.is_empty() && c.chars().all(|c| "-:".contains(c)))
    };
    let ruled = rows.iter().position(rule);
    let shown: Vec<(usize, &Vec<String>)> = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| !rule(row) && row.iter().any(|c| !c.is_empty()))
        .collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let wide = |column: usize| {
        let cells = shown.iter().filter_map(|(_, row)| row.get(column));
        cells.map(|c| c.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns.saturating_sub(1)).map(wide).collect();
    let indent: usize = widths.iter().map(|w| w + 2).sum();
    // Where the last column would have no place, it stands below.
    let narrow = indent + 12 > width;
    for (i, row) in shown {
        let head: Vec<String> =
            row.iter().zip(&widths).map(|(cell, w)| format!("{cell:<w$}  ")).collect();
        let head = head.concat();
        let mut last = inline(row.last().map_or("", String::as_str), style);
        if ruled.is_some_and(|at| i < at) {
            last.iter_mut().for_each(|(word, _)| *word = style.bold(word));
        }
        if narrow && !head.trim().is_empty() {
            lines.push(head.trim_end().to_owned());
            wrap(lines, &last, width, "    ", "    ");
        } else {
            wrap(lines, &last, width, &head, &" ".repeat(indent));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str, width: usize) -> String {
        render(text, width, Style::new(false), &|line| line.to_owned()).join("\n")
    }

    #[test]
    fn paragraphs_and_bullets_fit_the_width() {
        let text = "# Errors\nWhen the **duration** is\nno `time` at all.\n\n* `duration` - a time, such as `30.min`\n  or more\n* `x` - y";
        assert_eq!(
            plain(text, 30),
            "Errors\nWhen the duration is no `time`\nat all.\n\n  • `duration` - a time, such\n    as `30.min` or more\n  • `x` - y"
        );
    }

    #[test]
    fn code_stays_as_it_is() {
        let text = "```rhai\nlet x = \"a very long line that is longer\";\n```\nend";
        assert_eq!(plain(text, 20), "    let x = \"a very long line that is longer\";\nend");
    }

    #[test]
    fn tables_line_up_and_wrap() {
        let text = "| | |\n|---|---|\n| state | running |\n| health | a \\| b and more of it |";
        assert_eq!(plain(text, 30), "state   running\nhealth  a | b and more of it");
        assert_eq!(plain(text, 24), "state   running\nhealth  a | b and more\n        of it");
        assert_eq!(plain(text, 18), "state\n    running\nhealth\n    a | b and more\n    of it");
    }

    #[test]
    fn colours_are_not_counted() {
        let lines = render("`one` **two** three", 9, Style::new(true), &|l| l.to_owned());
        assert_eq!(lines, ["\x1b[36mone\x1b[0m \x1b[1mtwo\x1b[0m", "three"]);
    }

    #[test]
    fn no_text_is_too_strange() {
        for text in ["", "`", "**", "|", "||", "|-|", "```", "* ", "#", "\u{1f9ec}`**|"] {
            for width in [0, 1, 40] {
                plain(text, width);
            }
        }
    }
}
