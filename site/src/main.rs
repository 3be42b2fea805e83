//! The `resep` command.
fn main() {}
