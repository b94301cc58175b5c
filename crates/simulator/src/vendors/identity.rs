//! Identities as vendors give them, and everything else that is drawn for a vendor's records: a number that depends on the seed
//! and on what it is for, and on nothing else. So a record says the same whichever records are written beside it.

/// The source of these numbers for one seed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keys {
    seed: u64,
    /// Agents and queues are called by their names, and not by an id.
    names: bool,
}

impl Keys {
    pub(super) fn new(seed: u64) -> Self {
        Keys { seed, names: false }
    }

    /// The same with agents and queues called by their names.
    pub(super) fn with_names(seed: u64) -> Self {
        Keys { seed, names: true }
    }

    /// 64 bits for this purpose: FNV-1a over the words, then the finaliser of `splitmix64`, which spreads them.
    pub(super) fn bits(self, words: &[&str]) -> u64 {
        let mut sum = 0xcbf2_9ce4_8422_2325 ^ self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for word in words {
            // The byte between two words keeps ("ab", "c") and ("a", "bc") apart.
            for byte in word.bytes().chain([0xff]) {
                sum = (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        sum = (sum ^ (sum >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        sum = (sum ^ (sum >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        sum ^ (sum >> 31)
    }

    /// A whole number from 0 to `below` − 1; 0 if there is no choice.
    pub(super) fn below(self, below: i64, words: &[&str]) -> i64 {
        let choices = u64::try_from(below).unwrap_or(0).max(1);
        i64::try_from(self.bits(words) % choices).unwrap_or(0)
    }

    /// A UUID of version 4 by its form; of agents and queues that are called by their names, that.
    pub(super) fn uuid(self, kind: &str, name: &str) -> String {
        if self.names && ["agent", "queue"].contains(&kind) {
            return name.to_owned();
        }
        let (high, low) = (self.bits(&[kind, name, "high"]), self.bits(&[kind, name, "low"]));
        let (first, second, third) = (high >> 32, (high >> 16) & 0xffff, high & 0x0fff);
        format!("{first:08x}-{second:04x}-4{third:03x}-{:04x}-{:012x}", (low >> 48) & 0x3fff | 0x8000, low & 0xffff_ffff_ffff)
    }
}

/// The id by which a vendor's records name an agent of the simulation, who is `PJSIP/1001` in its log.
///
/// ```
/// assert_eq!(simulator::vendors::agent_id(1, "PJSIP/1001").len(), 36);
/// assert_ne!(simulator::vendors::agent_id(1, "PJSIP/1001"), simulator::vendors::agent_id(2, "PJSIP/1001"));
/// ```
#[must_use]
pub fn agent_id(seed: u64, agent: &str) -> String {
    Keys::new(seed).uuid("agent", agent)
}

/// The id by which a vendor's records name a queue of the simulation.
///
/// ```
/// assert_ne!(simulator::vendors::queue_id(1, "sales"), simulator::vendors::queue_id(1, "support"));
/// ```
#[must_use]
pub fn queue_id(seed: u64, queue: &str) -> String {
    Keys::new(seed).uuid("queue", queue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_form_of_uuids_and_are_their_own() {
        let mut seen = std::collections::BTreeSet::new();
        for number in 0..2_000 {
            let id = Keys::new(7).uuid("agent", &number.to_string());
            let parts: Vec<usize> = id.split('-').map(str::len).collect();
            assert_eq!(parts, [8, 4, 4, 4, 12], "{id}");
            assert!(id.as_bytes()[14] == b'4' && b"89ab".contains(&id.as_bytes()[19]), "{id}");
            assert!(seen.insert(id));
        }
        assert_ne!(Keys::new(7).bits(&["ab", "c"]), Keys::new(7).bits(&["a", "bc"]));
    }

    #[test]
    fn numbers_stay_below_and_reach_everything() {
        let seen: std::collections::BTreeSet<i64> = (0..400).map(|at| Keys::new(1).below(5, &[&at.to_string()])).collect();
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
        assert_eq!(Keys::new(1).below(0, &["none"]), 0);
    }
}
