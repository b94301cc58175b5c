//! Writes what `tests/attrition/side_by_side.py` compares with other people's programs: `side_by_side rows|series WORLD SEED AGENTS DAYS FOLDER`, and
//! `side_by_side alarms sum|each|ewma|whitened|slope LIMIT|own FOLDER`.
//!
//! `rows`: training and test rows of the evaluation with the inputs as the model sees them, our log-odds, our unsigned coefficients at the same penalty, and
//! our measures. `series`: each agent's standardised days for detectors. Numbers go as 64-bit floats, row by row, so that nothing is rounded on the way.
//! `alarms`: person and day of every alarm on such days. `sum` and `each` are the product's own charts (`own`: with the product's limit); the others are what the
//! crate has beside them.
#![allow(clippy::print_stdout, reason = "an example prints")]

use attrition::baseline::{AgentHistory, HistorySettings, PeerDay, Pool, against_peers, moments};
use attrition::detectors::{Cusum, CusumSettings, DRIFT_PER_DAY, Ewma, EwmaSettings, theil_sen};
use attrition::features::{Feature, FeatureValues};
use attrition::hazard::{FitSettings, Scaling, TrainingRows, fit};
use attrition::numerics::{logit, probability};
use attrition::site::{LevelCharts, WholeChart};
use evaluation::{Collected, Row, Scorer, Settings, collect, columns, log_odds, row_quality, train};
use simulator::attrition::{AgentDay, Centre, Day, HORIZON_DAYS, World};
use std::collections::{BTreeMap, VecDeque};
use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [what, chart, limit, folder] = words.as_slice()
        && what == "alarms"
    {
        return alarms(chart, if limit == "own" { None } else { Some(limit.parse()?) }, Path::new(folder));
    }
    let [what, world, seed, agents, days, folder] = words.as_slice() else {
        return Err("side_by_side rows|series WORLD SEED AGENTS DAYS FOLDER, or alarms CHART LIMIT|own FOLDER".into());
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

/// Person, day, day of leaving (else not a number), absence, the standardised features, and what yesterday does not explain of them.
fn series(world: &World, folder: &Path) -> Result<(), Box<dyn Error>> {
    if WholeChart::summed() != STANDARDISED {
        return Err("the product sums other features than these".into());
    }
    let mut names: Vec<String> = ["person", "day", "left_day", "absent"].map(str::to_owned).to_vec();
    names.extend(STANDARDISED.map(|feature| feature.code().to_owned()));
    names.extend(STANDARDISED.map(|feature| format!("{} whitened", feature.code())));
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
            let told = history.observe(&site, &peer_day);
            if of.seen.worked || of.seen.absent == Some(true) {
                let seen = STANDARDISED.map(|feature| told.told(feature));
                let (z, whitened) =
                    (seen.map(|seen| seen.map_or(f64::NAN, |seen| seen.z)), seen.map(|seen| seen.map_or(f64::NAN, |seen| seen.whitened)));
                let absent = of.seen.absent.map_or(f64::NAN, flag);
                lines.push(
                    [f64::from(of.truth.person), f64::from(day.day), f64::NAN, absent].into_iter().chain(z).chain(whitened).collect(),
                );
            }
        }
    }
    let departures: BTreeMap<u32, u32> = centre.departures().iter().map(|departure| (departure.person, departure.day)).collect();
    for line in &mut lines {
        line[2] = departures.get(&(line[0] as u32)).map_or(f64::NAN, |day| f64::from(*day));
    }
    write(folder, &names, lines.into_iter().flatten())
}

/// Worked days over which a slope is taken.
const SLOPE_DAYS: usize = 20;

/// What looks at the days of one agent.
#[derive(Clone)]
enum Chart {
    Sum(WholeChart),
    Each(LevelCharts),
    Ewma(Ewma),
    Whitened(Cusum),
    Slope(VecDeque<(i32, f64)>, f64),
}

impl Chart {
    /// The product's limit unless there is another: of a sum, a width in standard deviations, a slope per day.
    fn new(name: &str, limit: Option<f64>) -> Result<Self, Box<dyn Error>> {
        let cusum = |own: CusumSettings| CusumSettings { limit: limit.unwrap_or(own.limit), ..own };
        Ok(match name {
            "sum" => Self::Sum(WholeChart::new(cusum(CusumSettings::SUM))),
            "each" => Self::Each(LevelCharts::new(cusum(CusumSettings::LEVEL))),
            "ewma" => Self::Ewma(Ewma::new(EwmaSettings { width: limit.unwrap_or(EwmaSettings::DRIFT.width), ..EwmaSettings::DRIFT })),
            "whitened" => Self::Whitened(Cusum::new(cusum(CusumSettings::WHITENED))),
            "slope" => Self::Slope(VecDeque::new(), limit.unwrap_or(DRIFT_PER_DAY)),
            other => return Err(format!("{other}: sum, each, ewma, whitened or slope").into()),
        })
    }

    /// Takes a day, what is not known being no number, and says whether there is an alarm.
    fn observe(&mut self, day: i32, z: &[f64], whitened: &[f64]) -> bool {
        let of = |values: &[f64], feature: Feature| {
            let at = STANDARDISED.iter().position(|standardised| *standardised == feature)?;
            values.get(at).copied().filter(|value| value.is_finite())
        };
        let known = |feature| of(z, feature);
        match self {
            Self::Sum(chart) => chart.observe(day, known),
            Self::Each(charts) => charts.observe(day, known).into_iter().any(LevelCharts::counts),
            Self::Ewma(chart) => WholeChart::sum(known).is_some_and(|sum| chart.observe(day, sum).alarm),
            Self::Whitened(chart) => WholeChart::sum(|feature| of(whitened, feature)).is_some_and(|sum| chart.observe(day, sum).alarm),
            Self::Slope(days, limit) => {
                let Some(sum) = WholeChart::sum(known) else { return false };
                days.push_back((day, sum));
                if days.len() > SLOPE_DAYS {
                    days.pop_front();
                }
                theil_sen(days.make_contiguous()).is_some_and(|slope| slope.per_day > *limit && slope.lower > 0.0)
            }
        }
    }
}

/// Prints person and day of every alarm of a chart on the days of a series.
fn alarms(name: &str, limit: Option<f64>, folder: &Path) -> Result<(), Box<dyn Error>> {
    let columns = std::fs::read_to_string(folder.join("columns.txt"))?.lines().count();
    let bytes = std::fs::read(folder.join("values.f64"))?;
    let values: Vec<f64> = bytes.as_chunks().0.iter().map(|eight| f64::from_le_bytes(*eight)).collect();
    let (chart, mut charts, mut out) = (Chart::new(name, limit)?, BTreeMap::<u32, Chart>::new(), BufWriter::new(std::io::stdout().lock()));
    for line in values.chunks_exact(columns) {
        let [person, day, _, _, z @ ..] = line else { return Err("a line of fewer than four columns".into()) };
        let (z, whitened) = z.split_at(STANDARDISED.len().min(z.len()));
        if charts.entry(*person as u32).or_insert_with(|| chart.clone()).observe(*day as i32, z, whitened) {
            writeln!(out, "{person} {day}")?;
        }
    }
    Ok(out.flush()?)
}
