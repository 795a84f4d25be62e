//! Values that are shown, and what takes their place.

use std::cell::RefCell;
use std::rc::Rc;

use bioxen::lang::{Output, WorldOptions};
use bioxen::session::Session;

/// A session, and what it showed: the number, whether it is an update, the text, and whether there is
/// a figure.
type Shown = Rc<RefCell<Vec<(u64, bool, String, bool)>>>;

fn session() -> (Session, Shown) {
    let shown = Shown::default();
    let sink = shown.clone();
    let take = move |output| match output {
        Output::Display { id, update, value } => {
            sink.borrow_mut().push((id, update, value.text.clone(), value.figure.is_some()));
        }
        Output::Text(text) => sink.borrow_mut().push((0, false, text, false)),
        _ => {}
    };
    (Session::new(WorldOptions::default(), Box::new(take)).unwrap(), shown)
}

fn eval(session: &mut Session, text: &str) -> Option<String> {
    session.eval(text, "test").unwrap_or_else(|e| panic!("{text}\n{e}"))
}

#[test]
fn what_was_shown_is_updated_by_its_number_from_anywhere() {
    let (mut s, shown) = session();
    // The handle is no result of its own.
    assert_eq!(eval(&mut s, "let d = display([1, 0.5]); d"), None);
    assert_eq!(eval(&mut s, "display(5.min)"), None);
    eval(&mut s, "every(1.min, || d.update(`at ${now()}`)); let t = run(2.min);");
    eval(&mut s, "d.update(plot_resources(t)); show(plot_resources(t));");
    let expected = [
        (1, false, "[1, 0.5]", false),
        (2, false, "5 min", false),
        (1, true, "at 1 min", false),
        (1, true, "at 2 min", false),
        (1, true, "figure `Resources`", true),
        (3, false, "figure `Resources`", true),
    ];
    let expected: Vec<_> = expected.map(|(id, u, text, f)| (id, u, text.to_owned(), f)).into();
    assert_eq!(shown.take(), expected);
    // A session that was made anew does not take up old numbers.
    s.reset().unwrap();
    eval(&mut s, "display(1)");
    assert_eq!(shown.take()[0].0, 4);
}

#[test]
fn values_are_shown_as_results_are() {
    let (mut s, shown) = session();
    eval(&mut s, "let cell = quick_start_vm(\"ecoli\", \"demo\");");
    for (text, begin) in [
        ("display(cell)", "VM `demo`"),
        ("display(run(1.min))", "trace of "),
        ("display(())", ""),
        ("display(|x| x)", "Fn("),
        ("display(#{a: 1})", "#{"),
    ] {
        eval(&mut s, text);
        let (_, update, shown, figure) = shown.take().pop().unwrap();
        assert!(!update && shown.starts_with(begin), "{text}: {shown}");
        assert_eq!(figure, text.contains("run"), "{text}");
    }
}

#[test]
fn what_a_text_on_a_vm_shows_in_words_is_its_output() {
    let (mut s, shown) = session();
    let text = "let r = create_bio_vm(\"demo\", \"ecoli\")
        .execute(`print(1); let d = display(2); d.update(3); display(plot_resources(run(1.min)));`); r.output";
    assert_eq!(eval(&mut s, text).as_deref(), Some("[\"1\", \"2\", \"3\"]"));
    assert_eq!(shown.take(), [(2, false, "figure `Resources`".to_owned(), true)]);
}
