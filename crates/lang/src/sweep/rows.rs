//! The table of a sweep, and the errors of its points.

use rhai::{Dynamic, EvalAltResult, Map, NativeCallContext};

use super::{POINT, Plan, Points};
use crate::error::raise;
use crate::running::{is_exit, is_interrupt};
use crate::world::with;
use crate::{LangError, RhaiResultOf};

/// Rows with the names of their columns.
#[derive(Debug, Clone)]
pub struct Rows {
    /// The parameters, then `repeat` if there are repeats, then what the function gave.
    pub names: Vec<String>,
    /// One map for each point and repeat.
    pub rows: Vec<Map>,
}

/// The table of what a function gave at points, or the first error with its point.
pub(super) fn gathered(
    context: &NativeCallContext,
    points: &Points,
    plan: &Plan,
    mut names: Vec<String>,
    outcomes: Vec<RhaiResultOf<Dynamic>>,
    shown: &dyn Fn(&Dynamic) -> String,
) -> RhaiResultOf<Rows> {
    let mut rows = Vec::with_capacity(outcomes.len());
    let of = points.list.len() * plan.repeats;
    for (place, outcome) in outcomes.into_iter().enumerate() {
        let point = place / plan.repeats;
        let at = || format!("{POINT}{}", points.told(point, shown));
        let value = match outcome {
            Ok(value) => value,
            Err(error) => {
                if is_interrupt(&error) {
                    let kept = Rows { names, rows };
                    with(context, |world| {
                        if !kept.rows.is_empty() {
                            let done = kept.rows.len();
                            world.remark_once(format!(
                                "{done} of {of} points are done; interrupted_table() gives them"
                            ));
                        }
                        world.runs.interrupted.points = Some(kept);
                        Ok::<_, LangError>(())
                    })?;
                }
                let at = format!("{} ({} of {of})", at(), place + 1);
                return Err(failed(context, error, at));
            }
        };
        let values = points.names.iter().zip(&points.list[point].values);
        let mut row: Map = values.map(|(n, v)| (n.as_str().into(), v.clone())).collect();
        if plan.repeats > 1 {
            row.insert("repeat".into(), ((place % plan.repeats) as i64).into());
        }
        let results = match value.try_cast_result::<Map>() {
            Ok(map) => map,
            Err(value) => [("result".into(), value)].into_iter().collect(),
        };
        for (name, value) in results {
            if !names.iter().any(|known| known == name.as_str()) {
                names.push(name.to_string());
            }
            row.insert(name.as_str().into(), value);
        }
        rows.push(row);
    }
    Ok(Rows { names, rows })
}

/// An error with the point at which it happened.
pub(super) fn failed(
    context: &NativeCallContext,
    mut error: Box<EvalAltResult>,
    what: String,
) -> Box<EvalAltResult> {
    if is_exit(&error) {
        return raise(LangError::Noticed {
            message: "exit() cannot end the script from a point of a sweep".to_owned(),
            help: vec!["let the function give a value, and call exit() after the sweep".to_owned()],
        });
    }
    if crate::given::ends_the_script(&error) {
        return error;
    }
    // Who catches it learns the point, too.
    crate::error::place(&mut error, &what);
    EvalAltResult::ErrorInFunctionCall(what, String::new(), error, context.call_position()).into()
}
