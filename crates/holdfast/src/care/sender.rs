//! Keeps Alertmanager told. What fires is sent again and again with a near end, as Prometheus does, so whatever either side forgets or misses puts itself
//! right: a restart, an Alertmanager that was away, an alert that nobody ends.

use super::alerts::{Alert, Labels, body};
use super::http::{Address, post};
use std::collections::BTreeMap;

/// An alert that is not sent again ends after so many intervals.
const LASTS_INTERVALS: i64 = 4;

/// See the module.
pub struct AlertSender {
    address: Address,
    interval_us: i64,
    /// What Alertmanager was told or may have been told, and has not been told the end of.
    told: BTreeMap<Labels, Alert>,
    next_us: i64,
    away: bool,
}

impl AlertSender {
    /// Sends to Alertmanager at `url`, every `interval_s` seconds.
    ///
    /// # Errors
    /// What is wrong with the URL.
    pub fn new(url: &str, interval_s: u32) -> Result<Self, &'static str> {
        let interval_us = i64::from(interval_s.max(1)) * 1_000_000;
        Ok(Self { address: Address::parse(url)?, interval_us, told: BTreeMap::new(), next_us: i64::MIN, away: false })
    }

    /// Sends what fires and what has ended, if that has changed or it is time again. Returns how many alerts were taken; none: nothing was due.
    ///
    /// # Errors
    /// What Alertmanager or the network said; the next call tries again.
    pub fn turn(&mut self, firing: &[Alert], now_us: i64) -> Result<Option<usize>, String> {
        let current: BTreeMap<Labels, Alert> = firing.iter().map(|alert| (alert.labels.clone(), alert.clone())).collect();
        let changed = !self.away && (current.len() != self.told.len() || current.keys().any(|labels| !self.told.contains_key(labels)));
        if (!changed && now_us < self.next_us) || (current.is_empty() && self.told.is_empty()) {
            return Ok(None);
        }
        let ended: Vec<Alert> =
            self.told.iter().filter(|(labels, _)| !current.contains_key(*labels)).map(|(_, alert)| alert.clone()).collect();
        self.next_us = now_us.saturating_add(self.interval_us);
        // It may take them and the answer be lost: what is sent counts as told.
        self.told.extend(current.clone());
        let until_us = now_us.saturating_add(LASTS_INTERVALS * self.interval_us);
        let sent = post(&self.address, "/api/v2/alerts", &body(firing, &ended, now_us, until_us).to_string());
        self.away = sent.is_err();
        sent?;
        self.told = current;
        Ok(Some(firing.len() + ended.len()))
    }
}
