//! A queue in one piece of memory, which is seen as a slice. The one of the library goes around in a circle, and each way of
//! looking at it is twice the code.

use alloc::vec::Vec;
use core::ops::{Deref, DerefMut};

/// What waits, in its order.
#[derive(Clone, Debug)]
pub(crate) struct Queue<T> {
    items: Vec<T>,
    /// How many at the beginning of `items` are gone.
    gone: usize,
}

impl<T> Queue<T> {
    pub(crate) const fn new() -> Self {
        Queue {
            items: Vec::new(),
            gone: 0,
        }
    }
}

impl<T: Copy> Queue<T> {
    /// Adds one behind all others.
    pub(crate) fn push(&mut self, item: T) {
        self.items.push(item);
    }

    /// Takes the first one out. Moves the others when as many are gone as wait: on average that is nothing.
    pub(crate) fn pop_first(&mut self) -> Option<T> {
        let first = self.items.get(self.gone).copied()?;
        self.gone += 1;
        if 2 * self.gone >= self.items.len() {
            self.items.copy_within(self.gone.., 0);
            self.items.truncate(self.items.len() - self.gone);
            self.gone = 0;
        }
        Some(first)
    }

    /// Takes the last one out.
    pub(crate) fn pop_last(&mut self) -> Option<T> {
        if self.is_empty() {
            return None;
        }
        self.items.pop()
    }

    /// Keeps those of which this is true, in their order.
    pub(crate) fn keep(&mut self, stays: impl Fn(&T) -> bool) {
        let mut kept = 0;
        for at in self.gone..self.items.len() {
            let item = self.items[at];
            if stays(&item) {
                self.items[kept] = item;
                kept += 1;
            }
        }
        self.items.truncate(kept);
        self.gone = 0;
    }
}

impl<T> Deref for Queue<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.items.get(self.gone..).unwrap_or_default()
    }
}

impl<T> DerefMut for Queue<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        self.items.get_mut(self.gone..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_first_goes_first_and_what_stays_keeps_its_order() {
        let mut queue = Queue::new();
        assert_eq!((queue.pop_first(), queue.pop_last()), (None, None));
        let mut next = 0;
        for number in 0..100 {
            queue.push(number);
            if number % 3 > 0 {
                assert_eq!(queue.pop_first(), Some(next));
                next += 1;
            }
        }
        assert_eq!(queue.len(), 100 - next);
        assert_eq!(queue.pop_last(), Some(99));
        queue.keep(|number| number % 2 == 0);
        queue[0] += 1;
        assert_eq!(queue[..3], [67, 68, 70]);
        while queue.pop_first().is_some() {}
        assert_eq!(queue.pop_last(), None);
    }
}
