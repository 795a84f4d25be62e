//! Every function of the catalogue in every form of call, with every form of argument. The calls are
//! made from the declarations, so that each new function joins by itself.

mod arguments;
mod callbacks;
mod calls;
mod errors;
mod values;

use bioxen::lang::{Limits, WorldOptions};

use crate::desk::{Desk, desk};

/// A desk with other limits.
fn limited(limits: Limits) -> Desk {
    Desk::with(WorldOptions { seed: 1, limits, ..WorldOptions::default() })
}
