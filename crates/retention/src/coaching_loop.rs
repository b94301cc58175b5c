//! From a finding to an agent who does it right: an evaluation finds something, somebody coaches, later evaluations show whether it is still found. How
//! many findings get so far, how long it takes, and whether coaching soon after the call helps more than coaching late.

use attrition::measures::{Interval, wilson};
use attrition::numerics::median;
use std::collections::{BTreeMap, BTreeSet};

const DAY_S: i64 = 86_400;

/// An evaluation of a call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evaluation {
    /// Who took the call.
    pub agent: String,
    /// When it was evaluated, seconds since 1970.
    pub at_s: i64,
    /// When the call was, if that is known.
    pub call_s: Option<i64>,
    /// The call; empty: not known.
    pub contact: String,
    /// What was found wrong; empty: nothing.
    pub finding: String,
    /// Points, percent of the best possible.
    pub points: Option<f64>,
    /// Whether it was drawn at random: only then it estimates the quality of all calls.
    pub random: bool,
    /// How long it took to listen and judge.
    pub took_ms: Option<i64>,
    /// Monday of its week, days since 1970.
    pub week: i32,
}

/// A coaching of an agent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coaching {
    /// Who was coached.
    pub agent: String,
    /// When it began, seconds since 1970.
    pub at_s: i64,
    /// The call that it was about; empty: about none, or not known.
    pub contact: String,
    /// How long it took.
    pub took_ms: Option<i64>,
    /// Monday of its week, days since 1970.
    pub week: i32,
}

/// What counts as following a finding up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoopSettings {
    /// Coaching counts for a finding until so many days later.
    pub coached_days: i64,
    /// Evaluated calls after the coaching in which the same is looked for.
    pub checks: usize,
    /// And until so many days later.
    pub checked_days: i64,
}

impl Default for LoopSettings {
    fn default() -> Self {
        Self { coached_days: 28, checks: 5, checked_days: 56 }
    }
}

/// How far a finding has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Progress {
    /// Nobody has coached.
    Open,
    /// Somebody has; no later call was evaluated.
    Coached,
    /// It was found again in one of the next calls.
    Repeated,
    /// Later calls were evaluated, and it was not found again.
    Closed,
}

/// How long after the call an agent was coached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Delay {
    /// Within a quarter of an hour: while or right after somebody listened.
    AtOnce,
    /// Within a day.
    Day,
    /// Within seven days.
    Week,
    /// Later.
    Later,
    /// It is not known when the call was.
    Unknown,
}

impl Delay {
    /// By the seconds between the call and the coaching.
    ///
    /// ```
    /// use retention::coaching_loop::Delay;
    /// assert_eq!([Some(900), Some(901), Some(86_400), Some(604_801), None].map(Delay::of), [Delay::AtOnce, Delay::Day, Delay::Day, Delay::Later, Delay::Unknown]);
    /// ```
    #[must_use]
    pub fn of(seconds: Option<i64>) -> Self {
        match seconds {
            None => Delay::Unknown,
            Some(..=900) => Delay::AtOnce,
            Some(..=DAY_S) => Delay::Day,
            Some(..=604_800) => Delay::Week,
            Some(_) => Delay::Later,
        }
    }

    /// As it is shown.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Delay::AtOnce => "within 15 minutes",
            Delay::Day => "within a day",
            Delay::Week => "within 7 days",
            Delay::Later => "later",
            Delay::Unknown => "call not known",
        }
    }
}

/// A finding and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    /// Who took the call.
    pub agent: String,
    /// What was found.
    pub finding: String,
    /// When, seconds since 1970.
    pub found_s: i64,
    /// When the agent was coached.
    pub coached_s: Option<i64>,
    /// How long after the call that was.
    pub delay: Delay,
    /// Later calls in which it was looked for.
    pub checked: usize,
    /// How far it has come.
    pub progress: Progress,
}

/// Follows every finding. The coaching of one is the first about the same call, whenever that was, or the first about no certain call in the days after it;
/// one about another call is for another finding. Later calls are those that were taken (where that is not known: evaluated) after the coaching.
///
/// ```
/// use retention::coaching_loop::{Coaching, Evaluation, LoopSettings, Progress, follow};
/// let found = |at_s: i64, finding: &str| Evaluation { agent: "ann".into(), at_s, finding: finding.into(), ..Evaluation::default() };
/// let coached = Coaching { agent: "ann".into(), at_s: 100, ..Coaching::default() };
/// let followed = follow(&[found(0, "greeting"), found(200, ""), found(300, "greeting")], &[coached], &LoopSettings::default());
/// assert_eq!(followed.iter().map(|one| one.progress).collect::<Vec<_>>(), [Progress::Repeated, Progress::Open]);
/// ```
#[must_use]
pub fn follow(evaluations: &[Evaluation], coachings: &[Coaching], settings: &LoopSettings) -> Vec<Followed> {
    let mut of_agent: BTreeMap<&str, (Vec<&Evaluation>, Vec<&Coaching>)> = BTreeMap::new();
    evaluations.iter().for_each(|one| of_agent.entry(&one.agent).or_default().0.push(one));
    coachings.iter().for_each(|one| of_agent.entry(&one.agent).or_default().1.push(one));
    let mut followed = Vec::new();
    for (evaluations, coachings) in of_agent.values_mut() {
        evaluations.sort_by(|a, b| a.order().cmp(&b.order()));
        coachings.sort_by(|a, b| (a.at_s, &a.contact).cmp(&(b.at_s, &b.contact)));
        let findings = evaluations.iter().filter(|one| !one.finding.is_empty());
        followed.extend(findings.map(|one| follow_one(one, evaluations, coachings, settings)));
    }
    followed
}

impl Evaluation {
    /// When the call was, or else when it was evaluated.
    fn taken_s(&self) -> i64 {
        self.call_s.unwrap_or(self.at_s)
    }

    /// Order of calls, the same however they come.
    fn order(&self) -> (i64, i64, Option<i64>, &str, &str) {
        (self.taken_s(), self.at_s, self.call_s, &self.contact, &self.finding)
    }
}

fn follow_one(finding: &Evaluation, evaluations: &[&Evaluation], coachings: &[&Coaching], settings: &LoopSettings) -> Followed {
    let in_time = finding.at_s..=finding.at_s + settings.coached_days * DAY_S;
    let counts = |one: &&&Coaching| match one.contact.is_empty() {
        true => in_time.contains(&one.at_s),
        false => one.contact == finding.contact && one.at_s >= finding.call_s.unwrap_or(i64::MIN),
    };
    let coached_s = coachings.iter().find(counts).map(|one| one.at_s);
    let later = coached_s.map_or(Vec::new(), |coached_s| {
        let after = |one: &&&Evaluation| one.taken_s() > coached_s && one.taken_s() <= coached_s + settings.checked_days * DAY_S;
        evaluations.iter().filter(after).take(settings.checks).collect()
    });
    let progress = match coached_s {
        None => Progress::Open,
        Some(_) if later.is_empty() => Progress::Coached,
        Some(_) if later.iter().any(|one| one.finding == finding.finding) => Progress::Repeated,
        Some(_) => Progress::Closed,
    };
    Followed {
        agent: finding.agent.clone(),
        finding: finding.finding.clone(),
        found_s: finding.at_s,
        coached_s,
        delay: Delay::of(coached_s.zip(finding.call_s).map(|(coached_s, call_s)| coached_s - call_s)),
        checked: later.len(),
        progress,
    }
}

/// Findings put together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Closure {
    /// Findings.
    pub found: usize,
    /// Agents in whose calls.
    pub agents: usize,
    /// Of these findings, how many led to a coaching.
    pub coached: usize,
    /// To a coaching after which calls were evaluated.
    pub checked: usize,
    /// Of those, how many were found again.
    pub repeated: usize,
    /// The same as a share, 95 %.
    pub repeated_share: Option<Interval>,
    /// Days from the finding to the coaching, median; less than nothing where the coach was first.
    pub days_to_coaching: Option<f64>,
    /// Days since the oldest finding that nobody has coached for.
    pub oldest_open_days: Option<i64>,
}

/// Puts findings together as of a moment.
#[must_use]
pub fn closure<'a>(followed: impl IntoIterator<Item = &'a Followed>, now_s: i64) -> Closure {
    let all: Vec<&Followed> = followed.into_iter().collect();
    let count = |of: &[Progress]| all.iter().filter(|one| of.contains(&one.progress)).count();
    let (repeated, closed) = (count(&[Progress::Repeated]), count(&[Progress::Closed]));
    let waits: Vec<f64> = all.iter().filter_map(|one| Some((one.coached_s? - one.found_s) as f64 / DAY_S as f64)).collect();
    let oldest_s = all.iter().filter(|one| one.progress == Progress::Open).map(|one| one.found_s).min();
    Closure {
        found: all.len(),
        agents: all.iter().map(|one| &one.agent).collect::<BTreeSet<_>>().len(),
        coached: all.len() - count(&[Progress::Open]),
        checked: repeated + closed,
        repeated,
        repeated_share: wilson(repeated as u64, (repeated + closed) as u64, 0.95),
        days_to_coaching: median(&waits),
        oldest_open_days: oldest_s.map(|found_s| (now_s - found_s).div_euclid(DAY_S)),
    }
}
