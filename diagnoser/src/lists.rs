//! Lists of numbers, one for each of many things, all in one piece of memory: what is reached by what.

use alloc::vec;
use alloc::vec::Vec;

/// A list of numbers for each thing; things count from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lists {
    /// Where the list of each thing begins and ends in `members`.
    ranges: Vec<(u32, u32)>,
    members: Vec<u16>,
}

impl Lists {
    /// The list of a thing; empty where there is no such thing.
    pub(crate) fn get(&self, thing: u16) -> &[u16] {
        let range = self.ranges.get(usize::from(thing)).copied();
        let (from, to) = range.unwrap_or_default();
        self.members
            .get(from as usize..to as usize)
            .unwrap_or_default()
    }

    /// Adds a member to the list that is being written; [`Lists::close`] ends it.
    pub(crate) fn push(&mut self, member: u16) {
        self.members.push(member);
    }

    /// Adds the members of a thing whose list is written to the one that is being written.
    pub(crate) fn push_all_of(&mut self, thing: u16) {
        if let Some((from, to)) = self.ranges.get(usize::from(thing)).copied() {
            self.members.extend_from_within(from as usize..to as usize);
        }
    }

    /// Members of all lists together.
    pub(crate) fn total(&self) -> usize {
        self.members.len()
    }

    /// Ends the list of the next thing, which has what was pushed since the last one.
    pub(crate) fn close(&mut self) {
        let from = self.ranges.last().map_or(0, |(_, to)| *to);
        self.ranges.push((from, self.members.len() as u32));
    }

    /// For each of `count` members the things in whose lists it stands, in their order. Members from `count` on are left out.
    pub(crate) fn inverted(&self, count: usize) -> Lists {
        let mut ranges = vec![(0u32, 0u32); count];
        for member in &self.members {
            if let Some((_, size)) = ranges.get_mut(usize::from(*member)) {
                *size += 1;
            }
        }
        let mut end = 0;
        for (from, to) in &mut ranges {
            (*from, end) = (end, end + *to);
            *to = *from;
        }
        let mut members = vec![0; end as usize];
        for thing in 0..self.ranges.len() as u16 {
            for member in self.get(thing) {
                let Some((from, to)) = ranges.get_mut(usize::from(*member)) else {
                    continue;
                };
                // What stands twice in a list counts once.
                let last = to.checked_sub(1).filter(|last| *last >= *from);
                if last.and_then(|last| members.get(last as usize)) != Some(&thing)
                    && let Some(slot) = members.get_mut(*to as usize)
                {
                    *slot = thing;
                    *to += 1;
                }
            }
        }
        Lists { ranges, members }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_reached_the_other_way_is_reached_once() {
        let mut lists = Lists::default();
        for list in [&[2, 0, 2][..], &[], &[2, 7]] {
            list.iter().for_each(|member| lists.push(*member));
            lists.close();
        }
        lists.push_all_of(2);
        lists.push(4);
        lists.close();
        assert_eq!((lists.get(3), lists.total()), (&[2, 7, 4][..], 8));
        assert_eq!(lists.get(0), [2, 0, 2]);
        assert!(lists.get(1).is_empty() && lists.get(9).is_empty());
        let inverted = lists.inverted(3);
        assert_eq!(
            [0, 1, 2].map(|thing| inverted.get(thing).to_vec()),
            [vec![0], vec![], vec![0, 2, 3]]
        );
    }
}
