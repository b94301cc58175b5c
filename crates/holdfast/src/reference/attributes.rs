//! What is known of each kind, and how it is written. Anything else is kept as it is, with a warning: it may be a typing error.

use super::moment;
use events::{Activity, ReferenceKind};

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Text,
    Date,
    Zone,
    YesNo,
    /// Seconds and other numbers without a fraction.
    Whole,
    Number,
    Percent,
    Share,
    /// An activity that a pause can be: `events::Activity`.
    Pause,
    OneOf(&'static [&'static str]),
}

use Form::{Date, Number, OneOf, Pause, Percent, Share, Text, Whole, YesNo, Zone};

/// The attributes of a kind.
const fn known(kind: ReferenceKind) -> &'static [(&'static str, Form)] {
    match kind {
        ReferenceKind::Site => &[("zone", Zone), ("opening", Text), ("seats", Whole)],
        ReferenceKind::Team => &[("site", Text), ("leader", Text)],
        ReferenceKind::Agent => &[
            ("team", Text),
            ("leader", Text),
            ("site", Text),
            ("level", Text),
            ("contract", Text),
            ("hire_date", Date),
            ("notice_date", Date),
            ("left_date", Date),
            ("left_kind", OneOf(&["voluntary", "involuntary", "move"])),
            ("skills", Text),
            ("vendor", Text),
            ("full_time_share", Share),
            ("paid_shift_s", Whole),
            ("training_batch", Text),
            ("recruit_source", Text),
        ],
        ReferenceKind::Queue => &[
            ("skill", Text),
            ("client", Text),
            ("site", Text),
            ("threshold_s", Whole),
            ("short_abandon_s", Whole),
            ("target_percent", Percent),
            ("cost_per_hour", Number),
        ],
        ReferenceKind::Reason => &[("kind", Text), ("business_type", Text), ("verification", YesNo), ("activity", Pause)],
        ReferenceKind::Campaign => &[("client", Text), ("list", Text)],
        ReferenceKind::List => &[],
        ReferenceKind::Target => &[("kpi", Text), ("value", Number), ("weight", Whole), ("team", Text), ("site", Text)],
        ReferenceKind::Calendar => &[("working", YesNo)],
        ReferenceKind::Annotation => &[("text", Text)],
    }
}

/// Without these an entry of the kind says nothing.
pub(super) const fn required(kind: ReferenceKind) -> &'static [&'static str] {
    match kind {
        ReferenceKind::Target => &["kpi"],
        ReferenceKind::Calendar => &["working"],
        _ => &[],
    }
}

/// What to write instead of `value`; none: it is right, or nothing is known of the attribute.
pub(super) fn wrong(kind: ReferenceKind, name: &str, value: &str) -> Option<String> {
    let (_, form) = known(kind).iter().find(|(known, _)| *known == name)?;
    let number = || value.parse::<f64>().ok().filter(|number| number.is_finite() && !value.contains(['e', 'E', '+']));
    let within = |most: f64| number().is_some_and(|number| (0.0..=most).contains(&number));
    let text = match form {
        Text => return None,
        Date => moment::date(value).is_none().then_some("write a date as 2024-03-01"),
        Zone => return moment::zone(value).err(),
        YesNo => (!["yes", "no"].contains(&value)).then_some("write yes or no"),
        Whole => (value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_digit()) || value.parse::<i64>().is_err())
            .then_some("write a whole number such as 20, without a unit"),
        Number => number().is_none().then_some("write a number such as 0.8 or 20, without a unit"),
        Percent => (!within(100.0)).then_some("write a number from 0 to 100 such as 80 or 92.5, without a sign"),
        Share => (!within(1.0)).then_some("write a number from 0 to 1 such as 0.75"),
        Pause => {
            let fits = matches!(Activity::parse(value), Some(Activity::Pause(_) | Activity::BackOffice | Activity::Acw));
            (!fits).then_some("write an activity as agents' spans have it, such as pause_meal, back_office or acw")
        }
        OneOf(words) => return (!words.contains(&value)).then(|| format!("write one of {}", words.join(", "))),
    };
    text.map(str::to_owned)
}

/// What to write instead of an id; none: it is right.
pub(super) fn wrong_id(kind: ReferenceKind, id: &str) -> Option<&'static str> {
    if id.chars().any(char::is_control) {
        return Some("an id has no line break and no other control character");
    }
    if kind == ReferenceKind::Calendar {
        let (site, day) = id.rsplit_once('/').unwrap_or(("every site", id));
        return (site.is_empty() || moment::date(day).is_none()).then_some("write a date as 2024-12-24, or north/2024-12-24 for one site");
    }
    None
}

/// The warning about an attribute of which nothing is known; none: it is known. The names are those of columns, not of people.
pub(super) fn unknown(kind: ReferenceKind, name: &str) -> Option<String> {
    let known = known(kind);
    if known.is_empty() || known.iter().any(|(one, _)| *one == name) {
        return None;
    }
    let low = name.to_lowercase();
    let near = known.iter().map(|(one, _)| (distance(&low, one), *one)).min().filter(|(apart, one)| *apart <= 3 && *apart < one.len());
    let names: Vec<&str> = known.iter().map(|(one, _)| *one).collect();
    let hint = near.map_or_else(|| format!("known: {}", names.join(", ")), |(_, one)| format!("did you mean {one}?"));
    Some(format!("column {name:?} is not known of {kind}s, it is kept as it is; {hint}", kind = kind.name()))
}

/// Edit distance of two words.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, left) in a.chars().enumerate() {
        let mut next = vec![at + 1];
        for ((right, above), diagonal) in b.iter().zip(row.iter().skip(1)).zip(&row) {
            let beside = next.last().copied().unwrap_or_default();
            next.push((diagonal + usize::from(left != *right)).min(above + 1).min(beside + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ReferenceKind::{Agent, Calendar, List, Queue, Reason, Site, Target};

    #[test]
    fn values_are_checked_by_their_form() {
        let good = [
            (Site, "zone", "Europe/Berlin"),
            (Site, "opening", "anything at all"),
            (Agent, "hire_date", "2024-02-29"),
            (Agent, "left_kind", "move"),
            (Agent, "full_time_share", "0.75"),
            (Agent, "full_time_share", "1"),
            (Agent, "paid_shift_s", "27000"),
            (Agent, "shoe_size", "unknown attributes are not checked"),
            (Queue, "target_percent", "92.5"),
            (Target, "value", "-3.5"),
            (Calendar, "working", "no"),
            (Reason, "activity", "pause_team_activity"),
            (Reason, "activity", "back_office"),
        ];
        for (kind, name, value) in good {
            assert_eq!(wrong(kind, name, value), None, "{name}={value}");
        }
        let bad = [
            (Site, "zone", "Berlin", "Europe/Berlin"),
            (Site, "zone", "europe/berlin", "Europe/Berlin"),
            (Agent, "hire_date", "29.02.2024", "2024-03-01"),
            (Agent, "left_date", "2023-02-29", "2024-03-01"),
            (Agent, "left_kind", "fired", "voluntary, involuntary, move"),
            (Agent, "full_time_share", "75", "0 to 1"),
            (Agent, "full_time_share", "0,75", "0.75"),
            (Agent, "paid_shift_s", "7.5 h", "whole number"),
            (Agent, "paid_shift_s", "-1", "whole number"),
            (Agent, "paid_shift_s", "99999999999999999999", "whole number"),
            (Queue, "threshold_s", "20s", "whole number"),
            (Queue, "short_abandon_s", "5.0", "whole number"),
            (Queue, "target_percent", "101", "0 to 100"),
            (Queue, "target_percent", "80%", "0 to 100"),
            (Target, "value", "nan", "number"),
            (Target, "value", "1e3", "number"),
            (Calendar, "working", "Yes", "yes or no"),
            (Reason, "activity", "lunch", "pause_meal"),
            (Reason, "activity", "contact", "pause_meal"),
        ];
        for (kind, name, value, says) in bad {
            let text = wrong(kind, name, value).unwrap_or_else(|| panic!("{name}={value} is taken"));
            assert!(text.contains(says), "{text}");
        }
    }

    #[test]
    fn the_id_of_a_calendar_is_a_day() {
        for id in ["2024-12-24", "north/2024-12-24", "de/by/2024-12-24"] {
            assert_eq!(wrong_id(Calendar, id), None, "{id}");
        }
        for id in ["christmas", "/2024-12-24", "2024-12-24/north", "24.12.2024"] {
            assert!(wrong_id(Calendar, id).is_some(), "{id}");
        }
        assert!(wrong_id(Agent, "a\u{1f}b").is_some() && wrong_id(Agent, "christmas").is_none());
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_nearest() {
        assert_eq!(unknown(Agent, "team"), None);
        assert_eq!(unknown(List, "anything"), None);
        assert!(unknown(Agent, "hired_date").unwrap().ends_with("did you mean hire_date?"));
        assert!(unknown(Agent, "Team").unwrap().ends_with("did you mean team?"));
        assert!(unknown(Site, "shoe_size").unwrap().ends_with("known: zone, opening, seats"));
    }

    #[test]
    fn distances_are_those_of_the_textbook() {
        assert_eq!((distance("kitten", "sitting"), distance("", "abc"), distance("same", "same")), (3, 3, 0));
    }

    #[test]
    fn what_is_required_is_known() {
        for kind in ReferenceKind::ALL {
            assert!(required(kind).iter().all(|name| known(kind).iter().any(|(one, _)| one == name)), "{kind:?}");
        }
    }
}
