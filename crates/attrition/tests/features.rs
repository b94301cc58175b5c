//! Nothing outside the list of inputs can enter, by whatever door.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]
#![allow(clippy::float_cmp, reason = "these values are exact by construction")]

use attrition::Error;
use attrition::features::{AgentDay, Fact, Family, FeatureValues, Input, NEVER_INPUTS, OFF_BY_DEFAULT, Treatment, catalogue, excluded};
use attrition::hazard::HazardModel;
use proptest::prelude::*;
use std::collections::BTreeSet;

#[test]
fn every_code_is_there_once_and_leads_back() {
    let codes: BTreeSet<&str> = catalogue().iter().map(|spec| spec.code).collect();
    assert_eq!(codes.len(), catalogue().len());
    for spec in catalogue() {
        assert_eq!(spec.feature.spec().code, spec.code, "the catalogue is in the order of the enumeration");
        assert!(!spec.facts.is_empty() && !spec.definition.is_empty(), "{}", spec.code);
    }
    let names: BTreeSet<String> = Input::all().iter().map(ToString::to_string).collect();
    assert_eq!(names.len(), Input::all().len());
    for input in Input::all() {
        assert_eq!(Input::named(&input.to_string()), Ok(input));
    }
}

#[test]
fn never_inputs_are_refused_by_name_with_the_reason() {
    for exclusion in NEVER_INPUTS.iter().chain(OFF_BY_DEFAULT) {
        for word in exclusion.words {
            for name in [(*word).to_owned(), format!("{word}.ew7"), format!("agent_{word}"), word.to_uppercase()] {
                assert_eq!(Input::named(&name), Err(Error::NeverAnInput { name: name.clone(), reason: exclusion.reason }), "{name}");
            }
            let day = format!(r#"{{"agent": "a1", "day": 1, "worked": true, "values": {{"{word}": 1.0}}}}"#);
            assert!(serde_json::from_str::<AgentDay>(&day).unwrap_err().to_string().contains(exclusion.reason), "{word}");
        }
    }
    assert!(serde_json::from_str::<AgentDay>(r#"{"agent": "a1", "day": 1, "worked": true, "values": {}, "age": 33}"#).is_err());
    assert!(serde_json::from_str::<FeatureValues>(r#"{"acw": 1.0}"#).is_ok());
}

#[test]
fn a_model_file_with_another_input_is_no_model() {
    let file = |input: &str| {
        format!(
            r#"{{"format": 1, "id": "m", "prior": true, "horizon_days": 30, "feature_schema": 1, "intercept": -3.0,
                "terms": [{{"input": "{input}", "coefficient": 0.1, "scaling": {{"mean": 0.0, "sd": 1.0}}}}],
                "recalibration": {{"intercept": 0.0, "slope": 1.0}}}}"#
        )
    };
    let model: HazardModel = serde_json::from_str(&file("acw.change")).unwrap();
    assert_eq!(model.check(), Ok(()));
    for input in ["gender", "acw", "acw.ew8", "absent.ew7", "tenure.6", "month.13", "salary"] {
        assert!(serde_json::from_str::<HazardModel>(&file(input)).is_err(), "{input}");
    }
}

#[test]
fn no_description_speaks_of_what_is_excluded() {
    for spec in catalogue() {
        assert_eq!(excluded(spec.code), None, "{}", spec.code);
        assert_eq!(excluded(spec.definition), None, "{}", spec.definition);
    }
    assert_eq!(catalogue().iter().filter(|spec| spec.opt_in).map(|spec| spec.code).collect::<Vec<_>>(), ["survey_pulse"]);
    assert!(catalogue().iter().all(|spec| spec.opt_in == spec.facts.contains(&Fact::AgentSurvey)));
}

#[test]
fn what_the_organisation_can_change_is_marked() {
    for spec in catalogue() {
        assert_eq!(spec.organisation, matches!(spec.family, Family::Load | Family::Surroundings), "{}", spec.code);
    }
    // Everything an agent does is held to the sign that doing worse cannot lower the risk.
    for input in Input::all() {
        let own_doing =
            input.feature().is_some_and(|feature| matches!(feature.spec().treatment, Treatment::Standardised | Treatment::Rate));
        assert_eq!(input.not_negative(), own_doing, "{input}");
    }
}

proptest! {
    /// A name is an input only if it is on the list.
    #[test]
    fn names_from_outside_are_looked_up(name in "[a-z_0-9]{1,12}(\\.[a-z0-9]{1,5})?") {
        let listed = Input::all().iter().any(|input| input.to_string() == name);
        prop_assert_eq!(Input::named(&name).is_ok(), listed);
    }
}
