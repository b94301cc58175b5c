//! What must never be looked at, and what is off because it stands in for that. Leaving it out costs nothing: age and gender raise the AUC on a real panel by
//! 0.002.

/// A thing that is excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exclusion {
    /// Words that name it, in lower case.
    pub words: &'static [&'static str],
    /// Why.
    pub reason: &'static str,
}

const PROTECTED: &str = "a protected attribute";
const HEALTH: &str = "health, family and their causes are protected; an absence counts, its cause is never read";
const RIGHTS: &str = "the exercise of a right must never raise a score";
const BIOMETRIC: &str = "inferring the emotions of staff from voice or picture is prohibited (EU AI Act, Article 5(1)(f))";
const PRIVATE: &str = "private words are not behaviour at work";
const STANDS_IN: &str = "stands in for a protected attribute: only by explicit opt-in, after a fairness run, and not in this version";

/// Never inputs.
pub const NEVER_INPUTS: &[Exclusion] = &[
    Exclusion { words: &["sex", "gender"], reason: PROTECTED },
    Exclusion { words: &["age", "birth", "birthday", "birthdate"], reason: PROTECTED },
    Exclusion { words: &["ethnicity", "ethnic", "race", "nationality", "citizenship"], reason: PROTECTED },
    Exclusion { words: &["religion", "belief"], reason: PROTECTED },
    Exclusion { words: &["marriage", "married", "marital", "children", "child", "parental", "maternity", "paternity"], reason: PROTECTED },
    Exclusion {
        words: &["pregnancy", "pregnant", "health", "sick", "sickness", "illness", "diagnosis", "disability", "disabled"],
        reason: HEALTH,
    },
    Exclusion { words: &["union", "strike", "whistleblower", "whistleblowing", "council"], reason: RIGHTS },
    Exclusion { words: &["emotion", "sentiment", "mood", "accent", "dialect", "voice", "face", "audio"], reason: BIOMETRIC },
    Exclusion { words: &["message", "mail", "chat", "text"], reason: PRIVATE },
];

/// Off: not in this version.
pub const OFF_BY_DEFAULT: &[Exclusion] = &[
    Exclusion { words: &["commute", "distance"], reason: STANDS_IN },
    Exclusion { words: &["education", "school", "degree"], reason: STANDS_IN },
    Exclusion { words: &["address", "city", "district", "postcode"], reason: STANDS_IN },
    Exclusion { words: &["salary", "income", "pay", "wage"], reason: STANDS_IN },
];

/// Why a name is excluded, if one of its words is. Words are runs of letters, whatever their case.
///
/// ```
/// assert!(attrition::features::excluded("Agent_Gender").is_some());
/// assert!(attrition::features::excluded("average handle time").is_none(), "'age' inside a word is no word");
/// ```
#[must_use]
pub fn excluded(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    let words: Vec<&str> = name.split(|letter: char| !letter.is_alphabetic()).collect();
    let hit = |exclusion: &&Exclusion| exclusion.words.iter().any(|word| words.contains(word));
    NEVER_INPUTS.iter().chain(OFF_BY_DEFAULT).find(hit).map(|exclusion| exclusion.reason)
}
