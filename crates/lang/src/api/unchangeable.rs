//! Values of which scripts read parts that are copies: nothing can be assigned to these.

use std::any::TypeId;

use rhai::{Array, Dynamic, Engine, ImmutableString, Map};

use crate::error::raise;
use crate::value::{
    DisplayHandle, Ensemble, EventHandle, FigureValue, Fit, Population, Status, Table, Trace, Vm,
};
use crate::{LangError, Moment, Snapshot};

const COLUMN: &str = "a column of it in a variable is an array of its own: \
                      `let values = trace[\"lacZ.mrna\"]; values[0] = 3;`";
const METHODS: &str = "what its functions set is what can be set; `?` before its name lists them";
const CELLS: &str = "`with_column(..)` gives another table with a column that is new or different";
const PAST: &str = "it shows what was";

/// Refuses assignments to parts of values that only give copies of them, which would be lost.
pub fn refuse(engine: &mut Engine) {
    let all = [
        (TypeId::of::<Trace>(), "a trace", COLUMN),
        (TypeId::of::<Ensemble>(), "an ensemble", COLUMN),
        (TypeId::of::<Population>(), "a population", COLUMN),
        (TypeId::of::<Table>(), "a table", CELLS),
        (TypeId::of::<Status>(), "a status", PAST),
        (TypeId::of::<Snapshot>(), "a snapshot", PAST),
        (TypeId::of::<Moment>(), "a snapshot of everything", PAST),
        (TypeId::of::<FigureValue>(), "a figure", "make it anew with other options"),
        (TypeId::of::<Fit>(), "a fit", "`to_map()` gives a map of its own"),
        (TypeId::of::<EventHandle>(), "an event", "cancel it, and set another"),
        (TypeId::of::<DisplayHandle>(), "what is shown", "its `update(..)` shows another value"),
        (TypeId::of::<LangError>(), "an error", "`throw` raises another value"),
        (TypeId::of::<Vm>(), "a VM", METHODS),
    ];
    let any = TypeId::of::<Dynamic>();
    for (of, what, instead) in all {
        for place in [TypeId::of::<ImmutableString>(), TypeId::of::<i64>()] {
            engine.register_raw_fn("index$set$", [of, place, any], move |context, arguments| {
                // Rhai also gives back what a method was called on: `trace["lacZ.mrna"].len()`.
                let mut kept: Vec<Dynamic> =
                    arguments.iter().take(2).map(|a| a.flatten_clone()).collect();
                let mut asked: Vec<&mut Dynamic> = kept.iter_mut().collect();
                let present = context.call_native_fn_raw("index$get$", true, &mut asked);
                // What has a name of its own is a property: `error.message.len()`.
                let present = present.or_else(|_| {
                    let getter = format!("get${}", kept[1]);
                    context.call_native_fn_raw(getter, true, &mut [&mut kept[0]])
                });
                // A function that takes its first value by itself leaves nothing of what is given back:
                // `trace["lacZ.mrna"].map(|v| 2 * v).len()`.
                let taken = |present: &Dynamic| arguments[2].is_unit() && !present.is_unit();
                if present.is_ok_and(|p| taken(&p) || same(&p, arguments[2])) {
                    return Ok(Dynamic::UNIT);
                }
                Err(raise(LangError::Unchangeable { what, instead }))
            });
        }
    }
}

/// Whether two values are the same, as far as a method could change one of them.
fn same(a: &Dynamic, b: &Dynamic) -> bool {
    if let (Some(a), Some(b)) = (a.read_lock::<Array>(), b.read_lock::<Array>()) {
        return a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same(a, b));
    }
    if let (Some(a), Some(b)) = (a.read_lock::<Map>(), b.read_lock::<Map>()) {
        return a.len() == b.len() && a.iter().all(|(k, a)| b.get(k).is_some_and(|b| same(a, b)));
    }
    if let (Some(a), Some(b)) = (a.read_lock::<f64>(), b.read_lock::<f64>()) {
        return a.to_bits() == b.to_bits();
    }
    let text = |value: &Dynamic| value.read_lock::<ImmutableString>().map(|text| text.clone());
    a.type_id() == b.type_id()
        && a.as_int().ok() == b.as_int().ok()
        && a.as_bool().ok() == b.as_bool().ok()
        && text(a) == text(b)
}
