//! Whether the early warnings of each site are shown at present, written where SQL can see it: a leader's own SQL asks no command, and must show no more than one does.

use super::suspension::Suspensions;
use super::switch::is_on;
use crate::config::Config;
use crate::error::Error;
use crate::privacy::access_log::quoted;
use attrition::quality::Unfit;
use warehouse::Server;

/// It is written at least so often, s: `v_display` takes no word that is older than a quarter of an hour.
pub(super) const EVERY_S: u64 = 300;

/// What is shown of a site. Ordered by tenant and site, because [`Suspensions`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DisplayState {
    tenant: String,
    site: String,
    /// Why nothing is, as in the column `reason` of `display_states`; empty: its warnings are shown.
    reason: &'static str,
}

/// The state of every known site.
pub(super) fn display_states(config: &Config, suspended: &Suspensions) -> Vec<DisplayState> {
    let reason = |site: &str, why: &[Unfit]| match why.first() {
        _ if !(is_on(config, None) && is_on(config, Some(site))) => "switched_off",
        None => "",
        Some(Unfit::LittleBetterThanChance { .. }) => "little_better_than_chance",
        Some(Unfit::WrongProbabilities { .. }) => "wrong_probabilities",
    };
    let state = |(tenant, site, why): (&str, &str, &[Unfit])| DisplayState {
        tenant: tenant.to_owned(),
        site: site.to_owned(),
        reason: reason(site, why),
    };
    suspended.sites().map(state).collect()
}

/// Writes the states. The clock is that of ClickHouse, as is the one they are read by; a reason that was there already keeps its beginning.
///
/// # Errors
/// HF-W001 if ClickHouse does not take them.
pub(super) async fn write(attrition: &Server, states: &[DisplayState]) -> Result<(), Error> {
    if states.is_empty() {
        return Ok(());
    }
    let row = |state: &DisplayState| format!("({}, {}, {})", quoted(&state.tenant), quoted(&state.site), quoted(state.reason));
    let rows: Vec<String> = states.iter().map(row).collect();
    let sql = format!(
        "INSERT INTO {{database}}.display_states (tenant, site, reason, since, checked_at, version)
SELECT n.tenant, n.site, n.reason, if(o.version > 0 AND o.reason = n.reason, o.since, now64(6)), now64(6), toUnixTimestamp64Micro(now64(6))
FROM values('tenant String, site String, reason String', {}) AS n
LEFT JOIN (SELECT tenant, site, reason, since, version FROM {{database}}.display_states FINAL) AS o ON o.tenant = n.tenant AND o.site = n.site",
        rows.join(", ")
    );
    Ok(attrition.execute(&sql).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::attrition::quality::Quality;
    use warehouse::attrition::PeriodQuality;

    /// north is little better than chance, south gives probabilities that are far off, west is well.
    #[test]
    fn every_site_has_its_reason_and_what_is_switched_off_says_so_first() {
        let of = |site: &str, quality: Quality| {
            ("default".to_owned(), site.to_owned(), vec![PeriodQuality { period: "recent".to_owned(), quality }])
        };
        let known = Quality { agent_weeks: 1_000, observed_outcome: 60, ..Quality::default() };
        let suspended = Suspensions::of(
            &[
                of("north", Quality { warnings: 100, ..known.clone() }),
                of("south", Quality { observed: 200, expected: 20.0, ..known.clone() }),
                of("west", known),
            ],
            true,
        );
        let reasons = |text: &str| {
            let config: Config = toml::from_str(text).expect("a configuration");
            display_states(&config, &suspended).into_iter().map(|state| state.reason).collect::<Vec<_>>()
        };
        let [little, wrong, off] = ["little_better_than_chance", "wrong_probabilities", "switched_off"];
        assert_eq!(reasons(""), [little, wrong, ""]);
        assert_eq!(reasons("[attrition.sites.north]\nenabled = false\n[attrition.sites.west]\nenabled = false"), [off, wrong, off]);
        assert_eq!(reasons("[attrition]\nenabled = false"), [off; 3]);
    }
}
