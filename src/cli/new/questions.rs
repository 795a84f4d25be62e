//! The questions, one after the other, each until its answer can be used.

use bioxen::factory::Infrastructure;
use bioxen::hypervisor::BiologicalType;
use bioxen::lab::Lab;
use bioxen::lang::{LangError, WorldOptions};

use super::super::failure::Failure;
use super::plan::{Given, Plan};

/// Somebody who can be asked.
pub(crate) trait Asker {
    /// An answer.
    fn ask(&mut self, question: &str) -> Result<String, GivenUp>;
    /// Tells something.
    fn note(&mut self, text: &str);
}

/// Why there is no plan.
#[derive(Debug)]
pub(crate) enum GivenUp {
    /// Ctrl-C.
    Interrupted,
    /// The end of the input.
    End,
    /// The call was wrong before anything was asked.
    Failed(Failure),
}

/// A cell in which VMs are made to see whether they can be.
pub(crate) struct Trial {
    lab: Lab,
    taken: Vec<String>,
}

impl Trial {
    /// An empty cell.
    pub(crate) fn new() -> Result<Self, Failure> {
        let lab = Lab::new(WorldOptions::default().seed).map_err(LangError::from)?;
        Ok(Self { lab, taken: Vec::new() })
    }

    /// A cell in which some ids are taken.
    pub(crate) fn with(taken: Vec<String>) -> Result<Self, Failure> {
        Ok(Self { taken, ..Self::new()? })
    }

    /// Whether a VM can be made as planned.
    pub(super) fn check(&mut self, plan: &Plan) -> Result<(), String> {
        if self.taken.contains(&plan.id) {
            return Err(format!("there is a VM `{}` already; choose another name", plan.id));
        }
        let made = plan.make(&mut self.lab);
        let outcome = made.map(drop).map_err(|error| error.to_string());
        self.lab.reset().map_err(|e| e.to_string())?;
        outcome
    }

    /// A default id that is free.
    fn free(&self) -> String {
        let names = std::iter::once("demo".to_owned()).chain((2..).map(|n| format!("demo{n}")));
        names.into_iter().find(|n| !self.taken.contains(n)).unwrap_or_default()
    }
}

/// Asks for all that was not given.
pub(crate) fn fill(
    given: &Given,
    asker: &mut dyn Asker,
    trial: &mut Trial,
) -> Result<Plan, GivenUp> {
    let mut plan = given.plan().map_err(GivenUp::Failed)?;
    if given.id.is_none() {
        plan.id = trial.free();
    }
    if given.biological_type.is_none() {
        let names = BiologicalType::ALL.map(BiologicalType::name);
        until(
            asker,
            trial,
            &mut plan,
            "Biological type",
            &choice(&names),
            "ecoli",
            |plan, answer| {
                let name = numbered(answer, &names);
                let of = BiologicalType::parse(name).map_err(|e| e.to_string())?;
                plan.kind.biological_type = of;
                plan.limits = of.default_limits();
                Ok(())
            },
        )?;
        let limits = Given {
            biological_type: Some(plan.kind.biological_type.name().into()),
            ..given.clone()
        };
        plan.limits = limits.plan().map_err(GivenUp::Failed)?.limits;
    }
    if given.id.is_none() {
        let free = plan.id.clone();
        until(asker, trial, &mut plan, "Name", "", &free, |plan, answer| {
            plan.id = answer.to_owned();
            Ok(())
        })?;
    }
    if given.vm_type.is_none() {
        let names: Vec<&str> = Infrastructure::ALL
            .map(Infrastructure::name)
            .into_iter()
            .filter(|name| Infrastructure::parse(name).is_ok())
            .collect();
        until(asker, trial, &mut plan, "VM type", &choice(&names), "basic", |plan, answer| {
            let name = numbered(answer, &names);
            plan.kind.vm_type = Infrastructure::parse(name).map_err(|e| e.to_string())?;
            Ok(())
        })?;
    }
    type Field = fn(&mut Plan) -> &mut f64;
    let limits: [(&str, Option<f64>, Field); 3] = [
        ("Ribosomes at most", given.max_ribosomes, |p| &mut p.limits.max_ribosomes),
        ("ATP at most [%]", given.max_atp, |p| &mut p.limits.max_atp_percent),
        ("DNA at most [kb]", given.max_memory_kb, |p| &mut p.limits.max_memory_kb),
    ];
    for (question, value, field) in limits {
        if value.is_none() {
            let default = field(&mut plan).to_string();
            until(asker, trial, &mut plan, question, "", &default, |plan, answer| {
                let number = bioxen::options::positive(answer);
                *field(plan) = number.map_err(|must| format!("`{answer}` {must}"))?;
                Ok(())
            })?;
        }
    }
    if !given.no_start {
        until(asker, trial, &mut plan, "Start it", "", "yes", |plan, answer| {
            match answer.to_lowercase().as_str() {
                "yes" | "y" => plan.set_start(true),
                "no" | "n" => plan.set_start(false),
                _ => return Err(format!("`{answer}` is neither yes nor no")),
            }
            Ok(())
        })?;
    }
    trial.check(&plan).map_err(|message| GivenUp::Failed(Failure::Config { message }))?;
    Ok(plan)
}

/// Asks until the answer makes a VM that can be made.
fn until(
    asker: &mut dyn Asker,
    trial: &mut Trial,
    plan: &mut Plan,
    question: &str,
    choice: &str,
    default: &str,
    set: impl Fn(&mut Plan, &str) -> Result<(), String>,
) -> Result<(), GivenUp> {
    loop {
        let answer = asker.ask(&format!("{question}{choice} [{default}]: "))?;
        let answer = if answer.trim().is_empty() { default } else { answer.trim() };
        let mut changed = plan.clone();
        match set(&mut changed, answer).and_then(|()| trial.check(&changed)) {
            Ok(()) => {
                *plan = changed;
                return Ok(());
            }
            Err(message) => asker.note(&format!("  {message}")),
        }
    }
}

/// ` (1 syn3a, 2 ecoli)`.
fn choice(names: &[&str]) -> String {
    let numbered: Vec<String> =
        names.iter().enumerate().map(|(i, name)| format!("{} {name}", i + 1)).collect();
    format!(" ({})", numbered.join(", "))
}

/// The name that an answer means: itself, or the one of that number.
fn numbered<'a>(answer: &'a str, names: &[&'a str]) -> &'a str {
    let number = answer.parse::<usize>().ok().and_then(|n| names.get(n.checked_sub(1)?));
    number.copied().unwrap_or(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Answers {
        answers: Vec<&'static str>,
        notes: Vec<String>,
    }

    impl Asker for Answers {
        fn ask(&mut self, _: &str) -> Result<String, GivenUp> {
            if self.answers.is_empty() {
                return Err(GivenUp::End);
            }
            Ok(self.answers.remove(0).to_owned())
        }

        fn note(&mut self, text: &str) {
            self.notes.push(text.to_owned());
        }
    }

    fn filled(answers: &[&'static str]) -> (Result<Vec<String>, GivenUp>, Vec<String>) {
        let mut asker = Answers { answers: answers.to_vec(), notes: Vec::new() };
        let mut trial = Trial::with(vec!["demo".into()]).unwrap();
        let plan = fill(&Given::default(), &mut asker, &mut trial);
        (plan.map(|plan| plan.lines()), asker.notes)
    }

    #[test]
    fn defaults_make_a_vm() {
        let (lines, notes) = filled(&[""; 7]);
        assert!(notes.is_empty(), "{notes:?}");
        let lines = lines.unwrap();
        assert_eq!(lines, ["let demo2 = create_bio_vm(\"demo2\", \"ecoli\");", "demo2.start();"]);
    }

    #[test]
    fn wrong_answers_are_explained_and_asked_again() {
        let answers =
            ["sin3a", "1", "demo", "a b", "syn", "xcpng", "", "-5", "many", "30", "", "", "n"];
        let (lines, notes) = filled(&answers);
        let limits = "#{resource_limits: #{max_ribosomes: 30}}";
        let line = format!("let syn = create_bio_vm(\"syn\", \"syn3a\", \"basic\", {limits});");
        assert_eq!(lines.unwrap(), [line], "{notes:?}");
        assert_eq!(notes.len(), 6, "{notes:?}");
        assert!(notes[0].contains("did you mean `syn3a`?"), "{notes:?}");
        assert!(notes[1].contains("already"), "{notes:?}");
        assert!(notes[5].contains("`many` must be a number above 0"), "{notes:?}");
    }

    #[test]
    fn the_end_of_the_input_gives_up() {
        assert!(matches!(filled(&["", ""]).0, Err(GivenUp::End)));
    }
}
