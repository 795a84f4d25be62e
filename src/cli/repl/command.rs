//! Commands for the front end, not for the cell: `:status`, `?name`.

use std::time::Instant;

use bioxen::nearest::{hint, nearest};
use bioxen::visible::visible;

use super::super::failure::Failure;
use super::{Repl, echo};

/// What comes after a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Another line.
    GoOn,
    /// The end.
    Leave,
}

/// What follows the name of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    Nothing,
    /// A name of the language.
    Name,
    /// A text of the language.
    Text,
    /// A file.
    File,
    /// Words to look for.
    Words,
    /// The id of a VM.
    Vm,
    /// A text in Rust.
    Rust,
}

/// A command: its name, what follows it, and what it does.
#[derive(Debug)]
pub(super) struct Command {
    pub(super) name: &'static str,
    pub(super) takes: Takes,
    pub(super) shown: &'static str,
    does: &'static str,
}

const fn command(
    name: &'static str,
    takes: Takes,
    shown: &'static str,
    does: &'static str,
) -> Command {
    Command { name, takes, shown, does }
}

/// The commands, as help and completion list them.
pub(super) const COMMANDS: [Command; 15] = [
    command("help", Takes::Name, "[NAME]", "explains a name, or finds words; so does ?NAME"),
    command("new", Takes::Text, "[NAME]", "makes a VM, question by question"),
    command("vms", Takes::Nothing, "", "lists the VMs"),
    command("attach", Takes::Vm, "[ID]", "makes a VM the current one"),
    command("detach", Takes::Nothing, "", "makes no VM current; all continue"),
    command("status", Takes::Nothing, "", "shows the status of all VMs"),
    command("who", Takes::Nothing, "", "lists the variables"),
    command("plot", Takes::Text, "[EXPR]", "draws the last figure or trace, or EXPR"),
    command("time", Takes::Text, "EXPR", "evaluates EXPR and shows the time taken"),
    command("history", Takes::Words, "[WORDS]", "lists typed lines, or those with WORDS"),
    command("save", Takes::File, "FILE", "writes this session as a script; -f replaces FILE"),
    command("load", Takes::File, "FILE", "evaluates a script in this session"),
    command("rust", Takes::Rust, "[CODE]", "runs CODE in Rust, or lines up to a blank one"),
    command("reset", Takes::Nothing, "", "discards everything and restarts at time zero"),
    command("quit", Takes::Nothing, "", "leaves, as Ctrl-D does"),
];

/// The commands that only a shared session has.
pub(super) const SHARED: [Command; 7] = [
    command("people", Takes::Nothing, "", "tells who is here, what runs and what waits"),
    command("log", Takes::Words, "[N]", "shows the last N texts of all, with what they showed"),
    command("interrupt", Takes::Words, "[force]", "ends what runs; that of others with force"),
    command("scratch", Takes::Nothing, "", "makes a copy of the session that only you have"),
    command("merge", Takes::Name, "NAME [as NEW]", "brings a trace or table of the copy back"),
    command("back", Takes::Nothing, "", "leaves the copy, of which nothing stays"),
    command("detach", Takes::Nothing, "", "leaves the session, which goes on; so does Ctrl-D"),
];

/// Shorter names.
const ALIASES: [(&str, &str); 4] = [("h", "help"), ("q", "quit"), ("exit", "quit"), ("t", "time")];

/// The command of that name, or the only one that begins so.
pub(super) fn find(name: &str) -> Option<&'static Command> {
    let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
    let name = alias.map_or(name, |(_, name)| name);
    let mut begin = COMMANDS.iter().filter(|c| !name.is_empty() && c.name.starts_with(name));
    let only = begin.next().filter(|_| begin.next().is_none());
    let shared = SHARED.iter().find(|c| c.name == name);
    COMMANDS.iter().find(|c| c.name == name).or(shared).or(only)
}

impl Repl {
    /// Does what a command says; nothing if the line is none.
    pub(super) fn command(&mut self, typed: &str) -> Result<Option<Next>, Failure> {
        if let Some(name) = typed.strip_prefix('?').or_else(|| questioned(typed)) {
            self.explain(name.trim())?;
            return Ok(Some(Next::GoOn));
        }
        let Some(text) = typed.strip_prefix(':') else { return Ok(None) };
        let (name, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let rest = rest.trim();
        let Some(command) = find(name) else {
            let near = nearest(name, COMMANDS.iter().chain(&SHARED).map(|c| c.name));
            let near = near.map(|n| format!(":{n}"));
            let tail = if near.is_some() { "" } else { "; :help lists them" };
            let text = format!("there is no command `:{name}`{}{tail}", hint(near.as_deref()));
            self.wrong(&text)?;
            return Ok(Some(Next::GoOn));
        };
        match (command.takes, rest.is_empty()) {
            (Takes::Nothing, false) => {
                self.wrong(&format!(":{} takes nothing, and got `{rest}`", command.name))?;
            }
            (Takes::File, true) => {
                self.wrong(&format!("which file? :{} {}", command.name, command.shown))?;
            }
            _ if command.name == "merge" => self.merge(rest)?,
            _ if command.name == "back" => self.go_back()?,
            _ if command.name == "scratch" && (self.is_apart() || self.partner.shared().is_some()) => {
                self.begin_scratch()?;
            }
            _ if self.sharing().is_some()
                && SHARED.iter().any(|c| c.name == command.name)
                && !(self.is_apart() && command.name == "detach") =>
            {
                return self.share(command.name, rest).map(Some);
            }
            _ => match command.name {
                "people" | "log" | "interrupt" | "scratch" => self.wrong(&format!(
                    ":{name} is for a session that is shared; `bioxen session start NAME` starts one"
                ))?,
                "help" => self.explain(rest)?,
                "new" => self.new_vm(rest)?,
                "vms" | "status" => self.vms(command.name == "status")?,
                "attach" => self.attach(rest)?,
                "detach" => self.do_line("detach();")?,
                "who" => self.who()?,
                "plot" => self.plot(rest)?,
                "time" => self.time(rest)?,
                "history" => self.history(rest)?,
                "save" => self.save(rest)?,
                "load" => self.load(rest)?,
                "rust" => self.rust(rest)?,
                "reset" => self.reset()?,
                _ => return self.step_back().map(Some),
            },
        }
        Ok(Some(Next::GoOn))
    }

    /// What only a shared session does.
    fn share(&mut self, name: &str, rest: &str) -> Result<Next, Failure> {
        let Some(shared) = self.sharing() else { return Ok(Next::GoOn) };
        let lines = match (name, rest) {
            ("detach", _) => return Ok(Next::Leave),
            ("people", _) => shared.people(),
            ("log", "") => shared.log(20),
            ("log", words) => match words.parse() {
                Ok(last) => shared.log(last),
                Err(_) => {
                    self.wrong(&format!("how many? :log takes a whole number, and got `{words}`"))?;
                    return Ok(Next::GoOn);
                }
            },
            (_, "" | "force") => shared.interrupt(rest == "force").map(|()| Vec::new()),
            (_, words) => {
                self.wrong(&format!(":interrupt takes nothing or force, and got `{words}`"))?;
                return Ok(Next::GoOn);
            }
        };
        self.screen.borrow_mut().lines(&lines?)?;
        Ok(Next::GoOn)
    }

    /// Tells that a command cannot be done.
    pub(super) fn wrong(&mut self, message: &str) -> Result<(), Failure> {
        self.failed = true;
        Ok(self.screen.borrow_mut().error(&format!("error: {message}"))?)
    }

    fn explain(&mut self, name: &str) -> Result<(), Failure> {
        if name.is_empty() {
            return self.overview();
        }
        let session = self.session.clone();
        let session = session.borrow();
        let name = name.trim_matches(['"', '`']).trim_end_matches("()");
        if let Some(command) = name.strip_prefix(':').and_then(find) {
            let text = format!(":{} {} {}", command.name, command.shown, command.does);
            return Ok(self.screen.borrow_mut().line(&text)?);
        }
        if let Some(help) = self.partner.help(name)? {
            return Ok(self.screen.borrow_mut().markdown(&session, &help)?);
        }
        if let Some(found) = session.search(name) {
            return Ok(self.screen.borrow_mut().markdown(&session, &found)?);
        }
        let near = nearest(name, session.catalogue().names());
        self.wrong(&format!("nothing is known of `{name}`{}", hint(near)))
    }

    fn overview(&mut self) -> Result<(), Failure> {
        let mut text = "| | |\n|---|---|\n".to_owned();
        let (shared, apart) = (self.sharing().is_some(), self.is_apart());
        let own = COMMANDS.iter().filter(|c| !shared || apart || c.name != "detach");
        let more = |c: &&Command| match c.name {
            "merge" | "back" => apart,
            "scratch" | "detach" => shared && !apart,
            _ => shared,
        };
        for c in own.chain(SHARED.iter().filter(more)) {
            text.push_str(&format!("| :{} {} | {} |\n", c.name, c.shown, c.does));
        }
        text.push_str(
            "\nTab completes, Ctrl-R searches the history, Ctrl-C interrupts. Begin with\n\
             ```rhai\nlet cell = quick_start_vm(\"ecoli\", \"demo\");\n\
             start_transcription([\"lacZ\"]);\nrun(10.min)\n```\n\
             The language is Rhai: docs/language.md teaches it in ten minutes, docs/reference.md \
             describes all functions, and ?WORD finds functions by words of their description.",
        );
        let session = self.session.borrow();
        Ok(self.screen.borrow_mut().markdown(&session, &text)?)
    }

    fn vms(&mut self, whole: bool) -> Result<(), Failure> {
        let (all, current) = (self.partner.vms()?, self.partner.moment().vm);
        let session = self.session.borrow();
        let mut screen = self.screen.borrow_mut();
        if all.is_empty() {
            screen.line("There is no VM; :new or quick_start_vm(\"ecoli\") makes one.")?;
        }
        let wide = all.iter().map(|vm| vm.id.chars().count()).max().unwrap_or(0);
        for (i, vm) in all.into_iter().enumerate() {
            if whole {
                if i > 0 {
                    screen.line("")?;
                }
                let row =
                    |(n, v): &(String, String)| format!("| {n} | {} |", v.replace('|', "\\|"));
                let rows: Vec<String> = vm.rows.iter().map(row).collect();
                screen.markdown(&session, &rows.join("\n"))?;
            } else {
                let mark = if current.as_deref() == Some(&vm.id) { '*' } else { ' ' };
                screen.line(&format!("{mark} {:<wide$}  {:<12}  {}", vm.id, vm.kind, vm.state))?;
            }
        }
        Ok(())
    }

    fn who(&mut self) -> Result<(), Failure> {
        let all = self.partner.variables()?;
        let mut screen = self.screen.borrow_mut();
        if all.is_empty() {
            return Ok(screen.line("There is no variable; let name = value; makes one.")?);
        }
        let head = ["name", "type", "value"].map(str::to_owned);
        let rows: Vec<Vec<String>> =
            all.into_iter().map(|(name, kind, value)| vec![name, kind, value]).collect();
        let width = screen.width();
        Ok(screen.lines(&echo::list(&head, &rows, width))?)
    }

    fn time(&mut self, text: &str) -> Result<(), Failure> {
        if text.is_empty() {
            return self.wrong("what is to be timed? :time EXPR");
        }
        let (started, before) = (Instant::now(), self.partner.moment().minutes);
        self.evaluate(text)?;
        let took = started.elapsed().as_secs_f64();
        let lived = self.partner.moment().minutes - before;
        let mut line = format!("{took:.3} s");
        if lived > 0.0 {
            let speed = lived / took.max(1e-9);
            line.push_str(&format!(" for {lived:.4} min of cell time, {speed:.0} min/s"));
        }
        Ok(self.screen.borrow_mut().line(&line)?)
    }

    fn plot(&mut self, text: &str) -> Result<(), Failure> {
        if !text.is_empty() {
            let name = self.next_name();
            if self.evaluate_named(text, &name, false)?.failed.is_some() {
                return Ok(());
            }
        }
        match self.partner.show_figure(!text.is_empty())? {
            true => Ok(()),
            false if text.is_empty() => {
                self.wrong("nothing to plot yet; run(10.min) gives a trace")
            }
            false => {
                self.wrong(&format!("`{text}` is neither a trace nor a figure; plot(..) makes one"))
            }
        }
    }

    fn attach(&mut self, id: &str) -> Result<(), Failure> {
        let ids: Vec<String> = self.partner.vms()?.into_iter().map(|vm| vm.id).collect();
        if !id.is_empty() {
            if ids.iter().any(|known| known == id) {
                return self.do_line(&format!("attach({id:?});"));
            }
            // Nothing that fails is shown as a line to be learned from.
            let near = hint(nearest(id, ids.iter().map(String::as_str)));
            let there = match ids.as_slice() {
                [] => ":new or quick_start_vm(\"ecoli\") makes one".to_owned(),
                ids => format!("there are: {}", ids.join(", ")),
            };
            return self.wrong(&format!("there is no VM `{}`{near}; {there}", visible(id)));
        }
        match ids.as_slice() {
            [] => self.wrong("there is no VM; :new or quick_start_vm(\"ecoli\") makes one"),
            [only] => self.do_line(&format!("attach({only:?});")),
            _ => match self.choose("Which VM", &ids)? {
                Some(id) => self.do_line(&format!("attach({id:?});")),
                None => Ok(()),
            },
        }
    }

    /// Shows a line of a script and evaluates it, so that a menu teaches its language.
    pub(super) fn do_line(&mut self, line: &str) -> Result<(), Failure> {
        {
            let session = self.session.borrow();
            self.screen.borrow_mut().markdown(&session, &format!("```rhai\n{line}\n```"))?;
        }
        self.evaluate(line)?;
        Ok(())
    }

    fn reset(&mut self) -> Result<(), Failure> {
        if self.partner.reset()? {
            self.transcript.clear();
        }
        Ok(())
    }
}

/// The name of `name?` and of `value.name?`.
fn questioned(typed: &str) -> Option<&str> {
    let name = typed.strip_suffix('?')?;
    let fits = |c: char| c.is_alphanumeric() || "_.\"`".contains(c);
    if name.starts_with('"') {
        return name.chars().all(fits).then_some(name);
    }
    name.chars().all(fits).then(|| name.rsplit('.').next().unwrap_or(name))
}
