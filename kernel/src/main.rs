//! The BioXen Jupyter kernel.
fn main() {}
