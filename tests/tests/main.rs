//! All of them are one program: it is linked once and not twenty times, and while a test of one file waits, one of another has the
//! processor.

mod authoring;
mod build;
mod check;
mod check_options;
mod coverage;
mod diagnose;
mod disk;
mod edits;
mod hosting;
mod install;
mod publish;
mod scale;
mod schema;
mod serve;
mod start;
mod strangers;
mod support;
mod theme;
mod tidy;
mod triage;
