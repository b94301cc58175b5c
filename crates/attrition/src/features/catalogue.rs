//! The features of an agent's day: what each is, which facts it is made from, and to which family of reasons it belongs. All are oriented so that + is worse
//! or more of a burden.

use serde::{Deserialize, Serialize};

/// What a feature says something about. Reasons are shown by family, and a warning needs two of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Being there as scheduled.
    Presence,
    /// How long work takes.
    Pace,
    /// How well it is done.
    Care,
    /// What the organisation asks of the agent.
    Load,
    /// Team, leader, targets.
    Surroundings,
    /// Time since hiring.
    Career,
    /// What agents say in a survey with their own consent.
    Pulse,
    /// How all channels together look over time (the stage filter).
    Pattern,
    /// Month of the year.
    Calendar,
}

/// How days become an input of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Treatment {
    /// Against peers, then against the own past, in standard deviations; exponentially weighted over 21 worked days, and how much worse over the last 7.
    Standardised,
    /// A share of shifts: own recent rate against own long rate.
    Rate,
    /// As it is, or exponentially weighted by its definition.
    Plain,
    /// A curve of tenure.
    Tenure,
}

/// Facts that a feature may be made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// Shifts as scheduled.
    Schedule,
    /// Spans of activity.
    Activity,
    /// Leave approved in advance: that it was, never why.
    ApprovedLeave,
    /// Handlings.
    Handling,
    /// Contacts and their repeats.
    Contact,
    /// Offers that were not taken.
    MissedOffer,
    /// Quality evaluations.
    Evaluation,
    /// Customers' answers.
    CustomerSurvey,
    /// Tags of contacts: complaint, abuse, refusal.
    Tag,
    /// Agents who left.
    AgentLeft,
    /// Team, leader and date of hiring as of the day.
    Reference,
    /// Targets as of the day.
    Target,
    /// Agents' own answers, with consent.
    AgentSurvey,
}

/// A feature with its description.
#[derive(Clone, Copy, Debug)]
pub struct FeatureSpec {
    /// The feature.
    pub feature: Feature,
    /// Stable name, in files and tables.
    pub code: &'static str,
    /// Its family.
    pub family: Family,
    /// How it becomes an input.
    pub treatment: Treatment,
    /// It is something for the organisation to change, not the agent.
    pub organisation: bool,
    /// Needs the agent's own consent. No source tells one yet (`NOT_OF_A_DAY`).
    pub opt_in: bool,
    /// What it is, with its unit.
    pub definition: &'static str,
    /// What it is made from.
    pub facts: &'static [Fact],
}

macro_rules! features {
    ($($(#[doc = $doc:literal])* $variant:ident $code:literal $family:ident $treatment:ident $mark:ident [$($fact:ident)*];)*) => {
        /// A feature of an agent's day.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Feature {
            $($(#[doc = $doc])* $variant,)*
        }

        const CATALOGUE: &[FeatureSpec] = &[$(FeatureSpec {
            feature: Feature::$variant,
            code: $code,
            family: Family::$family,
            treatment: Treatment::$treatment,
            organisation: matches!(Mark::$mark, Mark::Organisation),
            opt_in: matches!(Mark::$mark, Mark::OptIn),
            definition: concat!($($doc),*).trim_ascii(),
            facts: &[$(Fact::$fact),*],
        },)*];
    };
}

/// Who can change it, and who must allow it.
enum Mark {
    /// The agent's own doing or state.
    Own,
    /// Something for the organisation to change.
    Organisation,
    /// Needs the agent's own consent.
    OptIn,
}

features! {
    /// 1 if less than half of a scheduled shift was worked and the gap was not approved in advance; the cause is never read.
    Absent "absent" Presence Rate Own [Schedule Activity ApprovedLeave];
    /// Minutes from start of shift + 5 min to the first paid activity, 0 to 60.
    Late "late_min" Presence Rate Own [Schedule Activity];
    /// Minutes from the last paid activity to end of shift − 5 min, 0 to 60.
    Early "early_min" Presence Rate Own [Schedule Activity];
    /// Minutes from the usual first paid activity of this weekday + 5 min to the first one of the day, 0 to 55; only where the site has no schedule.
    LoginLate "login_late_min" Presence Rate Own [Activity];
    /// −logit of the share of scheduled time in adherence, held to 0.02…0.98; team activities and coaching excused.
    AdherenceGap "adherence_gap" Presence Standardised Own [Schedule Activity];
    /// 1 if absent next to a rest day or holiday.
    EdgeAbsent "edge_absent" Presence Rate Own [Schedule Activity ApprovedLeave];
    /// Mix-standardised mean of ln handle seconds, each call winsorised to its queue's 1st to 99th percentile.
    HandleTime "aht" Pace Standardised Own [Handling];
    /// Mix-standardised mean of ln(1 + seconds of after-call work).
    AfterCallWork "acw" Pace Standardised Own [Handling];
    /// Mix-standardised mean of ln(1 + seconds on hold).
    Hold "hold" Pace Standardised Own [Handling];
    /// −(mix-standardised contacts per hour available or occupied).
    Output "output" Pace Standardised Own [Activity Handling];
    /// Seconds of unscheduled pause ÷ seconds staffed.
    Pause "aux" Pace Standardised Own [Schedule Activity];
    /// Unscheduled pauses per staffed hour.
    PauseCount "aux_n" Pace Standardised Own [Schedule Activity];
    /// arcsine √ (offers not taken ÷ offers). A ring that ended because the customer hung up cannot be told apart, and is one not taken.
    NotResponding "not_responding" Pace Standardised Own [MissedOffer Handling];
    /// −(score − mean of the form) ÷ standard deviation of the form, per evaluated contact.
    Quality "qa" Care Standardised Own [Evaluation];
    /// −(rating − mean of the queue) ÷ standard deviation.
    Satisfaction "csat" Care Standardised Own [CustomerSurvey];
    /// Complaints and escalations per 100 contacts, Poisson residual against peers.
    Complaint "complaint" Care Standardised Own [Tag Contact];
    /// Repeats within 72 h per handled contact, residual against peers; known 72 h later.
    Repeat "repeat72" Care Standardised Own [Contact];
    /// Transfers out per handled contact, residual against peers.
    Transfer "transfer" Care Standardised Own [Handling];
    /// Talks under 10 s ended by the agent per handled contact, residual against peers.
    ShortCall "short" Care Standardised Own [Handling];
    /// Exponentially weighted mean of squared whitened residuals of quality, satisfaction and complaints: dispersion.
    Swing "swing" Care Plain Own [Evaluation CustomerSurvey Tag];
    /// Share of days with utilisation above 90 %, exponentially weighted, half-life 14 days.
    Overloaded "util90" Load Plain Organisation [Activity Schedule];
    /// Mean utilisation (talk + hold + after-call work ÷ paid).
    Utilisation "util" Load Plain Organisation [Activity Schedule];
    /// Longest run of occupied and available without a pause, in hours, exponentially weighted, half-life 14 days.
    NoPause "no_pause" Load Plain Organisation [Activity];
    /// Returns to work after less than 11 h, per 28 days.
    QuickReturn "quick_return" Load Plain Organisation [Schedule];
    /// Share of night hours, per 28 days.
    NightShare "night_share" Load Plain Organisation [Schedule];
    /// Hours of overtime, per 28 days.
    Overtime "overtime" Load Plain Organisation [Schedule Activity];
    /// Meals cut short, per 28 days.
    CutMeal "cut_meal" Load Plain Organisation [Schedule Activity];
    /// Contacts tagged complaint or abuse, or refused when called, per 100, exponentially weighted, half-life 14 days.
    Hostile "hostile" Load Plain Organisation [Tag];
    /// Share of own calls that had waited longer than the service level's threshold.
    LongWait "long_wait" Load Plain Organisation [Handling Contact];
    /// Leavers of the same team in the last 30 days ÷ size of the team.
    TeamExits "team_exits" Surroundings Plain Organisation [AgentLeft Reference];
    /// 1 if the leader changed in the last 60 days.
    LeaderChanged "leader_changed" Surroundings Plain Organisation [Reference];
    /// Share of the agent's own KPIs under their targets.
    TargetGap "target_gap" Surroundings Plain Organisation [Target Handling Activity];
    /// Share of comparable agents who miss the same targets: whether they can be reached at all.
    TargetOutOfReach "target_out_of_reach" Surroundings Plain Organisation [Target Handling Activity];
    /// Days since hiring, as a curve that need not rise or fall.
    Tenure "tenure" Career Tenure Own [Reference];
    /// The agent's own answer in the team's pulse, oriented so that + is worse.
    SurveyPulse "survey_pulse" Pulse Plain OptIn [AgentSurvey];
}

/// Every feature, in order of [`Feature`].
///
/// ```
/// use attrition::features::{Family, catalogue};
/// assert!(catalogue().iter().filter(|spec| spec.family == Family::Load).all(|spec| spec.organisation));
/// ```
#[must_use]
pub fn catalogue() -> &'static [FeatureSpec] {
    CATALOGUE
}

impl Feature {
    /// Its description.
    #[must_use]
    pub fn spec(self) -> &'static FeatureSpec {
        &CATALOGUE[self as usize]
    }

    /// Its stable name.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.spec().code
    }
}
