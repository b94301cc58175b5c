//! The pure crates stay pure: nothing they depend on can do I/O of ours, tell the time or draw random numbers.

use std::collections::{BTreeMap, BTreeSet};

/// Crates that decide numbers.
const PURE: &[&str] = &["events", "lifecycle", "kpi", "simulator", "attrition", "evaluation", "training", "retention"];
/// What must not be reachable from them.
const BANNED: &[&str] = &[
    "tokio",
    "rdkafka",
    "rdkafka-sys",
    "clickhouse",
    "axum",
    "hyper",
    "prometheus",
    "tracing",
    "mio",
    "socket2",
    "signal-hook",
    "runtime",
];
/// What they must not use themselves (the Avro library draws random sync markers for files, which nothing here writes).
const BANNED_DIRECTLY: &[&str] = &["rand", "getrandom", "fastrand"];
/// Which of our own crates each may know (design: a functional core).
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("events", &[]),
    ("lifecycle", &["events"]),
    ("kpi", &["events"]),
    ("simulator", &["events"]),
    ("attrition", &[]),
    ("evaluation", &["attrition", "simulator"]),
    ("training", &["attrition"]),
    ("retention", &["attrition"]),
    ("runtime", &["events"]),
    ("ingester", &["events"]),
    ("enricher", &["events", "lifecycle", "runtime"]),
    ("aggregator", &["events", "kpi", "lifecycle", "runtime"]),
    ("board", &["events", "kpi", "runtime"]),
    ("warehouse", &["attrition", "events", "kpi", "runtime"]),
];

type Graph = BTreeMap<String, BTreeSet<String>>;

/// Package → packages that it depends on (not for tests or builds), and the names of ours.
fn graph() -> (Graph, BTreeSet<String>) {
    let metadata = cargo_metadata::MetadataCommand::new().other_options(vec!["--locked".to_owned()]).exec().expect("cargo metadata");
    let names: BTreeMap<_, _> = metadata.packages.iter().map(|package| (package.id.clone(), package.name.to_string())).collect();
    let own = metadata.workspace_members.iter().map(|id| names[id].clone()).collect();
    let resolve = metadata.resolve.expect("resolved");
    let mut graph = Graph::new();
    for node in resolve.nodes {
        let normal = node
            .deps
            .iter()
            .filter(|dependency| dependency.dep_kinds.iter().any(|kind| kind.kind == cargo_metadata::DependencyKind::Normal));
        graph.entry(names[&node.id].clone()).or_default().extend(normal.map(|dependency| names[&dependency.pkg].clone()));
    }
    (graph, own)
}

fn reachable(graph: &Graph, from: &str) -> BTreeSet<String> {
    let (mut seen, mut open) = (BTreeSet::new(), vec![from.to_owned()]);
    while let Some(name) = open.pop() {
        for next in graph.get(&name).into_iter().flatten() {
            if seen.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    seen
}

#[test]
fn pure_crates_reach_nothing_that_acts() {
    let (graph, own) = graph();
    for name in PURE {
        assert!(own.contains(*name), "{name} is no crate of the workspace");
        let found: Vec<String> = reachable(&graph, name).into_iter().filter(|other| BANNED.contains(&other.as_str())).collect();
        assert!(found.is_empty(), "{name} must stay pure but reaches {found:?}");
        let used: Vec<&String> = graph[*name].iter().filter(|other| BANNED_DIRECTLY.contains(&other.as_str())).collect();
        assert!(used.is_empty(), "{name} must stay pure but uses {used:?}");
    }
}

#[test]
fn crates_know_only_what_they_may() {
    let (graph, own) = graph();
    for (name, may_know) in MAY_KNOW {
        let knows: Vec<&String> = graph[*name].iter().filter(|other| own.contains(*other) && !may_know.contains(&other.as_str())).collect();
        assert!(knows.is_empty(), "{name} may know {may_know:?} but depends on {knows:?}");
    }
}
