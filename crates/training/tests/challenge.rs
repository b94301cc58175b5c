//! The challenger is told of only where it is better, and on the same rows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod made;

use attrition::features::Input;
use made::{labels, shipped, weeks};
use training::{Challenger, Error, OriginSettings, challenge};

/// Knows nothing, or everything: scores by what it finds in the first input that a row has.
struct Known(f64);

impl Challenger for Known {
    fn name(&self) -> &'static str {
        "one that knows"
    }

    fn learn_and_score(&self, _: &[Input], training: &[(Vec<f64>, bool)], test: &[Vec<f64>]) -> Result<Vec<f64>, Error> {
        assert!(training.iter().any(|(_, left)| *left), "it learns from leavers");
        Ok(test.iter().map(|row| self.0 * row.iter().copied().filter(|value| value.is_finite()).sum::<f64>()).collect())
    }
}

/// Who leaves works slowly: a challenger that scores the other way round is worse on both origins, and its average precision is below the model's. One that
/// scores alike is not better by chance's measure.
#[test]
fn a_worse_one_and_an_equal_one_are_not_shown() {
    let (weeks, labels) = (weeks(200, 0, 60), labels(200, 60, 330));
    let mut labels = labels;
    for (number, label) in labels.left.values_mut().flatten().enumerate() {
        // They leave one after the other, so that every origin has some.
        let day = 150 + 4 * number as i32;
        (label.leaving, label.known_day) = (attrition::hazard::Leaving::Voluntary(day), day);
    }
    let settings = OriginSettings { draws: 50, ..OriginSettings::default() };
    let of = |sign: f64| challenge(&weeks, &labels, &shipped(), &settings, 360, &Known(sign)).unwrap();
    let worse = of(-1.0);
    assert_eq!(worse.origins.iter().map(|at| at.day).collect::<Vec<_>>(), [240, 270]);
    assert!(worse.origins.iter().all(|at| at.challenger < at.own && at.error > 0.0 && !at.won()), "{worse:?}");
    assert!(!worse.is_shown() && !of(1.0).is_shown());
}

/// Trees find what a straight line cannot: who leaves is in the middle of the only input.
#[cfg(feature = "challenger")]
#[test]
fn trees_win_where_a_line_cannot() {
    use attrition::features::Feature;
    use attrition::hazard::{InputValues, Leaving};
    use training::{GradientBoosting, Label, Labels, Weeks};
    let ids = made::ids(1_200);
    let (mut weeks, mut labels) = (Weeks::default(), Labels::default());
    for day in 0..400 {
        let of = |number: u32| -> InputValues { [(Input::Slow(Feature::HandleTime), f64::from(number % 101) / 50.0 - 1.0)].into() };
        weeks.take(day, ids.iter().zip(0..).map(|(agent, number)| (agent.as_str(), of(number))));
    }
    for (number, agent) in ids.iter().enumerate().filter(|(number, _)| (45..56).contains(&(number % 101))) {
        let day = 100 + (number * 7) as i32 % 260;
        labels.left.insert(agent.clone(), vec![Label { leaving: Leaving::Voluntary(day), known_day: day }]);
    }
    let settings = OriginSettings { draws: 50, ..OriginSettings::default() };
    let found = challenge(&weeks, &labels, &shipped(), &settings, 420, &GradientBoosting).unwrap();
    assert!(found.is_shown(), "{found:?}");
    assert_eq!(
        found,
        challenge(&weeks, &labels, &shipped(), &settings, 420, &GradientBoosting).unwrap(),
        "the same rows give the same scores"
    );
}
