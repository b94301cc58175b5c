//! The recalibrated model: a file that `holdfast run signals` accepts, its card beside it, and a row of the register for each site that it was judged at.

use super::{Looked, scores};
use crate::commands::asynchronous;
use crate::commands::staying::asking::{between, database, date_of, day_of, today};
use crate::commands::train::{CODE, file, named, put};
use crate::config::Config;
use crate::error::Error;
use crate::serving::server;
use crate::signals::stage;
use attrition::hazard::HazardModel;
use attrition::upkeep::{Calibration, Line, UpkeepFacts, Verdict, calibration, decide, matured_days, recalibrated};
use std::path::Path;
use warehouse::attrition_reports::{TrainedModel, write_model};

/// Which numbers of it are the sites' own.
const LEARNED: &str = "recalibrated: own intercept and slope";

/// Writes the model of the configuration, put on the line of what it told at these sites together; nothing if it holds.
pub(super) fn write(config: &Config, tenant: &str, looked: &[Looked], path: &Path) -> Result<(), Error> {
    let model = stage::model(config)?;
    let of_model: Vec<&Looked> = looked.iter().filter(|one| one.told.contains_key(&model.id)).collect();
    let told: Vec<_> = of_model.iter().flat_map(|one| scores(&one.told[&model.id])).collect();
    let found = calibration(&told).ok_or_else(|| few(&model, 0))?;
    let line = match line_to_write(&UpkeepFacts { leavers: found.leavers, line: found.line }) {
        ToWrite::TooFew => return Err(few(&model, found.leavers)),
        ToWrite::Holds => {
            eprintln!("{} holds: nothing is written", model.id);
            return Ok(());
        }
        ToWrite::NoOrder => {
            return Err(Error::new(
                "HF-T001",
                format!("the scores of {} do not order leavers: train anew, there is no line to put it on", model.id),
            ));
        }
        ToWrite::UntilTrained(line) => {
            eprintln!(
                "the slope is outside of 0.7 to 1.3: the file is for the time until `holdfast train` has fitted the coefficients anew"
            );
            line
        }
        ToWrite::Line(line) => line,
    };
    let newest_day = of_model.iter().map(|one| one.newest_day()).max().unwrap_or(0);
    let place = if let [one] = of_model[..] { one.site.site.as_str() } else { tenant };
    let wrong = |error: attrition::Error| Error::new("HF-T001", error.to_string());
    let nameless = recalibrated(&model, &line.recalibration(), "").map_err(wrong)?;
    let better = HazardModel { id: named(&nameless, place, newest_day)?, ..nameless };
    let (text, card) = (file(&better)?, card(&model, &better, &of_model, &found, &line, config));
    put(path, &text)?;
    let beside = path.with_extension("md");
    put(&beside, &card)?;
    let runtime = asynchronous()?;
    for one in &of_model {
        let row = TrainedModel {
            tenant,
            site: &one.site.site,
            model_id: &better.id,
            trained_until_day: one.newest_day(),
            learned: LEARNED,
            rows: found.rows,
            leavers: found.leavers,
            quality: [None; 3],
            model: &text,
            card: &card,
            code_version: CODE,
        };
        runtime.block_on(write_model(&server(config), &database(config)?, &row))?;
    }
    eprintln!("written: {} as {}, {}, and a row of the table models for each site", better.id, path.display(), beside.display());
    Ok(())
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq)]
enum ToWrite {
    /// Nothing: too few left to know.
    TooFew,
    /// Nothing: the model holds.
    Holds,
    /// Nothing: there is no line that would make it better.
    NoOrder,
    /// The model on this line, until there is a better one.
    UntilTrained(Line),
    /// The model on this line.
    Line(Line),
}

fn line_to_write(facts: &UpkeepFacts) -> ToWrite {
    match (decide(facts), facts.line) {
        (Verdict::TooFew, _) => ToWrite::TooFew,
        (Verdict::Keep, _) => ToWrite::Holds,
        (Verdict::Recalibrate | Verdict::Refit, None) => ToWrite::NoOrder,
        (Verdict::Refit, Some(line)) => ToWrite::UntilTrained(line),
        (Verdict::Recalibrate, Some(line)) => ToWrite::Line(line),
    }
}

fn few(model: &HazardModel, leavers: u64) -> Error {
    let text = format!(
        "of those whom {} scored on the last 90 matured days {leavers} left: from 50 on its level and spread can be judged",
        model.id
    );
    Error::new("HF-T001", text)
}

/// The card of the model before, if it lies beside its file, with what was done to it since.
fn card(before: &HazardModel, better: &HazardModel, sites: &[&Looked], found: &Calibration, line: &Line, config: &Config) -> String {
    let earlier = config.attrition.model_file.as_ref().and_then(|file| std::fs::read_to_string(file.with_extension("md")).ok());
    let days = |one: &&Looked| {
        let days = matured_days(one.newest_day());
        format!("{} from {} to {}", one.site.site, date_of(*days.start()), date_of(*days.end()))
    };
    let [a, b] = [line.intercept, line.slope].map(|part| format!("{:.3} ({})", part.value, between(Some(part.interval()), 3)));
    let told = format!(
        "Recalibrated on {} from what {} had told at {}: {} agent-weeks of {} agents, {} of whom left. O {}, E {:.1}; intercept {a}, slope {b}. Coefficients and ranks are as before; \
         probabilities are shown. Scores carry the name {}.",
        date_of(day_of(today())),
        before.id,
        sites.iter().map(days).collect::<Vec<_>>().join(", "),
        found.rows,
        found.agents,
        found.leavers,
        found.observed,
        found.expected,
        better.id,
    );
    let earlier = earlier.unwrap_or_else(|| format!("# Model card: {}\n\nThe coefficients are those of {}.\n", better.id, before.id));
    format!("{}\n\n## Recalibration\n\n{told}\n", earlier.trim_end())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use attrition::hazard::PRIOR_MODEL;
    use attrition::upkeep::Estimate;

    /// With a line and without, of one who left, of 49 and of 50; and what is said of 49.
    #[test]
    fn a_model_is_written_only_where_enough_left_and_it_does_not_hold() {
        let line = |slope: f64, distance: f64| {
            let estimate = |value| Estimate { value, error: 0.1 };
            Line { intercept: estimate(0.0), slope: estimate(slope), distance }
        };
        let (holds, off, flat) = (line(1.0, 1.0), line(0.8, 9.0), line(0.5, 9.0));
        for line in [None, Some(holds), Some(off), Some(flat)] {
            for leavers in [0, 1, 49] {
                assert_eq!(line_to_write(&UpkeepFacts { leavers, line }), ToWrite::TooFew);
            }
            let expected = match line {
                None => ToWrite::NoOrder,
                Some(line) if line == holds => ToWrite::Holds,
                Some(line) if line == off => ToWrite::Line(off),
                Some(_) => ToWrite::UntilTrained(flat),
            };
            assert_eq!(line_to_write(&UpkeepFacts { leavers: 50, line }), expected);
        }
        let model: HazardModel = serde_json::from_str(PRIOR_MODEL).unwrap();
        assert!(few(&model, 49).text.contains(&format!("{} scored on the last 90 matured days 49 left: from 50 on", model.id)));
    }
}
