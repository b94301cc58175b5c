//! Days of an agent who was erased on request are not formed again, whatever facts there are.

use super::facts::span;
use super::site::{Berlin, DAY, person, utc};

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
