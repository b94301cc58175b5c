//! The pages and the metrics, asked as a browser or Prometheus would ask them.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use board::{Board, BoardSettings, Gauges, Target};
use events::{QueueCounts, QueueNow, QueuePane, SketchBucket, WaitingThreshold, codec::Encoder};
use prometheus::{Encoder as _, Registry, TextEncoder};
use runtime::clock::Clock;
use serde_json::Value;
use std::sync::Arc;
use tower::ServiceExt;

/// Wednesday, 2026-11-25T10:20:30Z.
const NOW_MS: i64 = 1_795_602_030_000;
const MINUTE_US: i64 = 60_000_000;

/// A clock that stands still.
struct At(i64);

impl Clock for At {
    fn now_ms(&self) -> i64 {
        self.0
    }
}

fn encoded(message: &impl events::codec::Message) -> Vec<u8> {
    let mut bytes = Vec::new();
    Encoder::default().encode(message, &mut bytes).unwrap();
    bytes
}

/// So many minutes ago.
fn pane(queue: &'static str, partition: i32, minutes_ago: i64) -> QueuePane<'static> {
    let minute_us = (NOW_MS * 1_000).div_euclid(MINUTE_US) * MINUTE_US;
    QueuePane {
        tenant: "acme",
        queue,
        window_start_us: minute_us - minutes_ago * MINUTE_US,
        partition,
        layout: 8,
        version: 1,
        ..QueuePane::default()
    }
}

/// 10 offered, 8 answered (6 within 20 s), 2 abandoned (1 short); in two partitions.
fn with_calls() -> Arc<Board> {
    let mut settings = BoardSettings::in_zone("Europe/Berlin").unwrap();
    settings.targets.insert("help".to_owned(), Target { threshold_s: 30, ..Target::default() });
    let board = Board::new(settings, At(NOW_MS));
    let counts = QueueCounts { offered: 5, answered: 4, abandoned: 1, wait_answered_ms: 60_000, ..QueueCounts::default() };
    let first = QueuePane {
        counts: counts.clone(),
        wait_answered_histogram: vec![0, 3, 0, 0, 0, 1],
        wait_abandoned_histogram: vec![1],
        ..pane("sales", 0, 3)
    };
    let second = QueuePane {
        counts,
        wait_answered_histogram: vec![0, 0, 0, 3, 0, 1],
        wait_abandoned_histogram: vec![0, 0, 0, 0, 0, 0, 1],
        ..pane("sales", 1, 3)
    };
    board.take_pane(b"", Some(&encoded(&first)));
    board.take_pane(b"", Some(&encoded(&second)));
    // Of yesterday evening: in no window.
    let yesterday = QueuePane { counts: QueueCounts { offered: 99, ..QueueCounts::default() }, ..pane("sales", 0, 12 * 60) };
    board.take_pane(b"", Some(&encoded(&yesterday)));
    let now = QueueNow {
        tenant: "acme",
        queue: "help",
        partition: 2,
        layout: 8,
        generation: 0,
        version: 4,
        waiting: 2,
        oldest_entered_us: Some((NOW_MS - 45_000) * 1_000),
        talking: 1,
        event_time_us: (NOW_MS - 1_000) * 1_000,
        // One reached its threshold of 30 s 15 s ago, the other has 12 s left.
        waiting_thresholds: vec![
            WaitingThreshold { at_s: NOW_MS / 1_000 - 15, visits: 1 },
            WaitingThreshold { at_s: NOW_MS / 1_000 + 12, visits: 1 },
        ],
    };
    board.take_now(b"", Some(&encoded(&now)));
    board.progress.asked(NOW_MS - 2_000, true);
    board
}

async fn ask(board: &Arc<Board>, method: &str, path: &str) -> (StatusCode, axum::http::HeaderMap, String) {
    let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
    let answer = board::router(Arc::clone(board)).oneshot(request).await.unwrap();
    let (parts, body) = answer.into_parts();
    let bytes = to_bytes(body, 1 << 22).await.unwrap();
    (parts.status, parts.headers, String::from_utf8(bytes.to_vec()).unwrap())
}

async fn json(board: &Arc<Board>, path: &str) -> Value {
    let (status, _, body) = ask(board, "GET", path).await;
    assert_eq!(status, StatusCode::OK, "{path}: {body}");
    serde_json::from_str(&body).unwrap()
}

fn scrape(board: &Arc<Board>) -> String {
    let registry = Registry::new();
    Gauges::register(Arc::clone(board), &registry).unwrap();
    let mut text = Vec::new();
    TextEncoder::new().encode(&registry.gather(), &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

fn sample(text: &str, series: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(series)?.trim().parse().ok())
}

#[tokio::test]
async fn queues_show_now_windows_and_target() {
    let body = json(&with_calls(), "/api/queues").await;
    assert_eq!((body["at"].as_str(), body["zone"].as_str()), (Some("2026-11-25T10:20:30Z"), Some("Europe/Berlin")));
    let help = &body["queues"][0];
    assert_eq!(help["queue"], "help");
    assert_eq!(help["now"]["oldest_entered"], "2026-11-25T10:19:45Z");
    assert_eq!((&help["now"]["waiting"], &help["target"]["threshold_s"]), (&Value::from(2), &Value::from(30)));
    assert!(help["windows"]["15m"]["kpis"]["service_level_2"]["value"].is_null(), "no calls: no service level");
    let live = &help["windows"]["today"]["kpis"]["service_level_9"];
    assert_eq!((live["numerator"].as_i64(), live["denominator"].as_i64()), (Some(0), Some(1)), "a call that waits too long is a miss now");
    let sales = &body["queues"][1];
    assert!(sales["now"].is_null());
    let level = &sales["windows"]["15m"]["kpis"]["service_level_2"];
    assert_eq!((level["numerator"].as_i64(), level["denominator"].as_i64()), (Some(6), Some(9)));
    assert_eq!(sales["windows"]["today"]["kpis"]["offered"]["value"], 10);
    assert_eq!(sales["windows"]["today"]["start"], "2026-11-24T23:00:00Z");
    assert_eq!(sales["windows"]["15m"]["end"], "2026-11-25T10:20:00Z");
    assert_eq!(body["total"]["now"]["waiting"], 2);
    assert!(body["total"]["target"].is_null(), "targets differ");
    assert_eq!(body["reader"]["quiet_s"], 2);
}

#[tokio::test]
async fn a_window_has_only_what_happened_in_it() {
    let board = with_calls();
    let offered = |body: &Value, window: &str| body["queues"][1]["windows"][window]["kpis"]["offered"]["value"].as_f64();
    let body = json(&board, "/api/queues?kpis=offered").await;
    assert_eq!((offered(&body, "5m"), offered(&body, "60m")), (Some(10.0), Some(10.0)));
    let earlier = json(&board, "/api/queues?kpis=offered&at=2026-11-25T10:17:59Z").await;
    assert_eq!((offered(&earlier, "5m"), offered(&earlier, "today")), (Some(0.0), Some(10.0)));
    let later = json(&board, "/api/queues?kpis=offered&windows=5m,15m&at=2026-11-25T10:23:00Z").await;
    assert_eq!((offered(&later, "5m"), offered(&later, "15m"), offered(&later, "today")), (Some(0.0), Some(10.0), None));
}

#[tokio::test]
async fn thresholds_can_be_changed_after_the_fact() {
    let board = with_calls();
    let level = |body: &Value| {
        let all = body["kpis"].as_array().unwrap();
        let level = all.iter().find(|kpi| kpi["name"] == "service_level_2").unwrap();
        (level["numerator"].as_i64().unwrap(), level["denominator"].as_i64().unwrap())
    };
    assert_eq!(level(&json(&board, "/api/kpis?queue=sales&window=15m").await), (6, 9));
    assert_eq!(level(&json(&board, "/api/kpis?queue=sales&window=15m&threshold_s=10").await), (3, 9));
    assert_eq!(level(&json(&board, "/api/kpis?queue=sales&window=15m&threshold_s=30&short_abandon_s=45").await), (8, 8));
    let (status, _, body) = ask(&board, "GET", "/api/kpis?threshold_s=21").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(body.contains("one of [5, 10, 15, 20"), "{body}");
}

#[tokio::test]
async fn a_day_has_its_intervals_in_the_zone_that_is_asked_for() {
    let board = with_calls();
    let body = json(&board, "/api/queues/sales/intervals?date=2026-11-25&kpis=offered").await;
    let intervals = body["intervals"].as_array().unwrap();
    assert_eq!((intervals.len(), body["start"].as_str()), (96, Some("2026-11-24T23:00:00Z")));
    let filled: Vec<&Value> = intervals.iter().filter(|one| one["kpis"]["offered"]["value"] != 0).collect();
    assert_eq!((filled.len(), filled[0]["start"].as_str()), (1, Some("2026-11-25T10:15:00Z")));
    assert_eq!(body["total"]["kpis"]["offered"]["value"], 10);
    let long = json(&board, "/api/intervals?date=2026-10-25&zone=America/New_York&kpis=offered").await;
    assert_eq!((long["intervals"].as_array().unwrap().len(), long["start"].as_str()), (96, Some("2026-10-25T04:00:00Z")));
    assert_eq!(json(&board, "/api/intervals?date=2026-10-25&kpis=offered").await["intervals"].as_array().unwrap().len(), 100);
}

#[tokio::test]
async fn wrong_requests_are_refused_with_advice() {
    let board = with_calls();
    for (path, advice) in [
        ("/api/queues?windows=7m", "one of 5m, 15m"),
        ("/api/queues?kpis=sales", "/api/kpis lists them"),
        ("/api/queues?at=yesterday", "RFC 3339"),
        ("/api/queues?colour=red", "unknown field `colour`"),
        ("/api/queues?date=2026-11-25", "no meaning here"),
        ("/api/intervals?zone=Europe/Berlim", "IANA"),
        ("/api/intervals?date=25.11.2026", "YYYY-MM-DD"),
        ("/api/kpis?window=hour", "one of 5m, 15m"),
        ("/api/queues/nosuch/intervals", "help, sales"),
    ] {
        let (status, _, body) = ask(&board, "GET", path).await;
        let error: Value = serde_json::from_str(&body).unwrap();
        assert!(status.is_client_error(), "{path}: {status}");
        assert!(error["error"].as_str().unwrap().contains(advice), "{path}: {body}");
    }
    assert_eq!(ask(&board, "GET", "/api/queues/nosuch/intervals").await.0, StatusCode::NOT_FOUND);
    assert_eq!(ask(&board, "POST", "/api/queues").await.0, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(ask(&board, "GET", "/etc/passwd").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_page_is_self_contained_and_may_not_reach_elsewhere() {
    let (status, headers, body) = ask(&with_calls(), "GET", "/").await;
    assert_eq!(status, StatusCode::OK);
    let addresses: Vec<&str> = body.match_indices("://").map(|(at, _)| &body[at.saturating_sub(5)..(at + 24).min(body.len())]).collect();
    assert!(addresses.iter().all(|address| address.contains("http://www.w3.org/2000/svg")), "{addresses:?}");
    for forbidden in ["src=", "@import", "url(", "innerHTML", "<link"] {
        assert!(!body.contains(forbidden), "the page contains {forbidden}");
    }
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("connect-src 'self'"), "{policy}");
    assert!(!headers.contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn every_kpi_that_the_page_asks_for_exists() {
    let list = board::PAGE.split("const KPIS = [").nth(1).and_then(|rest| rest.split(']').next()).unwrap();
    let names: Vec<&str> = list.split(',').map(|name| name.trim().trim_matches('"')).collect();
    let body = json(&with_calls(), &format!("/api/queues?windows=15m,today&kpis={}", names.join(","))).await;
    for name in names {
        assert!(body["queues"][1]["windows"]["today"]["kpis"][name].is_object(), "{name}");
    }
}

#[test]
fn metrics_have_amounts_and_ratios_and_no_sample_without_a_denominator() {
    let text = scrape(&with_calls());
    let sales = r#"{queue="sales",tenant="acme",window="15m"}"#;
    assert_eq!(sample(&text, &format!("holdfast_queue_service_level_2_numerator{sales}")), Some(6.0));
    assert_eq!(sample(&text, &format!("holdfast_queue_service_level_2_denominator{sales}")), Some(9.0));
    assert_eq!(sample(&text, &format!("holdfast_queue_offered{sales}")), Some(10.0));
    assert_eq!(sample(&text, &format!("holdfast_queue_asa_seconds{sales}")), Some(15.0));
    let help = r#"{queue="help",tenant="acme",window="15m"}"#;
    assert_eq!(sample(&text, &format!("holdfast_queue_service_level_2_denominator{help}")), Some(0.0));
    assert_eq!(sample(&text, &format!("holdfast_queue_service_level_2_ratio{help}")), None);
    assert_eq!(sample(&text, r#"holdfast_queue_waiting_now{queue="help",tenant="acme"}"#), Some(2.0));
    assert_eq!(sample(&text, r#"holdfast_queue_oldest_wait_entered_timestamp_seconds{queue="help",tenant="acme"}"#), Some(1_795_601_985.0));
    assert_eq!(sample(&text, r#"holdfast_queue_waiting_now{queue="sales",tenant="acme"}"#), None, "nothing was said of its present");
    assert_eq!(sample(&text, "holdfast_board_panes"), Some(3.0));
    assert_eq!(sample(&text, "holdfast_board_skipped_records_total"), Some(0.0));
}

#[test]
fn names_in_foreign_letters_and_with_quotes_are_escaped() {
    let board = with_calls();
    let quoted = QueuePane { counts: QueueCounts { offered: 1, ..QueueCounts::default() }, ..pane("k\"\u{e4}se\\\n", 0, 1) };
    board.take_pane(b"", Some(&encoded(&quoted)));
    let text = scrape(&board);
    assert_eq!(sample(&text, "holdfast_queue_offered{queue=\"k\\\"\u{e4}se\\\\\\n\",tenant=\"acme\",window=\"15m\"}"), Some(1.0));
}

#[test]
fn what_is_no_message_is_skipped_and_counted() {
    let board = with_calls();
    board.take_pane(b"x", Some(b"no pane"));
    board.take_pane(b"no key", None);
    board.take_now(b"x", Some(b""));
    assert_eq!(sample(&scrape(&board), "holdfast_board_skipped_records_total"), Some(3.0));
}

#[tokio::test]
async fn quantiles_of_several_queues_are_taken_of_the_whole_and_not_averaged() {
    let board = with_calls();
    for (queue, buckets) in [("sales", vec![(10, 9)]), ("help", vec![(60, 1)])] {
        let wait_sketch = buckets.into_iter().map(|(bucket, count)| SketchBucket { bucket, count }).collect();
        board.take_pane(b"", Some(&encoded(&QueuePane { wait_sketch, ..pane(queue, 5, 2) })));
    }
    let body = json(&board, "/api/queues?windows=5m&kpis=wait_p90,service_level_2").await;
    let p90 = |of: &Value| of["windows"]["5m"]["kpis"]["wait_p90"]["value"].as_f64();
    assert_eq!((p90(&body["queues"][0]), p90(&body["queues"][1]), p90(&body["total"])), (Some(0.06), Some(0.01), Some(0.01)));
    let none = json(&board, "/api/queues?windows=5m&kpis=wait_p90&at=2020-01-01T00:00:00Z").await;
    assert_eq!(p90(&none["total"]), None);
}

#[tokio::test]
async fn the_catalogue_is_listed_with_its_formulas_and_the_present() {
    let body = json(&with_calls(), "/api/kpis").await;
    let all = body["kpis"].as_array().unwrap();
    assert_eq!(all.len(), kpi::catalogue().count());
    let find = |name: &str| all.iter().find(|kpi| kpi["name"] == name).unwrap();
    assert_eq!(find("longest_wait_now")["value"], 45.0);
    assert_eq!(find("waiting_now")["value"], 2);
    assert!(find("service_level_2")["formula"].as_str().unwrap().contains("answered ≤ T"));
    assert_eq!(find("asa")["metric"], "holdfast_queue_asa_seconds");
}

#[test]
fn a_threshold_that_cannot_be_shown_is_refused_at_the_start() {
    let mut settings = BoardSettings::in_zone("UTC").unwrap();
    settings.targets.insert("help".to_owned(), Target { threshold_s: 17, ..Target::default() });
    let board = Board::new(settings, At(NOW_MS));
    let error = board::site(board, runtime::health::Health::default(), &Registry::new()).err().unwrap().to_string();
    assert!(error.contains("queues.help.threshold_s = 17") && error.contains("[5, 10,"), "{error}");
}
