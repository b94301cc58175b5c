//! Bodies of the JSON answers.

use crate::board::Board;
use crate::figures::{self, Together};
use crate::merged::{Merged, QueueName};
use crate::{Error, Now, Span, Target, Window};
use kpi::{Family, Kpi, Pane};
use serde_json::{Map, Value, json};

/// Which KPIs are asked for, and with which thresholds.
pub(crate) struct Choice {
    kpis: Vec<&'static Kpi>,
    /// The whole catalogue was asked for.
    is_whole: bool,
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
        let find = |name: &str| {
            let unknown = || Error::Request(format!("kpis: no KPI of a span is called {name:?}; /api/kpis lists them"));
            figures::of_spans().find(|kpi| kpi.name == name).ok_or_else(unknown)
        };
        let is_whole = kpis.is_none();
        let kpis = match kpis {
            None => figures::of_spans().collect(),
            Some(names) => names.split(',').map(|name| find(name.trim())).collect::<Result<_, _>>()?,
        };
        Ok(Choice { kpis, is_whole, threshold_s, short_abandon_s })
    }

    fn target(&self, own: Target) -> Target {
        Target {
            threshold_s: self.threshold_s.unwrap_or(own.threshold_s),
            short_abandon_s: self.short_abandon_s.unwrap_or(own.short_abandon_s),
            ..own
        }
    }

    /// One queue in a span, as seen at a moment: its pane, and the values of the KPIs.
    fn values(&self, merged: &Merged, name: &QueueName, target: Target, (span, at_us): (Span, i64)) -> (Pane, Vec<Option<kpi::Value>>) {
        let pane = merged.live_total(name, span, at_us);
        let parameters = figures::parameters(self.target(target));
        let values = self.kpis.iter().map(|kpi| kpi.parts(&pane, &parameters)).collect();
        (pane, values)
    }

    /// Several queues in a span, as seen at a moment.
    fn together(&self, merged: &Merged, queues: &[(QueueName, Target)], span: (Span, i64)) -> Vec<Option<kpi::Value>> {
        let mut together = Together::new(&self.kpis);
        for (name, target) in queues {
            let (pane, values) = self.values(merged, name, *target, span);
            together.add(&pane, &values);
        }
        together.values()
    }

    fn object(&self, values: &[Option<kpi::Value>]) -> Value {
        let list = self.kpis.iter().zip(values);
        Value::Object(list.map(|(kpi, value)| (kpi.name.to_owned(), figures::figure(kpi, *value))).collect())
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
    let spans: Vec<Span> = windows.iter().map(|window| window.span(at_us, &board.settings.zone)).collect();
    let mut sums: Vec<Together<'_>> = windows.iter().map(|_| Together::new(&choice.kpis)).collect();
    let mut list = Vec::with_capacity(queues.len());
    for (name, target) in queues {
        let mut shown = Map::new();
        for ((window, span), sum) in windows.iter().zip(&spans).zip(&mut sums) {
            let (pane, values) = choice.values(&merged, name, *target, (*span, at_us));
            shown.insert(window.name().to_owned(), framed(*span, choice.object(&values)));
            sum.add(&pane, &values);
        }
        let target = target_object(choice.target(*target));
        let now = merged.now(name).map(now_object);
        list.push(json!({ "tenant": name.tenant, "queue": name.queue, "target": target, "now": now, "windows": shown }));
    }
    let totals = windows.iter().zip(&spans).zip(sums);
    let together: Map<String, Value> =
        totals.map(|((window, span), sum)| (window.name().to_owned(), framed(*span, choice.object(&sum.values())))).collect();
    let targets: Vec<Target> = queues.iter().map(|(_, target)| *target).collect();
    json!({
        "at": time(at_us),
        "zone": board.settings.zone_name,
        "stale_after_s": board.settings.stale_after_s,
        "newest_event": merged.newest_event_us().map(time),
        "reader": reader(board),
        "total": {
            "target": common(&targets).map(|target| target_object(choice.target(target))),
            "now": now_object(present(&merged, queues).unwrap_or_default()),
            "windows": together,
        },
        "queues": list,
    })
}

/// The present of several queues; none: nothing was said of any.
fn present(merged: &Merged, queues: &[(QueueName, Target)]) -> Option<Now> {
    queues.iter().filter_map(|(name, _)| merged.now(name)).reduce(Now::and)
}

/// `/api/intervals` and `/api/queues/{queue}/intervals`: amounts of several queues are added up.
pub(crate) fn intervals(board: &Board, queues: &[(QueueName, Target)], day: Span, zone: &str, choice: &Choice) -> Value {
    let merged = board.merged();
    let at_us = board.now_us();
    let of = |span: Span| framed(span, choice.object(&choice.together(&merged, queues, (span, at_us))));
    let intervals: Vec<Value> = kpi::windows::intervals(day).map(of).collect();
    json!({ "zone": zone, "start": time(day.start_us), "end": time(day.end_us), "intervals": intervals, "total": of(day) })
}

/// `/api/kpis`: the catalogue with values.
pub(crate) fn kpis(board: &Board, queues: &[(QueueName, Target)], at_us: i64, window: Window, choice: &Choice) -> Value {
    let merged = board.merged();
    let span = window.span(at_us, &board.settings.zone);
    let values = choice.together(&merged, queues, (span, at_us));
    let entry = |kpi: &Kpi, value| {
        let mut entry = figures::describe(kpi);
        entry.extend(figures::figure(kpi, value).as_object().cloned().unwrap_or_default());
        Value::Object(entry)
    };
    let mut list: Vec<Value> = choice.kpis.iter().zip(values).map(|(kpi, value)| entry(kpi, value)).collect();
    let present = present(&merged, queues).map(|now| now.as_message());
    let of_now = kpi::catalogue().filter(|kpi| kpi.family == Family::Now && choice.is_whole);
    list.extend(of_now.map(|kpi| entry(kpi, kpi.evaluate_now(&present, at_us))));
    let about = |(name, target): &(QueueName, Target)| json!({ "tenant": name.tenant, "queue": name.queue, "target": target_object(choice.target(*target)) });
    json!({
        "at": time(at_us),
        "window": window.name(),
        "start": time(span.start_us),
        "end": time(span.end_us),
        "threshold_s": choice.threshold_s,
        "short_abandon_s": choice.short_abandon_s,
        "queues": queues.iter().map(about).collect::<Vec<_>>(),
        "kpis": list,
    })
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

pub(crate) fn time(us: i64) -> Value {
    jiff::Timestamp::from_microsecond(us).map_or(Value::Null, |time| Value::from(time.to_string()))
}
