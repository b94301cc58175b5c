//! `holdfast simulate`: writes the log of a simulated centre, and what a correct reader must find in it.

mod attrition;
mod centre;
mod dirt;
mod sources;

use crate::error::Error;
use jiff::Timestamp;
use runtime::clock::{Clock, SystemClock};
use simulator::{Scenario, Simulation, simulate};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const MINUTE_US: i64 = 60_000_000;

/// 1971 and 2100: what source adapters believe, and more.
const EARLIEST_S: i64 = 31_536_000;
const LATEST_S: i64 = 4_102_444_800;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast simulate --out sim                                   two days that end now
  holdfast simulate --preset month --seed 7 --end 2026-11-25T12:00:00Z --out sim
  holdfast simulate --live-minutes 30 --out sim                 the last half hour apart, to be followed live
  holdfast simulate --preset centre --out centre                3 sites with people, schedules, surveys …; centre/import.sh imports it
  holdfast simulate --preset centre --system boston=asterisk --disorder-s 30 --duplicates 0.02 --bad-lines 20 --out dirty
  holdfast simulate --preset quarter --agents-factor 2 --out q  90 days, twice 1,000 agents
  holdfast simulate --preset attrition --world flu --agents 500 --days 365 --calls-a-day 10 --out world
                                                                agents who wear out and leave; truth/hidden has what nobody may see

Files of one log: queue_log (Asterisk's form), event.csv and cohort.csv (what every quarter-hour and queue must come to), calls.csv,
agents.csv and totals.json. The same preset, seed and end give the same bytes on every machine.")]
pub(super) struct Args {
    /// One log: small (a day, 3 queues), day (12,000 calls), demo (two days, 10,000 calls) or month (300,000 calls). A whole centre: centre
    /// (3 sites, 3 days, 6,000 contacts) or quarter (3 sites, 90 days, 1,000 agents, 2 million contacts). Agents who leave, as events with
    /// known truth: attrition
    #[arg(long, value_name = "NAME", default_value = "demo", value_parser = ["small", "day", "demo", "month", "centre", "quarter", "attrition"])]
    preset: String,
    /// The same seed gives the same centre
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// When the log ends, such as 2026-11-25T12:00:00Z, or now; calls may still be open then
    #[arg(long, value_name = "TIME", default_value = "now", value_parser = end)]
    end: End,
    /// Folder to write to; made where it is missing
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Put the lines of the last N minutes into live.log instead of queue_log
    #[arg(long, value_name = "N")]
    live_minutes: Option<u32>,
    #[command(flatten)]
    dirt: dirt::DirtArgs,
    #[command(flatten)]
    centre: centre::CentreArgs,
    #[command(flatten)]
    attrition: attrition::AttritionArgs,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Now,
    At(Timestamp),
}

fn end(text: &str) -> Result<End, String> {
    if text == "now" {
        return Ok(End::Now);
    }
    let example = "give a time with its offset, such as 2026-11-25T12:00:00Z, or now";
    let time: Timestamp = text.parse().map_err(|error| format!("{error}; {example}"))?;
    if (EARLIEST_S..LATEST_S).contains(&time.as_second()) {
        Ok(End::At(time))
    } else {
        Err(format!("before 1971 or after 2099; {example}"))
    }
}

/// Runs the command.
///
/// # Errors
/// HF-I001 if a file cannot be written.
pub(super) fn run(args: &Args) -> Result<ExitCode, Error> {
    let of_world = args.preset == "attrition";
    if args.attrition.is_given() && !of_world {
        return Err(Error::configuration("--world, --agents and --calls-a-day are for --preset attrition".to_owned()));
    }
    if ["centre", "quarter", "attrition"].contains(&args.preset.as_str()) {
        if args.live_minutes.is_some() || args.end != End::Now {
            return Err(Error::configuration("--end and --live-minutes are for one log; a centre has --start and --days".to_owned()));
        }
        if of_world {
            if args.centre.is_factor_given() {
                return Err(Error::configuration("--preset attrition has --agents in place of --agents-factor".to_owned()));
            }
            return attrition::run(&args.attrition, args.seed, args.centre.days, args.centre.start, &args.centre.mappings, &args.out);
        }
        return centre::run(&args.preset, args.seed, &args.centre, args.dirt.of_sites(), &args.out);
    }
    if args.centre.is_given() {
        return Err(Error::configuration("--agents-factor, --days, --start and --system are for --preset centre and quarter".to_owned()));
    }
    let end_us = match args.end {
        End::Now => SystemClock.now_ms() * 1000,
        End::At(time) => time.as_microsecond(),
    };
    eprintln!("simulating {:?} with seed {}, until {}", args.preset, args.seed, text(end_us));
    let simulated = Scenario::preset(&args.preset, args.seed, end_us).and_then(|scenario| simulate(&scenario));
    let simulation = simulated.map_err(|error| Error::configuration(format!("{error}; give another --preset or --end")))?;
    let live_from_us = args.live_minutes.map(|minutes| end_us - i64::from(minutes) * MINUTE_US);
    write_all(&simulation, live_from_us, args)?;
    let totals = simulation.truth().totals();
    eprintln!(
        "{}: {} lines; {} calls offered, {} answered, {} abandoned, {} left otherwise, {} still waiting; {} refused",
        args.out.display(),
        simulation.lines().len(),
        totals.offered,
        totals.answered,
        totals.abandoned,
        totals.other_exit,
        totals.open,
        totals.blocked
    );
    Ok(ExitCode::SUCCESS)
}

fn text(time_us: i64) -> String {
    Timestamp::from_microsecond(time_us).map(|time| time.to_string()).unwrap_or_default()
}

fn write_all(simulation: &Simulation, live_from_us: Option<i64>, args: &Args) -> Result<(), Error> {
    let folder = args.out.as_path();
    fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    let lines = simulation.lines();
    let history = live_from_us.map_or(lines.len(), |from_us| lines.partition_point(|line| line.time_us < from_us));
    let truth = simulation.truth();
    write(folder, "queue_log", |out| write_lines(&args.dirt.of_log(&lines[..history], args.seed), out))?;
    if live_from_us.is_some() {
        write(folder, "live.log", |out| write_lines(&args.dirt.of_log(&lines[history..], args.seed), out))?;
    }
    write(folder, "event.csv", |out| truth.write_event_csv(out))?;
    write(folder, "cohort.csv", |out| truth.write_cohort_csv(out))?;
    write(folder, "calls.csv", |out| truth.write_calls_csv(out))?;
    write(folder, "agents.csv", |out| truth.write_agents_csv(out))?;
    write(folder, "totals.json", |out| writeln!(out, "{:#}", truth.totals_json()))
}

fn write_lines(lines: &[String], out: &mut impl Write) -> io::Result<()> {
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))
}

fn write(folder: &Path, name: &str, content: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> Result<(), Error> {
    let path = folder.join(name);
    let written = File::create(&path).map(BufWriter::new).and_then(|mut file| content(&mut file).and_then(|()| file.flush()));
    written.map_err(|error| unwritable(&path, &error))
}

fn unwritable(path: &Path, error: &io::Error) -> Error {
    Error::new("HF-I001", format!("{}: {error}; --out needs a folder that can be written to", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Whole {
        #[command(flatten)]
        args: Args,
    }

    fn args(extra: &[&str], out: &Path) -> Args {
        let out = out.display().to_string();
        let mut words = vec!["simulate", "--preset", "small", "--end", "2026-11-25T12:00:00Z", "--out", &out];
        words.extend(extra);
        Whole::try_parse_from(words).unwrap().args
    }

    fn read(folder: &Path, name: &str) -> String {
        fs::read_to_string(folder.join(name)).unwrap()
    }

    #[test]
    fn the_live_part_is_the_end_of_the_log() {
        let folder = tempfile::tempdir().unwrap();
        let (whole, split) = (folder.path().join("whole"), folder.path().join("split"));
        run(&args(&[], &whole)).unwrap();
        run(&args(&["--live-minutes", "90"], &split)).unwrap();
        let (history, live) = (read(&split, "queue_log"), read(&split, "live.log"));
        assert_eq!(read(&whole, "queue_log"), history.clone() + &live);
        let first_s = |log: &str| log.split('|').next().and_then(|time| time.parse::<i64>().ok()).unwrap();
        let begin_s = 1_795_608_000 - 90 * 60;
        assert!(first_s(&live) >= begin_s && first_s(history.lines().last().unwrap()) < begin_s);
        for name in ["event.csv", "cohort.csv", "calls.csv", "agents.csv", "totals.json"] {
            assert_eq!(read(&whole, name), read(&split, name));
        }
    }

    /// The demand of the same seed: every clean line is there, and 30 lines more that are not.
    #[test]
    fn a_log_is_dirty_on_request() {
        let folder = tempfile::tempdir().unwrap();
        let (clean, dirty) = (folder.path().join("clean"), folder.path().join("dirty"));
        run(&args(&[], &clean)).unwrap();
        run(&args(&["--disorder-s", "30", "--duplicates", "0.1", "--bad-lines", "30"], &dirty)).unwrap();
        let (clean_log, dirty_log) = (read(&clean, "queue_log"), read(&dirty, "queue_log"));
        let known: std::collections::HashSet<&str> = clean_log.lines().collect();
        assert_eq!(dirty_log.lines().filter(|line| !known.contains(line)).count(), 30);
        let good: Vec<&str> = dirty_log.lines().filter(|line| known.contains(line)).collect();
        assert!(good.len() > clean_log.lines().count() && !good.is_sorted());
        assert_eq!(read(&clean, "event.csv"), read(&dirty, "event.csv"));
    }

    #[test]
    fn options_of_the_other_kind_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |extra: &[&str]| run(&args(extra, folder.path())).unwrap_err().text;
        assert!(refused(&["--days", "2"]).contains("--preset centre"));
        assert!(refused(&["--system", "boston=asterisk"]).contains("--system"));
        let out = folder.path().display().to_string();
        let centre = Whole::try_parse_from(["simulate", "--preset", "centre", "--live-minutes", "5", "--out", &out]).unwrap().args;
        assert!(run(&centre).unwrap_err().text.contains("--start"));
    }

    #[test]
    fn wrong_ends_are_refused_with_a_reason() {
        assert!(end("yesterday").unwrap_err().contains("2026-11-25T12:00:00Z"));
        assert_eq!(end("now"), Ok(End::Now));
        assert!(end("1066-10-14T09:00:00Z").unwrap_err().contains("before 1971"));
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let error = run(&args(&[], &file.join("below"))).unwrap_err();
        assert!(error.code == "HF-I001" && error.text.contains("below"), "{error}");
    }
}
