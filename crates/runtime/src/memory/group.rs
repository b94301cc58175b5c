//! The group coordinator: members, generations and cooperative assignment. A partition goes to its next owner only after the
//! present one has given it back, or is gone.

use super::TopicPartition;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What a member is told at its next poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Notice {
    pub(super) generation: u64,
    pub(super) assigned: bool,
    pub(super) partitions: Vec<TopicPartition>,
}

#[derive(Default)]
struct Member {
    owned: BTreeSet<TopicPartition>,
    /// Part of `owned` that it has been asked to give back.
    leaving: BTreeSet<TopicPartition>,
    notices: VecDeque<Notice>,
}

#[derive(Default)]
pub(super) struct Group {
    generation: u64,
    members: BTreeMap<u64, Member>,
    partitions: BTreeSet<TopicPartition>,
    pub(super) committed: BTreeMap<TopicPartition, i64>,
}

impl Group {
    pub(super) fn join(&mut self, member: u64, partitions: Vec<TopicPartition>) {
        self.partitions.extend(partitions);
        self.members.insert(member, Member::default());
        self.rebalance();
    }

    pub(super) fn leave(&mut self, member: u64) {
        if self.members.remove(&member).is_some() {
            self.rebalance();
        }
    }

    /// A member gives partitions back; those that it was not asked for stay its own.
    pub(super) fn give_back(&mut self, member: u64, partitions: &[TopicPartition]) {
        let Some(entry) = self.members.get_mut(&member) else { return };
        let mut given = false;
        for partition in partitions {
            if entry.leaving.remove(partition) {
                entry.owned.remove(partition);
                given = true;
            }
        }
        if given && entry.leaving.is_empty() {
            self.rebalance();
        }
    }

    pub(super) fn members(&self) -> Vec<u64> {
        self.members.keys().copied().collect()
    }

    pub(super) fn contains(&self, member: u64) -> bool {
        self.members.contains_key(&member)
    }

    pub(super) fn owns(&self, member: u64, partition: &TopicPartition) -> bool {
        self.members.get(&member).is_some_and(|entry| entry.owned.contains(partition))
    }

    /// All that the broker checks when offsets are committed; who owns the partition it does not check.
    pub(super) fn knows(&self, member: u64, generation: u64) -> bool {
        self.contains(member) && generation == self.generation
    }

    pub(super) fn notice(&mut self, member: u64) -> Option<Notice> {
        self.members.get_mut(&member)?.notices.pop_front()
    }

    /// Spreads the partitions evenly, moving as few as possible.
    fn rebalance(&mut self) {
        self.generation += 1;
        let (count, members) = (self.partitions.len(), self.members.len());
        if members == 0 {
            return;
        }
        // Who has most gets the larger shares, so that fewer move.
        let mut order: Vec<u64> = self.members.keys().copied().collect();
        order.sort_by_key(|id| (std::cmp::Reverse(self.members[id].owned.len()), *id));
        let taken: BTreeSet<TopicPartition> = self.members.values().flat_map(|member| member.owned.iter().cloned()).collect();
        let mut free: VecDeque<TopicPartition> = self.partitions.difference(&taken).cloned().collect();
        for (rank, id) in order.into_iter().enumerate() {
            let share = count / members + usize::from(rank < count % members);
            let Some(member) = self.members.get_mut(&id) else { continue };
            let staying: Vec<TopicPartition> = member.owned.difference(&member.leaving).cloned().collect();
            let revoked: Vec<TopicPartition> = staying.iter().skip(share).cloned().collect();
            let assigned: Vec<TopicPartition> = (staying.len()..share).map_while(|_| free.pop_front()).collect();
            member.leaving.extend(revoked.iter().cloned());
            member.owned.extend(assigned.iter().cloned());
            let generation = self.generation;
            if !revoked.is_empty() {
                member.notices.push_back(Notice { generation, assigned: false, partitions: revoked });
            }
            // Also without new partitions: the real client says so, too.
            member.notices.push_back(Notice { generation, assigned: true, partitions: assigned });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn partitions(count: i32) -> Vec<TopicPartition> {
        (0..count).map(|partition| ("t".to_owned(), partition)).collect()
    }

    fn notices(group: &mut Group, member: u64) -> Vec<(bool, Vec<i32>)> {
        std::iter::from_fn(|| group.notice(member)).map(|n| (n.assigned, n.partitions.iter().map(|p| p.1).collect())).collect()
    }

    #[test]
    fn a_partition_moves_only_after_it_was_given_back() {
        let mut group = Group::default();
        group.join(1, partitions(4));
        assert_eq!(notices(&mut group, 1), [(true, vec![0, 1, 2, 3])]);
        group.join(2, partitions(4));
        assert!(!group.knows(1, 1), "the old generation is over");
        assert_eq!(notices(&mut group, 1), [(false, vec![2, 3]), (true, vec![])]);
        assert_eq!(notices(&mut group, 2), [(true, vec![])]);
        group.give_back(1, &partitions(4));
        assert_eq!(notices(&mut group, 2), [(true, vec![2, 3])]);
        assert!(group.owns(1, &("t".to_owned(), 0)) && !group.owns(1, &("t".to_owned(), 2)));
        group.leave(1);
        assert_eq!(notices(&mut group, 2), [(true, vec![0, 1])]);
    }
}
