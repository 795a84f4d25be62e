//! The status of a VM in the hands of a script.

use std::fmt;

use super::table::significant;
use crate::held_back;
use bioxen_cell::hypervisor::VmStatus;

/// A status record; prints as a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Status(pub VmStatus);

impl Status {
    /// Names and values, in the order in which they are shown.
    pub fn rows(&self) -> Vec<(&'static str, String)> {
        let s = &self.0;
        let genes = match s.transcribing.as_slice() {
            [] => "nothing".to_owned(),
            few if few.len() <= 8 => few.join(", "),
            many => format!("{} and {} more", many[..7].join(", "), many.len() - 7),
        };
        let health = if s.health.is_empty() { "good".to_owned() } else { s.health.join("; ") };
        let mut rows = vec![
            ("VM", s.id.clone()),
            ("biological type", s.biological_type.clone()),
            ("VM type", s.vm_type.clone()),
            ("state", s.state.clone()),
            ("uptime", format!("{} min", significant(s.uptime_min))),
            ("ATP of the cell", format!("{} %", significant(s.atp_percent))),
            ("ATP allocation", format!("{} %", significant(s.atp_allocation))),
            (
                "ribosomes",
                format!(
                    "{} engaged of {} allocated",
                    significant(s.engaged_ribosomes),
                    significant(s.allocated_ribosomes)
                ),
            ),
            (
                "RNA polymerases",
                format!(
                    "{} engaged of {} allocated",
                    significant(s.engaged_polymerases),
                    significant(s.allocated_polymerases)
                ),
            ),
            ("transcription", format!("{} %", significant(s.transcription_percent))),
            (
                "DNA memory",
                format!(
                    "{} of {} kb",
                    significant(s.memory_kb_used),
                    significant(s.memory_kb_limit)
                ),
            ),
            ("growth of the host", format!("{} 1/h", significant(s.growth_rate_per_h))),
            ("transcribing", genes),
            ("health", health),
        ];
        let place = [("address", &s.address), ("link", &s.link), ("machine", &s.uuid)];
        let place = place.into_iter().filter_map(|(name, of)| Some((name, of.clone()?)));
        rows.splice(3..3, place);
        if !s.held_back.is_empty() {
            rows.push(("held back", format!("in the last run {}", held_back(&s.held_back))));
        }
        rows
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (name, value)) in self.rows().iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{name:<18}  {value}")?;
        }
        Ok(())
    }
}
