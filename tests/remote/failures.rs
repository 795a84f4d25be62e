//! What goes wrong with agents and links, and what is kept.

use bioxen::engine::StopToken;
use bioxen::hypervisor::Report;
use bioxen::lab::LabError;
use bioxen::units::Time;
use serde_json::json;

use crate::sshd::{BIOXEN, Sshd, ends, parent, signal};
use crate::{here, lab, open, refused, run_and};

#[test]
fn an_agent_that_is_missing_or_another_one_is_told_before_a_vm_is_made() {
    let sshd = Sshd::start();
    let hello = |major: u32| {
        format!(
            "echo '{{\"agent\":\"bioxen-agent\",\"protocol\":{{\"major\":{major},\"minor\":0}},\
             \"version\":\"9.8.7\",\"platform\":\"any\"}}'; exec sleep 60"
        )
    };
    for (name, text, said) in [
        ("older", hello(0), "is that of BioXen 9.8.7 and speaks protocol 0.0, and here it is 1"),
        ("newer", hello(2), "speaks protocol 2.0, and here it is 1: install the same version"),
        (
            "shell",
            "echo 'Welcome to the lab'; exec sleep 60".to_owned(),
            "it says: Welcome to the lab",
        ),
        ("silent", "exec sleep 60".to_owned(), "nothing has come for 1 s"),
        ("failing", "echo 'no licence' >&2; exit 3".to_owned(), "exit code 3; it said: no licence"),
        ("loud", "exec head -c 100000000 /dev/zero".to_owned(), "no agent of BioXen"),
        ("killed", "kill -9 $$".to_owned(), "was killed by signal KILL"),
    ] {
        let binary = sshd.program(name, &text);
        // Who says something is waited for, however slow the machine is.
        let patience = match name {
            "silent" => 1.5,
            "shell" => 20.0,
            _ => 240.0,
        };
        let error = refused(&sshd.config(json!({"binary": binary, "start_timeout": patience})));
        assert!(error.contains(said), "{name}: {error}");
    }
    let missing = refused(&sshd.config(json!({"binary": sshd.path("nowhere")})));
    assert!(missing.contains("exit code 127"), "{missing}");
    assert!(missing.contains("Install bioxen there"), "{missing}");
}

/// An agent that is started by such a script runs as one here.
fn runs_as_here(script: &str) {
    let sshd = Sshd::start();
    let binary = sshd.program("agent", script);
    let place = open(&sshd.config(json!({"binary": binary}))).unwrap();
    assert_eq!(lab(Some(place)).run(Time::from_minutes(1.0)).unwrap(), here(1.0));
}

#[test]
fn an_agent_that_has_learned_something_and_a_talking_shell_are_understood() {
    runs_as_here(&format!("echo Welcome; {BIOXEN} \"$@\" | sed -u 's/\"minor\":0/\"minor\":9/'"));
}

#[test]
fn eight_megabytes_of_errors_hold_nothing_up() {
    runs_as_here(&format!("head -c 8388608 /dev/zero | tr '\\0' 'x' >&2; exec {BIOXEN} \"$@\""));
}

#[test]
fn a_run_that_is_cut_keeps_the_state_before_it_and_can_be_made_again() {
    let sshd = Sshd::start();
    let config = json!({"binary": sshd.tracked(), "silence_timeout": 5});
    for (what, said) in [
        ("the agent is killed", "the agent was killed by signal KILL"),
        ("the agent stands still", "the machine or the agent stands still"),
        ("the link is cut", "the link was cut"),
        ("the other end stands still", "the machine or the agent stands still"),
    ] {
        let place = open(&sshd.config(config.clone())).unwrap();
        let mut lab = lab(Some(place));
        let before = lab.saved().unwrap();
        let (pid, server) = (sshd.pid(), parent(&sshd.pid()));
        let error = run_and(&mut lab, 500.0, || match what {
            "the agent is killed" => signal("-KILL", &pid),
            "the agent stands still" => signal("-STOP", &pid),
            "the link is cut" => signal("-KILL", &server),
            _ => signal("-STOP", &server),
        });
        let error = error.unwrap_err();
        assert!(matches!(error, LabError::Place(_)), "{what}: {error:?}");
        let text = error.to_string();
        assert!(text.contains(said) && text.contains("stands at 0"), "{what}: {text}");
        assert!(text.contains("though it had reached"), "{what}: {text}");
        assert_eq!(lab.saved().unwrap(), before, "{what}");
        // The agent ends by itself once it can.
        match what {
            "the agent stands still" => signal("-CONT", &pid),
            "the other end stands still" => signal("-CONT", &server),
            _ => {}
        }
        ends(&pid);
        // A new link is made, and the run is the one that it would have been.
        assert_eq!(lab.run(Time::from_minutes(2.0)).unwrap(), here(2.0), "{what}");
    }
}

#[test]
fn an_agent_that_has_gone_between_two_runs_is_started_again() {
    let sshd = Sshd::start();
    let place = open(&sshd.config(json!({"binary": sshd.tracked()}))).unwrap();
    let mut there = lab(Some(place));
    let mut own = lab(None);
    assert_eq!(
        there.run(Time::from_minutes(1.0)).unwrap(),
        own.run(Time::from_minutes(1.0)).unwrap()
    );
    let pid = sshd.pid();
    signal("-KILL", &pid);
    ends(&pid);
    // Nothing had been told of it, so nobody needs to know.
    let again = there.run(Time::from_minutes(1.0));
    assert_eq!(again.unwrap(), own.run(Time::from_minutes(1.0)).unwrap());
    assert_eq!(there.saved().unwrap(), own.saved().unwrap());
    drop(there);
    ends(&sshd.pid());
}

#[test]
fn an_interrupt_ends_the_run_there_and_keeps_what_it_has_reached() {
    let sshd = Sshd::start();
    let place = open(&sshd.config(json!({"binary": sshd.tracked()}))).unwrap();
    let mut lab = lab(Some(place));
    let stop = StopToken::new();
    let mut tell = |report: Report| {
        if let Report::Sample(sample) = report
            && sample.now > Time::from_minutes(1.0)
        {
            stop.stop();
        }
    };
    let pid = sshd.pid();
    let run = lab.run_with(Time::from_hours(500.0), None, &mut tell, &stop).unwrap();
    assert!(!run.completed && run.trace.times.len() > 6);
    // It is the same agent that goes on.
    assert!(lab.run(Time::from_minutes(1.0)).unwrap().completed);
    assert_eq!(sshd.pid(), pid);
    lab.destroy("demo").unwrap();
    ends(&pid);
}
