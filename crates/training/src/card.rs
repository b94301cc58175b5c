//! The model card: what a model is for, what it looks at, how good it was. The text is `card.md`; numbers are filled in.

use crate::challenge::Challenge;
use crate::learning::{LearnSettings, WhatWasLearned, families};
use crate::origins::{AtOrigin, OriginSettings, Rolled};

/// What the card tells besides the model.
#[derive(Clone, Debug, PartialEq)]
pub struct CardFacts<'a> {
    /// Whose agents.
    pub tenant: &'a str,
    /// Where.
    pub site: &'a str,
    /// Last day of what was known, as people write it.
    pub known_until: String,
    /// First and last day of the rows, as people write them.
    pub days: (String, String),
    /// Version of the product.
    pub code: &'a str,
    /// Days of the origins as people write them, in order.
    pub origin_days: Vec<String>,
    /// The challenge, if there was one.
    pub challenge: Option<&'a Challenge>,
}

/// Writes it, as Markdown.
#[must_use]
pub fn model_card(found: &WhatWasLearned, rolled: &Rolled, settings: &OriginSettings, facts: &CardFacts<'_>) -> String {
    let LearnSettings { c, horizon_days, .. } = &settings.learn;
    let shown = if found.model.prior {
        "no: too few have left to know the level; ranks only"
    } else {
        "yes, rounded, with the base rate beside them"
    };
    let fill: Vec<(&str, String)> = vec![
        ("id", found.model.id.clone()),
        ("tenant", facts.tenant.to_owned()),
        ("site", facts.site.to_owned()),
        ("known_until", facts.known_until.clone()),
        ("learned", found.learned.name().to_owned()),
        ("rows", found.rows.to_string()),
        ("leavers", found.leavers.to_string()),
        ("first_day", facts.days.0.clone()),
        ("last_day", facts.days.1.clone()),
        ("horizon", horizon_days.to_string()),
        ("shown", shown.to_owned()),
        ("c", c.to_string()),
        ("feature_schema", found.model.feature_schema.to_string()),
        ("code", facts.code.to_owned()),
        ("families", family_table(found)),
        ("coefficients", coefficient_table(found)),
        ("step", settings.step_days.to_string()),
        ("origins", origin_table(rolled, &facts.origin_days)),
        ("mean_auc", number(rolled.mean(|at| at.auc))),
        ("mean_ap", number(rolled.mean(|at| at.average_precision))),
        ("mean_base", number(rolled.mean(base_rate))),
        ("mean_recall", number(rolled.mean(|at| at.recall))),
        ("mean_chance", number(rolled.mean(|at| at.chance_recall))),
        ("oe", number(rolled.observed_over_expected())),
        ("challenger", facts.challenge.map_or_else(|| "Not asked for.".to_owned(), challenge_text)),
    ];
    fill.into_iter().fold(include_str!("card.md").to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), &value))
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"))
}

#[allow(clippy::unnecessary_wraps, reason = "what means are taken of may be missing")]
fn base_rate(at: &AtOrigin) -> Option<f64> {
    (at.rows > 0).then(|| at.left as f64 / at.rows as f64)
}

fn family_table(found: &WhatWasLearned) -> String {
    let lines = families(&found.model)
        .into_iter()
        .map(|(family, count, effect)| format!("| {} | {count} | {effect:.2} |", format!("{family:?}").to_lowercase()));
    let header = ["| family | inputs | effect together |".to_owned(), "|---|---|---|".to_owned()];
    header.into_iter().chain(lines).collect::<Vec<_>>().join("\n")
}

fn coefficient_table(found: &WhatWasLearned) -> String {
    let mut terms = found.model.terms.clone();
    terms.sort_by(|a, b| b.coefficient.abs().total_cmp(&a.coefficient.abs()).then(a.input.cmp(&b.input)));
    let lines = terms.iter().map(|term| {
        let effect = term.coefficient * found.model.recalibration.slope;
        format!("| `{}` | {effect:.3} | {:.3} | {:.3} |", term.input, term.scaling.mean, term.scaling.sd)
    });
    let header = ["| input | log-odds | mean | standard deviation |".to_owned(), "|---|---|---|---|".to_owned()];
    header.into_iter().chain(lines).collect::<Vec<_>>().join("\n")
}

fn origin_table(rolled: &Rolled, days: &[String]) -> String {
    let lines = rolled.origins.iter().zip(days).map(|(at, day)| {
        let spread = at.average_precision_spread.map_or_else(String::new, |spread| format!(" ± {:.3}", spread.error));
        format!(
            "| {day} | {} leavers; {} | {} | {} | {} | {}{spread} | {} | {} | {} | {} | {} agents, {} |",
            at.trained_on.1,
            at.learned.name(),
            at.rows,
            at.left,
            number(at.auc),
            number(at.average_precision),
            number(at.precision),
            number(at.recall),
            number(at.chance_recall),
            number(at.observed_over_expected),
            at.never_seen.0,
            number(at.never_seen.1),
        )
    });
    let header = [
        "| learned on | from | rows | left | AUC | AP ± standard error | precision | recall | by chance | O/E | never seen before, AUC |"
            .to_owned(),
        "|---|---|---|---|---|---|---|---|---|---|---|".to_owned(),
    ];
    header.into_iter().chain(lines).collect::<Vec<_>>().join("\n")
}

fn challenge_text(challenge: &Challenge) -> String {
    let at = |origin: &crate::challenge::ChallengeAtOrigin| {
        format!("{:.3} against {:.3} (standard error of the difference {:.3})", origin.challenger, origin.own, origin.error)
    };
    let numbers: Vec<String> = challenge.origins.iter().map(at).collect();
    let verdict = if challenge.is_shown() {
        "It is better by more than two standard errors on two origins: there is something in the inputs that the model cannot say. It is not used: nobody could explain a warning of it."
    } else {
        "It is not better by more than two standard errors on two origins, and is not used."
    };
    format!("{}, average precision on the latest origins: {}. {verdict}", challenge.name, numbers.join("; "))
}
