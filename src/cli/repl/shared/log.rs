//! What others do, in lines.

use bioxen::client::{News, Told};
use serde_json::Value;

/// The longest text of somebody else that is shown in a line [characters].
const LONGEST: usize = 200;

/// The first line of a text, cut if it is long.
fn brief(text: &str) -> String {
    let text = text.trim();
    let line = text.lines().next().unwrap_or_default();
    let mut cut: String = line.chars().take(LONGEST).collect();
    if cut.len() < text.len() {
        cut.push_str(" ..");
    }
    // Nothing that somebody else writes commands this terminal.
    bioxen::visible::visible(&cut).into_owned()
}

/// Lines of a text, each with the name of whose it is.
fn lines(who: &str, text: &str) -> String {
    let shown = text.trim_end().lines().map(|line| format!("[{who}] {}", clean(line)));
    shown.collect::<Vec<_>>().join("\n")
}

/// Lines of somebody else's text that are shown at most.
const MOST: usize = 25;

/// How much was shown of what another one's text tells.
#[derive(Debug, Default)]
pub(super) struct Others {
    request: String,
    lines: usize,
}

impl Others {
    /// What is still shown: the first lines of a text, and once that there are more.
    pub(super) fn limit(&mut self, one: &Told, text: String) -> Option<String> {
        if self.request != one.request {
            (self.request, self.lines) = (one.request.clone(), 0);
        }
        if self.lines > MOST {
            return None;
        }
        let count = text.lines().count();
        let left = MOST - self.lines.min(MOST);
        self.lines += count;
        if count <= left {
            return Some(text);
        }
        // Nothing more comes of it.
        self.lines = MOST + 1;
        let mut all: Vec<&str> = text.lines().take(left).collect();
        let who = text.split(']').next().unwrap_or("[").to_owned() + "] .. and more";
        all.push(&who);
        Some(all.join("\n"))
    }
}

/// A line without what commands a terminal, cut if it is long.
fn clean(line: &str) -> String {
    let mut cut: String = line.chars().take(LONGEST).collect();
    if cut.len() < line.len() {
        cut.push_str(" ..");
    }
    bioxen::visible::visible(&cut).into_owned()
}

/// What somebody else does, as it is told to this client.
pub(crate) fn foreign(one: &Told, own: &str) -> Option<String> {
    if one.session == own || one.session.is_empty() {
        return None;
    }
    let who = if one.who.is_empty() { "somebody" } else { &one.who };
    let who = &brief(who);
    Some(match &one.news {
        News::Input { code, .. } if !code.trim().is_empty() => {
            let mut lines = code.trim().lines().map(clean);
            let first = format!("[{who}] > {}", lines.next().unwrap_or_default());
            let rest = lines.take(20).map(|line| format!("[{who}] . {line}"));
            [first].into_iter().chain(rest).collect::<Vec<_>>().join("\n")
        }
        News::Stream { text, .. } if !text.trim().is_empty() => lines(who, text),
        // The progress of a run is for who waits for it.
        News::Shown { name: Some(name), .. } if name.starts_with("run-") => return None,
        News::Shown { data, again: false, .. } => {
            let plain = data.get("text/plain").and_then(Value::as_str)?;
            lines(who, plain)
        }
        News::Failed { message, .. } => lines(who, &format!("error: {message}")),
        _ => return None,
    })
}

fn text<'a>(of: &'a Value, field: &str) -> &'a str {
    of[field].as_str().unwrap_or_default()
}

/// A time of ISO 8601 as people read it, to the second.
pub(crate) fn when(time: &str) -> String {
    match time.split_once('T') {
        Some((date, rest)) if rest.len() >= 8 && rest.is_char_boundary(8) => {
            format!("{date} {} UTC", &rest[..8])
        }
        _ => brief(time),
    }
}

fn seconds(of: &Value) -> String {
    match of["since_s"].as_f64() {
        Some(s) if s < 90.0 => format!("{s:.0} s"),
        Some(s) => format!("{:.0} min", s / 60.0),
        None => "some time".to_owned(),
    }
}

/// Whom one has come to.
pub(super) fn greeting(people: &Value, me: &str) -> Vec<String> {
    let name = people["session"].as_str().unwrap_or("a kernel");
    let others: Vec<String> = people["people"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| brief(text(one, "name")))
        .filter(|name| name != me && !name.is_empty())
        .collect();
    let with = match others.as_slice() {
        [] => "nobody else is here".to_owned(),
        others => {
            format!("{} {} here", others.join(", "), if others.len() == 1 { "is" } else { "are" })
        }
    };
    let mut all = vec![format!("Attached to `{name}` as {me}; {with}. :people, :log, :detach.")];
    all.extend(came_back(people));
    if people["running"].is_object() {
        all.push(running(&people["running"]));
    }
    all
}

/// What is to be known of a session that came back from a checkpoint.
pub(crate) fn came_back(people: &Value) -> Vec<String> {
    let restored = &people["restored"];
    let Some(time) = restored["when"].as_str() else { return Vec::new() };
    let lost = restored["lost"].as_array().map_or(0, Vec::len);
    let rest = match lost {
        0 => "nothing was lost".to_owned(),
        1 => "one text was evaluated after it and is lost; :people shows it".to_owned(),
        n => format!("{n} texts were evaluated after it and are lost; :people shows them"),
    };
    vec![format!("It came back from its checkpoint of {}; {rest}.", when(time))]
}

/// Who runs what, and for how long.
pub(super) fn running(of: &Value) -> String {
    format!("{} runs `{}`, for {}", brief(text(of, "who")), brief(text(of, "code")), seconds(of))
}

/// Who is there, what runs and what waits.
pub(super) fn people(told: &Value, me: &str) -> Vec<String> {
    let list = |field: &str| told[field].as_array().cloned().unwrap_or_default();
    let mut all: Vec<String> = list("people")
        .iter()
        .map(|one| {
            let name = brief(text(one, "name"));
            let own = if name == me { " (you)" } else { "" };
            let clients = match one["clients"].as_u64() {
                Some(n) if n > 1 => format!(", {n} times"),
                _ => String::new(),
            };
            format!("{name}{own} since {}{clients}", when(text(one, "since")))
        })
        .collect();
    match &told["running"] {
        Value::Object(_) => all.push(running(&told["running"])),
        _ => all.push("nothing runs".to_owned()),
    }
    for one in list("waiting") {
        all.push(format!(
            "{} waits with `{}`",
            brief(text(&one, "who")),
            brief(text(&one, "code"))
        ));
    }
    for one in told["restored"]["lost"].as_array().into_iter().flatten() {
        let code = one.as_str().or_else(|| one["code"].as_str()).unwrap_or_default();
        all.push(format!("lost when the session ended: `{}`", brief(code)));
    }
    all
}

/// Cells with what they showed.
pub(crate) fn entries(told: &Value) -> Vec<String> {
    let mut all = Vec::new();
    for one in told["entries"].as_array().into_iter().flatten() {
        let (who, code) = (brief(text(one, "who")), text(one, "code"));
        let number = one["execution_count"].as_i64().map_or(String::new(), |n| n.to_string());
        let mut lines = code.trim().lines().map(clean);
        all.push(format!("{who} [{number}] {}", lines.next().unwrap_or_default()));
        all.extend(lines.map(|line| format!("    {line}")));
        let shown = text(one, "output").trim_end().lines();
        all.extend(shown.map(|line| format!("  {}", bioxen::visible::visible(line))));
        match text(one, "state") {
            "ok" | "" => {}
            other => all.push(format!("  ({other})")),
        }
    }
    if all.is_empty() {
        all.push("nothing was evaluated yet".to_owned());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(news: News) -> Told {
        let (who, session) = ("ada".to_owned(), "other".to_owned());
        Told { who, session, request: "r".to_owned(), news }
    }

    #[test]
    fn what_others_do_has_their_names_and_commands_no_terminal() {
        let code = "run(5.min);\nprint(1)".to_owned();
        let input = told(News::Input { code, count: 3 });
        let shown = foreign(&input, "own").unwrap();
        assert_eq!(shown, "[ada] > run(5.min);\n[ada] . print(1)");
        assert_eq!(foreign(&input, "other"), None, "what is one's own is shown elsewhere");
        let text = "\u{1b}[2Jx\ny\n".to_owned();
        let shown = foreign(&told(News::Stream { error: false, text }), "own").unwrap();
        assert!(!shown.contains('\u{1b}') && shown.ends_with("\n[ada] y"), "{shown}");
        let data = [("text/plain".to_owned(), json!("[==] 10 %"))].into();
        let progress = News::Shown { data, name: Some("run-1".into()), again: false, value: false };
        assert_eq!(foreign(&told(progress), "own"), None);
    }

    #[test]
    fn of_much_the_first_lines_are_shown() {
        let mut others = Others::default();
        let one = told(News::State { busy: true });
        let text = |n: usize| (0..n).map(|i| format!("[ada] {i}")).collect::<Vec<_>>().join("\n");
        assert_eq!(others.limit(&one, text(20)), Some(text(20)));
        let rest = others.limit(&one, text(20)).unwrap();
        assert_eq!(rest, text(5) + "\n[ada] .. and more");
        assert_eq!(others.limit(&one, text(1)), None);
        let next = Told { request: "next".to_owned(), ..one };
        assert_eq!(others.limit(&next, text(1)), Some(text(1)));
    }

    #[test]
    fn people_and_cells_are_told_in_lines() {
        let told = json!({
            "people": [{"name": "ada", "clients": 2, "since": "2026-11-27T03:51:57.2Z"}, {"name": "ben", "clients": 1, "since": "t"}],
            "running": {"who": "ada", "since_s": 12.3, "code": "run(60.min)"},
            "waiting": [{"who": "ben", "code": "1"}],
        });
        let lines = people(&told, "ben");
        assert_eq!(lines[0], "ada since 2026-11-27 03:51:57 UTC, 2 times");
        assert_eq!(lines[1], "ben (you) since t");
        assert_eq!(lines[2], "ada runs `run(60.min)`, for 12 s");
        assert_eq!(lines[3], "ben waits with `1`");
        let told = json!({"entries": [
            {"who": "ada", "execution_count": 1, "code": "a\nb", "output": "1\n", "state": "ok"},
            {"who": "ben", "execution_count": 2, "code": "c", "output": "", "state": "error"},
        ]});
        assert_eq!(entries(&told), ["ada [1] a", "    b", "  1", "ben [2] c", "  (error)"]);
    }
}
