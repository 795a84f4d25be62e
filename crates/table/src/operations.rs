//! What makes tables of tables.

mod concat;
mod describe;
mod group;
mod join;
mod pivot;
mod select;
mod sort;

pub use group::{Aggregate, Grouped, Statistic};
pub use join::Join;
pub use sort::{Direction, SortKey};

#[cfg(test)]
mod tests;
