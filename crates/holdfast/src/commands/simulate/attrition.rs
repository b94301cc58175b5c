//! A world of agents who wear out and leave, as events: written day by day, with what a correct reader must measure and what nobody may read.

use super::centre::{append, progress, tell};
use super::sources::{self, Place};
use crate::error::Error;
use jiff::civil::Date;
use simulator::attrition::{EventPlan, EventPlay, World};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

/// Arguments of worlds of agents.
#[derive(Debug, clap::Args)]
pub(super) struct AttritionArgs {
    /// attrition: the world; holdfast evaluate --help lists them
    #[arg(long, value_name = "NAME", default_value = "reference")]
    world: String,
    /// attrition: seats; who leaves is replaced the same day
    #[arg(long, value_name = "N", default_value_t = 50)]
    agents: u32,
    /// attrition: calls of an agent on a usual day, at most 62; fewer make a smaller log and a lower utilisation, everything else stays
    #[arg(long, value_name = "N")]
    calls_a_day: Option<u32>,
}

/// Days of a world that are played when nothing is said.
const USUAL_DAYS: u32 = 90;

impl AttritionArgs {
    /// Anything but the defaults.
    pub(super) fn is_given(&self) -> bool {
        self.world != "reference" || self.agents != 50 || self.calls_a_day.is_some()
    }
}

/// Runs the command.
///
/// # Errors
/// HF-I001 if a file cannot be written; a configuration error for a world that cannot be played.
pub(super) fn run(
    args: &AttritionArgs,
    seed: u64,
    days: Option<u32>,
    start: Option<Date>,
    mappings: &Path,
    out: &Path,
) -> Result<ExitCode, Error> {
    let wrong = |error: simulator::Error| Error::configuration(format!("{error}; see holdfast simulate --help"));
    let world = World::named(&args.world, seed, args.agents, days.unwrap_or(USUAL_DAYS)).map_err(wrong)?;
    let mut plan = EventPlan::new(world).map_err(wrong)?;
    plan.start = start.unwrap_or(plan.start);
    plan.calls_a_day = args.calls_a_day.unwrap_or(plan.calls_a_day);
    let days = plan.world.days;
    eprintln!("simulating the world {:?} with seed {seed}: {} agents, {days} days from {}", args.world, args.agents, plan.start);
    let place =
        Place { mappings, reference: &["site", "team", "agent", "queue", "reason"], beside: &["schedule", "absences", "evaluation"] };
    sources::write(&[plan.site_plan()], &place, out)?;
    let bar = progress(u64::from(days) + 1);
    let mut play = EventPlay::new(plan).map_err(wrong)?;
    let mut sizes = BTreeMap::new();
    while let Some(portion) = play.next_portion().map_err(wrong)? {
        bar.inc(1);
        bar.set_message(portion.what().to_owned());
        append(&portion, out, &mut sizes)?;
    }
    bar.finish_and_clear();
    tell(&sizes, out);
    eprintln!("{} have left; truth/hidden says who, when and why, and is for judging only", play.centre().departures().len());
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// Every world can be told as events, and the same seed gives the same bytes.
    #[test]
    fn worlds_are_written_with_their_truth_and_twice_alike() {
        let folder = tempfile::tempdir().unwrap();
        for (world, _) in simulator::attrition::WORLDS {
            let args = AttritionArgs { world: (*world).to_owned(), agents: 12, calls_a_day: Some(5) };
            let written = |name: &str| {
                let out = folder.path().join(format!("{world}-{name}"));
                run(&args, 3, Some(4), None, Path::new("deploy/sources"), &out).unwrap();
                let read = |file: &str| fs::read_to_string(out.join(file)).unwrap();
                [
                    "west/queue_log",
                    "west/schedule.csv",
                    "reference/agent.csv",
                    "truth/west/played-days.csv",
                    "truth/hidden/agent-days.csv",
                    "import.sh",
                ]
                .map(read)
            };
            let (once, twice) = (written("a"), written("b"));
            assert!(once == twice && once.iter().all(|text| text.lines().count() > 4), "{world}");
            assert!(!once[5].contains("survey"), "there is no survey to be imported");
        }
    }
}
