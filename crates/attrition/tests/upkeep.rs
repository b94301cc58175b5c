//! Whether a running model still holds: the line and its errors, every border of the verdict, the recalibrated model, and drift beyond chance.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

mod draw;

use attrition::hazard::{HazardModel, InputValues, Leaving, PRIOR_MODEL, Recalibration, outcome};
use attrition::numerics::{logit, probability};
use attrition::upkeep::{
    ANOTHER_ABOVE, Calibration, DriftLevel, Estimate, LEAVERS_MIN, Line, MOVING_ABOVE, ToldScore, UpkeepFacts, Verdict, calibration,
    decide, drift, matured_days, recalibrated, reference_quarter,
};
use draw::Draw;

/// Agents with so many equal rows each: what was told, and whether the agent left. What was told says twice too much and half a unit too little.
struct Agents {
    names: Vec<String>,
    told: Vec<(f64, bool)>,
}

impl Agents {
    fn new(count: usize, draw: &mut Draw, line: (f64, f64)) -> Self {
        let one = |draw: &mut Draw| {
            let log_odds = draw.normal() - 2.0;
            (probability(log_odds), draw.unit() < probability(line.0 + line.1 * log_odds))
        };
        Self { names: (0..count).map(|number| format!("agent {number}")).collect(), told: (0..count).map(|_| one(draw)).collect() }
    }

    fn rows(&self, each: usize) -> Vec<ToldScore<'_>> {
        let of = self.names.iter().zip(&self.told);
        of.flat_map(|(agent, (probability, left))| std::iter::repeat_n(ToldScore { agent, probability: *probability, left: *left }, each))
            .collect()
    }

    fn found(&self, each: usize) -> Calibration {
        calibration(&self.rows(each)).unwrap()
    }
}

fn near(found: f64, expected: f64, within: f64) {
    assert!((found - expected).abs() <= within, "{found} is not within {within} of {expected}");
}

/// Two values of what was told make the line exact: it goes through the shares that left. Of 100 agents with log-odds −1 20 left, of 100 with +1 60: the line through −ln 4 and
/// ln 1.5. With one row each the sandwich is that of two binomials: var of each end is 1 ÷ (100 · p · (1 − p)), times 200 ÷ 199. Of the same shares of 0 and 2 the intercept is
/// the low end by itself.
#[test]
fn the_line_of_two_groups_is_worked_out_by_hand() {
    let names: Vec<String> = (0..200).map(|number| format!("agent {number}")).collect();
    let found = |middle: f64| {
        let row = |number: usize| {
            let (high, within) = (number >= 100, number % 100);
            ToldScore {
                agent: &names[number],
                probability: probability(middle + if high { 1.0 } else { -1.0 }),
                left: within < if high { 60 } else { 20 },
            }
        };
        calibration(&(0..200).map(row).collect::<Vec<_>>()).unwrap()
    };
    let (found, shifted) = (found(0.0), found(1.0).line.unwrap());
    assert_eq!((found.agents, found.rows, found.leavers, found.observed), (200, 200, 80, 80));
    near(found.expected, 100.0, 1e-9);
    let line = found.line.unwrap();
    let (low, high) = (-(4.0_f64.ln()), 1.5_f64.ln());
    let (var_low, var_high): (f64, f64) = (200.0 / 199.0 / (100.0 * 0.2 * 0.8), 200.0 / 199.0 / (100.0 * 0.6 * 0.4));
    near(line.intercept.value, f64::midpoint(low, high), 1e-9);
    near(line.slope.value, (high - low) / 2.0, 1e-9);
    near(line.intercept.error, ((var_low + var_high) / 4.0).sqrt(), 1e-9);
    near(line.slope.error, ((var_low + var_high) / 4.0).sqrt(), 1e-9);
    // The ends are independent, so the distance is that of both from −1 and 1.
    near(line.distance, (low + 1.0).powi(2) / var_low + (high - 1.0).powi(2) / var_high, 1e-6);
    near(shifted.intercept.value, low, 1e-9);
    near(shifted.intercept.error, var_low.sqrt(), 1e-9);
    near(shifted.slope.error, line.slope.error, 1e-9);
    near(shifted.distance, low.powi(2) / var_low + (high - 2.0).powi(2) / var_high, 1e-6);
    // 80 leavers: Garwood has 63.43 to 99.57; every leaver has one row.
    let (ratio, interval) = found.observed_over_expected().unwrap();
    near(ratio, 0.8, 1e-9);
    near(interval.low, 0.6343, 1e-4);
    near(interval.high, 0.9957, 1e-4);
}

/// Four weeks of an agent that are all alike say no more than one: the same line, the same errors, the same interval of O ÷ E.
#[test]
fn rows_of_one_agent_are_one_piece_of_evidence() {
    let agents = Agents::new(400, &mut Draw::new(5), (0.5, 0.5));
    let (one, four) = (agents.found(1), agents.found(4));
    assert_eq!((one.agents, one.leavers, 4 * one.rows, 4 * one.observed), (four.agents, four.leavers, four.rows, four.observed));
    let ([a, b], [of_one, of_four]) =
        ([one.line.unwrap(), four.line.unwrap()], [one, four].map(|found| found.observed_over_expected().unwrap()));
    near(a.slope.value, b.slope.value, 1e-9);
    near(a.slope.error, b.slope.error, 1e-9);
    near(a.distance, b.distance, 1e-6);
    near(of_one.1.low, of_four.1.low, 1e-12);
}

/// Of a model that is right the interval of the slope holds 1 about nineteen times in twenty, and the verdict is not to keep it about once in twenty.
#[test]
fn a_model_that_is_right_is_kept_but_for_chance() {
    let mut draw = Draw::new(11);
    let (mut inside, mut kept) = (0, 0);
    for _ in 0..200 {
        let line = Agents::new(1_500, &mut draw, (0.0, 1.0)).found(3).line.unwrap();
        let interval = line.slope.interval();
        inside += i32::from(interval.low <= 1.0 && 1.0 <= interval.high);
        kept += i32::from(decide(&UpkeepFacts { leavers: 100, line: Some(line) }) == Verdict::Keep);
    }
    assert!((180..=198).contains(&inside) && (178..=198).contains(&kept), "{inside} {kept}");
}

/// What is found puts the scores right: recalibrated, the model tells what the line says, is no prior any more, and keeps the order.
#[test]
fn the_recalibrated_model_tells_what_the_line_says() {
    let mut model: HazardModel = serde_json::from_str(PRIOR_MODEL).unwrap();
    model.recalibration = Recalibration { intercept: 0.4, slope: 0.8 };
    let line = Recalibration { intercept: -0.3, slope: 1.2 };
    let better = recalibrated(&model, &line, "north-2026-11-28-01234567").unwrap();
    let empty = InputValues::new();
    near(better.score(&empty, &empty).log_odds, line.apply(model.score(&empty, &empty).log_odds), 1e-12);
    assert!(model.prior && !better.prior && better.id == "north-2026-11-28-01234567" && better.terms == model.terms);
    // As a file it is read again, and may be used.
    let again: HazardModel = serde_json::from_str(&serde_json::to_string(&better).unwrap()).unwrap();
    assert!(again.check().is_ok() && again == better);
    // A line that falls would turn the ranks around.
    assert!(recalibrated(&model, &Recalibration { slope: -0.1, ..line }, "x").is_err());
}

#[test]
fn every_border_of_the_verdict() {
    let line = |slope: f64, distance: f64| Line {
        intercept: Estimate { value: 0.0, error: 0.1 },
        slope: Estimate { value: slope, error: 0.1 },
        distance,
    };
    let of = |leavers: u64, slope: f64, distance: f64| decide(&UpkeepFacts { leavers, line: Some(line(slope, distance)) });
    let within = [0.7, 1.0, 1.3];
    let outside = [-1.0, 0.699_999, 1.300_001];
    for slope in within.into_iter().chain(outside) {
        for distance in [0.0, 5.991, 5.992, 1_000.0] {
            assert_eq!([of(0, slope, distance), of(LEAVERS_MIN - 1, slope, distance)], [Verdict::TooFew; 2]);
            let expected = match (outside.contains(&slope), distance > 5.991_5) {
                (true, _) => Verdict::Refit,
                (false, true) => Verdict::Recalibrate,
                (false, false) => Verdict::Keep,
            };
            assert_eq!([of(LEAVERS_MIN, slope, distance), of(100_000, slope, distance)], [expected; 2], "{slope} {distance}");
        }
    }
    assert_eq!(decide(&UpkeepFacts { leavers: 49, line: None }), Verdict::TooFew);
    assert_eq!(decide(&UpkeepFacts { leavers: 50, line: None }), Verdict::Refit);
    assert_eq!(LEAVERS_MIN, 50);
}

/// Scores that do not differ have no line; that is no reason to keep them.
#[test]
fn scores_that_do_not_differ_have_no_line() {
    let agents = Agents::new(300, &mut Draw::new(7), (0.0, 1.0));
    let mut rows = agents.rows(1);
    rows.iter_mut().for_each(|row| row.probability = 0.1);
    assert_eq!(calibration(&rows).unwrap().line, None);
    // Eight agents are enough to be counted, seven are not, nor are four with two rows each.
    assert_eq!([calibration(&rows[..7]), calibration(&agents.rows(2)[..8])], [None, None]);
    assert!(calibration(&rows[..8]).is_some());
    // Nobody left: up to −ln 0.025 = 3.689 leavers, of 4.29 rows each.
    rows.iter_mut().for_each(|row| row.left = false);
    let (ratio, interval) = calibration(&rows).unwrap().observed_over_expected().unwrap();
    near(ratio, 0.0, 0.0);
    near(interval.high, 3.688_879 * (30.0 / 7.0) / 30.0, 1e-5);
    // Nobody was expected: there is nothing to divide by.
    let none: Vec<_> = rows.iter().map(|row| ToldScore { probability: 0.0, ..*row }).collect();
    assert_eq!(calibration(&none).unwrap().observed_over_expected(), None);
    // Probabilities of 0 and 1 are held to what has log-odds.
    rows[0].probability = 0.0;
    rows[1].probability = 1.0;
    rows.iter_mut().take(40).for_each(|row| row.left = true);
    assert!(calibration(&rows).unwrap().line.is_some_and(|line| line.slope.value.is_finite() && line.slope.error.is_finite()));
    assert!(logit(1e-9).is_finite());
}

/// The last day looked at is the last of which anything is known, and the day after it is not.
#[test]
fn matured_days_are_those_of_which_the_outcome_is_known() {
    let days = matured_days(20_100);
    assert_eq!(days.clone().count(), 90);
    assert_eq!(outcome(*days.end(), None, 30, 20_100), Some(false));
    assert_eq!(outcome(*days.end() + 1, None, 30, 20_100), None);
    assert_eq!(outcome(*days.end(), Some(Leaving::Voluntary(20_080)), 30, 20_100), Some(true));
}

/// The two bars, from either side, with so many agents that chance says nothing.
#[test]
fn every_border_of_drift() {
    let half = 1_000_000_u64;
    let of = |moved: u64| drift(&[half, half], &[half + moved, half - moved]).unwrap();
    // For two halves the index is x ln((½ + x) ÷ (½ − x)), x of two millions: 0.1 at 310,949 and 0.25 at 479,098.
    for (moved, level) in [
        (0, DriftLevel::Stable),
        (310_940, DriftLevel::Stable),
        (310_960, DriftLevel::Moving),
        (479_090, DriftLevel::Moving),
        (479_110, DriftLevel::Another),
    ] {
        let found = of(moved);
        assert_eq!(found.level(), level, "{moved}: {found:?}");
    }
    assert!(of(310_940).stability < MOVING_ABOVE && of(310_960).stability > MOVING_ABOVE);
    assert!(of(479_090).stability < ANOTHER_ABOVE && of(479_110).stability > ANOTHER_ABOVE);
    assert_eq!([drift(&[], &[]), drift(&[1], &[1, 2]), drift(&[0], &[1]), drift(&[1], &[0])], [None; 4]);
}

/// χ² of one degree of freedom exceeds 10.83 once in a thousand times, of nine 27.88.
#[test]
fn what_chance_can_make_is_no_drift() {
    let two = drift(&[500, 500], &[18, 2]).unwrap();
    near(two.chance, 10.827_6 * (1.0 / 1_000.0 + 1.0 / 20.0), 1e-4);
    assert!(two.stability > two.chance && two.level() == DriftLevel::Another && two.bins == 2);
    let few = drift(&[500, 500], &[9, 1]).unwrap();
    assert!(few.stability > ANOTHER_ABOVE && few.stability < few.chance && few.level() == DriftLevel::Stable);
    assert_eq!((few.beyond_chance(), two.beyond_chance()), (0.0, two.stability));
    near(drift(&[100; 10], &[10; 10]).unwrap().chance, 27.877 * (0.001 + 0.01), 1e-4);
}

/// Equal distributions: one drift in a thousand, whatever the size of the site.
#[test]
fn a_site_that_does_not_change_has_no_drift() {
    let mut draw = Draw::new(23);
    let mut false_ones = 0;
    for agents in [10_usize, 30, 80, 300] {
        for _ in 0..500 {
            let mut counts = |values: usize| {
                (0..values).fold([0_u64; 10], |mut bins, _| {
                    bins[(draw.unit() * 10.0) as usize] += 1;
                    bins
                })
            };
            let (then, now) = (counts(13 * agents), counts(agents));
            false_ones += i32::from(drift(&then, &now).unwrap().beyond_chance() > 0.0);
        }
    }
    assert!(false_ones <= 12, "{false_ones} of 2,000");
}

/// A week of few agents has few bins; neighbours are put together; a value that nobody had is seen.
#[test]
fn bins_go_by_how_many_there_are() {
    let bins = |agents: u64| drift(&[130 * agents; 10], &[agents; 10]).unwrap().bins;
    // A third is four tenths, and what is left over goes to the second.
    assert_eq!([bins(1), bins(3), bins(4), bins(10), bins(1_000)], [2, 2, 3, 10, 10]);
    // Of ten shares one is of those who had nothing: the rest is what is left over.
    assert_eq!(drift(&[800, 150, 50], &[80, 15, 5]).unwrap().bins, 2);
    // Fifty of the week are two tenths in each of five bins, 49 three tenths in each of three.
    assert_eq!(drift(&[1_300; 10], &[5; 10]).unwrap().bins, 5);
    assert_eq!(drift(&[1_300; 10], &[5, 5, 5, 5, 5, 5, 5, 5, 5, 4]).unwrap().bins, 3);
    // Ten at most: of eleven parts two are put together. By what was, wherever everybody is now.
    assert_eq!(drift(&[1_300; 11], &[100; 11]).unwrap().bins, 5);
    assert_eq!(drift(&[1_300; 10], &[1_000, 0, 0, 0, 0, 0, 0, 0, 0, 0]).unwrap().bins, 10);
    let new = drift(&[1_300, 0], &[50, 50]).unwrap();
    assert_eq!((new.bins, new.level()), (2, DriftLevel::Another));
}

#[test]
fn the_quarter_ends_before_the_week() {
    // Made up to yesterday: the last week is not compared with itself.
    assert_eq!(reference_quarter(Some(20_299), 20_000, 20_300), Some(20_209..=20_293));
    assert_eq!(reference_quarter(None, 20_000, 20_300), Some(20_000..=20_090));
    assert_eq!(reference_quarter(None, 20_000, 20_034), Some(20_000..=20_027));
    assert_eq!(reference_quarter(None, 20_000, 20_033), None);
}
