//! What is told of why: named rules, what speaks against a signal, how many leave anyway and how many such warnings come true.

use super::*;
use attrition::detectors::Rule;

/// Base and precision: the base only of a model that a site's own leavers have calibrated, the precision only where it is known; neither before reasons are seen.
#[test]
fn how_many_leave_and_how_many_come_true_is_told_where_it_is_known() {
    let of = |calibrated: bool, precision: Option<f64>| {
        let signal = folded(&[SignalEvent { calibrated, ..opened() }, by(SignalKind::Acknowledged, SignalActor::Leader, 2_000)])
            .expect("it is open");
        assert_eq!(told(&signal, Sight::Outline, precision, Language::English).footnote, None);
        told(&signal, Sight::Reasons, precision, Language::English).footnote.expect("reasons are seen")
    };
    let (base, some, none) = (
        "Of 100 such colleagues about 4 leave within 30 days anyway. ",
        "About 4 of 10 such warnings come true.",
        "How many such warnings come true is not known yet.",
    );
    assert_eq!([of(true, Some(0.41)), of(true, None)], [format!("{base}{some}"), format!("{base}{none}")]);
    assert_eq!([of(false, Some(0.41)), of(false, None)], [some, none]);
}

/// Rules and what speaks against it are seen with the reasons, and an escalation tells of all of them anew.
#[test]
fn rules_go_with_reasons() {
    let seen = |signal: &Signal, sight| {
        let told = told(signal, sight, None, Language::English);
        [told.reasons.len(), told.against.len(), told.rules.len()]
    };
    assert_eq!([Sight::Status, Sight::Outline, Sight::Reasons].map(|sight| seen(&acknowledged(), sight)), [[0; 3], [0; 3], [1, 1, 2]]);
    let escalated = SignalEvent { kind: SignalKind::Escalated, tier: "urgent", event_time_us: 2_000, ..opened() };
    let other = SignalEvent { rules: vec!["efficiency"], lowering: Vec::new(), base: Some(0.1), calibrated: true, ..escalated.clone() };
    let signal = in_state(&[other]);
    assert_eq!((signal.rules, signal.lowering.len(), signal.base, signal.calibrated), (vec![Rule::Efficiency], 0, Some(0.1), true));
    // One that says nothing of why leaves what was told.
    let signal = in_state(&[SignalEvent { kind: SignalKind::Escalated, tier: "urgent", event_time_us: 2_000, ..without_why() }]);
    assert_eq!((signal.rules, signal.lowering.len(), signal.base), (vec![Rule::Absence, Rule::Overload], 1, Some(0.04)));
}
