use std::path::*;
pub(crate) fn run(_: &Path, _: &str, _: Option<&str>) -> Result<u8, String> {
    Err("later".into())
}
