//! Comments of the columns of the views of this database; those of `v_agent_days` are those of its table. A view with parameters cannot keep any: its own comment says what its
//! columns are.

const TENANT: (&str, &str) = ("tenant", "Whose agents.");
const SITE: (&str, &str) = ("site", "Site of the agents.");
const TEAM: (&str, &str) = ("team", "Team of eight and more.");
const SIGNALS_SITE: (&str, &str) = ("site", "Site as of the latest event.");

/// View, and what its columns are.
const COMMENTS: &[(&str, &[(&str, &str)])] = &[
    (
        "v_signals",
        &[
            ("tenant", "Whose agent it is."),
            SIGNALS_SITE,
            ("agent", "Agent's id, never a name."),
            ("signal_id", "Stable: a hash of tenant, agent and the day of opening, 32 hexadecimal digits."),
            ("episode", "Counts the agent's signals from 1."),
            (
                "state",
                "open, acknowledged, talked, contested_open, contested_acknowledged, contested_talked, closed, expired, withdrawn: after the latest event.",
            ),
            ("tier", "The highest so far: concern or urgent."),
            ("opened_day", "Local day of the site on which it opened, days since 1970-01-01."),
            ("opened_at", "When that day could be scored."),
            ("changed_at", "When the latest event was."),
            ("outcome", "How it ended: faded, left, moved, dismissed, agreed, nothing_to_do; null: it has not, or nobody said."),
            ("team", "Team when it opened."),
            ("leader", "Id of the team's leader when it opened."),
            ("model_id", "Model of the latest opening or escalation."),
            ("probability", "Probability of leaving within the horizon then, 0 to 1; of a prior model a rank only."),
            ("base", "The same of an agent who is as the segment on average."),
            (
                "reasons",
                "Code, family, contribution in log-odds, English, Chinese, whether it is for the organisation to change: what raised the score then, the strongest first.",
            ),
            ("lowering", "The same of what lowered it, at most two; none of a signal of an earlier version."),
            ("rules", "Named rules that held then: efficiency, absence, attitude, overload; none of a signal of an earlier version."),
            ("calibrated", "Probability and base are meant as such; false: ranks only, or not known."),
            ("talks", "Talks that leaders have told of."),
            ("talked_at", "When the first talk was; 1970-01-01: there was none."),
            ("drawn_silent", "Drawn, when it opened, to be kept silent; stays so if it becomes urgent and is told after all."),
            ("silent_share", "Share, 0 to 1, with which was drawn whether it is kept silent; null: it was not drawn."),
            ("silent", "Kept silent: recorded, and told to nobody. Leave these out of whatever is shown to anybody who acts."),
            ("told_at", "When it was told: when it opened, or when it became urgent if it was silent before; 1970-01-01: it is silent."),
        ],
    ),
    (
        "v_display",
        &[
            ("tenant", "Whose site it is."),
            ("site", "Site."),
            ("shown", "Its early warnings are shown."),
            (
                "why",
                "Why they are not: switched_off, little_better_than_chance, wrong_probabilities, not_checked (nobody has said so for a quarter of an hour); empty: they are shown.",
            ),
            ("since", "Since when that is the reason, or since when they are shown."),
            ("checked_at", "When the service last said so."),
        ],
    ),
    (
        "v_group_events",
        &[
            ("tenant", "Whose site it is."),
            ("site", "The site."),
            ("notice_id", "Stable: a hash of tenant, site, group, cause and the first day, 32 hexadecimal digits."),
            ("group_kind", "site, queue_group or team."),
            ("group_name", "Its name; empty for the site."),
            (
                "cause",
                "What it was seen by: measures (several jumped to the worse on one day), absence (more are absent than usual), alarms (the charts of many alarmed within three days).",
            ),
            ("began_on", "Its first day, local day of the site."),
            ("held_until", "The latest day on which it was seen; null: it has not ended."),
            ("ending", "How it ended: over, usual (it has lasted for four weeks), unseen; null: it has not."),
            ("told_at", "When it was told."),
            ("agents", "Agents that it was seen by on its first day, at least eight."),
            (
                "moved",
                "What moved on the first day, to the worse, and by how much: of a measure in day-to-day standard deviations of an agent, of absence in times what is usual, of alarms as a share of the group.",
            ),
        ],
    ),
    (
        "v_team_sizes",
        &[
            TENANT,
            SITE,
            TEAM,
            ("agents", "Agents of whom there is a day in the last week of the site."),
            ("on_watch", "Of them, those whose latest tier is watch."),
        ],
    ),
    (
        "v_team_signals",
        &[
            TENANT,
            SIGNALS_SITE,
            TEAM,
            ("week", "Monday of the week of opening."),
            ("agents", "Agents of the team now, eight and more."),
            ("opened", "Signals that opened and are not kept silent."),
            ("urgent", "Of opened: urgent at some time."),
            ("unanswered", "Of opened: nobody has acknowledged them yet."),
            ("talked", "Of opened: a talk was told of."),
            ("agreed", "Of opened: something was agreed on."),
            ("dismissed", "Of opened: the leader saw no cause."),
            ("went", "Of opened: the agent left."),
            ("expired", "Of opened: nobody did anything for 45 days."),
            (
                "median_days_to_talk",
                "Median days from telling (the opening, or when a silent one became urgent) to the first talk, of those talked about.",
            ),
        ],
    ),
    (
        "v_team_burdens",
        &[
            TENANT,
            SIGNALS_SITE,
            TEAM,
            ("month", "First day of the month of opening."),
            ("family", "Family of reasons that the organisation can change; overload: the named rule of this name held."),
            ("signals", "Signals that are not kept silent in which such a reason, or the rule, stood."),
        ],
    ),
];

/// What a column of a view is.
pub(crate) fn comment(view: &str, column: &str) -> Option<&'static str> {
    let (_, columns) = COMMENTS.iter().find(|(name, _)| *name == view)?;
    columns.iter().find(|(name, _)| *name == column).map(|(_, comment)| *comment)
}

/// Columns of a view with what they are; none: those of its table.
pub(crate) fn columns(view: &str) -> &'static [(&'static str, &'static str)] {
    COMMENTS.iter().find(|(name, _)| *name == view).map_or(&[], |(_, columns)| columns)
}
