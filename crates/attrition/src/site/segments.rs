//! With whom an agent is compared on a day when a score is taken apart: those of the same queue group and band of tenure.

use crate::hazard::{HazardModel, InputValues};
use std::collections::BTreeMap;

/// Fewer agents are no segment: then the whole site is.
const FEWEST_IN_SEGMENT: usize = 8;
/// Bands of tenure, days since hiring from which the next one begins.
const TENURE_BANDS_DAYS: [i32; 2] = [90, 365];

/// Queue group and band of tenure.
pub(super) type Segment<'a> = (Option<&'a str>, usize);

pub(super) fn segment(group: Option<&str>, tenure_days: Option<i32>) -> Segment<'_> {
    let band = tenure_days.map_or(TENURE_BANDS_DAYS.len(), |days| TENURE_BANDS_DAYS.iter().filter(|from| days >= **from).count());
    (group, band)
}

/// An agent of whom a score may be formed on the day.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a> {
    /// Queue group.
    pub group: Option<&'a str>,
    /// Days since hiring.
    pub tenure_days: Option<i32>,
    /// Inputs of the model.
    pub inputs: &'a InputValues,
}

/// The means of the model's inputs on a day: of the whole site, and of each segment of at least eight agents.
///
/// ```
/// use attrition::features::{Feature, Input};
/// use attrition::hazard::{HazardModel, InputValues, PRIOR_MODEL};
/// use attrition::site::{Member, Segments};
/// let model: HazardModel = serde_json::from_str(PRIOR_MODEL)?;
/// let input = Input::Now(Feature::Utilisation);
/// let [old, new] = [0.75, 1.0].map(|utilisation| InputValues::from([(input, utilisation)]));
/// let member = |tenure_days, inputs| Member { group: None, tenure_days: Some(tenure_days), inputs };
/// let members: Vec<Member<'_>> = [[member(900, &old); 8].as_slice(), &[member(20, &new); 2]].concat();
/// let segments = Segments::of(&model, &members);
/// assert_eq!(segments.usual(None, Some(400)).get(&input), Some(&0.75));
/// // Two newcomers are no segment: they are compared with everybody.
/// assert!((segments.usual(None, Some(30))[&input] - 0.8).abs() < 1e-12);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Segments<'a> {
    whole: InputValues,
    by_segment: BTreeMap<Segment<'a>, InputValues>,
}

impl<'a> Segments<'a> {
    /// Those of a day.
    #[must_use]
    pub fn of(model: &HazardModel, members: &[Member<'a>]) -> Self {
        let mut by_segment: BTreeMap<Segment<'a>, Vec<&InputValues>> = BTreeMap::new();
        for member in members {
            by_segment.entry(segment(member.group, member.tenure_days)).or_default().push(member.inputs);
        }
        let whole = means(model, members.iter().map(|member| member.inputs));
        let by_segment = by_segment
            .into_iter()
            .filter(|(_, members)| members.len() >= FEWEST_IN_SEGMENT)
            .map(|(segment, members)| (segment, means(model, members.into_iter())))
            .collect();
        Self { whole, by_segment }
    }

    /// What is usual for an agent of this queue group and tenure (days).
    #[must_use]
    pub fn usual(&self, group: Option<&'a str>, tenure_days: Option<i32>) -> &InputValues {
        self.by_segment.get(&segment(group, tenure_days)).unwrap_or(&self.whole)
    }
}

/// Means of the model's inputs over those of whom each is known.
fn means<'a>(model: &HazardModel, members: impl Iterator<Item = &'a InputValues>) -> InputValues {
    let mut sums = vec![(0.0, 0.0); model.terms.len()];
    for inputs in members {
        for ((sum, n), term) in sums.iter_mut().zip(&model.terms) {
            if let Some(value) = inputs.get(&term.input) {
                (*sum, *n) = (*sum + value, *n + 1.0);
            }
        }
    }
    sums.into_iter().zip(&model.terms).filter(|((_, n), _)| *n > 0.0).map(|((sum, n), term)| (term.input, sum / n)).collect()
}
