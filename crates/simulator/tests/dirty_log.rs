//! A dirty log holds the clean one: put in order, without duplicates and bad lines, it is the same to the last byte.

use simulator::{Dirt, Scenario, dirty, simulate};
use std::collections::BTreeSet;

#[test]
fn the_clean_log_can_be_recovered() {
    let simulation = simulate(&Scenario::preset("small", 8).unwrap()).unwrap();
    let clean: Vec<&str> = simulation.lines().map(|line| line.text.as_str()).collect();
    let (spoilt, truth) = dirty(clean.iter().copied(), 8, &Dirt::default());
    assert_eq!(spoilt.len(), clean.len() + truth.duplicates + truth.poison.len());
    assert!(truth.duplicates > 0 && truth.late > 0 && truth.out_of_order > 0);
    let bad: BTreeSet<usize> = truth.poison.iter().map(|poison| poison.position).collect();
    let kept = spoilt.iter().enumerate().filter(|(position, _)| !bad.contains(position)).map(|(_, line)| line.as_str());
    assert_eq!(kept.collect::<BTreeSet<_>>(), clean.iter().copied().collect::<BTreeSet<_>>());
}

#[test]
fn the_same_seed_spoils_the_same_way() {
    let simulation = simulate(&Scenario::preset("small", 8).unwrap()).unwrap();
    let spoil = |seed| dirty(simulation.lines().map(|line| line.text.as_str()), seed, &Dirt::default());
    assert_eq!(spoil(1), spoil(1));
    assert_ne!(spoil(1).0, spoil(2).0);
}
