//! How long each stage took, for `--timings`. Changes nothing that is built.

use std::fmt::Write;
use std::time::{Duration, Instant};

/// Stages in the order they ran.
#[derive(Clone, Debug, Default)]
pub struct Timings {
    stages: Vec<(&'static str, Duration)>,
}

impl Timings {
    /// Runs `work` as the stage `name`.
    pub fn stage<T>(&mut self, name: &'static str, work: impl FnOnce() -> T) -> T {
        let begun = Instant::now();
        let out = work();
        self.stages.push((name, begun.elapsed()));
        out
    }

    /// Takes over the stages of `other`.
    pub fn extend(&mut self, other: Timings) {
        self.stages.extend(other.stages);
    }

    /// A line a stage: milliseconds, share of the sum, name.
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
        out
    }
}
