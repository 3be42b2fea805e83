use crate::model::Options;
use std::path::*;
pub(crate) struct Request<'a> {
    pub(crate) content: &'a Path,
    pub(crate) options: Options,
    pub(crate) port: u16,
    pub(crate) open: bool,
}
pub(crate) fn run(_: &Request<'_>) -> Result<u8, String> {
    Err("later".into())
}
