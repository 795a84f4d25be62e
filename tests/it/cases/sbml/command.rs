//! What `bioxen sbml run` shows.

use super::{close, refusal, table};

const NET: &str = "reversible_net_rate.xml";
const SMALL: &str = "small_amount_assigned.xml";

#[test]
fn concentrations_are_amounts_by_sizes() {
    for (name, solver) in [(SMALL, "ode"), (NET, "ssa")] {
        let base = ["--t-end", "2", "--points", "5", "--solver", solver];
        let amounts = table(name, &base);
        let concentrations = table(name, &[&base[..], &["--concentrations"]].concat());
        let size = if name == SMALL { 1e-14 } else { 1.0 };
        for (a, c) in amounts.column("A").iter().zip(concentrations.column("A")) {
            assert!(close(c * size, *a, 1e-12), "{a} {c}");
        }
        let both = table(name, &[&base[..], &["--select", "A,[A]"]].concat());
        assert_eq!(both.names, ["time", "A", "[A]"]);
        assert_eq!(both.column("A"), amounts.column("A"));
        assert_eq!(both.column("[A]"), concentrations.column("A"));
    }
}

#[test]
fn constants_and_rates_are_shown_on_request() {
    let base = ["--t-end", "2", "--points", "5", "--solver", "ode"];
    assert_eq!(table(SMALL, &base).names, ["time", "A", "B"]);
    let all = table(SMALL, &[&base[..], &["--all", "--rates"]].concat());
    assert_eq!(all.names, ["time", "c", "A", "B", "A0", "J"]);
    assert_eq!(all.column("A0"), vec![1e-3; 5]);
    assert_eq!(all.column("c"), vec![1e-14; 5]);
    for (rate, a) in all.column("J").iter().zip(all.column("A")) {
        assert!(close(*rate, 1e-14 * 1e3 * (a / 1e-14).powi(2), 1e-9), "{rate} {a}");
    }
    // In one run and in the mean of many.
    let one = table(NET, &["--t-end", "1", "--points", "3", "--select", "J,A,B"]);
    for ((j, a), b) in one.column("J").iter().zip(one.column("A")).zip(one.column("B")) {
        assert_eq!(*j, a - 0.5 * b);
    }
    let many = table(NET, &["--t-end", "1", "--points", "3", "--runs", "50", "--select", "J,A,B"]);
    let (a, b) = (many.last("A-mean"), many.last("B-mean"));
    assert!(close(many.last("J-mean"), a - 0.5 * b, 1e-9));
    assert!(many.last("J-sd") > 0.0);
}

#[test]
fn a_table_may_begin_later() {
    for (name, solver) in
        [(SMALL, "ode"), ("periodic_event.xml", "ode"), ("periodic_event.xml", "ssa")]
    {
        let whole = table(name, &["--t-end", "40", "--points", "41", "--solver", solver]);
        let arguments = ["--t-start", "30", "--t-end", "40", "--points", "11", "--solver", solver];
        let part = table(name, &arguments);
        assert_eq!(part.column("time"), whole.column("time")[30..]);
        let first = &part.names[1];
        for (a, b) in part.column(first).iter().zip(&whole.column(first)[30..]) {
            assert!(close(*a, *b, 1e-4), "{name}: {a} {b}");
        }
    }
    let message = refusal(SMALL, &["--t-start", "5", "--t-end", "4", "--solver", "ode"]);
    assert!(message.contains("--t-start 5 is not before --t-end 4"), "{message}");
}

#[test]
fn what_the_model_does_not_have_is_answered_with_what_it_has() {
    for (given, nearest) in [("a", "A"), ("A1", "A"), ("[b]", "B"), ("K", "J")] {
        let message = refusal(SMALL, &["--t-end", "1", "--solver", "ode", "--select", given]);
        assert!(message.contains("the model has nothing called"), "{message}");
        if given != "K" {
            assert!(message.contains(&format!("did you mean `{nearest}`")), "{message}");
        }
    }
    let message = refusal(SMALL, &["--t-end", "1", "--solver", "ode", "--select", "[A0]"]);
    assert!(message.contains("no species"), "{message}");
}
