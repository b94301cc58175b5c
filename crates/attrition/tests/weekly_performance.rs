//! A real call centre: weekly performance of 439 agents over 86 weeks (Ctrip's experiment of home working), 163 of whom leave. What comes before leaving, and
//! what can be found of it within a budget of less than one alarm per stayer and year. Skipped with `HOLDFAST_DATA=none`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]
#![allow(clippy::float_cmp, reason = "these values are exact by construction")]

mod printed;
mod real;

use attrition::baseline::{Baseline, BaselineSettings, Pool, Recent, against_peers, moments};
use attrition::hazard::{FitSettings, Scaling, TrainingRows, fit};
use attrition::measures::{area_under_curve, recall_of_random_alarms};
use attrition::numerics::{median, median_absolute_deviation};
use attrition::signals::{Candidate, Tier, TierSettings, order, place};
use printed::assert_row;
use std::collections::{BTreeMap, BTreeSet};

const WEEKS: usize = 86;

/// One agent: the deviation from the peers of each week, + = worse; months since hiring at the start.
struct Agent {
    weeks: Vec<Option<f64>>,
    tenure_months: f64,
    first: usize,
    last: usize,
    /// The firm's own word, which is there for some only.
    quit: bool,
}

impl Agent {
    /// Four weeks of silence before the end of the panel.
    fn left(&self) -> bool {
        self.last <= 81
    }
}

fn agents() -> Option<Vec<Agent>> {
    let table = real::table("attrition/ctrip_weekly_performance.csv.gz")?;
    let names: BTreeSet<&str> = table[1..].iter().map(|cells| cells[1].as_str()).collect();
    let places: BTreeMap<&str, usize> = names.into_iter().zip(0..).collect();
    assert_eq!(places.len(), WEEKS);
    let mut raw: BTreeMap<u32, (Vec<Option<f64>>, f64, bool)> = BTreeMap::new();
    for cells in &table[1..] {
        let begin = || (vec![None; WEEKS], cells[4].parse().unwrap_or(20.0), cells[6] == "1");
        let agent = raw.entry(cells[0].parse().unwrap()).or_insert_with(begin);
        agent.0[places[cells[1].as_str()]] = cells[3].parse().ok();
    }
    let mut agents: Vec<Agent> = raw
        .into_values()
        .filter(|(weeks, ..)| weeks.iter().any(Option::is_some))
        .map(|(weeks, tenure_months, quit)| Agent {
            first: weeks.iter().position(Option::is_some).unwrap(),
            last: weeks.iter().rposition(Option::is_some).unwrap(),
            weeks,
            tenure_months,
            quit,
        })
        .collect();
    for week in 0..WEEKS {
        let present: Vec<usize> = (0..agents.len()).filter(|agent| agents[*agent].weeks[week].is_some()).collect();
        let day: Vec<(Vec<()>, f64)> = present.iter().map(|agent| (vec![()], -agents[*agent].weeks[week].unwrap())).collect();
        for (agent, adjusted) in present.into_iter().zip(against_peers(&day)) {
            agents[agent].weeks[week] = adjusted.map(|adjusted| adjusted.deviation);
        }
    }
    Some(agents)
}

/// Deviation of the weeks 0 to 16 before week `last` from the personal median of the weeks 17 to 40 before it, + = better as in the published table; `None` with
/// fewer than eight weeks of base.
fn before(agent: &Agent, last: usize) -> Option<Vec<Option<f64>>> {
    let base: Vec<f64> = agent.weeks[last.saturating_sub(40)..=last.checked_sub(17)?].iter().flatten().copied().collect();
    if base.len() < 8 {
        return None;
    }
    let (middle, spread) = (median(&base)?, (1.4826 * median_absolute_deviation(&base)?).max(0.25));
    Some((0..17).map(|weeks| agent.weeks[last - weeks].map(|value| -(value - middle) / spread)).collect())
}

/// Mean and share below −1 by weeks before.
fn shape(rows: &[Vec<Option<f64>>]) -> Vec<(f64, f64)> {
    (0..17)
        .map(|weeks| {
            let values: Vec<f64> = rows.iter().filter_map(|row| row[weeks]).collect();
            let n = values.len() as f64;
            (values.iter().sum::<f64>() / n, values.iter().filter(|z| **z < -1.0).count() as f64 / n)
        })
        .collect()
}

#[test]
fn the_event_study_has_its_shape() {
    let Some(agents) = agents() else { return };
    let rows: Vec<_> = agents.iter().filter(|agent| agent.left()).filter_map(|agent| before(agent, agent.last)).collect();
    assert_eq!(rows.len(), 146);
    let shape_of_leavers = shape(&rows);
    let means = [-1.98, -0.93, -0.44, -0.22, -0.37, -0.22, -0.43, -0.15, -0.30];
    let shares = [0.73, 0.44, 0.38, 0.34, 0.35, 0.34, 0.37, 0.27, 0.34];
    for (weeks, ((mean, share), (expected_mean, expected_share))) in shape_of_leavers.iter().zip(means.iter().zip(shares)).enumerate() {
        assert!((mean - expected_mean).abs() < 0.0051 && (share - expected_share).abs() < 0.0051, "{weeks} weeks before: {mean} {share}");
    }
    // Stayers at any week: nothing.
    let stayers: Vec<_> =
        agents.iter().filter(|agent| !agent.left()).flat_map(|agent| [45, 57, 69, 81].map(|week| before(agent, week))).flatten().collect();
    for (mean, share) in &shape(&stayers)[..13] {
        assert!(mean.abs() < 0.15 && (share - 0.21).abs() < 0.05, "stayers: {mean} {share}");
    }
}

/// Those of whom the firm says that they quit: 54 with a base and a last week before the last but one of the panel. Printed: −3.12 −1.20 −.74 −.54 −.20 −.02 −.26.
#[test]
fn those_who_are_known_to_have_quit_have_the_same_shape() {
    let Some(agents) = agents() else { return };
    let rows: Vec<_> = agents.iter().filter(|agent| agent.quit && agent.last <= 84).filter_map(|agent| before(agent, agent.last)).collect();
    assert_eq!(rows.len(), 54);
    assert_row(shape(&rows)[..7].iter().map(|(mean, _)| *mean), "-3.12 -1.20 -0.74 -0.54 -0.20 -0.02 -0.26", "known quitters");
}

/// Change, slow, level and tenure at the end of each week with a history, on baselines in weeks.
fn inputs(agent: &Agent, settings: &BaselineSettings, pool: &Pool) -> Vec<(usize, Vec<f64>)> {
    let (mut baseline, mut recent, mut slow) = (Baseline::default(), Recent::default(), Recent::default());
    let mut rows = Vec::new();
    for week in agent.first..=agent.last {
        if let Some(value) = agent.weeks[week] {
            let seen = baseline.observe(settings, pool, value);
            recent.observe(1.5, seen.z);
            slow.observe(5.0, seen.z);
        }
        if week >= agent.first + 16 {
            let tenure_days = (agent.tenure_months + (week as f64 - 48.0) / 4.3).max(0.0) * 30.0;
            rows.push((week, vec![recent.value() - slow.value(), slow.value(), baseline.usual(pool), tenure_days.ln_1p()]));
        }
    }
    rows
}

/// Log-odds of leaving within four weeks by (agent, week), each agent scored by a model that has not seen the agent (five folds).
fn scores(agents: &[Agent], rows: &[Vec<(usize, Vec<f64>)>]) -> Vec<Vec<(usize, f64)>> {
    let mut scores = vec![Vec::new(); agents.len()];
    let leaves = |agent: usize, week: usize| agents[agent].left() && agents[agent].last > week && agents[agent].last <= week + 4;
    for fold in 0..5 {
        // The outcome of the last four weeks is not known.
        let known: Vec<(usize, &(usize, Vec<f64>))> = (0..agents.len())
            .filter(|agent| agent % 5 != fold)
            .flat_map(|agent| rows[agent].iter().map(move |row| (agent, row)))
            .filter(|(_, row)| row.0 <= 77)
            .collect();
        let scalings: Vec<Scaling> =
            (0..4).map(|column| Scaling::of(&known.iter().map(|(_, row)| row.1[column]).collect::<Vec<_>>()).unwrap()).collect();
        let scaled = |inputs: &[f64]| inputs.iter().zip(&scalings).map(|(input, scaling)| scaling.scale(*input)).collect::<Vec<_>>();
        let mut training = TrainingRows::new(4);
        known.iter().for_each(|(agent, row)| training.push(&scaled(&row.1), leaves(*agent, row.0)).unwrap());
        let found = fit(&training, &FitSettings { not_negative: vec![true, true, true, false], ..FitSettings::with_c(0.3) }).unwrap();
        for agent in (0..agents.len()).filter(|agent| agent % 5 == fold) {
            scores[agent] = rows[agent].iter().map(|(week, inputs)| (*week, found.log_odds(&scaled(inputs)))).collect();
        }
    }
    scores
}

/// Weeks of alarm by agent: the first 5 % in line of each week, none within four weeks of the last. The line is the product's, with the rise over two weeks for fifteen days.
fn alarms(scores: &[Vec<(usize, f64)>]) -> Vec<Vec<usize>> {
    let settings = TierSettings {
        concern_share: 0.05,
        urgent_share: 0.0,
        least_factor: 0.0,
        urgent_probability: f64::INFINITY,
        rule_factor: f64::INFINITY,
        ..TierSettings::default()
    };
    let mut alarms: Vec<Vec<usize>> = vec![Vec::new(); scores.len()];
    for week in 0..WEEKS {
        let score = |agent: usize, week: usize| scores[agent].iter().find(|(at, _)| *at == week).map(|(_, score)| *score);
        let line = |agent: usize, now: f64| order(now, week.checked_sub(2).and_then(|before| score(agent, before)), settings.rise_weight);
        let scored: Vec<(usize, f64)> = (0..scores.len()).filter_map(|agent| Some((agent, line(agent, score(agent, week)?)))).collect();
        let site: Vec<Candidate> = scored
            .iter()
            .map(|(_, score)| Candidate {
                probability: attrition::numerics::probability(*score),
                base: 0.0,
                order: *score,
                families: 2,
                rule: false,
            })
            .collect();
        for ((agent, _), tier) in scored.iter().zip(place(&site, &settings)) {
            if tier == Some(Tier::Concern) && alarms[*agent].last().is_none_or(|last| week - last >= 4) {
                alarms[*agent].push(week);
            }
        }
    }
    alarms
}

#[test]
fn warnings_find_more_than_chance_does() {
    let Some(agents) = agents() else { return };
    let settings = BaselineSettings { half_life_days: 26.0, lag_days: 6, spread_days: 28, ..BaselineSettings::default() };
    let found = moments(&agents.iter().map(|agent| agent.weeks.iter().flatten().copied().collect()).collect::<Vec<_>>()).unwrap();
    let pool = Pool { sd: found.within.sqrt(), shrinkage_days: found.shrinkage_days().unwrap(), correlation: found.correlation };
    // An independent estimate says: intraclass correlation 0.36, φ 0.33, κ 3.5 weeks.
    assert!(
        (found.intraclass_correlation() - 0.36).abs() < 0.04
            && (found.correlation - 0.33).abs() < 0.05
            && (pool.shrinkage_days - 3.5).abs() < 0.3,
        "{found:?}"
    );

    let rows: Vec<_> = agents.iter().map(|agent| inputs(agent, &settings, &pool)).collect();
    let scores = scores(&agents, &rows);
    let alarms = alarms(&scores);
    let (leavers, stayers): (Vec<usize>, Vec<usize>) = (0..agents.len()).partition(|agent| agents[*agent].left());
    let leavers: Vec<usize> = leavers.into_iter().filter(|agent| agents[*agent].last - agents[*agent].first >= 30).collect();
    let rate = stayers.iter().map(|agent| alarms[*agent].len()).sum::<usize>() as f64
        / stayers.iter().map(|agent| scores[*agent].len()).sum::<usize>() as f64;
    let recall = |weeks: usize| {
        let hit = |agent: &&usize| alarms[**agent].iter().any(|week| *week < agents[**agent].last && *week + weeks >= agents[**agent].last);
        leavers.iter().filter(hit).count() as f64 / leavers.len() as f64
    };
    let labelled: Vec<(f64, bool)> = (0..agents.len())
        .flat_map(|agent| scores[agent].iter().map(move |(week, score)| (agent, *week, *score)))
        .filter(|(_, week, _)| *week <= 77)
        .map(|(agent, week, score)| (score, agents[agent].left() && agents[agent].last > week && agents[agent].last <= week + 4))
        .collect();
    eprintln!(
        "weekly: AUC {:.3}, {:.2} alarms per stayer-year, {} leavers",
        area_under_curve(&labelled).unwrap(),
        rate * 52.0,
        leavers.len()
    );
    for weeks in [4, 8, 12] {
        let chance = recall_of_random_alarms(rate, weeks as f64);
        eprintln!("  {weeks} weeks: recall {:.3}, by chance {chance:.3}, ratio {:.2}", recall(weeks), recall(weeks) / chance);
    }
    assert!(rate * 52.0 <= 1.0);
    // 1.7 is good and 2.2 great for one weekly number.
    assert!(recall(4) / recall_of_random_alarms(rate, 4.0) >= 2.2);
}

/// First week that is scored by models of the weeks before it.
const ORIGIN: usize = 44;

/// Log-odds by (agent, week) of a model that was fitted on what was known a week before: rows whose four weeks had passed, of everybody. Fitted anew every four weeks.
fn rolling_scores(agents: &[Agent], rows: &[Vec<(usize, Vec<f64>)>]) -> Vec<Vec<(usize, f64)>> {
    let mut scores = vec![Vec::new(); agents.len()];
    for origin in (ORIGIN..WEEKS).step_by(4) {
        // Who has left is known four weeks after: the panel says it by silence.
        let left = |agent: &Agent, week: usize| agent.last + 4 < origin && agent.last > week && agent.last <= week + 4;
        let known: Vec<(usize, &(usize, Vec<f64>))> = (0..agents.len())
            .flat_map(|agent| rows[agent].iter().map(move |row| (agent, row)))
            .filter(|(_, row)| row.0 + 8 < origin)
            .collect();
        let scalings: Vec<Scaling> =
            (0..4).map(|column| Scaling::of(&known.iter().map(|(_, row)| row.1[column]).collect::<Vec<_>>()).unwrap()).collect();
        let scaled = |inputs: &[f64]| inputs.iter().zip(&scalings).map(|(input, scaling)| scaling.scale(*input)).collect::<Vec<_>>();
        let mut training = TrainingRows::new(4);
        known.iter().for_each(|(agent, row)| training.push(&scaled(&row.1), left(&agents[*agent], row.0)).unwrap());
        let found = fit(&training, &FitSettings { not_negative: vec![true, true, true, false], ..FitSettings::with_c(0.3) }).unwrap();
        for (scores, rows) in scores.iter_mut().zip(rows) {
            scores.extend(
                rows.iter()
                    .filter(|(week, _)| (origin..origin + 4).contains(week))
                    .map(|(week, inputs)| (*week, found.log_odds(&scaled(inputs)))),
            );
        }
    }
    scores
}

/// What the folds by agent cannot say: what a model is worth that has seen nothing of the time it is used in, on the second half of the series.
#[test]
fn warnings_of_models_of_earlier_weeks() {
    let Some(agents) = agents() else { return };
    let settings = BaselineSettings { half_life_days: 26.0, lag_days: 6, spread_days: 28, ..BaselineSettings::default() };
    let early = |agent: &Agent| agent.weeks[..ORIGIN].iter().flatten().copied().collect();
    let found = moments(&agents.iter().map(early).collect::<Vec<_>>()).unwrap();
    let pool = Pool { sd: found.within.sqrt(), shrinkage_days: found.shrinkage_days().unwrap(), correlation: found.correlation };
    let rows: Vec<_> = agents.iter().map(|agent| inputs(agent, &settings, &pool)).collect();
    let scores = rolling_scores(&agents, &rows);
    let alarms = alarms(&scores);
    let stayers: Vec<usize> = (0..agents.len()).filter(|agent| !agents[*agent].left()).collect();
    let leavers: Vec<usize> = (0..agents.len())
        .filter(|agent| agents[*agent].left() && agents[*agent].last - agents[*agent].first >= 30 && agents[*agent].last >= ORIGIN + 4)
        .collect();
    let rate = stayers.iter().map(|agent| alarms[*agent].len()).sum::<usize>() as f64
        / stayers.iter().map(|agent| scores[*agent].len()).sum::<usize>() as f64;
    let recall = |weeks: usize| {
        let hit = |agent: &&usize| alarms[**agent].iter().any(|week| *week < agents[**agent].last && *week + weeks >= agents[**agent].last);
        leavers.iter().filter(hit).count() as f64 / leavers.len() as f64
    };
    for weeks in [4, 8, 12] {
        let chance = recall_of_random_alarms(rate, weeks as f64);
        eprintln!("  earlier weeks' models, {weeks} weeks: recall {:.3}, by chance {chance:.3}", recall(weeks));
    }
    assert_eq!(leavers.len(), 146);
    assert!(rate * 52.0 <= 1.0, "{} alarms per stayer-year", rate * 52.0);
    let ratio = recall(4) / recall_of_random_alarms(rate, 4.0);
    assert!(ratio >= 1.7, "{ratio} times chance");
}
