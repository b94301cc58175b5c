//! Call centres to begin with.

use crate::error::Error;
use crate::scenario::{QueuePlan, Scenario};

const HOUR_US: i64 = 3_600_000_000;
const DAY_US: i64 = 24 * HOUR_US;

impl Scenario {
    /// A named centre whose log ends at `end_us` (Unix microseconds).
    ///
    /// | name | what | calls |
    /// |---|---|---|
    /// | `small` | a day, 3 queues, 14 agents | about 600 |
    /// | `day` | a day at a large centre, 6 queues, 136 agents, one queue around the clock | about 12,000 |
    /// | `demo` | two days, 8 queues, 60 agents; whenever it ends, it is then between ten and eleven in the morning there | about 10,000 |
    /// | `month` | 31 days, 12 queues, 190 agents | about 300,000 |
    ///
    /// ```
    /// let scenario = simulator::Scenario::preset("demo", 7, 1_772_481_600_000_000)?;
    /// assert_eq!((scenario.seed, scenario.end_us - scenario.start_us, scenario.queues.len()), (7, 172_800_000_000, 8));
    /// # Ok::<(), simulator::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::UnknownPreset`].
    pub fn preset(name: &str, seed: u64, end_us: i64) -> Result<Self, Error> {
        match name {
            "small" => Ok(small(seed, end_us)),
            "day" => Ok(day(seed, end_us)),
            "demo" => Ok(demo(seed, end_us)),
            "month" => Ok(month(seed, end_us)),
            _ => Err(Error::UnknownPreset { name: name.to_owned() }),
        }
    }
}

fn queue(name: &str, did: &str, calls_per_day: f64, agents: u32, mean_talk_s: f64) -> QueuePlan {
    QueuePlan { did: did.to_owned(), mean_talk_s, ..QueuePlan::new(name, calls_per_day, agents) }
}

fn around_the_clock(queue: QueuePlan) -> QueuePlan {
    QueuePlan { opens_min: 0, closes_min: 24 * 60, night_share: 0.12, ..queue }
}

fn small(seed: u64, end_us: i64) -> Scenario {
    Scenario {
        seed,
        start_us: end_us.saturating_sub(DAY_US),
        end_us,
        east_of_utc_min: 60,
        zone: None,
        holidays: Vec::new(),
        holiday_factor: 1.0,
        growth: None,
        agent_prefix: "PJSIP/".to_owned(),
        caller_prefix: "017".to_owned(),
        runs_out: false,
        queues: vec![
            queue("sales", "0305550100", 240.0, 5, 200.0),
            QueuePlan { mean_patience_s: 180.0, waiting_max: Some(2), ..queue("support", "0305550200", 200.0, 6, 290.0) },
            QueuePlan {
                opens_min: 9 * 60,
                closes_min: 17 * 60,
                timeout_s: Some(60),
                overflow_to: Some("support".to_owned()),
                admits_when_empty: false,
                ..queue("billing", "", 80.0, 3, 220.0)
            },
        ],
        weekday_factors: [1.15, 1.0, 0.97, 0.95, 0.93, 0.85, 0.8],
        month_start_factor: 1.1,
        day_spread: 0.08,
        shared_agent_share: 0.34,
        absence_share: 0.04,
        blind_transfer_share: 0.04,
        warm_transfer_share: 0.04,
        redial_share: 0.45,
        repeat_share: 0.08,
        anonymous_share: 0.07,
    }
}

fn day(seed: u64, end_us: i64) -> Scenario {
    Scenario {
        east_of_utc_min: 480,
        queues: vec![
            around_the_clock(queue("hotline", "02155500001", 3_200.0, 45, 170.0)),
            queue("billing", "02155500002", 1_900.0, 27, 210.0),
            QueuePlan { waiting_max: Some(6), ..queue("mobile", "02155500003", 1_500.0, 21, 230.0) },
            queue("broadband", "02155500004", 1_000.0, 20, 320.0),
            QueuePlan { mean_patience_s: 240.0, ..queue("complaints", "02155500005", 600.0, 14, 360.0) },
            QueuePlan { timeout_s: Some(120), admits_when_empty: false, ..queue("sales", "", 500.0, 9, 250.0) },
        ],
        weekday_factors: [1.12, 1.02, 1.0, 0.98, 1.0, 0.8, 0.7],
        month_start_factor: 1.25,
        shared_agent_share: 0.25,
        ..small(seed, end_us)
    }
}

fn demo(seed: u64, end_us: i64) -> Scenario {
    let hour_utc = end_us.div_euclid(HOUR_US).rem_euclid(24);
    // From 12 hours west to 11 hours east of UTC.
    let hours_east = (10 - hour_utc + 12).rem_euclid(24) - 12;
    let support = around_the_clock(queue("support", "0305559100", 1_080.0, 13, 180.0));
    Scenario {
        start_us: end_us.saturating_sub(2 * DAY_US),
        east_of_utc_min: i32::try_from(hours_east * 60).unwrap_or(0),
        queues: vec![
            QueuePlan { waiting_max: Some(4), ..queue("billing", "0305559101", 650.0, 8, 230.0) },
            queue("contracts", "0305559102", 310.0, 6, 280.0),
            queue("delivery", "0305559103", 560.0, 6, 150.0),
            QueuePlan { overflow_to: Some("support".to_owned()), timeout_s: Some(90), ..queue("orders", "0305559104", 730.0, 8, 200.0) },
            QueuePlan { admits_when_empty: false, waiting_max: Some(3), ..queue("returns", "0305559105", 430.0, 5, 190.0) },
            queue("sales", "0305559106", 470.0, 6, 220.0),
            support,
            QueuePlan { mean_patience_s: 240.0, ..queue("technical", "0305559107", 470.0, 8, 330.0) },
        ],
        weekday_factors: [1.1, 1.0, 1.0, 1.0, 1.0, 0.95, 0.9],
        ..small(seed, end_us)
    }
}

fn month(seed: u64, end_us: i64) -> Scenario {
    let names = ["mobile", "internet", "television", "billing", "contracts", "moving", "orders", "business", "complaints", "returns"];
    let mut queues = vec![
        around_the_clock(QueuePlan::new("hotline", 2_100.0, 29)),
        around_the_clock(QueuePlan { mean_talk_s: 330.0, ..QueuePlan::new("outages", 780.0, 17) }),
    ];
    queues.extend((0_u32..).zip(names).map(|(rank, name)| {
        let calls_per_day = 960.0 - 70.0 * f64::from(rank);
        let mean_talk_s = 190.0 + 16.0 * f64::from(rank);
        let agents = crate::draw::whole(calls_per_day * (mean_talk_s + 20.0) / 18_500.0) + 1;
        let waiting_max = (rank % 3 == 0).then_some(5);
        QueuePlan { mean_talk_s, waiting_max, ..QueuePlan::new(name, calls_per_day, u32::try_from(agents).unwrap_or(1)) }
    }));
    Scenario {
        start_us: end_us.saturating_sub(31 * DAY_US),
        east_of_utc_min: 60,
        queues,
        weekday_factors: [1.15, 1.05, 1.0, 1.0, 1.0, 0.75, 0.65],
        ..day(seed, end_us)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::days;

    const END_US: i64 = 1_773_100_800_000_000;

    #[test]
    fn presets_are_valid_and_end_when_they_are_told_to() {
        for name in ["small", "day", "demo", "month"] {
            let scenario = Scenario::preset(name, 1, END_US).unwrap();
            assert_eq!((scenario.validate(), scenario.end_us), (Ok(()), END_US));
        }
        assert!(Scenario::preset("huge", 1, END_US).unwrap_err().to_string().contains("huge"));
    }

    #[test]
    fn the_demo_ends_on_a_busy_morning_whenever_that_is() {
        for hour in 0..24 {
            let end_us = END_US + hour * HOUR_US + 1_234_000_000;
            let demo = demo(1, end_us);
            let days = days(&demo.clock(), demo.start_us / 1_000_000, end_us / 1_000_000).unwrap();
            assert_eq!((end_us / 1_000_000 - days.last().unwrap().start_s) / 3_600, 10);
        }
    }
}
