//! scratch
use board::{Board, BoardSettings, Target};
use events::{QueueCounts, QueueNow, QueuePane, codec::Encoder};
use runtime::clock::{Clock, SystemClock};
use std::sync::Arc;
fn main() {
    let mut settings = BoardSettings::in_zone("Europe/Berlin").unwrap();
    settings.targets.insert("help".into(), Target { threshold_s: 30, service_level: 0.9, ..Target::default() });
    let board = Board::new(settings, SystemClock);
    let now_us = SystemClock.now_ms() * 1000;
    let minute_us = now_us / 60_000_000 * 60_000_000;
    let mut enc = Encoder::default();
    let mut bytes = Vec::new();
    for (q, queue) in ["sales", "help", "returns", "k\u{e4}se & <b>co</b>"].iter().enumerate() {
        for ago in 0..1400i64 {
            let h = 12.0 - (ago as f64) / 60.0;
            let rate = (3.0 * (-(h - 10.5) * (h - 10.5) / 8.0).exp()) as i64 + ((ago * 7919 + q as i64 * 31) % 3);
            for p in 0..3 {
                let o = rate;
                let ab = i64::from((ago + p) % 7 == 0).min(o);
                let ans = o - ab;
                let slow = if q == 1 { ans / 2 } else if q == 2 { ans * 6 / 10 } else { ans / 6 };
                let c = QueueCounts { offered: o, answered: ans, abandoned: ab, wait_answered_ms: ans * 14_000, ..Default::default() };
                let pane = QueuePane {
                    tenant: "acme",
                    queue,
                    window_start_us: minute_us - ago * 60_000_000,
                    partition: p as i32,
                    layout: 8,
                    version: 1,
                    counts: c,
                    wait_answered_histogram: vec![0, ans - slow, 0, 0, 0, 0, 0, 0, slow],
                    wait_abandoned_histogram: vec![0, 0, 0, ab],
                    ..Default::default()
                };
                enc.encode(&pane, &mut bytes).unwrap();
                if std::env::args().nth(1).as_deref() != Some("empty") {
                    board.take_pane(b"", Some(&bytes));
                }
            }
        }
        let n = QueueNow {
            tenant: "acme",
            queue,
            partition: 0,
            layout: 8,
            generation: 0,
            version: 1,
            waiting: q as i64,
            oldest_entered_us: (q > 0).then_some(now_us - 75_000_000 * q as i64),
            talking: 5,
            event_time_us: now_us,
        };
        enc.encode(&n, &mut bytes).unwrap();
        if std::env::args().nth(1).as_deref() != Some("empty") {
            board.take_now(b"", Some(&bytes));
        }
    }
    let b = Arc::clone(&board);
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(async move {
        let t = Arc::clone(&b);
        tokio::spawn(async move {
            let mut i = tokio::time::interval(std::time::Duration::from_secs(1));
            loop {
                i.tick().await;
                t.progress.polled(SystemClock.now_ms(), true, 0);
                t.advance();
            }
        });
        let site = board::site(b, runtime::health::Health::default(), &prometheus::Registry::new()).unwrap();
        let l = tokio::net::TcpListener::bind(std::env::var("AT").unwrap_or("127.0.0.1:18070".into())).await.unwrap();
        axum::serve(l, site).await.unwrap();
    });
}
