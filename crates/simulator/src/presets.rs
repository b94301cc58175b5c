//! Two centres to begin with.

use crate::scenario::{QueueProfile, Scenario};

impl Scenario {
    /// A week at a site with three queues, 15 agents and some 400 calls a day, from Monday 2 March 2026 in Berlin.
    ///
    /// ```
    /// let scenario = simulator::Scenario::small_site();
    /// assert_eq!((scenario.days, scenario.queues.len()), (7, 3));
    /// ```
    #[must_use]
    pub fn small_site() -> Self {
        let sales = QueueProfile { did: "0305550100".to_owned(), mean_talk_s: 200.0, ..QueueProfile::new("sales", 150.0, 6) };
        let support = QueueProfile {
            did: "0305550200".to_owned(),
            mean_talk_s: 290.0,
            mean_patience_s: 180.0,
            service_level_s: 30,
            ..QueueProfile::new("support", 160.0, 7)
        };
        let billing = QueueProfile {
            opens_minute: 9 * 60,
            closes_minute: 17 * 60,
            mean_talk_s: 220.0,
            timeout_s: Some(300),
            ..QueueProfile::new("billing", 60.0, 3)
        };
        Self {
            seed: 1,
            start_s: 1_772_406_000,
            days: 7,
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
            first_extension: 1_001,
        }
    }

    /// One Monday at a large centre: six queues, one of them around the clock, some 10,000 calls and 160 agents, from 9 March
    /// 2026 in Shanghai. With `days: 30` it is a month for load tests.
    ///
    /// ```
    /// let scenario = simulator::Scenario::busy_day();
    /// assert!(scenario.queues.iter().map(|queue| queue.calls_per_day).sum::<f64>() > 8_000.0);
    /// ```
    #[must_use]
    pub fn busy_day() -> Self {
        let queue = |name: &str, did: &str, calls_per_day, agents, mean_talk_s| QueueProfile {
            did: did.to_owned(),
            mean_talk_s,
            ..QueueProfile::new(name, calls_per_day, agents)
        };
        let hotline = QueueProfile {
            opens_minute: 0,
            closes_minute: 24 * 60,
            night_share: 0.12,
            ..queue("hotline", "02155500001", 3_200.0, 55, 170.0)
        };
        let complaints = QueueProfile { mean_patience_s: 240.0, ..queue("complaints", "02155500005", 600.0, 16, 360.0) };
        Self {
            start_s: 1_772_985_600,
            days: 1,
            zone: "Asia/Shanghai".to_owned(),
            queues: vec![
                hotline,
                queue("billing", "02155500002", 1_900.0, 32, 210.0),
                queue("mobile", "02155500003", 1_500.0, 27, 230.0),
                queue("broadband", "02155500004", 1_000.0, 24, 320.0),
                complaints,
                QueueProfile { timeout_s: Some(120), ..queue("sales", "", 500.0, 10, 250.0) },
            ],
            weekday_factors: [1.12, 1.02, 1.0, 0.98, 1.0, 0.8, 0.7],
            month_start_factor: 1.25,
            shared_agent_share: 0.25,
            first_extension: 6_001,
            ..Self::small_site()
        }
    }
}
