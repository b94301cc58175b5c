//! Writes what `tests/attrition/side_by_side.py` compares with other people's programs: `side_by_side rows|series WORLD SEED AGENTS DAYS FOLDER`.
//!
//! `rows`: training and test rows of the evaluation with the inputs as the model sees them, our log-odds, our unsigned coefficients at the same penalty, and
//! our measures. `series`: each agent's standardised days for detectors. Numbers go as 64-bit floats, row by row, so that nothing is rounded on the way.
#![allow(clippy::print_stdout, reason = "an example prints")]

use attrition::baseline::{AgentHistory, HistorySettings, PeerDay, Pool, against_peers, moments};
use attrition::features::{Feature, FeatureValues};
use attrition::hazard::{FitSettings, Scaling, TrainingRows, fit};
use attrition::numerics::{logit, probability};
use evaluation::{Collected, Row, Scorer, Settings, collect, columns, log_odds, row_quality, train};
use simulator::attrition::{AgentDay, Centre, Day, HORIZON_DAYS, World};
use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [what, world, seed, agents, days, folder] = words.as_slice() else {
        return Err("side_by_side rows|series WORLD SEED AGENTS DAYS FOLDER".into());
    };
    let (world, folder) = (World::named(world, seed.parse()?, agents.parse()?, days.parse()?)?, PathBuf::from(folder));
    std::fs::create_dir_all(&folder)?;
    match what.as_str() {
        "rows" => rows(&world, &folder),
        "series" => series(&world, &folder),
        other => Err(format!("{other}: rows or series").into()),
    }
}

fn write(folder: &Path, names: &[String], values: impl Iterator<Item = f64>) -> Result<(), Box<dyn Error>> {
    std::fs::write(folder.join("columns.txt"), names.join("\n"))?;
    let mut file = BufWriter::new(File::create(folder.join("values.f64"))?);
    for value in values {
        file.write_all(&value.to_le_bytes())?;
    }
    Ok(file.flush()?)
}

fn flag(value: bool) -> f64 {
    f64::from(u8::from(value))
}

/// What was known on the first test day of a training row; what came of a test row.
fn left(collected: &Collected, settings: &Settings, row: &Row) -> bool {
    let known = row.testing || collected.departure(row.person).is_some_and(|departure| departure.reported_day < settings.test_days[0]);
    known && collected.left_within(row.person, row.day, HORIZON_DAYS)
}

fn rows(world: &World, folder: &Path) -> Result<(), Box<dyn Error>> {
    let settings = Settings::default();
    let collected = collect(world, &settings)?;
    let model = train(&collected, &settings, Scorer::Product)?;
    let mut scores = log_odds(&collected, &model).into_iter();
    let mut names: Vec<String> = ["training", "testing", "person", "day", "left", "log_odds"].map(str::to_owned).to_vec();
    names.extend(columns().iter().map(ToString::to_string));
    let (mut values, mut scored) = (Vec::new(), Vec::new());
    for row in collected.rows.iter().filter(|row| row.training || row.testing) {
        let left = left(&collected, &settings, row);
        let score = if row.testing { scores.next().unwrap_or(f64::NAN) } else { f64::NAN };
        if row.testing {
            scored.push((probability(score), left));
        }
        values.extend([flag(row.training), flag(row.testing), f64::from(row.person), f64::from(row.day), flag(left), score]);
        values.extend_from_slice(&row.inputs);
    }
    write(folder, &names, values.into_iter())?;
    let quality = row_quality(&scored);
    let mut lines = vec![format!("c\t{}", settings.c)];
    for (name, value) in [("auc", quality.auc), ("average_precision", quality.average_precision), ("brier", quality.brier)] {
        lines.push(format!("{name}\t{}", value.unwrap_or(f64::NAN)));
    }
    lines.push(format!("log_loss\t{}", quality.log_loss.unwrap_or(f64::NAN)));
    lines.extend(unsigned(&collected, &settings)?);
    Ok(std::fs::write(folder.join("ours.tsv"), lines.join("\n"))?)
}

/// Coefficients at the same penalty without the signs that the product holds: what another library fits on the same rows.
fn unsigned(collected: &Collected, settings: &Settings) -> Result<Vec<String>, Box<dyn Error>> {
    let training: Vec<&Row> = collected.rows.iter().filter(|row| row.training).collect();
    let mut terms = Vec::new();
    for (position, input) in columns().into_iter().enumerate() {
        let seen: Vec<f64> = training.iter().map(|row| row.inputs[position]).filter(|value| value.is_finite()).collect();
        terms.extend(Scaling::of(&seen).map(|scaling| (position, input, scaling)));
    }
    let mut rows = TrainingRows::new(terms.len());
    for row in &training {
        let scaled: Vec<f64> = terms
            .iter()
            .map(|(position, _, scaling)| if row.inputs[*position].is_finite() { scaling.scale(row.inputs[*position]) } else { 0.0 })
            .collect();
        rows.push(&scaled, left(collected, settings, row))?;
    }
    let found = fit(&rows, &FitSettings::with_c(settings.c))?;
    let mut lines = vec![format!("intercept\t{}", found.intercept)];
    lines.extend(terms.iter().zip(&found.coefficients).map(|((_, input, _), coefficient)| format!("coefficient {input}\t{coefficient}")));
    Ok(lines)
}

const STANDARDISED: [Feature; 5] = [Feature::HandleTime, Feature::AfterCallWork, Feature::Pause, Feature::AdherenceGap, Feature::ShortCall];

/// As in the evaluation, + = worse.
fn raw(seen: &AgentDay) -> [Option<f64>; STANDARDISED.len()] {
    [
        seen.handle_time_s.map(libm::log),
        seen.after_call_work_s.map(libm::log1p),
        seen.pause_share,
        seen.adherence.map(|share| -logit(share.clamp(0.02, 0.98))),
        seen.short_or_transferred_share,
    ]
}

/// Deviations from peers, by seat.
fn deviations(day: &Day) -> Vec<FeatureValues> {
    let mut values = vec![FeatureValues::default(); day.seats.len()];
    for (position, feature) in STANDARDISED.into_iter().enumerate() {
        let there: Vec<(usize, f64)> =
            day.seats.iter().enumerate().filter_map(|(seat, of)| Some((seat, raw(&of.seen)[position]?))).collect();
        let grouped: Vec<(Vec<u32>, f64)> = there.iter().map(|(seat, value)| (vec![day.seats[*seat].seen.team + 1, 0], *value)).collect();
        for ((seat, _), adjusted) in there.iter().zip(against_peers(&grouped)) {
            if let Some(adjusted) = adjusted {
                values[*seat].set(feature, adjusted.deviation);
            }
        }
    }
    values
}

/// What agents have in common, from the first days of the same world.
fn pools(world: &World) -> Result<BTreeMap<Feature, Pool>, Box<dyn Error>> {
    let mut found: BTreeMap<Feature, BTreeMap<u32, Vec<f64>>> = BTreeMap::new();
    for day in Centre::open(world)?.take(Settings::default().moment_days as usize) {
        for (of, values) in day.seats.iter().zip(deviations(&day)) {
            for (feature, value) in values.iter() {
                found.entry(feature).or_default().entry(of.truth.person).or_default().push(value);
            }
        }
    }
    let pool = |series: BTreeMap<u32, Vec<f64>>| {
        let moments = moments(&series.into_values().collect::<Vec<_>>())?;
        let shrinkage_days = moments.shrinkage_days().unwrap_or_else(|| Pool::default().shrinkage_days);
        Some(Pool { sd: libm::sqrt(moments.within), shrinkage_days, correlation: moments.correlation })
    };
    Ok(found.into_iter().filter_map(|(feature, series)| Some((feature, pool(series)?))).collect())
}

/// Person, day, day of leaving (else not a number), absence, the standardised features.
fn series(world: &World, folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut names: Vec<String> = ["person", "day", "left_day", "absent"].map(str::to_owned).to_vec();
    names.extend(STANDARDISED.map(|feature| feature.code().to_owned()));
    let site = HistorySettings { pools: pools(world)?, ..HistorySettings::default() };
    let mut centre = Centre::open(world)?;
    let mut histories = vec![AgentHistory::default(); world.agents as usize];
    let mut lines: Vec<Vec<f64>> = Vec::new();
    for day in centre.by_ref() {
        for ((history, of), values) in histories.iter_mut().zip(&day.seats).zip(deviations(&day)) {
            if of.truth.hired_today {
                *history = AgentHistory::default();
            }
            let tenure_days = f64::from(day.day) - f64::from(of.seen.hired_day);
            let peer_day = PeerDay { day: day.day as i32, month: 1, tenure_days, worked: of.seen.worked, shifts_per_week: 5.0, values };
            let (_, standardised) = history.observe(&site, &peer_day);
            if of.seen.worked || of.seen.absent == Some(true) {
                let z = STANDARDISED.map(|feature| standardised.get(&feature).filter(|seen| !seen.quiet).map_or(f64::NAN, |seen| seen.z));
                let absent = of.seen.absent.map_or(f64::NAN, flag);
                lines.push([f64::from(of.truth.person), f64::from(day.day), f64::NAN, absent].into_iter().chain(z).collect());
            }
        }
    }
    let departures: BTreeMap<u32, u32> = centre.departures().iter().map(|departure| (departure.person, departure.day)).collect();
    for line in &mut lines {
        line[2] = departures.get(&(line[0] as u32)).map_or(f64::NAN, |day| f64::from(*day));
    }
    write(folder, &names, lines.into_iter().flatten())
}
