//! Names of what panes are about: numbers for them in memory, and the keys of the topics.

use rustc_hash::FxHashMap;

/// Numbers for pairs of tenant and queue, or of tenant and agent.
#[derive(Default)]
pub(crate) struct Pairs {
    numbers: FxHashMap<Box<str>, FxHashMap<Box<str>, u32>>,
    /// The pairs by their numbers.
    pub(crate) texts: Vec<(Box<str>, Box<str>)>,
}

impl Pairs {
    pub(crate) fn number(&mut self, tenant: &str, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(tenant).and_then(|names| names.get(name)) {
            return *number;
        }
        let number = self.texts.len() as u32;
        self.texts.push((tenant.into(), name.into()));
        self.numbers.entry(tenant.into()).or_default().insert(name.into(), number);
        number
    }
}

/// Key of a pane or of a present: tenant, queue or agent, minute, partition, layout, separated by the unit separator.
pub(crate) fn pane_key(key: &mut Vec<u8>, tenant: &str, name: &str, window_start_us: Option<i64>, partition: i32, layout: i32) {
    let minute = window_start_us.map_or(0, |start_us| start_us / 60_000_000);
    key.clear();
    key.extend_from_slice(format!("{tenant}\u{1f}{name}\u{1f}{minute}\u{1f}{partition}\u{1f}{layout}").as_bytes());
}

/// Tenant, queue or agent, and minute of a pane's key. The last three parts are numbers, so whatever the names hold, they end before them.
pub(crate) fn parse_pane_key(key: &[u8]) -> Option<(&str, &str, i32)> {
    let mut parts = std::str::from_utf8(key).ok()?.rsplitn(4, '\u{1f}');
    let (_layout, _partition, minute) = (parts.next()?, parts.next()?, parts.next()?);
    let (tenant, name) = parts.next()?.split_once('\u{1f}')?;
    Some((tenant, name, minute.parse().ok()?))
}
