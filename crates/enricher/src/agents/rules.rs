//! The rules under which the known spans were written, as the changelog keeps them: when a centre changes its table of reasons, the past
//! changes too, and what was written before must be known to be replaced exactly.

use super::Agents;
use lifecycle::activity::{Activity, ActivityOptions, ReasonMap};
use runtime::task::Output;

/// Changelog key of the rules.
pub(super) const RULES_KEY: &[u8] = b"r";

/// Lines: the numbers, then a reason and its activity each.
pub(super) fn encode(rules: &ActivityOptions) -> Vec<u8> {
    let cap = rules.acw_cap_ms.map_or_else(|| "-".to_owned(), |cap_ms| cap_ms.to_string());
    let ActivityOptions { session_max_ms, offer_cap_ms, heartbeats_missed_ms, reasons, .. } = rules;
    let mut text = format!("{}\t{session_max_ms}\t{cap}\t{offer_cap_ms}\t{heartbeats_missed_ms}", reasons.version());
    for (reason, activity) in reasons.entries() {
        text.push_str(&format!("\n{reason}\t{}", activity.name()));
    }
    text.into_bytes()
}

/// What [`encode`] wrote; none: it is damaged.
pub(super) fn decode(bytes: &[u8]) -> Option<ActivityOptions> {
    let mut lines = std::str::from_utf8(bytes).ok()?.lines();
    let numbers: Vec<&str> = lines.next()?.split('\t').collect();
    let [version, session_max, cap, offer_cap, missed] = numbers.as_slice() else { return None };
    let entries = lines.map(|line| {
        let (reason, activity) = line.rsplit_once('\t')?;
        Some((reason, Activity::parse(activity)?))
    });
    Some(ActivityOptions {
        session_max_ms: session_max.parse().ok()?,
        acw_cap_ms: if *cap == "-" { None } else { Some(cap.parse().ok()?) },
        offer_cap_ms: offer_cap.parse().ok()?,
        heartbeats_missed_ms: missed.parse().ok()?,
        reasons: ReasonMap::new(version.parse().ok()?, entries.collect::<Option<Vec<_>>>()?),
    })
}

impl Agents {
    /// The rules of the known spans.
    pub(super) fn written_rules(&self) -> &ActivityOptions {
        self.written_rules.as_ref().unwrap_or(&self.options.rules)
    }

    /// The rules are others than those of the known spans: everything is folded anew. They are written once, unless they are the usual
    /// ones.
    pub(super) fn bring_in_for_new_rules(&mut self, output: &mut Output<'_>) {
        let changed = self.written_rules.as_ref().is_some_and(|written| *written != self.options.rules);
        if changed {
            for (key, known) in &self.known {
                self.open.entry(key.clone()).or_insert_with(|| known.items.clone());
            }
        }
        let first = self.written_rules.is_none() && !self.open.is_empty() && self.options.rules != ActivityOptions::default();
        if changed || first {
            output.changelog(RULES_KEY, Some(&encode(&self.options.rules)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lifecycle::activity::PauseKind;

    #[test]
    fn rules_come_back_as_they_were_written() {
        let reasons = ReasonMap::default().with(7, [("a b: c", Activity::Pause(PauseKind::Coaching))]);
        let rules = ActivityOptions { acw_cap_ms: None, offer_cap_ms: 1, session_max_ms: 2, heartbeats_missed_ms: 3, reasons };
        assert_eq!(decode(&encode(&rules)), Some(rules.clone()));
        assert_eq!(decode(&encode(&ActivityOptions::default())), Some(ActivityOptions::default()));
        let bytes = encode(&rules);
        assert_eq!(decode(&bytes[..bytes.len() - 1]), None, "no such activity");
        assert_eq!(decode(b"1\t2"), None);
    }
}
