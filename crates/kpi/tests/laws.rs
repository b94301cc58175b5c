//! The algebra: panes form a commutative group under merge, and everything that is shown respects it.
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

mod common;

use common::{Fact, Panes, fact, facts};
use events::QueuePane;
use kpi::windows::{Span, merge_partitions, rolling, total};
use kpi::{Histogram, MINUTE_US, Pane, Parameters, Sketch, sketch};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// One pane with everything in it.
fn lump(facts: &[Fact]) -> Pane {
    let mut lump = Pane::default();
    Panes::of(facts).0.values().for_each(|pane| lump.merge(pane, 1));
    lump
}

fn sum(one: &Pane, two: &Pane) -> Pane {
    let mut sum = one.clone();
    sum.merge(two, 1);
    sum
}

proptest! {
    #[test]
    fn merge_is_associative_and_commutative_and_has_a_zero(a in facts(20), b in facts(20), c in facts(20)) {
        let (a, b, c) = (lump(&a), lump(&b), lump(&c));
        prop_assert_eq!(sum(&a, &b), sum(&b, &a));
        prop_assert_eq!(sum(&sum(&a, &b), &c), sum(&a, &sum(&b, &c)));
        prop_assert_eq!(sum(&a, &Pane::default()), a);
    }

    #[test]
    fn adding_and_taking_away_leaves_nothing_in_any_order(facts in facts(40), away_first in any::<bool>()) {
        let signs = if away_first { [-1, 1] } else { [1, -1] };
        let mut panes = Panes::default();
        for sign in signs {
            facts.iter().for_each(|fact| panes.add(fact, sign));
        }
        prop_assert!(panes.0.values().all(Pane::is_zero));
    }

    #[test]
    fn corrections_lead_where_the_last_facts_lead(steps in prop::collection::vec((0..8usize, fact(), prop::bool::weighted(0.1)), 0..60)) {
        // Eight facts change again and again; some are withdrawn.
        let mut current: BTreeMap<usize, Fact> = BTreeMap::new();
        let mut corrected = Panes::default();
        for (place, after, withdrawn) in steps {
            if let Some(before) = current.remove(&place) {
                corrected.add(&before, -1);
            }
            if !withdrawn {
                corrected.add(&after, 1);
                current.insert(place, after);
            }
        }
        let last: Vec<Fact> = current.into_values().collect();
        prop_assert_eq!(corrected.compact(), Panes::of(&last).compact());
    }

    #[test]
    fn histograms_and_sketches_hold_what_the_counts_say(facts in facts(60)) {
        let panes = Panes::of(&facts);
        for pane in panes.0.values() {
            prop_assert_eq!(pane.check(), Ok(()));
        }
        let lump = lump(&facts);
        for histogram in Histogram::ALL {
            prop_assert_eq!(Some(lump.histograms.total(histogram)), lump.counts.by_name(histogram.count()));
            prop_assert_eq!(lump.histograms.at_most(histogram, i64::MAX) + last_bucket(&lump, histogram), lump.histograms.total(histogram));
        }
    }

    #[test]
    fn a_message_gives_the_pane_back(facts in facts(40)) {
        for ((queue, start_us), pane) in Panes::of(&facts).0 {
            let message = pane.to_message("acme", &queue, start_us);
            prop_assert_eq!(Pane::from_message(&message).unwrap(), pane);
            for histogram in [&message.wait_answered_histogram, &message.cohort_abandoned_histogram] {
                prop_assert_ne!(histogram.last(), Some(&0));
            }
        }
    }

    #[test]
    fn quantiles_lie_in_the_bucket_of_the_exact_value(values in prop::collection::vec(value(), 1..200), per_mille in 0..=1_000i64) {
        let mut sketch = Sketch::default();
        values.iter().for_each(|value| sketch.add(*value, 1));
        let mut sorted = values.clone();
        sorted.sort_unstable();
        // By the definition: the smallest value with at least so many at or below it.
        let at_or_below = |value: &&i64| sorted.iter().filter(|other| other <= value).count();
        let enough = |value: &&i64| at_or_below(value) as i128 * 1_000 >= i128::from(per_mille) * sorted.len() as i128;
        let exact = *sorted.iter().find(enough).unwrap();
        let (lowest, highest) = sketch::bounds(sketch.quantile_bucket(per_mille).unwrap());
        prop_assert!((lowest..=highest).contains(&exact), "{exact} is not in {lowest}..={highest}");
        let off = i128::from(sketch.quantile(per_mille).unwrap()) - i128::from(exact);
        prop_assert!(off.abs() * 128 <= i128::from(exact), "{off} off {exact}");
        let largest = i128::from(*sorted.last().unwrap());
        let bound = i128::from(sketch.upper_bound().unwrap());
        prop_assert!(bound >= largest && (bound - largest) * 64 <= largest);
    }

    #[test]
    fn minutes_add_up_to_any_window(
        facts in facts(60),
        at_us in 0..70 * MINUTE_US,
        minutes in prop::sample::select(kpi::windows::ROLLING_MINUTES.to_vec()),
    ) {
        let panes = Panes::of(&facts).queue("sales");
        let window = rolling(at_us, minutes);
        prop_assert_eq!((window.end_us - window.start_us, window.end_us % MINUTE_US), (minutes * MINUTE_US, 0));
        prop_assert!(window.end_us <= at_us && at_us < window.end_us + MINUTE_US);
        let mut sum = Pane::default();
        for minute in 0..minutes {
            if let Some(pane) = panes.get(&(window.start_us + minute * MINUTE_US)) {
                sum.merge(pane, 1);
            }
        }
        prop_assert_eq!(total(&panes, window), sum);
    }

    #[test]
    fn intervals_of_a_day_hold_all_of_it(facts in facts(60), start in -20..20i64, length in 0..100i64) {
        let panes = Panes::of(&facts).queue("help");
        let day = Span { start_us: start * MINUTE_US, end_us: (start + length) * MINUTE_US };
        let intervals = kpi::windows::interval_totals(&panes, day);
        let mut sum = Pane::default();
        let mut next_us = day.start_us;
        for (interval, pane) in &intervals {
            prop_assert_eq!(interval.start_us, next_us);
            next_us = interval.end_us;
            sum.merge(pane, 1);
        }
        prop_assert_eq!(next_us, day.end_us);
        prop_assert_eq!(sum, total(&panes, day));
    }

    #[test]
    fn it_does_not_matter_which_partition_saw_what(
        facts in prop::collection::vec((fact(), 0..3i32), 0..40),
        again in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        order in any::<u64>(),
    ) {
        let mut stale = Panes::default();
        let mut partitions: BTreeMap<i32, Panes> = BTreeMap::new();
        for (fact, partition) in &facts {
            partitions.entry(*partition).or_default().add(fact, 1);
            stale.add(fact, 1);
        }
        let all = stale.clone();
        for ((queue, start_us), whole) in &all.0 {
            let mut messages = Vec::new();
            for (partition, panes) in &partitions {
                let Some(pane) = panes.0.get(&(queue.clone(), *start_us)) else { continue };
                messages.push(QueuePane { partition: *partition, version: 9, ..pane.to_message("acme", queue, *start_us) });
                // What the partition had said before.
                messages.push(QueuePane { partition: *partition, version: 8, ..whole.to_message("acme", queue, *start_us) });
            }
            let repeated: Vec<_> = again.iter().filter(|_| !messages.is_empty()).map(|index| index.get(&messages).clone()).collect();
            messages.extend(repeated);
            let turn = (order % messages.len().max(1) as u64) as usize;
            messages.rotate_left(turn);
            prop_assert_eq!(&merge_partitions(&messages).unwrap(), whole);
        }
    }

    #[test]
    fn values_of_additive_kpis_add_up(a in facts(30), b in facts(30), limits in (0..14usize, 0..14usize)) {
        let parameters = Parameters::new(kpi::WAIT_EDGES_S[limits.0] * 1_000, kpi::WAIT_EDGES_S[limits.1] * 1_000).unwrap();
        let (a, b) = (lump(&a), lump(&b));
        for kpi in kpi::catalogue().filter(|kpi| kpi.is_additive()) {
            let parts = |pane: &Pane| kpi.parts(pane, &parameters);
            let together = parts(&a).zip(parts(&b)).map(|(a, b)| a.and(b));
            prop_assert_eq!(together, parts(&sum(&a, &b)), "{}", kpi.name);
        }
    }

    #[test]
    fn shares_lie_between_0_and_1(facts in facts(60), limits in (0..14usize, 0..14usize)) {
        // Short abandons that are longer than the threshold make no sense in level 7.
        let (short, threshold) = (limits.0.min(limits.1), limits.0.max(limits.1));
        let parameters = Parameters::new(kpi::WAIT_EDGES_S[threshold] * 1_000, kpi::WAIT_EDGES_S[short] * 1_000).unwrap();
        let lump = lump(&facts);
        for kpi in kpi::catalogue().filter(|kpi| kpi.unit == kpi::Unit::Ratio) {
            if let Some(value) = kpi.evaluate(&lump, &parameters).and_then(|value| value.in_unit(kpi.unit)) {
                prop_assert!((0.0..=1.0).contains(&value), "{} = {value}", kpi.name);
            }
        }
    }
}

/// Durations of every magnitude.
fn value() -> impl Strategy<Value = i64> {
    prop_oneof![0..200i64, 0..3_600_000i64, 0..=i64::MAX, (0..63u32, -1..=1i64).prop_map(|(bit, off)| ((1i64 << bit) + off).max(0))]
}

fn last_bucket(pane: &Pane, histogram: Histogram) -> i64 {
    pane.histograms.to_message(histogram).get(14).copied().unwrap_or(0)
}
