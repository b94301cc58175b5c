//! Centres to begin with.

use super::plan::{Centre, Habits, SitePlan, System};
use crate::error::Error;
use crate::scenario::QueuePlan;
use crate::zone::Zone;
use jiff::civil::{Date, date};

/// Growth of contacts by year: 1.84 million in 2019, 2.89 million in 2021 (mission 004·06), which is √(2.89 / 1.84) − 1.
const YEARLY_GROWTH: f64 = 0.253_3;

const HABITS: Habits = Habits {
    leave_share: 0.03,
    sick_share: 0.03,
    late_share: 0.07,
    cancelled_share: 0.015,
    training_share: 0.05,
    move_share: 0.02,
    resign_share: 0.02,
    survey_share: 0.25,
    answer_share: 0.4,
    evaluation_share: 0.03,
    offer_share: 0.12,
    ticket_share: 0.03,
    dials_per_day: 150,
};

impl Centre {
    /// A named centre.
    ///
    /// | name | what | contacts |
    /// |---|---|---|
    /// | `centre` | 3 days, 3 sites in 3 zones, 8 queues, 60 agents; in Berlin the second day has 25 hours, and nights are worked over midnight; Boston speaks Amazon Connect, Manila Genesys Cloud | about 6,000 |
    /// | `quarter` | 90 days, 3 sites, 40 queues, 1,000 agents; the clocks of Berlin change within it | about 2 million |
    ///
    /// ```
    /// let centre = simulator::centre::Centre::preset("centre", 7)?;
    /// assert_eq!((centre.days, centre.sites.len()), (3, 3));
    /// # Ok::<(), simulator::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::UnknownPreset`].
    pub fn preset(name: &str, seed: u64) -> Result<Self, Error> {
        match name {
            "centre" => Ok(Self {
                seed,
                start: date(2026, 10, 24),
                days: 3,
                sites: small_sites()?,
                growth: None,
                habits: Habits { move_share: 0.05, resign_share: 0.05, ..HABITS },
                dirt: None,
            }),
            "quarter" => Ok(Self {
                seed,
                start: date(2026, 8, 1),
                days: 90,
                sites: large_sites()?,
                growth: Some((date(2026, 8, 1), YEARLY_GROWTH)),
                habits: Habits { dials_per_day: 2_000, ..HABITS },
                dirt: None,
            }),
            _ => Err(Error::UnknownPreset { name: name.to_owned() }),
        }
    }
}

fn site(name: &str, zone: &str, system: System, holidays: &[Date], queues: Vec<QueuePlan>) -> Result<SitePlan, Error> {
    let unknown = || Error::Scenario { problem: format!("zone {zone:?}: its rule is not known") };
    Ok(SitePlan {
        name: name.to_owned(),
        zone: Zone::named(zone).ok_or_else(unknown)?,
        system,
        opening: "Mo-Su 08:00-20:00".to_owned(),
        queues,
        weekday_factors: [1.15, 1.05, 1.0, 1.0, 0.98, 0.8, 0.7],
        holidays: holidays.to_vec(),
        holiday_factor: 0.4,
        nights: false,
        vendor: None,
    })
}

fn queue(name: &str, calls_per_day: f64, agents: u32, mean_talk_s: f64) -> QueuePlan {
    QueuePlan { mean_talk_s, did: format!("0800{}", name.len()), ..QueuePlan::new(name, calls_per_day, agents) }
}

fn small_sites() -> Result<Vec<SitePlan>, Error> {
    let hotline = QueuePlan { opens_min: 0, closes_min: 1_440, night_share: 0.2, ..queue("hotline", 500.0, 12, 180.0) };
    let billing = QueuePlan { waiting_max: Some(3), admits_when_empty: false, ..queue("billing", 240.0, 6, 230.0) };
    let orders = QueuePlan { timeout_s: Some(60), overflow_to: Some("support".to_owned()), ..queue("orders", 380.0, 8, 200.0) };
    let care = QueuePlan { did: String::new(), ..queue("care", 360.0, 8, 210.0) };
    Ok(vec![
        SitePlan {
            nights: true,
            ..site("berlin", "Europe/Berlin", System::Asterisk, &[], vec![hotline, queue("sales", 330.0, 8, 220.0), billing])?
        },
        site("boston", "America/New_York", System::AmazonConnect, &[], vec![orders, queue("support", 240.0, 7, 290.0)])?,
        SitePlan {
            vendor: Some("vendor-1".to_owned()),
            ..site(
                "manila",
                "Asia/Manila",
                System::GenesysCloud,
                &[date(2026, 10, 26)],
                vec![care, queue("tech", 200.0, 6, 330.0), queue("retention", 170.0, 5, 240.0)],
            )?
        },
    ])
}

fn large_sites() -> Result<Vec<SitePlan>, Error> {
    let names = [
        "hotline",
        "sales",
        "billing",
        "orders",
        "support",
        "returns",
        "delivery",
        "contracts",
        "moving",
        "technical",
        "mobile",
        "internet",
        "complaints",
        "business",
    ];
    // 40 queues of 13, 13 and 14; the largest has 50 agents, the smallest 4: 1,000 together.
    let queues = |count: usize, extra: u32| -> Vec<QueuePlan> {
        (0_u32..)
            .zip(names.iter().take(count))
            .map(|(rank, name)| {
                let agents = 43 - 3 * rank + if rank == 0 { extra } else { 0 };
                let plan = queue(name, 20.5 * f64::from(agents), agents, 360.0 + 20.0 * f64::from(rank));
                let plan = QueuePlan { wrapup_s: 45, waiting_max: (rank % 4 == 2).then_some(12), ..plan };
                if rank == 0 { QueuePlan { opens_min: 0, closes_min: 1_440, night_share: 0.15, ..plan } } else { plan }
            })
            .collect()
    };
    let german = [date(2026, 10, 3)];
    let american = [date(2026, 9, 7), date(2026, 10, 12)];
    let philippine = [date(2026, 8, 21), date(2026, 8, 31)];
    Ok(vec![
        site("berlin", "Europe/Berlin", System::Asterisk, &german, queues(13, 7))?,
        site("boston", "America/New_York", System::Asterisk, &american, queues(13, 7))?,
        SitePlan { vendor: Some("vendor-1".to_owned()), ..site("manila", "Asia/Manila", System::Asterisk, &philippine, queues(14, 7))? },
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(name: &str) -> (usize, u32, f64) {
        let centre = Centre::preset(name, 1).unwrap();
        let queues: Vec<&QueuePlan> = centre.sites.iter().flat_map(|site| &site.queues).collect();
        (queues.len(), queues.iter().map(|queue| queue.agents).sum(), queues.iter().map(|queue| queue.calls_per_day).sum())
    }

    /// 13 queues of 43, 40 … 7 agents are 325, 14 queues down to 4 are 329; with 7 more at each site: 325 + 325 + 329 + 21 = 1,000.
    #[test]
    fn presets_have_the_size_that_they_name() {
        assert_eq!((size("centre").0, size("centre").1), (8, 60));
        let (queues, agents, calls_per_day) = size("quarter");
        assert_eq!((queues, agents), (40, 1_000));
        assert!(
            (1_700_000.0..2_000_000.0).contains(&(calls_per_day * 90.0)),
            "before growth, redials and repeats: {}",
            calls_per_day * 90.0
        );
        for name in ["centre", "quarter"] {
            assert_eq!(Centre::preset(name, 1).unwrap().validate(), Ok(()));
        }
        assert!(Centre::preset("huge", 1).is_err());
    }

    #[test]
    fn a_factor_doubles_agents_and_demand() {
        let centre = Centre::preset("centre", 1).unwrap().times(2).unwrap();
        let hotline = &centre.sites[0].queues[0];
        assert_eq!((hotline.agents, hotline.calls_per_day as i64, centre.sites[0].queues[2].waiting_max), (24, 1_000, Some(6)));
        assert!(Centre::preset("centre", 1).unwrap().times(0).is_err());
    }
}
