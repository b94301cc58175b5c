//! What was learned, for people.

use crate::commands::staying::asking::{date_of, digits};
use crate::commands::{Format, print};
use crate::error::Error;
use training::{Challenge, Rolled, WhatWasLearned, families};

const COLUMNS: &[&str] =
    &["learned on", "from", "rows", "left", "AUC", "AP", "base", "precision", "recall", "by chance", "O/E", "never seen", "AUC of these"];

/// Prints months and families.
pub(super) fn tell(found: &WhatWasLearned, rolled: &Rolled, challenge: Option<&Challenge>, format: Format) -> Result<(), Error> {
    let rows: Vec<Vec<String>> = rolled
        .origins
        .iter()
        .map(|at| {
            let spread = at.average_precision_spread.map_or_else(String::new, |spread| format!(" ± {:.3}", spread.error));
            let base = (at.rows > 0).then(|| at.left as f64 / at.rows as f64);
            vec![
                date_of(at.day),
                format!("{} leavers", at.trained_on.1),
                at.rows.to_string(),
                at.left.to_string(),
                digits(at.auc, 3),
                format!("{}{spread}", digits(at.average_precision, 3)),
                digits(base, 3),
                digits(at.precision, 3),
                digits(at.recall, 3),
                digits(at.chance_recall, 3),
                digits(at.observed_over_expected, 2),
                at.never_seen.0.to_string(),
                digits(at.never_seen.1, 3),
            ]
        })
        .collect();
    print(format, COLUMNS, &rows)?;
    eprintln!("{}: {}, from {} agent-weeks with {} leavers", found.model.id, found.learned.name(), found.rows, found.leavers);
    for (family, inputs, effect) in families(&found.model) {
        eprintln!("  {:14}{inputs:3} inputs, together {effect:.2}", format!("{family:?}").to_lowercase());
    }
    if found.model.prior {
        eprintln!("  fewer than 50 have left: its ranks may be used, its probabilities are not shown");
    }
    if let Some(challenge) = challenge {
        for at in &challenge.origins {
            let (day, error) = (date_of(at.day), at.error);
            eprintln!(
                "{} on {day}: AP {:.3} against {:.3}, standard error of the difference {error:.3}",
                challenge.name, at.challenger, at.own
            );
        }
        let verdict =
            if challenge.is_shown() { "better beyond chance: the inputs say more than the model can" } else { "not better beyond chance" };
        eprintln!("{verdict}; it is not used");
    }
    Ok(())
}
