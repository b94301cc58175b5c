//! Sites whose warnings are not good enough to be shown: read from what became of them, decided by [`attrition::quality::unfit`], told in plain words. Scoring
//! goes on meanwhile, so that a site can recover.

use super::signal::Signal;
use super::viewer::{Role, Viewer};
use crate::config::Config;
use crate::error::Error;
use attrition::hazard::HazardModel;
use attrition::quality::{DisplayFacts, Unfit, WARNINGS_MIN, unfit};
use attrition::reasons::Language;
use std::collections::BTreeMap;
use warehouse::attrition::{Attrition, PeriodQuality};

/// By tenant and site why its warnings are not shown (nothing: they are), and how many of them come true.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Suspensions(BTreeMap<(String, String), Judged>);

/// What the last quarter says of the warnings of a site.
#[derive(Clone, Debug, Default, PartialEq)]
struct Judged {
    unfit: Vec<Unfit>,
    precision: Option<f64>,
}

impl Judged {
    fn of(periods: &[PeriodQuality], calibrated: bool) -> Self {
        let Some(PeriodQuality { quality, .. }) = periods.iter().find(|one| one.period == "recent") else { return Self::default() };
        let precision = quality.precision.filter(|_| quality.warnings >= WARNINGS_MIN);
        Self { unfit: unfit(&DisplayFacts::of(quality, calibrated)), precision }
    }
}

impl Suspensions {
    /// Of what became of warnings, by tenant and site.
    #[must_use]
    pub fn of(sites: &[(String, String, Vec<PeriodQuality>)], calibrated: bool) -> Self {
        let judged = sites.iter().map(|(tenant, site, periods)| ((tenant.clone(), site.clone()), Judged::of(periods, calibrated)));
        Self(judged.collect())
    }

    /// Why the warnings of a site are not shown; nothing: they are.
    #[must_use]
    pub fn why(&self, tenant: &str, site: &str) -> &[Unfit] {
        self.judged(tenant, site).map_or(&[], |judged| judged.unfit.as_slice())
    }

    /// The share of a site's warnings that came true; none: fewer than twenty have matured in the last quarter.
    #[must_use]
    pub fn precision(&self, tenant: &str, site: &str) -> Option<f64> {
        self.judged(tenant, site)?.precision
    }

    fn judged(&self, tenant: &str, site: &str) -> Option<&Judged> {
        self.0.get(&(tenant.to_owned(), site.to_owned()))
    }

    /// Whether the warnings of a site are not shown.
    #[must_use]
    pub fn holds(&self, tenant: &str, site: &str) -> bool {
        !self.why(tenant, site).is_empty()
    }

    /// Every site that is known: tenant, site, why.
    pub fn sites(&self) -> impl Iterator<Item = (&str, &str, &[Unfit])> {
        self.0.iter().map(|((tenant, site), judged)| (tenant.as_str(), site.as_str(), judged.unfit.as_slice()))
    }
}

/// Whether a signal of a site whose warnings are suspended is kept from somebody. Agents see their own all the same; human resources what they have to answer, and
/// what a second person gave leave for (`unsealed`).
#[must_use]
pub fn kept_back(viewer: &Viewer, signal: &Signal, unsealed: bool) -> bool {
    match viewer.role {
        Role::Leader | Role::KpiOwner => true,
        Role::Agent => false,
        Role::HumanResources => !(unsealed || signal.state.is_contested()),
    }
}

/// Reads what became of the warnings of every site: tenant, site, periods.
///
/// # Errors
/// HF-W001 if ClickHouse does not answer.
pub async fn qualities(config: &Config) -> Result<Vec<(String, String, Vec<PeriodQuality>)>, Error> {
    let attrition = database(config);
    let mut sites = Vec::new();
    for site in attrition.sites().await? {
        let periods = attrition.signal_quality(&site).await?;
        sites.push((site.tenant, site.site, periods));
    }
    Ok(sites)
}

fn database(config: &Config) -> Attrition {
    Attrition::new(&crate::serving::server(config), &config.attrition.database(&config.clickhouse.database))
}

/// Sites whose warnings are not shown.
///
/// # Errors
/// HF-W001 if ClickHouse does not answer, HF-C001 if the model cannot be read.
pub async fn suspensions(config: &Config) -> Result<Suspensions, Error> {
    // The last quarter decides: nothing else is asked for, because every command about signals waits for it.
    let mut sites = Vec::new();
    let attrition = database(config);
    for site in attrition.sites().await? {
        let recent = attrition.recent_quality(&site).await?;
        sites.push((site.tenant, site.site, recent.into_iter().collect()));
    }
    Ok(Suspensions::of(&sites, is_calibrated(config)?))
}

/// Whether probabilities are meant as such: those of the shipped model, and of any that says so, are ranks.
fn is_calibrated(config: &Config) -> Result<bool, Error> {
    let Some(file) = &config.attrition.model_file else { return Ok(false) };
    let wrong = |problem: &dyn std::fmt::Display| Error::configuration(format!("attrition.model_file: {}: {problem}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| wrong(&error))?;
    let model: HazardModel = serde_json::from_str(&text).map_err(|error| wrong(&error))?;
    Ok(!model.prior)
}

/// Why the warnings of a site are not shown, in words.
///
/// ```
/// use attrition::{quality::Unfit, reasons::Language};
/// let why = [Unfit::LittleBetterThanChance { warnings: 50, came_true: 1, random_share: 0.05 }];
/// let text = holdfast::care::suspended_text("west", &why, Language::English);
/// assert!(text.contains("of 50 warnings of the last quarter 2 % came true, of warnings at random 5 % would have"));
/// ```
#[must_use]
pub fn suspended_text(site: &str, why: &[Unfit], language: Language) -> String {
    let because: Vec<String> = why.iter().map(|one| reason(one, language)).collect();
    match language {
        Language::English => format!(
            "Early warnings of site {site} are not shown at present: {}. Scoring goes on, and they are shown again when they are good enough.",
            because.join("; ")
        ),
        Language::Chinese => format!("职场 {site} 的预警暂停显示：{}。评分继续进行，质量达标后恢复显示。", because.join("；")),
    }
}

fn reason(why: &Unfit, language: Language) -> String {
    match (why, language) {
        (Unfit::LittleBetterThanChance { warnings, came_true, random_share }, language) => {
            let (came_true, random) = (100.0 * *came_true as f64 / *warnings as f64, 100.0 * random_share);
            if language == Language::English {
                format!(
                    "of {warnings} warnings of the last quarter {came_true:.0} % came true, of warnings at random {random:.0} % would have"
                )
            } else {
                format!("上一季度的 {warnings} 次预警中 {came_true:.0}% 成真，而随机预警也会有 {random:.0}% 成真")
            }
        }
        (Unfit::WrongProbabilities { observed_over_expected }, Language::English) => {
            format!("{observed_over_expected:.1} times as many people left in the last quarter as the scores had said")
        }
        (Unfit::WrongProbabilities { observed_over_expected }, Language::Chinese) => {
            format!("上一季度实际离职人数是评分预期的 {observed_over_expected:.1} 倍")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use attrition::quality::Quality;

    /// One site of a period with these counts.
    fn suspensions(period: &str, warnings: u64, calibrated: bool) -> Suspensions {
        let quality = Quality { warnings, agent_weeks: 1_000, observed_outcome: 60, observed: 200, expected: 20.0, ..Quality::default() };
        let periods = vec![PeriodQuality { period: period.to_owned(), quality }];
        Suspensions::of(&[("default".to_owned(), "north".to_owned(), periods)], calibrated)
    }

    #[test]
    fn the_last_quarter_decides_and_a_site_that_is_not_known_is_shown() {
        assert!(suspensions("recent", 100, false).holds("default", "north"));
        assert!(!suspensions("all", 100, false).holds("default", "north"), "what was long ago does not");
        assert!(!suspensions("recent", 19, false).holds("default", "north"));
        assert!(suspensions("recent", 19, true).holds("default", "north"), "ten times as many left as was said");
        let known = suspensions("recent", 100, false);
        assert!(!known.holds("default", "south") && !known.holds("other", "north"));
        assert_eq!(known.sites().map(|(tenant, site, why)| (tenant, site, why.len())).collect::<Vec<_>>(), [("default", "north", 1)]);
    }

    /// Of the last quarter, from twenty warnings on; nothing where nothing is known.
    #[test]
    fn how_many_come_true_is_known_from_twenty_on() {
        let of = |period: &str, warnings: u64, precision: Option<f64>| {
            let quality = Quality { warnings, precision, ..Quality::default() };
            let periods = vec![PeriodQuality { period: period.to_owned(), quality }];
            Suspensions::of(&[("default".to_owned(), "north".to_owned(), periods)], false).precision("default", "north")
        };
        assert_eq!(of("recent", 20, Some(0.35)), Some(0.35));
        assert_eq!([of("recent", 19, Some(0.35)), of("recent", 20, None), of("all", 100, Some(0.35))], [None; 3]);
        assert_eq!(Suspensions::default().precision("default", "north"), None);
    }

    /// The shipped model and any other prior give ranks; only what a site's own leavers have calibrated is judged as a probability.
    #[test]
    fn a_prior_is_not_calibrated() {
        let folder = tempfile::tempdir().expect("a folder");
        let of = |text: Option<String>| {
            let mut config = Config::default();
            config.attrition.model_file = text.map(|text| {
                let file = folder.path().join("model.json");
                std::fs::write(&file, text).expect("a file");
                file
            });
            is_calibrated(&config).map_err(|error| error.code)
        };
        let prior = attrition::hazard::PRIOR_MODEL.to_owned();
        let own = prior.replace("\"prior\": true", "\"prior\": false");
        assert_eq!([None, Some(prior), Some(own), Some("{}".to_owned())].map(of), [Ok(false), Ok(false), Ok(true), Err("HF-C001")]);
    }

    #[test]
    fn it_is_said_in_both_languages_why() {
        let both = suspensions("recent", 100, true);
        let why = both.why("default", "north");
        let english = suspended_text("north", why, Language::English);
        assert!(english.contains("of warnings at random 6 % would have; 10.0 times as many people left"), "{english}");
        let chinese = suspended_text("north", why, Language::Chinese);
        assert!(chinese.contains("随机预警也会有 6% 成真；上一季度实际离职人数是评分预期的 10.0 倍"), "{chinese}");
    }
}
