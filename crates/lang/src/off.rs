//! Functions of Rhai's standard library that are switched off in this language.

use std::any::TypeId;

use rhai::{Dynamic, Engine, ImmutableString, NativeCallContext};

use super::RhaiResultOf;
use super::error::{LangError, raise};

const EMPTIES: &str = "it would take the value out of a variable; `let copy = value;` copies it";
const MARKS: &str = "values have no marks beside what they are; a map can hold both";
const LISTS: &str = "`?word` in a session and `bioxen docs` list all functions";

/// Names of functions and properties, and why they are off.
const OFF: [(&str, &str); 4] =
    [("take", EMPTIES), ("tag", MARKS), ("set_tag", MARKS), ("get_fn_metadata_list", LISTS)];

/// Why a function is switched off, if it is.
pub fn reason(name: &str) -> Option<LangError> {
    let (name, why) = *OFF.iter().find(|(off, _)| *off == name)?;
    Some(LangError::Off { name, why })
}

/// Puts an error in the place of what is switched off; a function of a script may have the name.
pub fn switch_off(engine: &mut Engine) {
    let (any, int, text) =
        (TypeId::of::<Dynamic>(), TypeId::of::<i64>(), TypeId::of::<ImmutableString>());
    for (name, why) in OFF {
        for types in [&[][..], &[any], &[text], &[any, int], &[text, int]] {
            let refuse =
                move |_: NativeCallContext<'_>, _: &mut [&mut Dynamic]| -> RhaiResultOf<Dynamic> {
                    Err(raise(LangError::Off { name, why }))
                };
            engine.register_raw_fn(name, types, refuse);
        }
    }
    for accessor in ["get$tag", "set$tag"] {
        let types: &[TypeId] = if accessor.starts_with("get") { &[any] } else { &[any, int] };
        engine.register_raw_fn(accessor, types, |_, _| {
            Err::<Dynamic, _>(raise(LangError::Off { name: "tag", why: MARKS }))
        });
    }
}
