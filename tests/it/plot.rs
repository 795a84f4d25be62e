//! Figures, read back from their SVG text and PNG bytes.

mod course;
mod hostile;
mod kinds;
mod maps;
#[cfg(test)]
mod read;
mod structure;
mod text;
mod theme;
mod vega;
mod wrapping;
