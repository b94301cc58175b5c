//! Days of an agent who was erased on request are not formed again, whatever facts there are.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    dead_code,
    unused_imports,
    reason = "a test; it uses a part of what it shares"
)]

mod common;
#[path = "fact_kpis/facts.rs"]
mod facts;
#[path = "attrition/site.rs"]
mod site;

use facts::span;
use site::{Berlin, DAY, person, utc};

/// SHA-256 of `default`, 0x1f, `ann`; worked out by `printf 'default\x1fann' | sha256sum`.
const ANN: &str = "792d37e41974cb0f43dbb6ba5b57b3ded0825ee3d0441d7865a4f7ab678c0a0f";

#[test]
fn days_of_an_erased_agent_are_not_formed_again() {
    let berlin = Berlin::new("erased");
    berlin.write(&[person("ann"), person("ben")]);
    berlin.write(&["ann", "ben"].map(|who| span(who, utc(0, 8, 0), utc(0, 16, 0), "available")));
    let agents = || berlin.days(DAY, DAY).into_iter().map(|day| day.agent).collect::<Vec<_>>();
    berlin.form(&[DAY], utc(9, 0, 0));
    assert_eq!(agents(), ["ann", "ben"]);
    let erased = format!("INSERT INTO {{database}}.erasures (tenant, run, cause, agent_hash) VALUES ('default', 'r', 'erasure', '{ANN}')");
    berlin.wait(berlin.attrition.server().execute(&erased)).unwrap();
    berlin.form(&[DAY], utc(9, 0, 0));
    assert_eq!(agents(), ["ben"]);
}

/// A replay works the days out again from the raw records: who was erased before is erased there too, once, however often it is run.
#[test]
fn who_was_erased_is_erased_in_a_replay() {
    let (here, there) = (Berlin::new("erased_here"), Berlin::new("erased_there"));
    there.write(&[person("ann"), person("ben")]);
    there.write(&["ann", "ben"].map(|who| span(who, utc(0, 8, 0), utc(0, 16, 0), "available")));
    let erased = format!(
        "INSERT INTO {{database}}.erasures (tenant, run, cause, agent_hash) VALUES ('default', 'r', 'erasure', '{ANN}'), ('default', 's', 'retention', '')"
    );
    here.wait(here.attrition.server().execute(&erased)).unwrap();
    for _ in 0..2 {
        there.wait(warehouse::replayed::copy_erasures(here.attrition.server(), there.attrition.server())).unwrap();
    }
    there.form(&[DAY], utc(9, 0, 0));
    assert_eq!(there.days(DAY, DAY).into_iter().map(|day| day.agent).collect::<Vec<_>>(), ["ben"]);
    let copied = there.wait(there.attrition.server().rows("SELECT count() AS n FROM erasures")).unwrap();
    assert_eq!(copied[0]["n"].to_string().trim_matches('"'), "1", "proofs of what was deleted elsewhere stay there");
}
