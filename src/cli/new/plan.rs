//! The plan of a VM before it is made, and the script that makes it.

use bioxen::factory::Infrastructure;
use bioxen::factory::config_file::{ResourceLimits, VmConfig};
use bioxen::hypervisor::{BiologicalType, Limits};
use bioxen::lab::{Lab, LabError};
use bioxen::session::lex::is_word;
use clap::Args;

use super::super::failure::Failure;

/// What was said about a VM; the rest is asked, or has its default.
#[derive(Debug, Args, Default, Clone)]
pub(crate) struct Given {
    /// The VM's id [default: demo]
    #[arg(value_name = "NAME")]
    pub(super) id: Option<String>,
    /// Biological type: syn3a, ecoli or minimal_cell [default: ecoli]
    #[arg(long = "type", value_name = "TYPE")]
    pub(super) biological_type: Option<String>,
    /// VM type: where it runs [default: basic]
    #[arg(long, value_name = "TYPE")]
    pub(super) vm_type: Option<String>,
    /// Most ribosomes [default: that of the biological type]
    #[arg(long, value_name = "N", value_parser = bioxen::options::positive)]
    pub(super) max_ribosomes: Option<f64>,
    /// Most RNA polymerases [default: all that the host has]
    #[arg(long, value_name = "N", value_parser = bioxen::options::positive)]
    pub(super) max_polymerases: Option<f64>,
    /// Largest share of the host's ATP production [%] [default: that of the biological type]
    #[arg(long, value_name = "PERCENT", value_parser = bioxen::options::positive)]
    pub(super) max_atp: Option<f64>,
    /// Most DNA that may be mapped [kb] [default: that of the biological type]
    #[arg(long, value_name = "KB", value_parser = bioxen::options::positive)]
    pub(super) max_memory_kb: Option<f64>,
    /// Do not start the VM
    #[arg(long)]
    pub(super) no_start: bool,
}

impl Given {
    /// Only the id, if it is given.
    pub(crate) fn named(id: &str) -> Self {
        Self { id: (!id.is_empty()).then(|| id.to_owned()), ..Self::default() }
    }

    /// Whether nothing needs to be asked.
    pub(super) fn is_enough(&self) -> bool {
        self.id.is_some() && self.biological_type.is_some()
    }

    /// With defaults for what was not said.
    pub(super) fn plan(&self) -> Result<Plan, Failure> {
        let usage = |message: String| Failure::Usage { message };
        let biological_type =
            self.biological_type.as_deref().map_or(Ok(BiologicalType::Ecoli), |name| {
                BiologicalType::parse(name).map_err(|e| usage(e.to_string()))
            })?;
        let vm_type = self.vm_type.as_deref().map_or(Ok(Infrastructure::Basic), |name| {
            Infrastructure::parse(name).map_err(|e| usage(e.to_string()))
        })?;
        let defaults = biological_type.default_limits();
        Ok(Plan {
            id: self.id.clone().unwrap_or_else(|| "demo".to_owned()),
            kind: VmKind { biological_type, vm_type },
            limits: Limits {
                max_ribosomes: self.max_ribosomes.unwrap_or(defaults.max_ribosomes),
                max_polymerases: self.max_polymerases.unwrap_or(defaults.max_polymerases),
                max_atp_percent: self.max_atp.unwrap_or(defaults.max_atp_percent),
                max_memory_kb: self.max_memory_kb.unwrap_or(defaults.max_memory_kb),
            },
            start: !self.no_start,
        })
    }
}

/// A VM that could be made.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plan {
    pub(super) id: String,
    pub(super) kind: VmKind,
    pub(super) limits: Limits,
    /// Whether it is started.
    start: bool,
}

/// What a VM is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct VmKind {
    pub(super) biological_type: BiologicalType,
    pub(super) vm_type: Infrastructure,
}

impl Plan {
    /// The lines of a script that make it.
    pub(crate) fn lines(&self) -> Vec<String> {
        let variable = self.variable();
        let mut lines = vec![format!("let {variable} = {};", self.call())];
        if self.start {
            lines.push(format!("{variable}.start();"));
        }
        lines
    }

    /// Whether it is started.
    pub(super) fn set_start(&mut self, start: bool) {
        self.start = start;
    }

    /// The call that makes it, with what differs from the defaults.
    pub(super) fn call(&self) -> String {
        let VmKind { biological_type, vm_type } = self.kind;
        let default = biological_type.default_limits();
        let limits = [
            ("max_ribosomes", self.limits.max_ribosomes, default.max_ribosomes),
            ("max_polymerases", self.limits.max_polymerases, default.max_polymerases),
            ("max_atp", self.limits.max_atp_percent, default.max_atp_percent),
            ("max_memory_kb", self.limits.max_memory_kb, default.max_memory_kb),
        ];
        let own = limits.iter().filter(|(_, value, default)| value != default);
        let own: Vec<String> = own.map(|(key, value, _)| format!("{key}: {value}")).collect();
        let mut call = format!("create_bio_vm({:?}, {:?}", self.id, biological_type.name());
        if vm_type != Infrastructure::Basic || !own.is_empty() {
            call.push_str(&format!(", {:?}", vm_type.name()));
        }
        if !own.is_empty() {
            call.push_str(&format!(", #{{resource_limits: #{{{}}}}}", own.join(", ")));
        }
        call + ")"
    }

    /// Makes it in a laboratory, without starting it.
    pub(super) fn make(&self, lab: &mut Lab) -> Result<Vec<String>, LabError> {
        let VmKind { biological_type, vm_type } = self.kind;
        let mut config = VmConfig::defaults(biological_type);
        config.vm_type = vm_type.name().to_owned();
        config.resource_limits = ResourceLimits {
            max_ribosomes: self.limits.max_ribosomes,
            max_polymerases: self.limits.max_polymerases,
            max_atp: self.limits.max_atp_percent,
            max_memory_kb: self.limits.max_memory_kb,
        };
        lab.create_bio_vm(&self.id, biological_type.name(), vm_type.name(), Some(&config))
    }

    /// The id as the name of a variable.
    fn variable(&self) -> String {
        let name: String = self.id.chars().map(|c| if is_word(c) { c } else { '_' }).collect();
        let letters = name.chars().any(|c| c.is_ascii_alphabetic());
        let usable = letters && name.is_ascii() && !name.starts_with(|c: char| c.is_ascii_digit());
        // Words of the language are short.
        if usable && name.len() > 1 && !RESERVED.contains(&name.as_str()) {
            name
        } else {
            "cell".to_owned()
        }
    }
}

/// Words that no variable can have as its name.
const RESERVED: [&str; 50] = [
    "true",
    "false",
    "let",
    "const",
    "if",
    "else",
    "switch",
    "do",
    "while",
    "until",
    "loop",
    "for",
    "in",
    "continue",
    "break",
    "return",
    "throw",
    "try",
    "catch",
    "import",
    "export",
    "as",
    "fn",
    "private",
    "this",
    "is",
    "var",
    "static",
    "shared",
    "goto",
    "exit",
    "match",
    "case",
    "public",
    "protected",
    "new",
    "use",
    "with",
    "module",
    "package",
    "super",
    "thread",
    "spawn",
    "go",
    "sync",
    "async",
    "await",
    "yield",
    "default",
    "void",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(given: &Given) -> Plan {
        given.plan().unwrap()
    }

    #[test]
    fn the_script_says_what_differs_from_the_defaults() {
        let lines = plan(&Given::default()).lines();
        assert_eq!(lines, ["let demo = create_bio_vm(\"demo\", \"ecoli\");", "demo.start();"]);
        let given = Given {
            id: Some("my-cell".into()),
            biological_type: Some("syn3a".into()),
            max_ribosomes: Some(42.0),
            max_atp: Some(12.5),
            no_start: true,
            ..Given::default()
        };
        let limits = "#{resource_limits: #{max_ribosomes: 42, max_atp: 12.5}}";
        let line =
            format!("let my_cell = create_bio_vm(\"my-cell\", \"syn3a\", \"basic\", {limits});");
        assert_eq!(plan(&given).lines(), [line]);
    }

    #[test]
    fn every_id_has_a_variable_that_can_be_one() {
        let mut session =
            bioxen::session::Session::new(Default::default(), Box::new(|_| {})).unwrap();
        for id in ["x", "switch", "a-b", "fn", "demo", "default", "new"] {
            let plan = plan(&Given { id: Some(id.into()), ..Given::default() });
            session.eval(&plan.lines().join("\n"), id).unwrap();
        }
    }

    #[test]
    fn names_that_are_wrong_are_told_with_the_nearest() {
        let given = Given { biological_type: Some("ecoil".into()), ..Given::default() };
        let message = given.plan().unwrap_err().to_string();
        assert!(message.contains("did you mean `ecoli`?"), "{message}");
    }
}
