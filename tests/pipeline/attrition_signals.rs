//! Early warnings of a world that was told as events, through the whole product: raw lines → facts → agents' days in ClickHouse → scores → the log. What the log says
//! is the pure fold over the days that an independent reader counts of what the simulator played, to the last bit of every probability; and it is the same after
//! processes of every stage were killed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stdout,
    unreachable_pub,
    missing_docs,
    reason = "a test may panic"
)]

mod chance;
#[path = "attrition_signals/killed.rs"]
mod killed;
#[path = "centre/play.rs"]
#[allow(dead_code, reason = "this test imports in its own way, too")]
mod play;
#[path = "attrition_signals/reader.rs"]
mod reader;
mod site;
#[path = "signals/told.rs"]
mod told;
#[path = "attrition_signals/usual.rs"]
mod usual;

use attrition::features::DayFacts;
use attrition::signals::Tier;
use attrition::site::AgentScore;
use serde_json::Value;
use simulator::attrition::{EventPlan, World};
use site::Site;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;
use told::{Folded, Line, fold, records, since, told, whys};

/// Twice the signs of the reference world, so that a small site has several signals in a few weeks.
const WORLD: &str = "loud";
const SEED: u64 = 8;
/// A day is closed 36 h after its end: the last two of a world are not.
const OPEN_DAYS: usize = 2;

/// How much of the world is played.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub agents: u32,
    pub days: u32,
    pub calls_a_day: u32,
    /// Days before the first one that is told.
    pub history_days: i32,
}

const SMALL: Size = Size { agents: 60, days: 100, calls_a_day: 8, history_days: 40 };
const LARGE: Size = Size { agents: 500, days: 45, calls_a_day: 8, history_days: 28 };

/// What must come out.
pub struct Expected {
    pub since: i32,
    pub facts: Vec<Vec<DayFacts>>,
    pub folded: Folded,
}

impl Expected {
    fn of(size: Size) -> Self {
        let mut plan = EventPlan::new(World::named(WORLD, SEED, size.agents, size.days).unwrap()).unwrap();
        plan.calls_a_day = size.calls_a_day;
        let facts = reader::facts(&plan, OPEN_DAYS);
        let first_day = facts[0][0].day;
        let since = first_day + size.history_days;
        let folded = fold("default", first_day, &facts, since, &[]);
        assert!(folded.lines.iter().filter(|line| line.1 == "opened").count() >= 3, "a loud world has signals: {:?}", folded.lines);
        Self { since, facts, folded }
    }

    /// Of the small world, worked out once.
    pub fn small() -> &'static Self {
        static EXPECTED: OnceLock<Expected> = OnceLock::new();
        EXPECTED.get_or_init(|| Self::of(SMALL))
    }
}

/// Writes the world. Returns a site that has its sources.
///
/// `spread`: the lines of the telephone system lie in all partitions, so that two processes share them.
pub fn world(name: &str, size: Size, folder: &Path, spread: bool) -> Site {
    let [seed, agents, days, calls] = [SEED.to_string(), size.agents.to_string(), size.days.to_string(), size.calls_a_day.to_string()];
    let arguments = ["--seed", &seed, "--agents", &agents, "--days", &days, "--calls-a-day", &calls];
    play::simulate(folder, &[&["--preset", "attrition", "--world", WORLD], &arguments[..]].concat());
    let sources = std::fs::read_to_string(folder.join("holdfast.toml")).unwrap();
    let spread = if spread { "\n[sources.queue_log]\nlink_transfers = \"call\"" } else { "" };
    // The telephone system is the first source; what belongs to it alone stands before the next one.
    let (asterisk, others) = sources.split_once("\n\n[[sources]]\nname = \"west-schedule\"").expect("a schedule");
    assert!(asterisk.contains("queue_log") && asterisk.matches("[[sources]]").count() == 1, "{asterisk}");
    Site::new(name, &format!("{asterisk}{spread}\n\n[[sources]]\nname = \"west-schedule\"{others}"))
}

/// Agents' days as the warehouse formed them.
fn formed(site: &Site) -> Vec<DayFacts> {
    let sql = format!(
        "SELECT * FROM {}_attrition.v_agent_days ORDER BY day, agent SETTINGS output_format_json_quote_64bit_integers = 0",
        site.database
    );
    site.query(&sql).into_iter().map(|row| serde_json::from_value(row).expect("a row of days")).collect()
}

/// Every field of every formed day is what was played. Returns how many were compared.
pub fn assert_formed(site: &Site, expected: &Expected) -> usize {
    let (found, wanted): (Vec<DayFacts>, Vec<&DayFacts>) = (formed(site), expected.facts.iter().flatten().collect());
    let key = |facts: &DayFacts| (facts.day, facts.agent.clone());
    let keys = |facts: &mut dyn Iterator<Item = &DayFacts>| facts.map(key).collect::<Vec<_>>();
    assert_eq!(keys(&mut found.iter()), keys(&mut wanted.iter().copied()), "agents and days");
    let (mut cells, mut different) = (0, BTreeMap::<String, (usize, String)>::new());
    for (found, wanted) in found.iter().zip(wanted) {
        let (found_cells, wanted_cells) = (serde_json::to_value(found).unwrap(), serde_json::to_value(wanted).unwrap());
        for (field, wanted_cell) in wanted_cells.as_object().unwrap() {
            cells += 1;
            let found_cell = &found_cells[field];
            if found_cell != wanted_cell {
                let first = format!("{} on {}: formed {found_cell}, played {wanted_cell}", wanted.agent, wanted.day);
                different.entry(field.clone()).or_insert((0, first)).0 += 1;
            }
        }
    }
    assert!(different.is_empty(), "fields that differ, how often, and the first: {different:#?}");
    cells
}

/// The log says what the fold says, each once; and so do the scores of every agent on every day that was told. Returns how many scores there are.
pub fn assert_told(site: &Site, expected: &Expected) -> usize {
    let Folded { lines, scores, whys: why } = &expected.folded;
    assert_eq!(&told(site), lines);
    assert_eq!(&whys(site), why);
    let rules = scores.iter().flat_map(|(_, scores)| scores).filter(|score| !score.rules.is_empty()).count();
    assert!(rules > 0, "no score has a rule");
    assert_eq!(records(site), lines.len(), "each was written once");
    let sql = format!(
        "SELECT day, agent, probability, base, tier, rules, families, inputs_hash FROM {}_attrition.scores FINAL ORDER BY day, agent",
        site.database
    );
    let rows = site.query(&sql);
    let wanted: Vec<_> = scores.iter().flat_map(|(day, scores)| scores.iter().map(move |score| (*day, score))).collect();
    assert_eq!(rows.len(), wanted.len(), "scores");
    for (row, (day, score)) in rows.iter().zip(&wanted) {
        assert_eq!((row["day"].as_i64().unwrap() as i32, row["agent"].as_str().unwrap()), (*day, &*score.agent));
        assert_eq!(row["inputs_hash"].as_str().unwrap(), format!("{:016x}", score.inputs_hash), "{} on {day}", score.agent);
        assert_score(row, score, *day);
    }
    wanted.len()
}

/// Probability, base, tier, rules and families of a row are those of the fold.
fn assert_score(row: &Value, score: &AgentScore, day: i32) {
    // Written and read as a decimal number, of which the reader may miss the last bit.
    let is = |found: &Value, wanted: f64| found.as_f64().is_some_and(|found| (found - wanted).abs() <= 1e-15 * wanted.abs().max(1.0));
    assert!(is(&row["probability"], score.probability) && is(&row["base"], score.base), "{} on {day}: {row}, {score:?}", score.agent);
    assert_eq!(row["tier"].as_str(), score.tier.map(Tier::name), "{} on {day}", score.agent);
    let rules: Vec<&str> = score.rules.iter().map(|rule| rule.name()).collect();
    assert_eq!(row["rules"], Value::from(rules), "{} on {day}", score.agent);
    let families = row["families"].as_array().unwrap();
    assert_eq!(families.len(), score.families.len(), "{} on {day}", score.agent);
    for (found, (family, log_odds)) in families.iter().zip(&score.families) {
        assert!(found[0] == told::family(*family) && is(&found[1], *log_odds), "{} on {day}: {found}, {family:?} {log_odds}", score.agent);
    }
}

/// Each of these worlds fills a small machine by itself: two at once, and its broker stands still for half a minute.
pub fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn kinds(lines: &[Line]) -> BTreeMap<&str, usize> {
    lines.iter().fold(BTreeMap::new(), |mut kinds, line| {
        *kinds.entry(&*line.1).or_default() += 1;
        kinds
    })
}

/// Everything imported and told without a disturbance, and compared. Returns cells of days and scores.
fn told_straight(site: &mut Site, folder: &Path, expected: &Expected) -> (usize, usize) {
    let begin = Instant::now();
    site.start_all();
    play::import(site, folder);
    site.settle_within(600);
    println!("settled after {:?}", begin.elapsed());
    site.run(&["run", "signals", "--once", &since(expected.since)]);
    println!("formed and told after {:?}", begin.elapsed());
    let (cells, scores) = (assert_formed(site, expected), assert_told(site, expected));
    println!("{cells} cells of days and {scores} scores are equal, after {:?}: {:?}", begin.elapsed(), kinds(&expected.folded.lines));
    (cells, scores)
}

#[test]
fn the_log_is_the_fold_over_what_was_played() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let (expected, mut site) = (Expected::small(), world("told", SMALL, folder.path(), false));
    let (cells, scores) = told_straight(&mut site, folder.path(), expected);
    assert!(cells > 300_000 && scores > 1_500, "{cells} cells and {scores} scores prove little");
    site.settle();
    let in_view = format!("SELECT count() FROM {}_attrition.v_signals", site.database);
    assert_eq!(site.number(&in_view) as usize, kinds(&expected.folded.lines)["opened"]);

    // Without the log and without a score, the same is told again, under the same ids.
    let again = format!("{}again.", site.prefix);
    let prefix = std::mem::replace(&mut site.prefix, again);
    site.settings.push(format!("kafka.prefix={}", site.prefix));
    site.run(&["topics", "--create"]);
    site.run(&["warehouse", "query", &format!("TRUNCATE TABLE {}_attrition.scores", site.database)]);
    site.run(&["run", "signals", "--once", &since(expected.since)]);
    assert_told(&site, expected);
    site.run(&["topics", "--delete", "--yes"]);
    site.settings.pop();
    site.prefix = prefix;
}

/// Minutes of machine time: `cargo test --test pipeline_attrition_signals -- --ignored --nocapture`; measured in docs/performance.md.
#[test]
#[ignore = "takes minutes"]
fn a_site_of_five_hundred_is_told_as_it_was_played() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let begin = Instant::now();
    let expected = Expected::of(LARGE);
    println!("worked out in {:?}", begin.elapsed());
    let mut site = world("told_large", LARGE, folder.path(), false);
    let (cells, scores) = told_straight(&mut site, folder.path(), &expected);
    assert!(cells > 1_000_000 && scores > 5_000, "{cells} cells and {scores} scores prove little");
}
