//! Cells that live with an agent: the same numbers to the bit, the same errors, and nothing that hangs.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::io::{PipeReader, PipeWriter, Read, Write, pipe};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use bioxen_base::units::Time;
use bioxen_cell::factory::{Config, Infrastructure};
use bioxen_cell::hypervisor::{BiologicalType, Report, Solver};
use bioxen_engine::StopToken;
use bioxen_lab::{Lab, LabError, Place};
use bioxen_remote::agent::{Limits, serve};
use bioxen_remote::{
    Connect, Ending, How, Link, Patience, Received, RemoteError, RemotePlace, Transport,
};

/// Two pipes, and a thread that reads one of them.
struct Pipes {
    write: Option<PipeWriter>,
    read: Receiver<Vec<u8>>,
    /// What is done to what comes.
    damage: fn(Vec<u8>) -> Vec<u8>,
}

impl Transport for Pipes {
    fn send(&mut self, bytes: &[u8], _: Duration) -> Result<(), RemoteError> {
        let sent = self.write.as_mut().map(|pipe| pipe.write_all(bytes));
        match sent {
            Some(Ok(())) => Ok(()),
            _ => Err(RemoteError::Lost { ending: ended() }),
        }
    }

    fn receive(&mut self, into: &mut Vec<u8>, wait: Duration) -> Result<Received, RemoteError> {
        match self.read.recv_timeout(wait) {
            Ok(bytes) => {
                into.extend((self.damage)(bytes));
                Ok(Received::Bytes)
            }
            Err(RecvTimeoutError::Timeout) => Ok(Received::Nothing),
            Err(RecvTimeoutError::Disconnected) => Ok(Received::End(ended())),
        }
    }

    fn said(&mut self) -> String {
        String::new()
    }
}

fn ended() -> Ending {
    Ending { how: How::Cut("the pipe has ended".to_owned()), said: String::new() }
}

/// The user's ends of pipes to an agent on a thread.
fn agent(limits: Limits) -> (PipeWriter, PipeReader) {
    let (input, write) = pipe().unwrap();
    let (read, output) = pipe().unwrap();
    thread::spawn(move || serve(input, output, &limits));
    (write, read)
}

fn pipes(damage: fn(Vec<u8>) -> Vec<u8>) -> Pipes {
    let (write, mut output) = agent(Limits::default());
    let (give, read) = mpsc::channel();
    thread::spawn(move || {
        let mut buffer = vec![0; 1 << 16];
        while let Ok(n @ 1..) = output.read(&mut buffer) {
            if give.send(buffer[..n].to_vec()).is_err() {
                break;
            }
        }
    });
    Pipes { write: Some(write), read, damage }
}

/// Links to agents on threads.
struct Threads(fn(Vec<u8>) -> Vec<u8>);

impl Connect for Threads {
    fn connect(&self) -> Result<Link, RemoteError> {
        let patience = Patience { silence: Duration::from_secs(60), ..Patience::default() };
        Link::open(Box::new(pipes(self.0)), "a thread", patience)
    }
}

fn place(damage: fn(Vec<u8>) -> Vec<u8>) -> Arc<dyn Place> {
    let names = ("thread".to_owned(), "a thread".to_owned());
    let place = RemotePlace::open(Infrastructure::Ssh, names, None, Box::new(Threads(damage)));
    Arc::new(place.unwrap())
}

fn minutes(n: f64) -> Time {
    Time::from_minutes(n)
}

/// A laboratory with a VM in a place, or here.
fn lab(solver: Solver, place: Option<Arc<dyn Place>>) -> Lab {
    let mut lab = Lab::new(5).unwrap();
    lab.hypervisor_mut().set_solver(solver);
    let kind = if place.is_some() { Infrastructure::Ssh } else { Infrastructure::Basic };
    let config = Config::new(BiologicalType::Ecoli, kind);
    match place {
        Some(place) => lab.create_at("demo", config, true, place).unwrap(),
        None => lab.create("demo", config, true).unwrap(),
    };
    lab
}

/// What a user does in the laboratory; gives all that was recorded and told.
fn programme(lab: &mut Lab) -> String {
    let mut seen = String::new();
    let genes = ["lacZ", "lacY", "rpoD"];
    lab.with_vm("demo", |vm| vm.start_transcription(&genes, 4.0).map(drop)).unwrap();
    lab.at(minutes(3.25), |lab| {
        lab.with_vm("demo", |vm| vm.stop_transcription(&["lacY"]).map(drop))
    })
    .unwrap();
    for duration in [0.5, 2.0, 0.1, 4.0] {
        let mut reports = Vec::new();
        let stop = StopToken::new();
        let mut tell = |report| {
            if let Report::Sample(sample) = report {
                reports.push(sample);
            }
        };
        let run = lab.run_with(minutes(duration), None, &mut tell, &stop).unwrap();
        seen += &format!("{run:?}\n{reports:?}\n");
    }
    lab.with_vm("demo", |vm| vm.pause()).unwrap();
    seen += &format!("{:?}\n", lab.run(minutes(1.0)).unwrap());
    lab.with_vm("demo", |vm| vm.resume()).unwrap();
    let kept = lab.snapshot("demo").unwrap();
    seen += &format!("{:?}\n", lab.run(minutes(1.3)).unwrap());
    lab.restore("demo", &kept).unwrap();
    lab.when(|lab| lab.hypervisor().now() > minutes(10.0), |_| Ok(()));
    seen += &format!("{:?}\n", lab.run(minutes(2.0)).unwrap());
    let until = lab.run_until(|lab| lab.hypervisor().now() >= minutes(12.0), minutes(60.0));
    seen += &format!("{:?}\n{:?}\n", until.unwrap(), lab.events().conditions().len());
    seen
}

#[test]
fn a_cell_lives_the_same_life_elsewhere_to_the_bit() {
    for solver in [Solver::Stochastic, Solver::Deterministic, Solver::TauLeap] {
        let mut here = lab(solver, None);
        let mut there = lab(solver, Some(place(|bytes| bytes)));
        let (own, other) = (programme(&mut here), programme(&mut there));
        assert!(own == other, "{solver:?}: {}", first_difference(&own, &other));
        let (own, other) = (here.saved().unwrap(), there.saved().unwrap());
        assert!(own == other, "{solver:?}: the states differ");
        let status = there.status("demo").unwrap();
        assert_eq!((status.vm_type.as_str(), status.address.as_deref()), ("ssh", Some("a thread")));
        assert!(status.link.unwrap().starts_with("open"));
    }
}

fn first_difference(a: &str, b: &str) -> String {
    let at = a.bytes().zip(b.bytes()).position(|(a, b)| a != b).unwrap_or(a.len().min(b.len()));
    let part = |s: &str| s.chars().skip(at.saturating_sub(80)).take(160).collect::<String>();
    format!("at {at}: `{}` and `{}`", part(a), part(b))
}

#[test]
fn two_places_on_one_chassis_are_refused_and_nothing_has_changed() {
    let mut lab = lab(Solver::Stochastic, Some(place(|bytes| bytes)));
    let before = lab.saved().unwrap();
    let config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
    let error = lab.create("other", config.clone(), true).unwrap_err().to_string();
    assert!(error.contains("runs on ssh at a thread") && error.contains("of its own"), "{error}");
    assert_eq!(lab.saved().unwrap(), before);
    let config = Config { chassis: Some("second".to_owned()), ..config };
    lab.create("other", config, true).unwrap();
    let types = lab.statuses().into_iter().map(|status| status.vm_type);
    assert_eq!(types.collect::<Vec<_>>(), ["ssh", "basic"]);
    lab.destroy("demo").unwrap();
    let config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
    lab.create("again", config, true).unwrap();
    assert_eq!(lab.status("again").unwrap().vm_type, "basic");
}

#[test]
fn an_interrupted_run_keeps_what_was_reached() {
    let mut lab = lab(Solver::Stochastic, Some(place(|bytes| bytes)));
    lab.with_vm("demo", |vm| vm.start_transcription(&["lacZ"], 1.0).map(drop)).unwrap();
    let stop = StopToken::new();
    let mut tell = |report: Report| {
        if let Report::Sample(sample) = report
            && sample.now > minutes(1.0)
        {
            stop.stop();
        }
    };
    let run = lab.run_with(Time::from_hours(500.0), None, &mut tell, &stop).unwrap();
    assert!(!run.completed);
    assert!(lab.hypervisor().now() > minutes(1.0));
    assert_eq!(run.trace.times.last(), Some(&lab.hypervisor().now().minutes()));
    // Then it goes on as any other.
    assert!(lab.run(minutes(1.0)).unwrap().completed);
}

#[test]
fn what_is_damaged_on_the_way_is_never_taken_for_whole() {
    // A digit of the last checksum, the contents of rows, and the end of all frames.
    let damages: [fn(Vec<u8>) -> Vec<u8>; 3] = [
        |bytes| replaced(&bytes, "\"rows\":", "\"rows\":1"),
        |bytes| replaced(&bytes, "\"deflated\":\"", "\"deflated\":\"AAAA"),
        |bytes| replaced(&bytes, "{\"id\":1,\"tell\":\"d", "{\"id\":1,\"tell\":d"),
    ];
    for damage in damages {
        let mut lab = lab(Solver::Stochastic, Some(place(damage)));
        let before = lab.saved().unwrap();
        let error = lab.run(minutes(1.0)).unwrap_err();
        let LabError::Place(_) = error else { panic!("{error:?}") };
        let text = error.to_string();
        assert!(text.contains("is damaged") && text.contains("stands at 0"), "{text}");
        lab.leave_run();
        assert_eq!(lab.saved().unwrap(), before);
    }
}

fn replaced(bytes: &[u8], what: &str, by: &str) -> Vec<u8> {
    String::from_utf8_lossy(bytes).replace(what, by).into_bytes()
}

/// What an agent answers to some bytes; its input ends behind them.
fn answers(input: &[u8]) -> Vec<String> {
    let (mut write, mut read) = agent(Limits::default());
    let input = input.to_vec();
    thread::spawn(move || write.write_all(&input));
    let mut all = String::new();
    read.read_to_string(&mut all).unwrap();
    all.lines().map(str::to_owned).collect()
}

#[test]
fn frames_that_are_none_are_answered_with_errors() {
    for input in [
        "hello\n",
        "{}\n",
        "{\"id\":1}\n",
        "{\"id\":-1,\"do\":\"ping\"}\n",
        "{\"id\":1,\"do\":\"rule\"}\n",
        "{\"id\":1,\"do\":\"live\"}\n",
        "[[[[[[[[[\n",
        "\u{0}\u{1}\n",
    ] {
        let answers = answers(input.as_bytes());
        assert_eq!(answers.len(), 2, "{input}: {answers:?}");
        assert!(answers[1].contains("\"kind\":\"frame\""), "{input}: {answers:?}");
    }
    let deep = "[".repeat(1 << 20);
    assert!(answers(format!("{deep}\n").as_bytes())[1].contains("\"frame\""));
    // What is cut off is no frame, and bytes of no text are none.
    assert_eq!(answers(b"{\"id\":1,\"do\":\"ping\"}").len(), 1);
    assert!(answers(b"\xff\xfe\n")[1].contains("\"frame\""));
    assert!(answers(b"{\"id\":7,\"do\":\"ping\"}\n")[1].contains("\"pong\""));
}

#[test]
fn a_state_that_makes_no_sense_is_refused() {
    let live = |state: &str| {
        format!(
            "{{\"id\":1,\"do\":\"live\",\"state\":{state},\"start_us\":0,\"end_us\":60000000,\
             \"every_us\":-5,\"target_us\":9,\"recorded\":false,\
             \"held\":{{\"whole\":0,\"spans\":[]}}}}\n"
        )
    };
    // The input stays open until the answer is there.
    let kind = |state: &str| {
        let (mut write, mut read) = agent(Limits::default());
        write.write_all(live(state).as_bytes()).unwrap();
        let (mut all, mut buffer) = (Vec::new(), [0; 4096]);
        while all.iter().filter(|byte| **byte == b'\n').count() < 2 {
            let n = read.read(&mut buffer).unwrap();
            assert!(n > 0);
            all.extend_from_slice(&buffer[..n]);
        }
        String::from_utf8(all).unwrap()
    };
    assert!(kind("{\"sha256\":\"00\"}").contains("need_state"));
    assert!(kind("{\"sha256\":\"00\",\"deflated\":\"AAAA\"}").contains("\"state\""));
    assert!(kind("{\"sha256\":\"00\",\"deflated\":\"\u{e4}\"}").contains("\"state\""));
}

#[test]
fn an_agent_ends_by_limits_of_its_own() {
    let limits = Limits { idle: Duration::from_millis(50), ..Limits::default() };
    let (write, mut read) = agent(limits);
    let mut all = String::new();
    // Nobody ends its input, and yet it ends.
    read.read_to_string(&mut all).unwrap();
    assert_eq!(all.lines().count(), 1);
    drop(write);
}
