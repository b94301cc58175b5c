//! Deviation from the peers of the same day.

use crate::numerics::median;
use std::collections::BTreeMap;

/// A group with fewer others than this is widened: a median of few is noise, and points at persons.
pub const FEWEST_PEERS: usize = 8;

/// A value against its peers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adjusted {
    /// Value − median of the group.
    pub deviation: f64,
    /// Median of the group.
    pub peers: f64,
    /// Which of the agent's groups it was, 0 the narrowest.
    pub widened: usize,
    /// Others in that group with a value.
    pub others: usize,
}

/// Each agent's value of one feature on one day against the median of the narrowest group with at least eight others who have a value. `groups` go from
/// narrow to wide (the product's: team, queue group, site). `None` where even the widest is too small.
///
/// ```
/// use attrition::baseline::against_peers;
/// // Nine agents of one team; the last is 5 above the median of 10.
/// let day: Vec<(Vec<&str>, f64)> = [8.0, 9.0, 10.0, 10.0, 10.0, 10.0, 11.0, 12.0, 15.0].map(|value| (vec!["sales"], value)).to_vec();
/// assert_eq!(against_peers(&day)[8].unwrap().deviation, 5.0);
/// assert_eq!(against_peers(&day[..8])[0], None);
/// ```
#[must_use]
pub fn against_peers<G: Ord + Clone>(day: &[(Vec<G>, f64)]) -> Vec<Option<Adjusted>> {
    let mut members: BTreeMap<(usize, G), Vec<f64>> = BTreeMap::new();
    for (groups, value) in day {
        for (width, group) in groups.iter().enumerate() {
            members.entry((width, group.clone())).or_default().push(*value);
        }
    }
    let medians: BTreeMap<(usize, G), (f64, usize)> = members
        .into_iter()
        .filter(|(_, values)| values.len() > FEWEST_PEERS)
        .filter_map(|(group, values)| Some((group, (median(&values)?, values.len() - 1))))
        .collect();
    day.iter()
        .map(|(groups, value)| {
            groups.iter().enumerate().find_map(|(widened, group)| {
                let (peers, others) = *medians.get(&(widened, group.clone()))?;
                Some(Adjusted { deviation: value - peers, peers, widened, others })
            })
        })
        .collect()
}
