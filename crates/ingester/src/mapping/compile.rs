//! Checks a mapping and looks up its names, so that records need no look-ups.

use super::events::{AgentEventPlan, AmountPlan, EventPlan};
use super::observations::ObservationPlan;
use super::specification::{Amount, DurationRule, Format, Specification, Text, TimeRule};
use super::text::{Conditions, Plan};
use super::values::{ClockFormat, DateFormat, DurationSource, StampFormat, Step, TimeSource};
use jiff::fmt::strtime;
use jiff::{Timestamp, ZonedDateTime, tz::TimeZone};
use std::collections::BTreeMap;

/// What is wrong, and in which table of the mapping.
pub(super) type Problem = (String, String);

/// The columns of a mapping by name.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    names: Vec<String>,
    /// Every name is a column (JSON): it gets its place when it is first asked for.
    open: bool,
}

impl Columns {
    #[cfg(test)]
    pub(super) fn of(names: &[&str]) -> Self {
        Columns { names: names.iter().map(|name| (*name).to_owned()).collect(), open: false }
    }

    #[cfg(test)]
    pub(super) fn open() -> Self {
        Columns { names: Vec::new(), open: true }
    }

    fn new(specification: &Specification) -> Result<Self, Problem> {
        let problem = |problem: &str| ("columns".to_owned(), problem.to_owned());
        match (specification.format, specification.columns.is_empty()) {
            (Format::Json, true) => Ok(Columns { names: Vec::new(), open: true }),
            (Format::Json, false) => Err(problem("JSON has no order of columns; leave 'columns' out")),
            (Format::Delimited, true) => Err(problem("list the names of all fields in order")),
            (Format::Delimited, false) => {
                let names = specification.columns.clone();
                match names.iter().enumerate().find(|(at, name)| names[..*at].contains(name)) {
                    Some((_, name)) => Err(problem(&format!("'{name}' is there twice; names must differ"))),
                    None => Ok(Columns { names, open: false }),
                }
            }
        }
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    pub(super) fn find(&mut self, name: &str) -> Result<usize, String> {
        if let Some(place) = self.names.iter().position(|column| column == name) {
            return Ok(place);
        }
        if !self.open || name.is_empty() {
            return Err(format!("there is no column '{name}'; the columns are: {}", self.names.join(", ")));
        }
        self.names.push(name.to_owned());
        Ok(self.names.len() - 1)
    }
}

/// A mapping ready to use.
#[derive(Clone, Debug)]
pub(super) struct Compiled {
    pub(super) columns: Columns,
    pub(super) contact_id: Plan,
    pub(super) skips: Vec<Conditions>,
    pub(super) rejects: Vec<(Conditions, String)>,
    pub(super) steps: Vec<Step>,
    pub(super) events: Vec<EventPlan>,
    pub(super) agent_events: Vec<AgentEventPlan>,
    pub(super) observations: Vec<ObservationPlan>,
}

/// Looks names up while a mapping is compiled.
pub(super) struct Compiler {
    pub(super) columns: Columns,
    slots: BTreeMap<String, usize>,
    personal: Vec<usize>,
    public: Vec<(String, usize)>,
}

/// Checks a mapping and looks up its names.
pub(super) fn compile(specification: &Specification) -> Result<Compiled, Problem> {
    if !specification.events.is_empty() && specification.contact_id.is_empty() {
        return Err(("contact_id".to_owned(), "events belong to a contact; give the template of its id".to_owned()));
    }
    let mut compiler = Compiler::new(specification)?;
    let contact_id = compiler.text(&Text::Template(specification.contact_id.clone())).map_err(at("contact_id"))?;
    let skips = specification.skips.iter().map(|rule| Conditions::compile(&rule.when, &mut compiler.columns)).collect::<Result<_, _>>();
    let skips = skips.map_err(at("skip"))?;
    let mut rejects = Vec::new();
    for rule in &specification.rejects {
        let conditions = Conditions::compile(&rule.when, &mut compiler.columns).map_err(at("reject"))?;
        rejects.push((conditions, rule.reason.clone()));
    }
    let steps = compiler.steps(specification)?;
    let events = specification.events.iter().map(|rule| EventPlan::compile(rule, &mut compiler)).collect::<Result<_, _>>()?;
    let agent_events =
        specification.agent_events.iter().map(|rule| AgentEventPlan::compile(rule, &mut compiler)).collect::<Result<_, _>>()?;
    let observations =
        specification.observations.iter().map(|rule| ObservationPlan::compile(rule, &mut compiler)).collect::<Result<_, _>>()?;
    if specification.events.is_empty() && specification.agent_events.is_empty() && specification.observations.is_empty() {
        let problem = "there is none; a mapping without events or observations reads a source for nothing";
        return Err(("events".to_owned(), problem.to_owned()));
    }
    compiler.nothing_personal_shows()?;
    Ok(Compiled { columns: compiler.columns, contact_id, skips, rejects, steps, events, agent_events, observations })
}

fn at(place: &str) -> impl Fn(String) -> Problem + '_ {
    move |problem| (place.to_owned(), problem)
}

impl Compiler {
    fn new(specification: &Specification) -> Result<Self, Problem> {
        let mut columns = Columns::new(specification)?;
        let names = specification.times.keys().chain(specification.durations.keys());
        let slots: BTreeMap<String, usize> = names.enumerate().map(|(slot, name)| (name.clone(), slot)).collect();
        if let Some(name) = specification.times.keys().find(|name| specification.durations.contains_key(*name)) {
            return Err((format!("durations.{name}"), "a time has the same name; choose another one".to_owned()));
        }
        let personal: Result<_, String> = specification.personal.iter().map(|name| columns.find(name)).collect();
        Ok(Compiler { columns, slots, personal: personal.map_err(at("personal"))?, public: Vec::new() })
    }

    /// A text that is written as it is.
    pub(super) fn text(&mut self, text: &Text) -> Result<Plan, String> {
        let plan = Plan::compile(text, &mut self.columns)?;
        for column in plan.shown_columns() {
            self.public.push((self.columns.names()[column].clone(), column));
        }
        Ok(plan)
    }

    /// A text that is pseudonymised: its columns are personal.
    pub(super) fn personal_text(&mut self, text: &Text) -> Result<Plan, String> {
        let plan = Plan::compile(text, &mut self.columns)?;
        self.personal.extend(plan.shown_columns());
        Ok(plan)
    }

    /// The place of a time that a record may lack.
    pub(super) fn optional_time(&self, name: Option<&String>) -> Result<Option<usize>, String> {
        name.map(|name| self.slot(name, "time")).transpose()
    }

    /// The place of a time or duration.
    pub(super) fn slot(&self, name: &str, specification: &str) -> Result<usize, String> {
        self.slots.get(name).copied().ok_or_else(|| format!("there is no {specification} '{name}'; declare [{specification}s.{name}]"))
    }

    pub(super) fn amount(&self, amount: Option<&Amount>) -> Result<Option<AmountPlan>, String> {
        Ok(match amount {
            None => None,
            Some(Amount::Constant(ms)) if *ms < 0 => return Err("a constant duration must not be negative".to_owned()),
            Some(Amount::Constant(ms)) => Some(AmountPlan::Constant(*ms)),
            Some(Amount::Named(name)) => Some(AmountPlan::Slot(self.slot(name, "duration")?)),
        })
    }

    /// A personal column is in no text that is written as it is.
    fn nothing_personal_shows(&self) -> Result<(), Problem> {
        match self.public.iter().find(|(_, column)| self.personal.contains(column)) {
            None => Ok(()),
            Some((name, _)) => {
                let problem = format!("column '{name}' is personal, but a field shows it that is not pseudonymised");
                Err(("personal".to_owned(), problem))
            }
        }
    }

    /// All times and durations, each behind those that it needs.
    fn steps(&mut self, specification: &Specification) -> Result<Vec<Step>, Problem> {
        let mut open: Vec<Step> = Vec::new();
        for (name, rule) in &specification.times {
            open.push(self.time(name, rule).map_err(|problem| (format!("times.{name}"), problem))?);
        }
        for (name, rule) in &specification.durations {
            open.push(self.duration(name, rule).map_err(|problem| (format!("durations.{name}"), problem))?);
        }
        let mut done: Vec<Step> = Vec::new();
        while !open.is_empty() {
            let known: Vec<usize> = done.iter().map(Step::slot).collect();
            let (ready, blocked): (Vec<Step>, Vec<Step>) =
                open.into_iter().partition(|step| step.needs().iter().all(|need| known.contains(need)));
            if ready.is_empty() {
                let names: Vec<&str> = blocked.iter().map(Step::name).collect();
                return Err(("times".to_owned(), format!("these need each other in a circle: {}", names.join(", "))));
            }
            done.extend(ready);
            open = blocked;
        }
        Ok(done)
    }

    fn time(&mut self, name: &str, rule: &TimeRule) -> Result<Step, String> {
        let source = match (&rule.column, &rule.clock, &rule.from) {
            (Some(column), None, None) => {
                TimeSource::Stamp { column: self.columns.find(column)?, format: stamp_format(rule.format.as_deref())? }
            }
            (None, Some(clock), None) => {
                let date = rule.date.as_ref().ok_or("'clock' needs 'date', the column with its date")?;
                TimeSource::DateAndClock {
                    date: self.columns.find(date)?,
                    date_format: date_format(rule.date_format.as_deref())?,
                    clock: self.columns.find(clock)?,
                    clock_format: clock_format(rule.clock_format.as_deref())?,
                    next_day_if_before: self.optional_time(rule.next_day_if_before.as_ref())?,
                }
            }
            (None, None, Some(from)) => TimeSource::Derived {
                from: self.slot(from, "time")?,
                plus: rule.plus.iter().map(|name| self.slot(name, "duration")).collect::<Result<_, _>>()?,
                minus: rule.minus.iter().map(|name| self.slot(name, "duration")).collect::<Result<_, _>>()?,
            },
            _ => return Err("give exactly one of 'column', 'clock' and 'from'".to_owned()),
        };
        Ok(Step::Time {
            name: name.to_owned(),
            slot: self.slot(name, "time")?,
            source,
            absent: rule.absent.clone(),
            otherwise: self.optional_time(rule.otherwise.as_ref())?,
            required: rule.required,
        })
    }

    fn duration(&mut self, name: &str, rule: &DurationRule) -> Result<Step, String> {
        let source = match (&rule.column, &rule.between) {
            (Some(column), None) => DurationSource::Column { column: self.columns.find(column)?, unit: rule.unit },
            (None, Some([from, to])) => DurationSource::Between(self.slot(from, "time")?, self.slot(to, "time")?),
            _ => return Err("give exactly one of 'column' and 'between'".to_owned()),
        };
        Ok(Step::Duration {
            name: name.to_owned(),
            slot: self.slot(name, "duration")?,
            source,
            when: Conditions::compile(&rule.when, &mut self.columns)?,
            otherwise_ms: rule.otherwise_ms,
            required: rule.required,
        })
    }
}

fn stamp_format(format: Option<&str>) -> Result<StampFormat, String> {
    Ok(match format.unwrap_or("iso") {
        "iso" => StampFormat::Iso,
        "epoch_s" => StampFormat::Epoch { unit_us: 1_000_000 },
        "epoch_ms" => StampFormat::Epoch { unit_us: 1000 },
        "epoch_us" => StampFormat::Epoch { unit_us: 1 },
        format => StampFormat::Strptime(strptime(format)?),
    })
}

fn date_format(format: Option<&str>) -> Result<DateFormat, String> {
    Ok(match format.unwrap_or("iso") {
        "iso" => DateFormat::Iso,
        format => DateFormat::Strptime(strptime(format)?),
    })
}

fn clock_format(format: Option<&str>) -> Result<ClockFormat, String> {
    Ok(match format.unwrap_or("hms") {
        "hms" => ClockFormat::Hms,
        "seconds_of_day" => ClockFormat::SecondsOfDay,
        format => ClockFormat::Strptime(strptime(format)?),
    })
}

/// A format that jiff can write, it can read; so a wrong directive shows at start and not at the first record.
fn strptime(format: &str) -> Result<String, String> {
    let sample = ZonedDateTime::new(Timestamp::UNIX_EPOCH, TimeZone::UTC);
    match strtime::format(format, &sample) {
        Ok(_) if format.contains('%') => Ok(format.to_owned()),
        Ok(_) => Err(format!("'{format}' is neither a known name nor a strptime format with % directives")),
        Err(error) => Err(format!("'{format}' is no strptime format: {error}")),
    }
}
