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
    let line = match (decide(&UpkeepFacts { leavers: found.leavers, line: found.line }), found.line) {
        (Verdict::TooFew, _) => return Err(few(&model, found.leavers)),
        (Verdict::Keep, _) => {
            eprintln!("{} holds: nothing is written", model.id);
            return Ok(());
        }
        (Verdict::Recalibrate | Verdict::Refit, None) => {
            return Err(Error::new(
                "HF-T001",
                format!("the scores of {} do not order leavers: train anew, there is no line to put it on", model.id),
            ));
        }
        (Verdict::Refit, Some(line)) => {
            eprintln!(
                "the slope is outside of 0.7 to 1.3: the file is for the time until `holdfast train` has fitted the coefficients anew"
            );
            line
        }
        (Verdict::Recalibrate, Some(line)) => line,
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
