//! What is usual: calls and evaluations of the 28 days before a day, as the definitions of agents' days compare with them. Written anew, without SQL.

use simulator::attrition::EventPlan;
use simulator::{Ended, Visit};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Fewer calls or scores than these say nothing about what is usual.
const FEWEST: i64 = 20;
/// Position of all hours among the bands.
const ALL_HOURS: i16 = -1;
/// Steps of handle time in which percentiles are found, in millionths of ln.
const STEP_MICRO: i64 = 20_000;

/// A handled call.
#[derive(Clone, Debug)]
pub struct Call {
    pub agent: Arc<str>,
    pub queue: Arc<str>,
    band: i16,
    pub handle_ms: i64,
    pub acw_ms: i64,
    ln_handle_micro: i64,
    ln_acw_micro: i64,
    pub transferred: bool,
    pub short: bool,
}

impl Call {
    pub fn of(plan: &EventPlan, visit: &Visit) -> Self {
        let (acw_s, connected_s) = (visit.wrapup_s.expect("it is told"), visit.entered_s + visit.wait_s);
        let wall = plan.zone.wall(connected_s).expect("a time of the calendar");
        let (handle_ms, acw_ms) = ((visit.talk_s + acw_s) * 1_000, acw_s * 1_000);
        let micro = |ln: f64| (ln * 1e6).round_ties_even() as i64;
        Self {
            agent: visit.agent.clone().expect("every call of these worlds is answered"),
            queue: Arc::clone(&visit.queue),
            band: i16::from(wall.hour()) / 3,
            handle_ms,
            acw_ms,
            ln_handle_micro: micro((handle_ms.max(1_000) as f64 / 1_000.0).ln()),
            ln_acw_micro: micro((acw_ms as f64 / 1_000.0).ln_1p()),
            transferred: visit.ended == Some(Ended::BlindTransfer),
            short: visit.ended == Some(Ended::ByAgent) && visit.talk_s < 10,
        }
    }
}

/// Calls of a queue, at certain hours or at all.
#[derive(Clone, Debug, Default)]
struct Sums {
    calls: i64,
    handle_ms: i64,
    ln_handle_micro: i64,
    ln_acw_micro: i64,
    transfers: i64,
    short: i64,
    sizes: BTreeMap<i64, i64>,
}

impl Sums {
    fn add(&mut self, call: &Call) {
        self.calls += 1;
        self.handle_ms += call.handle_ms;
        self.ln_handle_micro += call.ln_handle_micro;
        self.ln_acw_micro += call.ln_acw_micro;
        self.transfers += i64::from(call.transferred);
        self.short += i64::from(call.short);
        *self.sizes.entry(call.ln_handle_micro / STEP_MICRO).or_default() += 1;
    }

    /// The step below which so many percent lie.
    fn percentile(&self, percent: i64) -> i64 {
        let mut below = 0;
        let step = self.sizes.iter().find(|(_, count)| {
            below += **count;
            below * 100 >= self.calls * percent
        });
        *step.expect("the last step has them all").0
    }
}

/// What an agent's calls of a day are beside the usual ones.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beside {
    pub compared: u32,
    pub expected_handle_ms: i64,
    pub ln_handle_micro: i64,
    pub ln_acw_micro: i64,
    /// Transfers and short talks that are usual, millionths; none: not known for every call.
    pub expected_micro: Option<[i64; 2]>,
}

/// What is usual on a day.
#[derive(Clone, Debug, Default)]
pub struct UsualCalls(BTreeMap<(Arc<str>, i16), Sums>);

impl UsualCalls {
    /// Of the calls of the days before.
    pub fn of<'c>(calls: impl Iterator<Item = &'c Call>) -> Self {
        let mut usual: BTreeMap<(Arc<str>, i16), Sums> = BTreeMap::new();
        for call in calls {
            for band in [call.band, ALL_HOURS] {
                usual.entry((Arc::clone(&call.queue), band)).or_default().add(call);
            }
        }
        Self(usual)
    }

    pub fn beside(&self, calls: &[Call]) -> Beside {
        let mut found = Beside { expected_micro: (!calls.is_empty()).then_some([0, 0]), ..Beside::default() };
        for call in calls {
            let of = |band: i16| self.0.get(&(Arc::clone(&call.queue), band)).filter(|sums| sums.calls >= FEWEST);
            let queue = of(ALL_HOURS);
            found.expected_micro = found.expected_micro.zip(queue).map(|([transfers, short], queue)| {
                [transfers + 1_000_000 * queue.transfers / queue.calls, short + 1_000_000 * queue.short / queue.calls]
            });
            let Some((usual, queue)) = of(call.band).or(queue).zip(queue) else { continue };
            let held = call.ln_handle_micro.min((queue.percentile(99) + 1) * STEP_MICRO).max(queue.percentile(1) * STEP_MICRO);
            found.compared += 1;
            found.expected_handle_ms += usual.handle_ms / usual.calls;
            found.ln_handle_micro += held - usual.ln_handle_micro / usual.calls;
            found.ln_acw_micro += call.ln_acw_micro - usual.ln_acw_micro / usual.calls;
        }
        found
    }
}

/// How a score stands among those of the days before, in millionths of their standard deviation; none: they are too few, or all alike. Scores are ten-thousandths of the best.
pub fn standing(score: i64, before: &[i64]) -> Option<i64> {
    let (count, total, squares) = (before.len() as i64, before.iter().sum::<i64>(), before.iter().map(|score| score * score).sum::<i64>());
    if count < FEWEST || squares * count <= total * total {
        return None;
    }
    let (mean, of) = (total as f64 / count as f64, count as f64);
    let sd = ((squares as f64 - (total * total) as f64 / of) / (of - 1.0)).sqrt();
    Some((1e6 * (score as f64 - mean) / sd).round_ties_even() as i64)
}
