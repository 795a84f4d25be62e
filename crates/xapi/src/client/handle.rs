//! References to objects of the pool, each of its class.

use std::fmt;
use std::marker::PhantomData;

use serde_json::Value;

use crate::reply::Typed;

/// The reference of nothing.
const NULL: &str = "OpaqueRef:NULL";

/// A reference, such as `OpaqueRef:..`, to an object of a class.
pub(crate) struct Handle<K>(String, PhantomData<fn() -> K>);

/// Classes, which have no values.
macro_rules! classes {
    ($($class:ident),*) => {
        $(#[derive(Debug)]
        pub(crate) enum $class {})*
    };
}

classes!(Vm, Vdi, Vbd, Vif, Network, Sr, Task, Metrics, Pool, Host);

impl<K> Handle<K> {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into(), PhantomData)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// As a parameter.
    pub(crate) fn json(&self) -> Value {
        Value::String(self.0.clone())
    }

    pub(crate) fn is_null(&self) -> bool {
        self.0 == NULL || self.0.is_empty()
    }
}

impl<K> Clone for Handle<K> {
    fn clone(&self) -> Self {
        Self::new(self.0.clone())
    }
}

impl<K> PartialEq for Handle<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<K> fmt::Debug for Handle<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<K> Typed for Handle<K> {
    const EXPECTED: &'static str = "a reference";
    fn typed(value: &Value) -> Option<Self> {
        value.as_str().map(Self::new)
    }
}
