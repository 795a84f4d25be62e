//! Remarks, in words, about quotas that held VMs back.

use crate::value::significant;
use bioxen_cell::chassis::Bound;
use bioxen_cell::hypervisor::{HeldBack, Limits};
use bioxen_engine::Note;

/// More VMs than this are told in one sentence.
const FEW: usize = 4;

/// A part of the whole, in percent.
fn percent(share: f64) -> String {
    match 100.0 * share {
        all if all >= 99.95 => "all".to_owned(),
        least if least < 0.1 => "less than 0.1 %".to_owned(),
        some => format!("{} %", significant((10.0 * some).round() / 10.0)),
    }
}

/// What held a VM back, and for how long.
fn what(held: &HeldBack) -> String {
    let limit = significant(held.limit);
    let some = |what: &str| format!("{limit} {what}{}", if held.limit == 1.0 { "" } else { "s" });
    let by = match held.by {
        Bound::Ribosomes => format!("at its quota of {}", some("ribosome")),
        Bound::Polymerases => format!("at its quota of {}", some("RNA polymerase")),
        Bound::Atp => format!("at its share of {limit} % of the ATP"),
        Bound::Host if held.limit >= Limits::HOST.max_ribosomes => {
            "below what it asks for, which the host cannot meet".to_owned()
        }
        Bound::Host => {
            format!("below its quota of {}, which the host cannot meet", some("ribosome"))
        }
        Bound::HostPolymerases => {
            format!("below its quota of {}, which the host cannot meet", some("RNA polymerase"))
        }
    };
    let time = percent(held.share);
    let time =
        if time == "all" { "all the time".to_owned() } else { format!("{time} of the time") };
    format!("{by}, {time}")
}

/// How many times as many ribosomes or RNA polymerases it would have held, where that is more than nothing.
fn wanted(held: &HeldBack) -> String {
    let times = held.speed.recip();
    if times.is_finite() && times >= 1.05 {
        let holder = match held.by {
            Bound::Polymerases | Bound::HostPolymerases => "its promoters",
            Bound::Ribosomes | Bound::Host | Bound::Atp => "its mRNA",
        };
        format!(
            "{holder} could have held {} times as many; ",
            significant((10.0 * times).round() / 10.0)
        )
    } else {
        String::new()
    }
}

/// What changes it.
fn advice(held: &HeldBack) -> String {
    let vm = &held.vm;
    let (call, option) = match held.by {
        Bound::Ribosomes => ("allocate_ribosomes", "max_ribosomes"),
        Bound::Polymerases => ("allocate_polymerases", "max_polymerases"),
        Bound::Atp => ("allocate_atp", "max_atp"),
        Bound::Host | Bound::HostPolymerases => {
            return format!("vm(\"{vm}\").set_priority(..) decides who yields");
        }
    };
    // A limit that is not used up is no quota: what was allocated is.
    if held.limit < held.most {
        let most = match held.by {
            Bound::Ribosomes if held.most >= Limits::HOST.max_ribosomes => {
                "all that the host has".to_owned()
            }
            Bound::Polymerases if held.most >= Limits::HOST.max_polymerases => {
                "all that the host has".to_owned()
            }
            _ => format!("the VM's limit of {}", significant(held.most)),
        };
        return format!("vm(\"{vm}\").{call}(..) raises it, up to {most}");
    }
    format!(
        "vm(\"{vm}\").set_limits(#{{{option}: ..}}) raises it, #{{resource_limits: #{{{option}: ..}}}} \
         where the VM is created, \"host\" for no quota"
    )
}

/// What a trace says of those who were held back.
pub(super) fn notes(held: &[HeldBack]) -> Vec<Note> {
    let note = |held: &HeldBack| {
        let column = match held.by {
            Bound::Ribosomes | Bound::Host => "ribosomes",
            Bound::Polymerases | Bound::HostPolymerases => "polymerases",
            Bound::Atp => "atp_share",
        };
        Note {
            column: format!("{}.{column}", held.vm),
            vm: Some(held.vm.as_str().into()),
            of_a_part: false,
            text: format!("{} held back {}", held.vm, what(held)),
            advice: format!("{}{}", wanted(held), advice(held)),
        }
    };
    held.iter().map(note).collect()
}

/// What is told when a run has ended: a sentence for each, or one for many.
pub(super) fn remarks(held: &[HeldBack]) -> Vec<String> {
    let notes = notes(held);
    if notes.len() <= FEW {
        return notes.iter().map(ToString::to_string).collect();
    }
    let longest = held.iter().map(|h| h.share).fold(0.0, f64::max);
    let rest = notes.len() - 1;
    vec![format!(
        "{}; so were {rest} others, the longest {} of the time; {}",
        notes[0].text,
        percent(longest),
        notes[0].advice
    )]
}

/// What a status says of a VM.
pub fn held_back(held: &[HeldBack]) -> String {
    held.iter().map(what).collect::<Vec<_>>().join("; ")
}
