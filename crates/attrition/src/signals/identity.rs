//! Names that do not change: of signals, and of what a score was made from.

const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013B;
const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;

/// FNV-1a of 128 bits (Fowler, Noll, Vo; draft-eastlake-fnv): the same on every machine and in every version of the compiler.
pub(crate) fn hash128(bytes: impl IntoIterator<Item = u8>) -> u128 {
    bytes.into_iter().fold(OFFSET, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
}

/// The id of the signal of an agent that opened on a day (days since 1970-01-01): 32 hexadecimal digits. A replay, a restart and a second writer give the
/// same.
///
/// ```
/// use attrition::signals::signal_id;
/// assert_eq!(signal_id("acme", "17", 20_000), signal_id("acme", "17", 20_000));
/// assert_ne!(signal_id("acme", "17", 20_000), signal_id("acme", "17", 20_001));
/// assert_ne!(signal_id("acme1", "7", 20_000), signal_id("acme", "17", 20_000), "the parts are kept apart");
/// ```
#[must_use]
pub fn signal_id(tenant: &str, agent: &str, opened_day: i32) -> String {
    let parts = [tenant.as_bytes(), &[0x1f], agent.as_bytes(), &[0x1f], &opened_day.to_be_bytes()];
    format!("{:032x}", hash128(parts.into_iter().flatten().copied()))
}

/// The id of an event of a group that began on a day (days since 1970-01-01): 32 hexadecimal digits. `kind` is of the group (site, queue_group, team), `cause` that of
/// the event. A replay, a restart and a second writer give the same.
///
/// ```
/// use attrition::signals::notice_id;
/// let of = |kind, group| notice_id("acme", "north", kind, group, "measures", 20_000);
/// assert_eq!(of("team", "red"), of("team", "red"));
/// assert_ne!(of("team", "red"), of("queue_group", "red"));
/// ```
#[must_use]
pub fn notice_id(tenant: &str, site: &str, kind: &str, group: &str, cause: &str, began_day: i32) -> String {
    let texts = [tenant, site, kind, group, cause].into_iter().flat_map(|text| text.bytes().chain([0x1f]));
    format!("{:032x}", hash128(texts.chain(began_day.to_be_bytes())))
}

#[cfg(test)]
mod tests {
    use super::hash128;

    /// Published test values of FNV-1a 128.
    #[test]
    fn published_values() {
        assert_eq!(hash128([]), 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d);
        assert_eq!(hash128(*b"a"), 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964);
        assert_eq!(hash128(*b"foobar"), 0x343e_1662_793c_64bf_6f0d_3597_ba44_6f18);
    }
}
