//! What the notice says of warnings that are kept silent: how many, by what they are chosen, and for what. Nothing where none is.

use attrition::reasons::Language;
use std::fmt::Write;

/// Shares of warnings that are kept silent, as configured.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Silent<'a> {
    /// At every site that is not named below, 0 to 1.
    pub share: f64,
    /// Sites where it is another.
    pub sites: &'a [(String, f64)],
}

/// The section, with the empty line after it.
///
/// ```
/// use attrition::reasons::Language;
/// use holdfast::privacy::notice::{Silent, silent};
/// assert_eq!(silent(Silent::default(), Language::English), "");
/// assert!(silent(Silent { share: 0.1, sites: &[] }, Language::English).contains("Of 100 warnings that are not urgent about 10 are kept silent:"));
/// ```
#[must_use]
pub fn silent(silent: Silent<'_>, language: Language) -> String {
    if silent.share <= 0.0 && silent.sites.iter().all(|(_, share)| *share <= 0.0) {
        return String::new();
    }
    let (of_all, elsewhere) = (of_hundred(silent.share), by_site(silent.sites, language));
    match language {
        Language::English => format!(
            "## A few are kept silent\n\nOf 100 warnings that are not urgent about {of_all} are kept silent{elsewhere}: recorded, and not shown to your leader; human resources see one only if a second \
             person agrees or you object to it. Which ones is drawn at random when a warning opens: not by who you are, and nobody can choose. Only so can be counted whether talks help people to \
             stay. One that becomes urgent is shown at once. You can see yours if you ask for them: `holdfast signals list --as agent:ID --kept-silent`.\n\n"
        ),
        Language::Chinese => format!(
            "## 少数预警被静默\n\n每 100 次非紧急预警中约有 {of_all} 次被静默{elsewhere}：仅作记录，不向班组长显示；人力资源须经第二人同意或在您提出异议时才能看到。预警产生时随机抽取，与您本人无关，任何人都不能选择。只有这样才能统计\
             谈话是否有助于留住员工。升级为紧急的预警会立即显示。您可以查询自己被静默的预警：`holdfast signals list --as agent:ID --kept-silent --language zh`。\n\n"
        ),
    }
}

/// Of a hundred, with one digit where it is no whole number.
fn of_hundred(share: f64) -> String {
    format!("{}", (share * 1_000.0).round() / 10.0)
}

fn by_site(sites: &[(String, f64)], language: Language) -> String {
    let mut text = String::new();
    for (site, share) in sites {
        let share = of_hundred(*share);
        _ = match language {
            Language::English => write!(text, ", at {site} {share}"),
            Language::Chinese => write!(text, "，职场 {site} 为 {share} 次"),
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_how_many_everywhere_and_at_sites_that_are_other() {
        let sites = [("north".to_owned(), 0.0), ("south".to_owned(), 0.025)];
        let both = Silent { share: 0.1, sites: &sites };
        assert!(silent(both, Language::English).contains("about 10 are kept silent, at north 0, at south 2.5: recorded"));
        assert!(silent(both, Language::Chinese).contains("约有 10 次被静默，职场 north 为 0 次，职场 south 为 2.5 次：仅作记录"));
        // A single site is enough for the section; none at all makes none.
        assert!(
            silent(Silent { share: 0.0, sites: &sites }, Language::English).contains("about 0 are kept silent, at north 0, at south 2.5")
        );
        assert_eq!(silent(Silent { share: 0.0, sites: &sites[..1] }, Language::Chinese), "");
    }
}
