//! Work on all cores whose results come in the order of its input, in bounded memory: what is read waits for those who work,
//! and those who work wait for who takes the results.

use std::num::NonZero;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::cli::Failure;

/// Feeds what `read` gives through `work` on all cores and hands the results to `take`, in order.
///
/// `read` gives `None` at the end. `take` says whether more is wanted. At most a few pieces a core are held at a time.
///
/// # Errors
/// The first failure of `read` or `take`; what was read before it is still taken.
pub(crate) fn run<In: Send, Out: Send>(
    mut read: impl FnMut() -> Result<Option<In>, Failure> + Send,
    work: impl Fn(In) -> Out + Sync,
    mut take: impl FnMut(Out) -> Result<bool, Failure>,
) -> Result<(), Failure> {
    let workers = workers()?;
    let (jobs, waiting) = sync_channel::<(In, SyncSender<Out>)>(workers);
    let (order, results) = sync_channel::<Result<Receiver<Out>, Failure>>(2 * workers);
    let waiting = Mutex::new(waiting);
    thread::scope(|scope| {
        scope.spawn(move || {
            loop {
                let input = match read() {
                    Ok(Some(input)) => input,
                    Ok(None) => return,
                    Err(failure) => {
                        // Nobody listens only when nothing more is wanted.
                        let _ = order.send(Err(failure));
                        return;
                    }
                };
                let (done, result) = sync_channel(1);
                if order.send(Ok(result)).is_err() || jobs.send((input, done)).is_err() {
                    return;
                }
            }
        });
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let next = waiting
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .recv();
                    let Ok((input, done)) = next else { return };
                    let _ = done.send(work(input));
                }
            });
        }
        for result in results {
            // A worker that panicked sends nothing; the scope passes its panic on.
            let Ok(out) = result?.recv() else {
                return Ok(());
            };
            if !take(out)? {
                return Ok(());
            }
        }
        Ok(())
    })
}

/// As many as there are cores, or as RESEP_THREADS says.
fn workers() -> Result<usize, Failure> {
    let Some(asked) = std::env::var_os("RESEP_THREADS") else {
        return Ok(thread::available_parallelism().map_or(1, NonZero::get));
    };
    asked
        .to_str()
        .and_then(|number| number.parse().ok())
        .filter(|number| *number > 0)
        .ok_or_else(|| {
            format!(
                "RESEP_THREADS is `{}`: it takes a number of threads, 1 or more",
                asked.display()
            )
        })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn results_come_in_order_and_little_is_held() {
        let workers = workers().unwrap();
        let read = AtomicUsize::new(0);
        let taken = AtomicUsize::new(0);
        let mut next = 0;
        let mut out = Vec::new();
        run(
            || {
                let ahead = read.fetch_add(1, Ordering::SeqCst) - taken.load(Ordering::SeqCst);
                assert!(ahead <= 8 * workers, "{ahead} are held");
                next += 1;
                Ok((next <= 5000).then_some(next))
            },
            |n: usize| {
                // Some take longer than others.
                (0..n % 7 * 100).for_each(|_| std::hint::spin_loop());
                n
            },
            |n| {
                taken.fetch_add(1, Ordering::SeqCst);
                out.push(n);
                Ok(true)
            },
        )
        .unwrap();
        assert_eq!(out, (1..=5000).collect::<Vec<_>>());
    }

    #[test]
    fn a_failure_comes_after_what_was_read_before_it() {
        let mut next = 0;
        let mut out = Vec::new();
        let failed = run(
            || {
                next += 1;
                if next > 3 {
                    Err("gone".to_owned())
                } else {
                    Ok(Some(next))
                }
            },
            |n: usize| n,
            |n| {
                out.push(n);
                Ok(true)
            },
        );
        assert_eq!((failed, out), (Err("gone".to_owned()), vec![1, 2, 3]));
    }

    #[test]
    fn who_wants_no_more_is_given_no_more() {
        let mut out = Vec::new();
        run(
            || Ok(Some(7)),
            |n: usize| n,
            |n| {
                out.push(n);
                Ok(out.len() < 5)
            },
        )
        .unwrap();
        assert_eq!(out.len(), 5);
    }
}
