//! How fast `queue_log` lines become events. Measures, so it is run by hand:
//! `cargo test --release -p ingester --test speed -- --ignored --nocapture`

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use events::{AgentEvent, CallEvent, Observation};
use ingester::{Adapter, EventSink};
use std::time::Instant;

#[derive(Default)]
struct Counted(usize);

impl EventSink for Counted {
    fn call(&mut self, event: &CallEvent<'_>) {
        self.0 += event.contact_id.len();
    }
    fn agent(&mut self, event: &AgentEvent<'_>) {
        self.0 += event.agent.len();
    }
    fn broadcast(&mut self, _: &CallEvent<'_>) {}
    fn observation(&mut self, _: &Observation<'_>) {}
    fn note(&mut self, _: &'static str) {}
}

fn measure(name: &str, adapter: &mut Adapter, lines: &[String]) -> f64 {
    let mut sink = Counted::default();
    let best = (0..5).map(|_| {
        let start = Instant::now();
        for (line, payload) in (2..).zip(lines) {
            adapter.apply(&common::record(payload.as_bytes(), line), &mut sink).unwrap();
        }
        start.elapsed().as_secs_f64()
    });
    let per_second = lines.len() as f64 / best.fold(f64::INFINITY, f64::min);
    eprintln!("{name}: {:.2} million records a second ({} bytes seen)", per_second / 1e6, sink.0);
    per_second
}

#[test]
#[ignore = "measures; run with --release"]
fn a_million_lines_a_second() {
    let lines: Vec<String> = (0..200_000_u64)
        .map(|number| {
            let (time, call) = (1_700_000_000 + number / 10, number / 4);
            match number % 4 {
                0 => format!("{time}|{time}.{call}|sales|NONE|ENTERQUEUE||0{}|1\n", 301_000_000 + call),
                1 => format!("{time}|{time}.{call}|sales|PJSIP/2004|RINGNOANSWER|15000\n"),
                2 => format!("{time}|{time}.{call}|sales|Agent/2004|CONNECT|12|{time}.{number}|3\n"),
                _ => format!("{time}|{time}.{call}|sales|Agent/2004|COMPLETECALLER|12|240|1\n"),
            }
        })
        .collect();
    assert!(measure("queue_log", &mut common::queue_log(), &lines) > 1e6);
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/sources");
    let mut bank = common::adapter(&format!("name = 'a'\nkind = 'mapping'\nmapping_file = '{sources}/anonymous-bank-1999.toml'"));
    let record = "AA0101\t34536\t9664491\t0\tPS\t990201\t7:02:47\t7:02:56\t9\t0:00:00\t0:00:00\t0\tAGENT\t7:02:55\t7:05:41\t166\tDORIT\r\n";
    measure("bank mapping", &mut bank, &vec![record.to_owned(); 100_000]);
}
