//! Call centres to begin with.

use crate::error::Error;
use crate::scenario::{QueuePlan, Scenario};

/// When the demo ends if nobody says otherwise: Tuesday 10 March 2026, 10:40 UTC.
const DEMO_END_S: i64 = 1_773_139_200;

impl Scenario {
    /// A named centre.
    ///
    /// | name | what | calls |
    /// |---|---|---|
    /// | `small` | a week at a site in Berlin, 3 queues, 16 agents | about 2,900 |
    /// | `day` | a Monday at a large centre in Shanghai, 6 queues, 144 agents, one queue around the clock | about 10,500 |
    /// | `month` | March 2026 in Berlin (with the change of the clocks), 12 queues, 180 agents | about 320,000 |
    /// | `demo` | two days that end at a fixed instant; see [`Scenario::demo`] for one that ends now | about 4,700 |
    ///
    /// ```
    /// let scenario = simulator::Scenario::preset("small", 7)?;
    /// assert_eq!((scenario.seed, scenario.days, scenario.queues.len()), (7, 7, 3));
    /// # Ok::<(), simulator::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::UnknownPreset`].
    pub fn preset(name: &str, seed: u64) -> Result<Self, Error> {
        let scenario = match name {
            "small" => Self::small_site(),
            "day" => Self::busy_day(),
            "month" => Self::long_month(),
            "demo" => return Ok(Self::demo(seed, DEMO_END_S)),
            _ => return Err(Error::UnknownPreset { name: name.to_owned() }),
        };
        Ok(Self { seed, ..scenario })
    }

    /// Ten queues and 62 agents, from the morning of the day before to `end_s` (Unix seconds), where calls stay open. Whenever
    /// that is, the wall clock of the centre's time zone then shows between ten and eleven o'clock, so that the centre is busy:
    /// give an end in the future and stream the lines behind the present as their time comes.
    ///
    /// ```
    /// let demo = simulator::Scenario::demo(1, 1_773_139_200);
    /// assert_eq!((demo.until_s, demo.queues.len()), (Some(1_773_139_200), 10));
    /// ```
    #[must_use]
    pub fn demo(seed: u64, end_s: i64) -> Self {
        let behind_utc_hours = (end_s.div_euclid(3_600) - 10).rem_euclid(24);
        // POSIX signs: Etc/GMT+5 is five hours behind UTC. There is no Etc/GMT-15 and beyond; there the date differs instead.
        let zone = match behind_utc_hours {
            0 => "Etc/GMT".to_owned(),
            hours @ 1..=12 => format!("Etc/GMT+{hours}"),
            hours => format!("Etc/GMT-{}", 24 - hours),
        };
        let queue = |name: &str, calls_per_day, agents, mean_talk_s| QueuePlan {
            did: format!("0305559{:02}", name.len() * 3),
            mean_talk_s,
            ..QueuePlan::new(name, calls_per_day, agents)
        };
        let hotline = QueuePlan { night_share: 0.1, opens_minute: 0, closes_minute: 1_440, ..queue("hotline", 620.0, 12, 190.0) };
        let orders = QueuePlan { overflow_to: Some("hotline".to_owned()), timeout_s: Some(90), ..queue("orders", 420.0, 7, 200.0) };
        let technical = QueuePlan { mean_patience_s: 240.0, service_level_s: 30, ..queue("technical", 220.0, 7, 360.0) };
        let vip = QueuePlan { service_level_s: 10, ..queue("vip", 80.0, 4, 220.0) };
        let claims = QueuePlan { waiting_max: Some(3), ..queue("claims", 135.0, 5, 340.0) };
        let returns = QueuePlan { admits_when_empty: false, waiting_max: Some(4), ..queue("returns", 210.0, 4, 190.0) };
        Self {
            seed,
            start_s: end_s - 28 * 3_600,
            days: 2,
            until_s: Some(end_s),
            zone,
            queues: vec![
                hotline,
                orders,
                queue("billing", 370.0, 7, 230.0),
                technical,
                queue("delivery", 330.0, 5, 150.0),
                returns,
                claims,
                vip,
                queue("contracts", 190.0, 6, 280.0),
                queue("retention", 150.0, 5, 300.0),
            ],
            weekday_factors: [1.25, 1.15, 1.15, 1.15, 1.15, 1.1, 1.05],
            hold_share: 0.15,
            logs_refused_joins: true,
            first_extension: 2_001,
            ..Self::small_site()
        }
    }

    pub(crate) fn small_site() -> Self {
        let sales = QueuePlan { did: "0305550100".to_owned(), mean_talk_s: 200.0, ..QueuePlan::new("sales", 180.0, 6) };
        let support = QueuePlan {
            did: "0305550200".to_owned(),
            mean_talk_s: 290.0,
            mean_patience_s: 180.0,
            service_level_s: 30,
            ..QueuePlan::new("support", 180.0, 7)
        };
        let billing = QueuePlan {
            opens_minute: 9 * 60,
            closes_minute: 17 * 60,
            mean_talk_s: 220.0,
            timeout_s: Some(300),
            overflow_to: Some("support".to_owned()),
            ..QueuePlan::new("billing", 70.0, 3)
        };
        Self {
            seed: 1,
            start_s: 1_772_406_000,
            days: 7,
            until_s: None,
            zone: "Europe/Berlin".to_owned(),
            queues: vec![sales, support, billing],
            weekday_factors: [1.15, 1.0, 0.97, 0.95, 0.93, 0.35, 0.0],
            month_start_factor: 1.1,
            day_spread: 0.08,
            shared_agent_share: 0.34,
            absence_share: 0.04,
            blind_transfer_share: 0.03,
            attended_transfer_share: 0.03,
            queue_transfer_share: 0.06,
            redial_share: 0.45,
            repeat_share: 0.08,
            anonymous_share: 0.07,
            hold_share: 0.0,
            logs_refused_joins: false,
            first_extension: 1_001,
        }
    }

    fn busy_day() -> Self {
        let queue = |name: &str, did: &str, calls_per_day, agents, mean_talk_s| QueuePlan {
            did: did.to_owned(),
            mean_talk_s,
            ..QueuePlan::new(name, calls_per_day, agents)
        };
        let hotline =
            QueuePlan { opens_minute: 0, closes_minute: 24 * 60, night_share: 0.12, ..queue("hotline", "02155500001", 3_200.0, 50, 170.0) };
        let complaints = QueuePlan { mean_patience_s: 240.0, ..queue("complaints", "02155500005", 600.0, 14, 360.0) };
        Self {
            start_s: 1_772_985_600,
            days: 1,
            zone: "Asia/Shanghai".to_owned(),
            queues: vec![
                hotline,
                queue("billing", "02155500002", 1_900.0, 27, 210.0),
                queue("mobile", "02155500003", 1_500.0, 23, 230.0),
                queue("broadband", "02155500004", 1_000.0, 21, 320.0),
                complaints,
                QueuePlan { timeout_s: Some(120), ..queue("sales", "", 500.0, 9, 250.0) },
            ],
            weekday_factors: [1.12, 1.02, 1.0, 0.98, 1.0, 0.8, 0.7],
            month_start_factor: 1.25,
            shared_agent_share: 0.25,
            first_extension: 6_001,
            ..Self::small_site()
        }
    }

    fn long_month() -> Self {
        let around_the_clock = |queue: QueuePlan| QueuePlan { opens_minute: 0, closes_minute: 24 * 60, night_share: 0.12, ..queue };
        let names = ["mobile", "internet", "television", "billing", "contracts", "moving", "orders", "business", "complaints", "returns"];
        let mut queues = vec![
            around_the_clock(QueuePlan::new("hotline", 2_000.0, 37)),
            around_the_clock(QueuePlan { mean_talk_s: 330.0, ..QueuePlan::new("outages", 700.0, 20) }),
        ];
        queues.extend(names.iter().enumerate().map(|(rank, name)| {
            let rank = f64::from(u8::try_from(rank).unwrap_or(u8::MAX));
            let calls_per_day = 950.0 - 70.0 * rank;
            let mean_talk_s = 190.0 + 16.0 * rank;
            let agents = crate::draw::whole(calls_per_day * (mean_talk_s + 20.0) / 17_000.0) + 3;
            QueuePlan { mean_talk_s, ..QueuePlan::new(name, calls_per_day, u32::try_from(agents).unwrap_or(1)) }
        }));
        Self {
            days: 31,
            zone: "Europe/Berlin".to_owned(),
            start_s: 1_772_319_600,
            queues,
            weekday_factors: [1.15, 1.05, 1.0, 1.0, 1.0, 0.75, 0.65],
            ..Self::busy_day()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::local_days;

    #[test]
    fn the_demo_ends_in_the_middle_of_a_working_day_whenever_that_is() {
        for hour in 0..24 {
            let end_s = 1_773_100_800 + hour * 3_600 + 1_234;
            let demo = Scenario::demo(1, end_s);
            let days = local_days(&demo.zone, demo.start_s, demo.days).unwrap();
            let today = days.last().unwrap();
            assert_eq!((end_s - today.quarters[0].start_s) / 3_600, 10, "{}", demo.zone);
        }
    }
}
