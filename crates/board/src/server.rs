//! The page and the JSON beside it. Reads only; every answer is computed from the merged panes at the moment of asking.

use crate::answer::{self, Choice};
use crate::board::Board;
use crate::merged::QueueName;
use crate::{Error, Target, window};
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// The live page; everything it needs is inside.
pub const PAGE: &str = include_str!("page.html");

/// What the page may do: its own style and script, and ask this server.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; \
                           form-action 'none'; frame-ancestors 'none'";

/// Nothing here takes a body.
const BODY_LIMIT_BYTES: usize = 1_024;

/// `/`, `/api/queues`, `/api/teams`, `/api/intervals`, `/api/queues/{queue}/intervals` and `/api/kpis`.
///
/// See [`site`] for the whole.
pub fn router(board: Arc<Board>) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/api/queues", get(queues))
        .route("/api/teams", get(teams))
        .route("/api/intervals", get(intervals_of_all))
        .route("/api/queues/{queue}/intervals", get(intervals_of_one))
        .route("/api/kpis", get(kpis))
        .layer(DefaultBodyLimit::max(BODY_LIMIT_BYTES))
        .with_state(board)
}

/// Everything that a board serves: [`router`], and beside it `/metrics` (with the gauges registered), `/livez`, `/readyz` and `/version`.
///
/// # Errors
/// [`Error::Metrics`] if the registry has a board already, [`Error::Request`] if a setting cannot be shown.
pub fn site(board: Arc<Board>, health: runtime::health::Health, registry: &prometheus::Registry) -> Result<Router, Error> {
    board.settings.check()?;
    crate::Gauges::register(Arc::clone(&board), registry)?;
    Ok(router(board).merge(runtime::health::router(health, registry.clone())))
}

/// Query parameters that all answers understand.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// Only this tenant.
    tenant: Option<String>,
    /// Only this queue (`/api/kpis`).
    queue: Option<String>,
    /// As of this moment, RFC 3339; without: now.
    at: Option<String>,
    /// Only these KPIs, comma separated.
    kpis: Option<String>,
    /// These windows, comma separated (`/api/queues`).
    windows: Option<String>,
    /// This window (`/api/kpis`).
    window: Option<String>,
    /// Local day, YYYY-MM-DD (intervals).
    date: Option<String>,
    /// IANA zone of the day; without: the board's.
    zone: Option<String>,
    /// Threshold instead of the queue's own.
    threshold_s: Option<i64>,
    /// Limit of short abandons instead of the queue's own.
    short_abandon_s: Option<i64>,
}

impl Asked {
    fn at_us(&self, board: &Board) -> Result<i64, Error> {
        let Some(text) = &self.at else { return Ok(board.now_us()) };
        let moment = text.parse::<jiff::Timestamp>();
        moment
            .map(|moment| moment.as_microsecond())
            .map_err(|_| wrong(format!("at={text}: write RFC 3339, for example 2026-11-25T09:30:00Z")))
    }

    fn choice(&self) -> Result<Choice, Error> {
        Choice::new(self.kpis.as_deref(), self.threshold_s, self.short_abandon_s)
    }

    /// Queues that are meant, with their targets; a single one must be known.
    fn queues(&self, board: &Board) -> Result<Vec<(QueueName, Target)>, Error> {
        let merged = board.merged();
        let names = merged.queues().into_iter().filter(|name| {
            self.tenant.as_ref().is_none_or(|tenant| *tenant == name.tenant) && self.queue.as_ref().is_none_or(|queue| *queue == name.queue)
        });
        let found: Vec<_> = names.map(|name| (name.clone(), board.settings.target(&name.queue))).collect();
        match &self.queue {
            Some(queue) if found.is_empty() => {
                let known: Vec<&str> = merged.queues().into_iter().map(|name| name.queue.as_str()).collect();
                Err(Error::Queue { asked: queue.clone(), known: known.join(", ") })
            }
            _ => Ok(found),
        }
    }

    fn refuse(&self, unused: &[(&str, bool)]) -> Result<(), Error> {
        match unused.iter().find(|(_, given)| *given) {
            None => Ok(()),
            Some((name, _)) => Err(wrong(format!("{name} has no meaning here"))),
        }
    }
}

fn wrong(text: String) -> Error {
    Error::Request(text)
}

type Asking = Result<Query<Asked>, axum::extract::rejection::QueryRejection>;

/// Answers with JSON, or with what is wrong with the request.
fn respond(asked: Asking, answer: impl FnOnce(Asked) -> Result<Value, Error>) -> Response {
    let asked = asked.map(|Query(asked)| asked).map_err(|rejection| wrong(rejection.body_text()));
    let plain = [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff")),
    ];
    match asked.and_then(answer) {
        Ok(body) => (plain, Json(body)).into_response(),
        Err(error @ Error::Queue { .. }) => (StatusCode::NOT_FOUND, plain, Json(json!({ "error": error.to_string() }))).into_response(),
        Err(error) => (StatusCode::BAD_REQUEST, plain, Json(json!({ "error": error.to_string() }))).into_response(),
    }
}

async fn page() -> Response {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, PAGE_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, Html(PAGE)).into_response()
}

async fn queues(State(board): State<Arc<Board>>, asked: Asking) -> Response {
    respond(asked, |asked| {
        asked.refuse(&[("window", asked.window.is_some()), ("date", asked.date.is_some()), ("zone", asked.zone.is_some())])?;
        let windows = answer::windows(asked.windows.as_deref())?;
        Ok(answer::queues(&board, &asked.queues(&board)?, asked.at_us(&board)?, &windows, &asked.choice()?))
    })
}

async fn teams(State(board): State<Arc<Board>>, asked: Asking) -> Response {
    respond(asked, |asked| {
        let kpis = [("kpis", asked.kpis.is_some()), ("threshold_s", asked.threshold_s.is_some())];
        let limits = [("short_abandon_s", asked.short_abandon_s.is_some()), ("queue", asked.queue.is_some())];
        let spans = [("windows", asked.windows.is_some()), ("window", asked.window.is_some())];
        let days = [("date", asked.date.is_some()), ("zone", asked.zone.is_some())];
        asked.refuse(&[kpis, limits, spans, days].concat())?;
        Ok(crate::floor::answer(&board.floor(), &board.settings, asked.tenant.as_deref(), asked.at_us(&board)?))
    })
}

async fn intervals_of_all(State(board): State<Arc<Board>>, asked: Asking) -> Response {
    respond(asked, |asked| intervals(&board, &asked))
}

async fn intervals_of_one(State(board): State<Arc<Board>>, Path(queue): Path<String>, asked: Asking) -> Response {
    respond(asked, |mut asked| {
        asked.refuse(&[("queue", asked.queue.is_some())])?;
        asked.queue = Some(queue);
        intervals(&board, &asked)
    })
}

fn intervals(board: &Board, asked: &Asked) -> Result<Value, Error> {
    asked.refuse(&[("window", asked.window.is_some()), ("windows", asked.windows.is_some())])?;
    let zone = asked.zone.as_deref().map_or_else(|| Ok(board.settings.zone.clone()), window::zone)?;
    let day = match &asked.date {
        None => window::day_of(asked.at_us(board)?, &zone),
        Some(text) => {
            let date = text.parse::<jiff::civil::Date>().map_err(|_| wrong(format!("date={text}: write YYYY-MM-DD")))?;
            window::day(date, &zone)
        }
    };
    let zone_name = asked.zone.as_deref().unwrap_or(&board.settings.zone_name);
    Ok(answer::intervals(board, &asked.queues(board)?, day, zone_name, &asked.choice()?))
}

async fn kpis(State(board): State<Arc<Board>>, asked: Asking) -> Response {
    respond(asked, |asked| {
        asked.refuse(&[("windows", asked.windows.is_some()), ("date", asked.date.is_some()), ("zone", asked.zone.is_some())])?;
        let window = crate::Window::parse(asked.window.as_deref().unwrap_or("today"))?;
        Ok(answer::kpis(&board, &asked.queues(&board)?, asked.at_us(&board)?, window, &asked.choice()?))
    })
}
