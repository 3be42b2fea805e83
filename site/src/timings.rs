//! How long each stage took, for `--timings`. Changes nothing that is built.

use std::fmt::Write;
use std::time::{Duration, Instant};

/// Stages in the order they ran.
#[derive(Clone, Debug, Default)]
pub struct Timings {
    stages: Vec<(&'static str, Duration)>,
    /// What ran at the same time within one of them.
    parts: Vec<(&'static str, Duration)>,
}

impl Timings {
    /// Runs `work` as the stage `name`.
    pub fn stage<T>(&mut self, name: &'static str, work: impl FnOnce() -> T) -> T {
        let begun = Instant::now();
        let out = work();
        self.stages.push((name, begun.elapsed()));
        out
    }

    /// Notes how long a part of a stage took.
    pub fn part(&mut self, name: &'static str, took: Duration) {
        self.parts.push((name, took));
    }

    /// Takes over the stages of `other`.
    pub fn extend(&mut self, other: Timings) {
        self.stages.extend(other.stages);
        self.parts.extend(other.parts);
    }

    /// A line a stage: milliseconds, share of the sum, name. Then what ran side by side within them, in milliseconds of one
    /// processor.
    #[must_use]
    pub fn table(&self) -> String {
        let sum: Duration = self.stages.iter().map(|(_, time)| *time).sum();
        let mut out = String::new();
        for (name, time) in self.stages.iter().copied().chain([("all", sum)]) {
            let share = 100.0 * time.as_secs_f64() / sum.as_secs_f64().max(f64::MIN_POSITIVE);
            // Writing to a String cannot fail.
            let _ = writeln!(
                out,
                "{:>9.2} ms {share:>4.0} %  {name}",
                1e3 * time.as_secs_f64()
            );
        }
        for (name, time) in &self.parts {
            let _ = writeln!(out, "{:>9.2} ms         {name}", 1e3 * time.as_secs_f64());
        }
        out
    }
}
