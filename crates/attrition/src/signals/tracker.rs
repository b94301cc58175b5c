//! When a signal opens, grows, and ends by itself: hysteresis, so that a score that trembles around a border is one signal and not ten.

use super::episode::{Action, Forbidden, Outcome, State};
use super::tiers::Tier;
use serde::{Deserialize, Serialize};

/// Times and shares of hysteresis.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrackerSettings {
    /// Scorings of concern before a signal opens; urgent needs one.
    pub enter_scorings: u32,
    /// Worked days within which they must lie.
    pub enter_worked_days: u32,
    /// Below this share of the probability at opening, a day counts as low.
    pub low_share: f64,
    /// Low worked days in a row after which the signal has faded.
    pub fade_worked_days: u32,
    /// Calendar days after which it expires.
    pub expire_days: i32,
    /// Calendar days after its end in which no new one of concern opens.
    pub cool_down_days: i32,
}

impl Default for TrackerSettings {
    fn default() -> Self {
        Self { enter_scorings: 2, enter_worked_days: 3, low_share: 0.6, fade_worked_days: 10, expire_days: 45, cool_down_days: 28 }
    }
}

/// A day's score of one agent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scoring {
    /// Days since 1970-01-01 in the site's zone.
    pub day: i32,
    /// Days the agent has worked so far, this one included.
    pub worked_days: u32,
    /// Tier, if any.
    pub tier: Option<Tier>,
    /// Probability.
    pub probability: f64,
    /// No signal may open or fade: a gap of the source, a quiet period, an event of the whole site.
    pub muted: bool,
}

/// A signal that lives.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Episode {
    /// Counts the agent's signals from 1: with the agent it is the signal's stable id.
    pub number: u32,
    /// State.
    pub state: State,
    /// The highest tier so far.
    pub tier: Tier,
    /// Day of opening.
    pub opened_day: i32,
    /// Probability at opening.
    pub entry_probability: f64,
    /// Low worked days in a row.
    low_days: u32,
}

/// What a scoring or an action did. Every one is written to the audit log.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TrackerEvent {
    /// A signal opened.
    Opened {
        /// Its number.
        number: u32,
        /// Its tier.
        tier: Tier,
    },
    /// It became urgent: the only thing that is told while one is acknowledged or talked about.
    Escalated {
        /// Its number.
        number: u32,
    },
    /// Its state changed.
    Changed {
        /// Its number.
        number: u32,
        /// Before.
        from: State,
        /// After.
        to: State,
    },
}

/// What a day's score would do to the agent's signals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Noted {
    /// A signal of this tier would open.
    pub opens: Option<Tier>,
    /// The signal that lives would become urgent.
    pub escalates: bool,
    /// It would close because the score has been low for long.
    pub faded: bool,
    /// It would expire.
    pub expired: bool,
}

/// The state for one agent.
///
/// ```
/// use attrition::signals::{Scoring, SignalTracker, Tier, TrackerSettings};
/// let (settings, mut tracker) = (TrackerSettings::default(), SignalTracker::default());
/// let scoring = |day: i32| Scoring { day, worked_days: day as u32, tier: Some(Tier::Concern), probability: 0.2, muted: false };
/// assert!(tracker.observe(&settings, &scoring(100)).is_empty(), "once is not enough");
/// assert_eq!(tracker.observe(&settings, &scoring(101)).len(), 1);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SignalTracker {
    episodes: u32,
    episode: Option<Episode>,
    ended_day: Option<i32>,
    /// Counts of worked days at the latest scorings of concern.
    hot: Vec<u32>,
}

impl SignalTracker {
    /// The signal that lives, if any. While there is one, the agent's baselines are frozen.
    #[must_use]
    pub fn episode(&self) -> Option<&Episode> {
        self.episode.as_ref()
    }

    /// The tracker of whoever gets the agent's id next: only the count of signals goes on.
    #[must_use]
    pub fn of_another(&self) -> Self {
        Self { episodes: self.episodes, ..Self::default() }
    }

    /// Takes a day's score: [`Self::note`], and what follows from it at once.
    pub fn observe(&mut self, settings: &TrackerSettings, scoring: &Scoring) -> Vec<TrackerEvent> {
        let noted = self.note(settings, scoring);
        let mut events = Vec::new();
        if noted.expired {
            events.extend(self.act(Action::Expire, scoring.day));
        }
        if noted.escalates {
            events.extend(self.escalate());
        }
        if noted.faded {
            // Not possible while it is contested: the table forbids it.
            events.extend(self.act(Action::Close(Outcome::Faded), scoring.day));
        }
        events.extend(noted.opens.map(|tier| self.open(scoring.day, tier, scoring.probability)));
        events
    }

    /// Counts a day's score and says what it would do, without doing it: what was told once is not decided again, and a leader's talks may be used up.
    pub fn note(&mut self, settings: &TrackerSettings, scoring: &Scoring) -> Noted {
        match self.episode.as_mut() {
            Some(episode) if scoring.day.saturating_sub(episode.opened_day) >= settings.expire_days && !episode.state.is_contested() => {
                Noted { expired: true, ..Noted::default() }
            }
            Some(episode) if !scoring.muted => {
                let low = scoring.probability < settings.low_share * episode.entry_probability;
                episode.low_days = if low { episode.low_days.saturating_add(1) } else { 0 };
                Noted {
                    escalates: scoring.tier == Some(Tier::Urgent) && episode.tier < Tier::Urgent,
                    faded: episode.low_days >= settings.fade_worked_days && !episode.state.is_contested(),
                    ..Noted::default()
                }
            }
            None if !scoring.muted => Noted { opens: self.wants_to_open(settings, scoring), ..Noted::default() },
            Some(_) | None => Noted::default(),
        }
    }

    /// Opens a signal. One that lives is left as it is by the callers: [`Self::note`] asks only where there is none.
    pub fn open(&mut self, day: i32, tier: Tier, probability: f64) -> TrackerEvent {
        self.episodes = self.episodes.saturating_add(1);
        self.hot.clear();
        let (number, state) = (self.episodes, State::Open);
        self.episode = Some(Episode { number, state, tier, opened_day: day, entry_probability: probability, low_days: 0 });
        TrackerEvent::Opened { number, tier }
    }

    /// The signal that lives becomes urgent, if it is not.
    pub fn escalate(&mut self) -> Option<TrackerEvent> {
        let episode = self.episode.as_mut().filter(|episode| episode.tier < Tier::Urgent)?;
        episode.tier = Tier::Urgent;
        Some(TrackerEvent::Escalated { number: episode.number })
    }

    /// An action of a person or of the product. The caller checks who may do it ([`Action::may_be_done_by`]).
    ///
    /// # Errors
    /// [`Forbidden`] if it is not possible in the state of the signal; without one that lives, as if it had been withdrawn.
    pub fn act(&mut self, action: Action, day: i32) -> Result<TrackerEvent, Forbidden> {
        let Some(episode) = self.episode.as_mut() else { return Err(Forbidden { state: State::Withdrawn, action }) };
        let (number, from) = (episode.number, episode.state);
        let to = from.after(action)?;
        episode.state = to;
        if to.is_over() {
            (self.episode, self.ended_day) = (None, Some(day));
        }
        Ok(TrackerEvent::Changed { number, from, to })
    }

    fn wants_to_open(&mut self, settings: &TrackerSettings, scoring: &Scoring) -> Option<Tier> {
        let tier = scoring.tier.filter(|tier| *tier >= Tier::Concern)?;
        let first = scoring.worked_days.saturating_sub(settings.enter_worked_days.saturating_sub(1));
        self.hot.retain(|worked_days| *worked_days >= first && *worked_days < scoring.worked_days);
        self.hot.push(scoring.worked_days);
        let cooled = self.ended_day.is_none_or(|ended| scoring.day.saturating_sub(ended) >= settings.cool_down_days);
        let enough = cooled && self.hot.len() as u32 >= settings.enter_scorings;
        (tier == Tier::Urgent || enough).then_some(tier)
    }
}
