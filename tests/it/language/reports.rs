//! What a run tells a front end while it goes on.

use std::cell::RefCell;
use std::rc::Rc;

use bioxen::hypervisor::{Progress, Sample};
use bioxen::lang::Output;
use bioxen::session::Session;

/// What a text tells, and its last value.
fn told(text: &str) -> (Vec<Progress>, Vec<Sample>, String) {
    let told = Rc::new(RefCell::new((Vec::new(), Vec::new())));
    let sink = told.clone();
    let sink = move |output| match output {
        Output::Progress(progress) => sink.borrow_mut().0.push(progress),
        Output::Sample(sample) => sink.borrow_mut().1.push(sample),
        _ => {}
    };
    let mut session = Session::new(Default::default(), Box::new(sink)).unwrap();
    let value = session.eval(text, "test").unwrap_or_else(|e| panic!("{e}"));
    let (progress, samples) = told.take();
    (progress, samples, value.unwrap_or_default())
}

const LAC: &str = r#"
    create_bio_vm("a", "ecoli").start();
    start_transcription(["lacZ"]);
    create_bio_vm("b", "syn3a");
"#;

#[test]
fn samples_are_those_of_the_trace() {
    let text = format!(
        "{LAC} let t = run(5.min);
        `${{t[\"a.ribosomes\"]}} ${{t[\"a.polymerases\"]}} ${{t[\"a.atp_share\"]}} ${{t[\"host.atp_percent\"]}}`"
    );
    let (_, samples, value) = told(&text);
    assert_eq!(samples.len(), 31);
    let of = |f: fn(&Sample) -> f64| format!("{:?}", samples.iter().map(f).collect::<Vec<_>>());
    let all = [
        of(|s| s.vms[0].ribosomes),
        of(|s| s.vms[0].polymerases),
        of(|s| s.vms[0].atp_share),
        of(|s| s.atp_percent),
    ];
    assert_eq!(value, all.join(" "));
    assert!(samples[30].vms[0].ribosomes > 0.0);
    assert!(samples.iter().all(|s| s.vms[1].ribosomes == 0.0 && s.vms[1].id == "b"));
    let names: Vec<String> = samples[0].columns().into_iter().map(|c| c.name).collect();
    assert_eq!(names[..3], ["a.ribosomes", "a.polymerases", "a.atp_share"]);
    assert_eq!(
        names[6..],
        ["host.growth_rate_per_h", "host.ribosomes", "host.polymerases", "host.atp_percent"]
    );
}

#[test]
fn reactions_are_counted_through_the_parts_of_a_run() {
    let text = format!("{LAC} at(1.min, || start_transcription([\"tufA\"])); run(3.min);");
    let (progress, ..) = told(&text);
    assert!(progress.windows(2).all(|p| p[0].events <= p[1].events));
    let at = |minute: f64| {
        progress.iter().rfind(|p| p.now.minutes() <= minute).map(|p| p.events).unwrap()
    };
    // In the first minute there are a handful of mRNA; tufA makes hundreds of proteins.
    assert!(at(1.0) > 10 && at(3.0) > 10 * at(1.0), "{} {}", at(1.0), at(3.0));
    assert!(progress.iter().all(|p| p.end.minutes() == 3.0));
    let (progress, ..) = told(&format!("{LAC} solver(\"deterministic\"); run(1.min);"));
    assert!(!progress.is_empty() && progress.iter().all(|p| p.events == 0));
}
