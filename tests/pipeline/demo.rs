//! `deploy/demo` as a stranger sees it: its own real Kafka, ClickHouse, Prometheus and Alertmanager, the board, the audit, and an early warning that is read back
//! from Alertmanager's API and shown to a leader.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods, missing_docs, reason = "a test may panic")]

use std::path::Path;
use std::process::Command;

/// The demo ends with 0 only if its audits find nothing and every warning that is due has reached Alertmanager.
#[test]
fn it_shows_a_board_an_audit_and_an_early_warning() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the checkout");
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new("timeout");
    command.args(["--signal=INT", "540"]).arg(root.join("deploy/demo")).args(["--binary", env!("CARGO_BIN_EXE_holdfast")]);
    command.arg("--folder").arg(folder.path()).args(["--live", "3", "--seconds", "0", "--patience", "420", "--board", "127.0.0.1:0"]);
    let output = command.env_remove("HOLDFAST_STACK_DIR").output().expect("deploy/demo runs");
    let (said, steps) = (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned());
    assert!(output.status.success(), "{said}\n{steps}");
    let after = |words: &str| said.split_once(words).unwrap_or_else(|| panic!("{words} is not in {said}")).1;
    let alerts: usize = after("Alertmanager has ").split(' ').next().and_then(|number| number.parse().ok()).expect("a number");
    assert!(alerts > 0);
    assert_eq!(said.matches("no difference").count(), 2, "an audit of the centre, and one of the site: {said}");
    // The leader sees of whom it is, and no reason and no probability before saying what the leader saw.
    let listed = after("$ holdfast signals list --as leader:west-leader-");
    let listed = listed.split_once("and goes on").expect("what comes next").0;
    assert!(listed.contains("PJSIP/west-"), "{listed}");
    assert!(after("and goes on").contains("signals acknowledge "));
    assert!(
        steps.find("starting every stage").expect("the board") < steps.find("early warning:").expect("the early warning"),
        "the board comes first: {steps}"
    );
}
