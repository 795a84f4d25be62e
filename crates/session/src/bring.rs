//! Traces and tables that go from one session to another.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bioxen_base::nearest::{hint, nearest};
use bioxen_lang::checkpoint::{CheckpointError, Heap, Reader, Texts, Writer, pack, unpack};
use bioxen_lang::stack::roomy;
use bioxen_lang::{Table, Trace};
use rhai::Dynamic;
use serde::{Deserialize, Serialize};

use super::Session;

/// Why a value does not go from one session to another.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BringError {
    /// There is no variable of the name.
    #[error("there is no variable `{name}`{}", hint(nearest.as_deref()))]
    Unknown {
        /// What was asked for.
        name: String,
        /// The nearest name.
        nearest: Option<String>,
    },
    /// It is something else than numbers that were recorded.
    #[error("`{name}` is of the type {kind}; only a Trace or a Table can be merged")]
    Kind {
        /// Its name.
        name: String,
        /// Its type.
        kind: String,
    },
    /// The other session has a variable of the name.
    #[error("there is a variable `{name}` already; give it another name: `:merge .. as NAME`")]
    Taken {
        /// The name.
        name: String,
    },
    /// No variable can have the name.
    #[error(
        "`{name}` cannot be the name of a variable: use letters, digits and _, and no word of the language"
    )]
    Name {
        /// The name.
        name: String,
    },
    /// The bytes are no value.
    #[error(transparent)]
    Contents {
        /// What is wrong with them.
        #[from]
        source: CheckpointError,
    },
}

/// A value on its way.
#[derive(Debug, Serialize, Deserialize)]
struct Parcel {
    heap: Heap,
    place: u32,
}

impl Session {
    /// A trace or a table of this session as bytes, which [`Self::receive`] reads in another session. It stays
    /// here as it is.
    ///
    /// # Errors
    /// When there is no such variable, or it is something else.
    ///
    /// # Examples
    /// ```
    /// use bioxen_session::Session;
    /// let mut one = Session::new(Default::default(), Box::new(|_| {}))?;
    /// one.eval("let doses = table(#{dose_uM: [1.0, 10.0]});", "example")?;
    /// let mut another = Session::new(Default::default(), Box::new(|_| {}))?;
    /// another.receive("tried", &one.give("doses")?)?;
    /// assert_eq!(another.eval("tried.len()", "example")?.as_deref(), Some("2"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn give(&self, name: &str) -> Result<Vec<u8>, BringError> {
        let Some(value) = self.scope.get(name) else {
            let all: Vec<String> = self.variables().into_iter().map(|(name, ..)| name).collect();
            let near = nearest(name, all.iter().map(String::as_str)).map(str::to_owned);
            return Err(BringError::Unknown { name: name.to_owned(), nearest: near });
        };
        let value = value.flatten_clone();
        if !is_recorded(&value) {
            let found = self.variables().into_iter().find(|(known, ..)| known == name);
            let kind = found.map_or_else(|| "value".to_owned(), |(_, kind, _)| kind);
            return Err(BringError::Kind { name: name.to_owned(), kind });
        }
        let mut texts = Texts::default();
        let mut writer = Writer::new(&mut texts);
        let place = writer.named(name, &value)?;
        let place = place.ok_or_else(|| CheckpointError::contents("a value that is no data"))?;
        let (heap, _) = writer.finish();
        Ok(pack(&[], &Parcel { heap, place })?)
    }

    /// Makes what another session gave a variable of this one, and says what it is, in short.
    ///
    /// # Errors
    /// When the name is taken or can be none, or the bytes are no trace and no table. Then nothing has changed.
    pub fn receive(&mut self, name: &str, bytes: &[u8]) -> Result<String, BringError> {
        if self.scope.contains(name) || self.constants.all().iter().any(|(known, _)| known == name)
        {
            return Err(BringError::Taken { name: name.to_owned() });
        }
        if !self.can_be_a_variable(name) {
            return Err(BringError::Name { name: name.chars().take(100).collect() });
        }
        let made = catch_unwind(AssertUnwindSafe(|| {
            roomy(|| {
                let (_, Parcel { heap, place }) = unpack(bytes)?;
                let memory = bioxen_lang::memory::for_cells(&self.world.borrow());
                let mut reader = Reader::new(&self.engine, self.interrupt.clone(), memory);
                reader.make(heap)?;
                reader.take(place)
            })
        }));
        let value = made
            .unwrap_or_else(|_| Err(CheckpointError::contents("something that makes no sense")))?;
        if !is_recorded(&value) {
            return Err(CheckpointError::contents("something that is no trace and no table").into());
        }
        self.scope.push_dynamic(name, value);
        let found = self.variables().into_iter().find(|(known, ..)| known == name);
        Ok(found.map_or_else(String::new, |(_, kind, value)| format!("{kind}, {value}")))
    }

    /// Whether a text could declare a variable of the name.
    fn can_be_a_variable(&self, name: &str) -> bool {
        rhai::is_valid_identifier(name)
            && name.len() <= 100
            && self.engine.compile(format!("let {name} = 1;")).is_ok()
    }
}

/// Whether a value is numbers that were recorded.
fn is_recorded(value: &Dynamic) -> bool {
    value.is::<Trace>() || value.is::<Table>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(text: &str) -> Session {
        let mut session = Session::new(Default::default(), Box::new(|_| {})).unwrap();
        session.eval(text, "a").unwrap();
        session
    }

    const GIVEN: &str = "let d = table(#{dose: [1.0, 2.5], name: [\"a\", \"b\"]}); \
        let c = quick_start_vm(\"minimal_cell\"); let t = run(1.min); let n = 7; let f = || t;";

    #[test]
    fn what_goes_and_comes_back_is_the_same() {
        let one = session(GIVEN);
        let mut other = session("let x = 1;");
        for name in ["d", "t"] {
            let bytes = one.give(name).unwrap();
            let said = other.receive("got", &bytes).unwrap();
            assert!(said.starts_with(if name == "d" { "Table" } else { "Trace" }), "{said}");
            assert_eq!(other.give("got").unwrap(), bytes, "{name}");
            other.eval("let got = (); ", "b").unwrap();
            assert!(matches!(other.receive("got", &bytes), Err(BringError::Taken { .. })));
            other.reset().unwrap();
        }
    }

    #[test]
    fn only_recorded_numbers_go_under_names_that_can_be() {
        let one = session(GIVEN);
        for name in ["n", "c", "f"] {
            assert!(matches!(one.give(name), Err(BringError::Kind { .. })), "{name}");
        }
        let error = one.give("dd").unwrap_err().to_string();
        assert!(error.contains("did you mean `d`?"), "{error}");
        let bytes = one.give("d").unwrap();
        let mut other = session("let x = 1; const K = 2;");
        for name in ["x", "K"] {
            assert!(matches!(other.receive(name, &bytes), Err(BringError::Taken { .. })), "{name}");
        }
        for name in ["", "let", "1a", "a b", "fn", "a.b", "run", &"x".repeat(101)] {
            let refused = other.receive(name, &bytes);
            assert_eq!(refused.is_err(), name != "run", "{name}: {refused:?}");
        }
    }

    #[test]
    fn damage_is_refused_or_gives_another_table() {
        let one = session(GIVEN);
        let bytes = one.give("d").unwrap();
        let mut other = session("let x = 1;");
        for at in 0..bytes.len() {
            assert!(other.receive("got", &bytes[..at]).is_err(), "{at}");
            for bit in [1, 0x80] {
                let mut damaged = bytes.clone();
                damaged[at] ^= bit;
                let before = other.variables().len();
                let took = other.receive("got", &damaged);
                assert_eq!(other.variables().len(), before + usize::from(took.is_ok()), "{at}");
                if took.is_ok() {
                    // A bit of a number is one of another number: signatures are for the way.
                    assert!(other.give("got").is_ok());
                    other.reset().unwrap();
                    other.eval("let x = 1;", "a").unwrap();
                }
            }
        }
    }
}
