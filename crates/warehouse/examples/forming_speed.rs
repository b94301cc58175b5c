//! Measures how long forming days of agents takes: `cargo run --release -p warehouse --example forming_speed -- 1000 120`, agents and days of facts; ClickHouse is that of
//! `HOLDFAST__CLICKHOUSE__URL`. The facts are made in SQL: a site with 40 queues, shifts of 8 h on five days of seven with 25 calls each, pauses, schedules, surveys, evaluations,
//! tags and dials. The database is dropped at the end, unless a third argument says `keep`.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "it measures, and says what it measured")]

use std::time::Instant;
use warehouse::attrition::{Attrition, ClosedDays, Site, Watch};
use warehouse::{Error, Server, Settings};

const DATABASE: &str = "forming_speed";
/// 2024-03-01; days of facts count from here.
const FIRST_DAY: i32 = 19_783;
/// Everything that is made, a statement each; `{agents}` and `{days}` are those of the command line.
const FACTS: &str = include_str!("forming_speed.sql");

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, usual: i32| arguments.get(at).and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (agents, days) = (number(0, 200), number(1, 60));
    let url = std::env::var("HOLDFAST__CLICKHOUSE__URL").unwrap_or_else(|_| "http://localhost:8123".to_owned());
    let settings = Settings { url, database: DATABASE.to_owned(), user: "default".to_owned(), password: String::new() };
    let server = Server::new(&settings);
    let attrition = Attrition::new(&server, &format!("{DATABASE}_attrition"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| Error::Schema(error.to_string()))?;
    runtime.block_on(measure(&server, &attrition, agents, days))?;
    if arguments.get(2).is_none_or(|word| word != "keep") {
        runtime.block_on(server.execute("DROP DATABASE {database}"))?;
        runtime.block_on(attrition.server().execute("DROP DATABASE {database}"))?;
    }
    Ok(())
}

/// Makes the facts, unless they are there from a run that kept them, and measures.
async fn measure(server: &Server, attrition: &Attrition, agents: i32, days: i32) -> Result<(), Error> {
    warehouse::migrate(server).await?;
    warehouse::attrition::migrate(attrition).await?;
    let there = server.rows("SELECT count() > 0 AS there FROM activity_spans").await?;
    if there.first().is_none_or(|row| row.values().any(|value| *value == serde_json::json!(0))) {
        let begin = Instant::now();
        for statement in FACTS.split(";\n").map(str::trim).filter(|statement| !statement.is_empty()) {
            let filled = statement.replace("{agents}", &agents.to_string()).replace("{days}", &days.to_string());
            server.execute(&filled.replace("{first}", &FIRST_DAY.to_string())).await?;
        }
        println!("facts of {agents} agents and {days} days are made: {:.1} s", begin.elapsed().as_secs_f64());
    }
    let site = Site { tenant: "default".to_owned(), site: "berlin".to_owned(), zone: "Europe/Berlin".to_owned() };
    let begin = Instant::now();
    let Some(closed) = attrition.closed_days(&site).await? else { return Ok(()) };
    println!("which days are closed: {:.2} s", begin.elapsed().as_secs_f64());
    let last = closed.last_day;
    for (what, first) in [("the latest day", last), ("the latest day again", last), ("14 days", last - 13), ("56 days", last - 55)] {
        let of: Vec<i32> = (first.max(closed.first_day)..=last).collect();
        let begin = Instant::now();
        attrition.form_agent_days(&site, &of, closed.as_of_us).await?;
        let elapsed_s = begin.elapsed().as_secs_f64();
        println!("forming {what}: {elapsed_s:.2} s, {:.2} s a day", elapsed_s / of.len() as f64);
    }
    let begin = Instant::now();
    let stale = attrition.stale_days(&site, &ClosedDays { first_day: last - 55, ..closed }, 30).await?;
    println!("which of the last 30 days are stale: {:.2} s ({} are)", begin.elapsed().as_secs_f64(), stale.len());
    asked_again(server, attrition, &site, &ClosedDays { first_day: last - 55, ..closed }).await?;
    // As text: the hash of a row in which anything is null is null, and would be left out of the sum.
    let sum = "SELECT count() AS agent_days, toString(sum(cityHash64(toString(tuple(*))))) AS checksum FROM (SELECT * EXCEPT (version) FROM agent_days FINAL)";
    println!("what was formed: {}", serde_json::json!(attrition.server().rows(sum).await?));
    Ok(())
}

/// The same, asked again and again: at first, with nothing new, after five minutes of today (one agent in a hundred), and after a late span.
async fn asked_again(server: &Server, attrition: &Attrition, site: &Site, closed: &ClosedDays) -> Result<(), Error> {
    let mut watch = Watch::new(std::time::Duration::from_secs(3_600));
    let today =
        "SELECT * REPLACE (started_at + INTERVAL 3 DAY AS started_at, ended_at + INTERVAL 3 DAY AS ended_at) FROM {database}.activity_spans
WHERE started_at >= (SELECT max(started_at) FROM {database}.activity_spans) - INTERVAL 5 MINUTE";
    let surveys = "SELECT * REPLACE (observed_at + INTERVAL 3 DAY AS observed_at, concat(observation_id, 'again') AS observation_id) FROM {database}.observations
WHERE kind = 'survey_answered' ORDER BY observed_at DESC LIMIT 20";
    let late = "SELECT * REPLACE (started_at - INTERVAL 10 DAY - INTERVAL 1 SECOND AS started_at) FROM {database}.activity_spans ORDER BY started_at DESC LIMIT 1";
    let steps: [(&str, &[(&str, &str)]); 5] = [
        ("at first", &[]),
        ("nothing new", &[]),
        ("five minutes of today", &[("activity_spans", today)]),
        ("… and surveys", &[("activity_spans", today), ("observations", surveys)]),
        ("a late span", &[("activity_spans", late)]),
    ];
    for (what, inserts) in steps {
        for (table, rows) in inserts {
            server.execute(&format!("INSERT INTO {{database}}.{table} {rows}")).await?;
        }
        let (begin, before) = (Instant::now(), watch.looked_at_days());
        let stale = watch.stale_days(attrition, site, closed, 30).await?;
        let looked = watch.looked_at_days() - before;
        println!("asked again, {what}: {:.2} s ({looked} days looked at, {} are stale)", begin.elapsed().as_secs_f64(), stale.len());
    }
    Ok(())
}
