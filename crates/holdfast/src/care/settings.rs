//! The section `[care]` of the configuration: who is told of early warnings, and how long data are kept.

use serde::{Deserialize, Serialize};

/// A week is counted when its outcomes are known, 45 days after it, and before who left in it is forgotten; days of it may be formed late.
const KEEP_AFTER_LEAVING_DAYS_MIN: u32 = 60;

/// See the module.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Care {
    /// http://HOST:PORT of Alertmanager; empty: alerts are not sent.
    pub alertmanager: String,
    /// Alerts are sent again so often, seconds; an alert that is not ends after four times that.
    pub interval_s: u32,
    /// Where leaders look at signals: the link in an alert.
    pub link: String,
    /// An objection of an agent is answered within so many days; the notice promises it.
    pub answer_days: u32,
    /// Agent-days are kept for so long, days.
    pub keep_agent_days: u32,
    /// Scores and signals are kept for so long, days.
    pub keep_signals_days: u32,
    /// All of them are kept for so long after somebody left, days; at least 60.
    pub keep_after_leaving_days: u32,
    /// The log of who read what is kept for so long, days; the law asks for at least six months.
    pub keep_access_log_days: u32,
}

impl Default for Care {
    fn default() -> Self {
        Care {
            alertmanager: String::new(),
            interval_s: 15,
            link: String::new(),
            answer_days: 14,
            keep_agent_days: 400,
            keep_signals_days: 365,
            keep_after_leaving_days: 90,
            keep_access_log_days: 730,
        }
    }
}

impl Care {
    /// What is wrong with the values.
    pub(crate) fn wrong(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        if !self.alertmanager.is_empty()
            && let Err(text) = super::Address::parse(&self.alertmanager)
        {
            wrong.push(format!("care.alertmanager: {text}"));
        }
        if self.interval_s == 0 {
            wrong.push("care.interval_s must be at least 1".to_owned());
        }
        if self.keep_after_leaving_days < KEEP_AFTER_LEAVING_DAYS_MIN {
            wrong.push(format!(
                "care.keep_after_leaving_days must be at least {KEEP_AFTER_LEAVING_DAYS_MIN}: what became of a warning is known 45 days after it, and is counted by week before names go"
            ));
        }
        if self.keep_access_log_days < 183 {
            wrong.push("care.keep_access_log_days must be at least 183: the log of who read what is kept for six months by law".to_owned());
        }
        wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_until_outcomes_are_counted_and_the_log_for_half_a_year() {
        let wrong = |care: Care| care.wrong().join("; ");
        assert_eq!(wrong(Care { keep_after_leaving_days: 60, keep_access_log_days: 183, ..Care::default() }), "");
        assert!(
            wrong(Care { keep_after_leaving_days: 59, ..Care::default() }).starts_with("care.keep_after_leaving_days must be at least 60")
        );
        assert!(wrong(Care { keep_access_log_days: 182, ..Care::default() }).starts_with("care.keep_access_log_days must be at least 183"));
    }
}
