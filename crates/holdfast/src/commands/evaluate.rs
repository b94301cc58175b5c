//! `holdfast evaluate`: how good the early warning of attrition is, on worlds with known truth.

use super::Format;
use crate::error::Error;
use attrition::hazard::{HazardModel, PRIOR_MODEL};
use evaluation::{Evaluation, Named, Part, Scorer, Settings, Summary, evaluate, summarise, unknown_inputs};
use indicatif::{ProgressBar, ProgressStyle};
use simulator::attrition::{WORLDS, World};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = examples())]
pub(super) struct Args {
    /// A ready world
    #[arg(long, value_name = "NAME", default_value = "reference", value_parser = clap::builder::PossibleValuesParser::new(WORLDS.iter().map(|(name, _)| *name)))]
    world: String,
    /// A world from a file (TOML), in place of a ready one; what it does not set is as in the reference
    #[arg(long, value_name = "FILE", conflicts_with = "world")]
    world_file: Option<PathBuf>,
    /// Seeds; mean and standard deviation are over them
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=1000))]
    seeds: u64,
    /// The first of them
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    first_seed: u64,
    /// Seats of the centre
    #[arg(long, value_name = "N", default_value_t = 1_500)]
    agents: u32,
    /// Days; trained is on days 60 to 321, tested on days 365 to 689, and what is tested needs 45 days after it
    #[arg(long, value_name = "N", default_value_t = 720)]
    days: u32,
    /// Seeds at the same time
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=64))]
    threads: u32,
    /// Tables for people, every number over all seeds as CSV, or JSON that holds every seed as well
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: Format,
    /// Judge this model, as `holdfast train` writes it, in place of one that is fitted in the world; "prior" is the shipped one
    #[arg(long, value_name = "FILE|prior")]
    model: Option<PathBuf>,
    /// Print the world as a file and evaluate nothing
    #[arg(long)]
    show_world: bool,
}

fn examples() -> String {
    let worlds: String = WORLDS.iter().map(|(name, what)| format!("\n  {name:18}{what}")).collect();
    format!(
        "Examples:
  holdfast evaluate                                             the reference world, three seeds
  holdfast evaluate --world flu --seeds 10 --threads 4
  holdfast evaluate --seeds 10 --agents 1500 --days 720 --format json > evaluation.json
  holdfast evaluate --world loud --show-world > world.toml      a file to change
  holdfast evaluate --world-file world.toml
  holdfast evaluate --model prior                               the shipped model, as it is

Worlds:{worlds}

Read skill, not AUC: about four of ten agents leave without a sign, and no system sees them. Skill is the share of what Oracle-F can do,
which knows every number of the world and sees only what we see. Read recall beside that of as many random alarms."
    )
}

/// Runs the command.
///
/// # Errors
/// HF-C001 for a world that cannot be played or is too small or short to train on.
pub(super) fn run(args: &Args) -> Result<ExitCode, Error> {
    let world = match &args.world_file {
        Some(path) => World { agents: args.agents, days: args.days, ..from_file(path)? },
        None => {
            World::named(&args.world, args.first_seed, args.agents, args.days).map_err(|error| Error::configuration(error.to_string()))?
        }
    };
    if args.show_world {
        let text = toml::to_string_pretty(&world).map_err(|error| Error::configuration(error.to_string()))?;
        return printed(&text);
    }
    let settings = Settings { model: args.model.as_deref().map(model).transpose()?, ..Settings::default() };
    let judged = all_seeds(&world, args, &settings)?;
    let summary = summarise(&judged);
    match args.format {
        Format::Table => printed(&(given(&settings) + &tables(&judged, &summary))),
        Format::Csv => {
            let text = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
            let row = |of: &Summary| {
                vec![
                    of.scorer.map_or("world", Scorer::name).to_owned(),
                    of.name.clone(),
                    of.mean.to_string(),
                    text(of.sd),
                    of.seeds.to_string(),
                ]
            };
            super::print(Format::Csv, &["scorer", "name", "mean", "sd", "seeds"], &summary.iter().map(row).collect::<Vec<_>>())?;
            Ok(ExitCode::SUCCESS)
        }
        Format::Json => {
            let model = settings.model.map(|model| model.id);
            let whole = serde_json::json!({ "world": world, "model": model, "seeds": judged, "summary": summary });
            printed(&format!("{whole:#}\n"))
        }
    }
}

fn printed(text: &str) -> Result<ExitCode, Error> {
    use std::io::Write;
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn from_file(path: &Path) -> Result<World, Error> {
    let text = std::fs::read_to_string(path).map_err(|error| Error::configuration(format!("{}: {error}", path.display())))?;
    let world: World = toml::from_str(&text).map_err(|error| Error::configuration(format!("{}: {error}", path.display())))?;
    world.check().map_err(|error| Error::configuration(format!("{}: {error}", path.display())))?;
    Ok(world)
}

/// The shipped model or the one of a file.
fn model(path: &Path) -> Result<HazardModel, Error> {
    let wrong = |error: &dyn std::fmt::Display| Error::configuration(format!("{}: {error}", path.display()));
    let text =
        if path == Path::new("prior") { PRIOR_MODEL.to_owned() } else { std::fs::read_to_string(path).map_err(|error| wrong(&error))? };
    let model: HazardModel = serde_json::from_str(&text).map_err(|error| wrong(&error))?;
    model.check().map_err(|error| wrong(&error))?;
    Ok(model)
}

/// Which model is judged, if it is a given one, and what of it a world cannot say.
fn given(settings: &Settings) -> String {
    let Some(model) = &settings.model else { return String::new() };
    let unknown: Vec<String> = unknown_inputs(model).iter().map(ToString::to_string).collect();
    let usual = if unknown.is_empty() { String::new() } else { format!("; not in a world and so as usual: {}", unknown.join(", ")) };
    format!("The product with model {}, fitted elsewhere{usual}\n", model.id)
}

/// Every seed, some at the same time; in order of seeds whatever ends first.
fn all_seeds(world: &World, args: &Args, settings: &Settings) -> Result<Vec<Evaluation>, Error> {
    let bar = ProgressBar::new(args.seeds);
    if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} seeds, {eta} left") {
        bar.set_style(style);
    }
    bar.set_message(args.world_file.as_ref().map_or_else(|| args.world.clone(), |path| path.display().to_string()));
    bar.tick();
    let next = AtomicU64::new(0);
    let one = |seed: u64| evaluate(&World { seed, ..world.clone() }, settings);
    let worker = || {
        let mut done = Vec::new();
        while let Some(position) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|position| *position < args.seeds) {
            done.push((position, one(args.first_seed.saturating_add(position))));
            bar.inc(1);
        }
        done
    };
    let mut all = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..args.threads).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).flatten().collect::<Vec<_>>()
    });
    bar.finish_and_clear();
    all.sort_by_key(|(position, _)| *position);
    if all.len() as u64 != args.seeds {
        return Err(Error::configuration("a seed could not be evaluated; try fewer --threads".to_owned()));
    }
    let judged: Result<Vec<Evaluation>, evaluation::Error> = all.into_iter().map(|(_, judged)| judged).collect();
    judged.map_err(|error| Error::configuration(format!("{error}; --agents and --days may be too few")))
}

/// The tables: ranking, calibration, alarms, reasons, kinds of agents.
fn tables(judged: &[Evaluation], summary: &[Summary]) -> String {
    let cell = |scorer: Option<Scorer>, name: &str| {
        let of = summary.iter().find(|of| of.scorer == scorer && of.name == name);
        of.map_or_else(
            || "–".to_owned(),
            |of| of.sd.map_or_else(|| rounded(of.mean), |sd| format!("{} ± {}", rounded(of.mean), rounded(sd))),
        )
    };
    let mut text = format!("{} seeds; per agent and year {} leave, by stage", judged.len(), cell(None, "leaving_per_year"));
    for stage in 0..4 {
        text += &format!(" {}", cell(None, &format!("exits_stage_{stage}")));
    }
    text += &format!("; base rate {}, its Brier score {}\n", cell(None, "base_rate"), cell(None, "brier_of_base_rate"));
    let table = |header: &[&str], names: &[String]| {
        let mut table = comfy_table::Table::new();
        table.load_style(comfy_table::presets::UTF8_BORDERS_ONLY).set_header(header.to_vec());
        for scorer in Scorer::ALL.into_iter().filter(|scorer| summary.iter().any(|of| of.scorer == Some(*scorer) && of.name == names[0])) {
            let mut row = vec![scorer.name().to_owned()];
            row.extend(names.iter().map(|name| cell(Some(scorer), name)));
            table.add_row(row);
        }
        format!("{table}\n")
    };
    let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    text += "\nRows: one agent on one day. By chance the recall is the share that is taken: 0.020, 0.050, 0.100\n";
    text += &table(
        &["", "AUC", "AP", "P at 2 %", "R at 2 %", "P at 5 %", "R at 5 %", "P at 10 %", "R at 10 %", "skill AUC", "skill AP"],
        &own(&[
            "auc",
            "ap",
            "precision_at_2",
            "recall_at_2",
            "precision_at_5",
            "recall_at_5",
            "precision_at_10",
            "recall_at_10",
            "skill_auc",
            "skill_ap",
        ]),
    );
    text += "\nProbabilities\n";
    text += &table(
        &["", "Brier", "log loss", "O/E", "slope", "intercept"],
        &own(&["brier", "log_loss", "observed_over_expected", "slope", "intercept"]),
    );
    text += "\nLeavers ÷ expected, by quarter of days that no model was fitted on (the last has those that are left)\n";
    let by_quarter = (1..=4).map(|number| format!("observed_over_expected.quarter_{number}")).collect::<Vec<_>>();
    text += &table(&["", "1st", "2nd", "3rd", "4th"], &by_quarter);
    for budget in Settings::default().budgets {
        let percent = budget * 100.0;
        text += &format!("\nAlarms: the highest {percent} %, each agent once in 28 days, right if the agent leaves within 45\n");
        let names = ["alerts_per_agent_year", "false_per_agent_year", "false_per_leader_week", "precision", "recall", "chance_recall"];
        let more = ["signed_recall", "sudden_recall", "lead_days_q1", "lead_days_median", "lead_days_q3", "recall_ratio", "false_ratio"];
        let names: Vec<String> = names.iter().chain(&more).map(|name| format!("budget_{percent}.{name}")).collect();
        text += &table(
            &[
                "",
                "per year",
                "false",
                "false per leader and week",
                "precision",
                "recall",
                "by chance",
                "signed",
                "sudden",
                "lead d, 25 %",
                "50 %",
                "75 %",
                "recall ÷ Oracle-F",
                "false ÷ Oracle-F",
            ],
            &names,
        );
    }
    text + &reliability(&cell) + &reasons(&cell) + &parts(&cell)
}

/// Whether the product's probabilities mean what they say, from the lowest to the highest.
fn reliability(cell: &dyn Fn(Option<Scorer>, &str) -> String) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::UTF8_BORDERS_ONLY).set_header(vec!["tenth of the rows", "mean probability", "share that left"]);
    for bin in 1..=10 {
        let value = |name: &str| cell(Some(Scorer::Product), &format!("reliability_{bin}.{name}"));
        table.add_row([bin.to_string(), value("expected"), value("observed")]);
    }
    let error = |name: &str| cell(Some(Scorer::Product), name);
    format!(
        "\nReliability of the product. With other agents (drawn anew a hundred times, within one seed) its AUC has a standard error of {}, its AP of {}, O/E of {}\n{table}\n",
        error("auc_error"),
        error("ap_error"),
        error("observed_over_expected_error")
    )
}

/// The product by kind of agent.
fn parts(cell: &dyn Fn(Option<Scorer>, &str) -> String) -> String {
    let percent = Settings::default().budgets[0] * 100.0;
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::UTF8_BORDERS_ONLY).set_header(vec![
        "",
        "rows",
        "left",
        "AUC",
        "Oracle-F's",
        "O/E",
        "alarms per year",
        "precision",
        "recall",
        "by chance",
    ]);
    let names =
        ["rows", "base_rate", "auc", "best_auc", "observed_over_expected", "alerts_per_agent_year", "precision", "recall", "chance_recall"];
    for part in Part::ALL {
        let values = names.map(|name| cell(Some(Scorer::Product), &format!("{}.{name}", part.code())));
        table.add_row([[part.name().to_owned()].as_slice(), &values].concat());
    }
    format!("\nThe product by kind of agent; everybody stands in one line for alarms at {percent} %\n{table}\n")
}

/// Whether the reasons of the product's alarms are true, beside chance.
fn reasons(cell: &dyn Fn(Option<Scorer>, &str) -> String) -> String {
    let percent = Settings::default().budgets[0] * 100.0;
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::UTF8_BORDERS_ONLY).set_header(vec![
        "",
        "alarms",
        "number",
        "share that name it",
        "truly shifted",
        "by chance: family drawn",
        "by chance: agent drawn too",
    ]);
    for (named, of_whom) in Named::ALL.into_iter().flat_map(|named| [(named, "all"), (named, "right")]) {
        let value = |name: &str| cell(Some(Scorer::Product), &format!("budget_{percent}.reasons.{}.{of_whom}.{name}", named.code()));
        let numbers = ["alarms", "share", "hit", "random_family", "random_agent"].map(value);
        table.add_row([[named.name().to_owned(), of_whom.to_owned()].as_slice(), &numbers].concat());
    }
    format!(
        "\nReasons of the product's alarms at {percent} %: whether the family that is named is one in which the agent truly changed\n{table}\n"
    )
}

/// Three places; whole days and more with one.
fn rounded(value: f64) -> String {
    if value.abs() >= 10.0 { format!("{value:.1}") } else { format!("{value:.3}") }
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

    fn args(words: &[&str]) -> Result<Args, clap::Error> {
        Whole::try_parse_from([&["evaluate"], words].concat()).map(|whole| whole.args)
    }

    #[test]
    fn a_world_is_a_file_and_back() {
        for (name, _) in WORLDS {
            let world = World::named(name, 3, 50, 100).unwrap();
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("world.toml");
            std::fs::write(&path, toml::to_string_pretty(&world).unwrap()).unwrap();
            assert_eq!(from_file(&path).unwrap(), world, "{name}");
        }
    }

    /// Each has the reference world's signs of its family and none else; the three together have all of them.
    #[test]
    fn the_worlds_of_one_family_are_the_reference_world_in_three() {
        let whole = World::default().signs;
        let mut left = whole.clone();
        for (family, channels) in [("pace", 0..3), ("presence", 3..4), ("care", 4..5)] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../tests/attrition/worlds/only_{family}.toml"));
            let world = from_file(&path).unwrap();
            assert_eq!(World { signs: whole.clone(), ..world.clone() }, World::default(), "{family}: nothing but signs differs");
            for channel in 0..left.channel_shifts.len() {
                let expected = if channels.contains(&channel) { left.channel_shifts[channel] } else { [0.0; 4] };
                assert_eq!(world.signs.channel_shifts[channel], expected, "{family} {channel}");
            }
            channels.for_each(|channel| left.channel_shifts[channel] = [0.0; 4]);
            let of = |is_own: bool, own: [f64; 4], none: f64| if is_own { own } else { [none; 4] };
            let (care, presence) = (family == "care", family == "presence");
            let quality = (of(care, whole.quality_shift, 0.0), of(care, whole.quality_spread, 1.0));
            assert_eq!((world.signs.quality_shift, world.signs.quality_spread), quality, "{family}");
            let shifts = (of(presence, whole.absence_factor, 1.0), of(presence, whole.lateness_factor, 1.0));
            assert_eq!((world.signs.absence_factor, world.signs.lateness_factor), shifts, "{family}");
        }
        assert_eq!(left.channel_shifts, [[0.0; 4]; 5]);
    }

    #[test]
    fn unknown_worlds_and_fields_are_refused() {
        assert!(args(&["--world", "paradise"]).unwrap_err().to_string().contains("reference"));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("world.toml");
        std::fs::write(&path, "agents = 10\nweather = 1\n").unwrap();
        assert!(from_file(&path).unwrap_err().text.contains("weather"));
    }

    #[test]
    fn too_small_a_world_says_what_to_change() {
        let too_small = args(&["--agents", "3", "--days", "40", "--seeds", "1"]).unwrap();
        let error = all_seeds(&World::named("reference", 1, 3, 40).unwrap(), &too_small, &Settings::default()).unwrap_err();
        assert!(error.text.contains("--agents and --days may be too few"), "{error}");
    }

    /// A file that `holdfast train` could have written, with an input that worlds do not have; and one that may not be used.
    #[test]
    fn a_model_is_the_shipped_one_or_a_file_that_may_be_used() {
        let shipped = model(Path::new("prior")).unwrap();
        let told = |model: &HazardModel| given(&Settings { model: Some(model.clone()), ..Settings::default() });
        assert_eq!(told(&shipped), format!("The product with model {}, fitted elsewhere\n", shipped.id));
        let folder = tempfile::tempdir().unwrap();
        let written = |model: &HazardModel| {
            let path = folder.path().join("model.json");
            std::fs::write(&path, serde_json::to_string(model).unwrap()).unwrap();
            path
        };
        let mut own = HazardModel { id: "own".to_owned(), ..shipped };
        own.terms[0].input = attrition::features::Input::Month(3);
        let read = model(&written(&own)).unwrap();
        assert_eq!(told(&read), "The product with model own, fitted elsewhere; not in a world and so as usual: month.3\n");
        own.format += 1;
        assert!(model(&written(&own)).unwrap_err().text.contains("model.json"));
        assert!(model(Path::new("no_such_file")).unwrap_err().text.contains("no_such_file"));
    }

    #[test]
    fn numbers_are_rounded_for_people() {
        assert_eq!([rounded(0.123_46), rounded(17.04), rounded(-12.0)], ["0.123", "17.0", "-12.0"]);
    }
}
