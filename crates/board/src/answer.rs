//! Bodies of the JSON answers.

use crate::board::Board;
use crate::figures::{self, Amount, Kpi};
use crate::merged::{Merged, QueueName};
use crate::{Error, Now, Span, Target, Window, window};
use serde_json::{Map, Value, json};

/// Which KPIs are asked for, and with which thresholds.
pub(crate) struct Choice {
    kpis: Vec<&'static Kpi>,
    threshold_s: Option<i64>,
    short_abandon_s: Option<i64>,
}

impl Choice {
    /// `kpis` none: the whole catalogue.
    pub(crate) fn new(kpis: Option<&str>, threshold_s: Option<i64>, short_abandon_s: Option<i64>) -> Result<Self, Error> {
        for (name, seconds) in [("threshold_s", threshold_s), ("short_abandon_s", short_abandon_s)] {
            if let Some(seconds) = seconds.filter(|seconds| !kpi::WAIT_EDGES_S.contains(seconds)) {
                let edges = kpi::WAIT_EDGES_S;
                return Err(Error::Request(format!("{name}={seconds}: waits are kept in buckets, so it must be one of {edges:?}")));
            }
        }
        let all = figures::catalogue();
        let find = |name: &str| {
            let unknown = || Error::Request(format!("kpis: no KPI is called {name:?}; /api/kpis lists them"));
            all.iter().find(|kpi| figures::name(kpi) == name).ok_or_else(unknown)
        };
        let kpis = match kpis {
            None => all.iter().collect(),
            Some(names) => names.split(',').map(|name| find(name.trim())).collect::<Result<_, _>>()?,
        };
        Ok(Choice { kpis, threshold_s, short_abandon_s })
    }

    fn target(&self, own: Target) -> Target {
        Target {
            threshold_s: self.threshold_s.unwrap_or(own.threshold_s),
            short_abandon_s: self.short_abandon_s.unwrap_or(own.short_abandon_s),
            ..own
        }
    }

    /// Amounts of one queue in a span.
    fn amounts(&self, merged: &Merged, name: &QueueName, target: Target, span: Span) -> Vec<Amount> {
        let pane = merged.total(name, span);
        let target = self.target(target);
        self.kpis.iter().map(|kpi| figures::evaluate(kpi, &pane, target)).collect()
    }

    fn object(&self, amounts: &[Amount]) -> Value {
        let list = self.kpis.iter().zip(amounts);
        Value::Object(list.map(|(kpi, amount)| (figures::name(kpi).to_owned(), figure(kpi, amount))).collect())
    }
}

/// Windows of a comma separated list; none: all.
pub(crate) fn windows(names: Option<&str>) -> Result<Vec<Window>, Error> {
    match names {
        None => Ok(Window::ALL.to_vec()),
        Some(names) => names.split(',').map(|name| Window::parse(name.trim())).collect(),
    }
}

/// `/api/queues`
pub(crate) fn queues(board: &Board, queues: &[(QueueName, Target)], at_us: i64, windows: &[Window], choice: &Choice) -> Value {
    let merged = board.merged();
    let mut sums: Vec<Sum> = windows.iter().map(|_| Sum::default()).collect();
    let mut present = Now { event_time_us: i64::MIN, ..Now::default() };
    let mut list = Vec::with_capacity(queues.len());
    for (name, target) in queues {
        let now = merged.now(name);
        if let Some(now) = now {
            present = present.and(now);
        }
        let mut shown = Map::new();
        for (window, sum) in windows.iter().zip(&mut sums) {
            let span = window.span(at_us, &board.settings.zone);
            let amounts = choice.amounts(&merged, name, *target, span);
            shown.insert(window.name().to_owned(), framed(span, choice.object(&amounts)));
            sum.add(&amounts);
        }
        let target = target_object(choice.target(*target));
        list.push(json!({ "tenant": name.tenant, "queue": name.queue, "target": target, "now": now.map(now_object), "windows": shown }));
    }
    let mut together = Map::new();
    for (window, sum) in windows.iter().zip(&sums) {
        together.insert(window.name().to_owned(), framed(window.span(at_us, &board.settings.zone), choice.object(&sum.0)));
    }
    let targets: Vec<Target> = queues.iter().map(|(_, target)| *target).collect();
    json!({
        "at": time(at_us),
        "zone": board.settings.zone_name,
        "stale_after_s": board.settings.stale_after_s,
        "newest_event": merged.newest_event_us().map(time),
        "reader": reader(board),
        "total": { "target": common(&targets).map(|target| target_object(choice.target(target))), "now": now_object(present), "windows": together },
        "queues": list,
    })
}

/// `/api/intervals` and `/api/queues/{queue}/intervals`: amounts of several queues are added up.
pub(crate) fn intervals(board: &Board, queues: &[(QueueName, Target)], day: Span, zone: &str, choice: &Choice) -> Value {
    let merged = board.merged();
    let of = |span: Span| {
        let mut sum = Sum::default();
        queues.iter().for_each(|(name, target)| sum.add(&choice.amounts(&merged, name, *target, span)));
        framed(span, choice.object(&sum.0))
    };
    let intervals: Vec<Value> = window::intervals(day).into_iter().map(of).collect();
    json!({ "zone": zone, "start": time(day.start_us), "end": time(day.end_us), "intervals": intervals, "total": of(day) })
}

/// `/api/kpis`: the catalogue with values.
pub(crate) fn kpis(board: &Board, queues: &[(QueueName, Target)], at_us: i64, window: Window, choice: &Choice) -> Value {
    let merged = board.merged();
    let span = window.span(at_us, &board.settings.zone);
    let mut sum = Sum::default();
    queues.iter().for_each(|(name, target)| sum.add(&choice.amounts(&merged, name, *target, span)));
    let list: Vec<Value> = choice
        .kpis
        .iter()
        .enumerate()
        .map(|(at, kpi)| {
            let mut entry = figures::describe(kpi);
            if let (Some(entry), Some(amount)) = (entry.as_object_mut(), sum.0.get(at)) {
                entry.extend(figure(kpi, amount).as_object().cloned().unwrap_or_default());
            }
            entry
        })
        .collect();
    json!({
        "at": time(at_us), "window": window.name(), "start": time(span.start_us), "end": time(span.end_us),
        "threshold_s": choice.threshold_s, "short_abandon_s": choice.short_abandon_s,
        "queues": queues.iter().map(|(name, target)| json!({ "tenant": name.tenant, "queue": name.queue, "target": target_object(choice.target(*target)) })).collect::<Vec<_>>(),
        "kpis": list,
    })
}

/// Amounts of several queues, each with its own thresholds.
#[derive(Default)]
struct Sum(Vec<Amount>);

impl Sum {
    fn add(&mut self, amounts: &[Amount]) {
        if self.0.is_empty() {
            self.0 = amounts.to_vec();
            return;
        }
        for (sum, amount) in self.0.iter_mut().zip(amounts) {
            *sum = sum.and(amount);
        }
    }
}

fn figure(kpi: &Kpi, amount: &Amount) -> Value {
    let value = figures::value(kpi, amount);
    match amount.denominator {
        None => json!({ "value": value }),
        Some(denominator) => json!({ "value": value, "numerator": amount.numerator, "denominator": denominator }),
    }
}

fn framed(span: Span, kpis: Value) -> Value {
    json!({ "start": time(span.start_us), "end": time(span.end_us), "kpis": kpis })
}

fn now_object(now: Now) -> Value {
    json!({
        "waiting": now.waiting,
        "oldest_entered": now.oldest_entered_us.map(time),
        "talking": now.talking,
        "last_event": Some(now.event_time_us).filter(|time_us| *time_us > 0).map(time),
    })
}

fn target_object(target: Target) -> Value {
    json!({ "threshold_s": target.threshold_s, "short_abandon_s": target.short_abandon_s, "service_level": target.service_level })
}

/// The target that all of them have; none: they differ, so there is no common one to be measured against.
fn common(targets: &[Target]) -> Option<Target> {
    let first = targets.first()?;
    targets.iter().all(|target| target == first).then_some(*first)
}

fn reader(board: &Board) -> Value {
    let quiet_s = board.progress.polled_ms().map(|polled_ms| (board.now_us() / 1_000 - polled_ms).max(0) / 1_000);
    json!({ "caught_up": board.progress.is_caught_up(), "quiet_s": quiet_s })
}

fn time(us: i64) -> Value {
    jiff::Timestamp::from_microsecond(us).map_or(Value::Null, |time| Value::from(time.to_string()))
}
