use crate::date::Date;
use std::path::*;
pub(crate) fn rule(_: &Path, _: &str, _: Date) -> Result<u8, String> {
    Err("later".into())
}
pub(crate) fn guide(_: &Path, _: &str) -> Result<u8, String> {
    Err("later".into())
}
pub(crate) fn runbook(_: &Path, _: &str) -> Result<u8, String> {
    Err("later".into())
}
pub(crate) fn init(_: &Path) -> Result<u8, String> {
    Err("later".into())
}
