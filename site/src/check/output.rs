use crate::diag::Diag;
use crate::render::Files;
pub(super) fn check(_: &Files) -> Vec<Diag> { Vec::new() }
