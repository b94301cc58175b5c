//! The rule of short calls on two months of a bank's calls (1999), in which some agents are known to have hung up to rest. Skipped with
//! `HOLDFAST_DATA=none`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]
#![allow(clippy::float_cmp, reason = "these values are exact by construction")]

mod real;

use attrition::groove::{GrooveWeek, ShortCallCount, is_groove, is_short_call_groove, short_call_flags};
use std::collections::BTreeMap;

/// Calls and talks under 10 s by agent. Calls that name no agent are nobody's.
fn counts(path: &str) -> Option<BTreeMap<String, ShortCallCount>> {
    let text = real::text(path)?;
    let mut counts: BTreeMap<String, ShortCallCount> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        if cells.len() == 17 && cells[12] == "AGENT" && cells[16] != "NO_SERVER" {
            let count = counts.entry(cells[16].to_owned()).or_insert(ShortCallCount { calls: 0, short: 0 });
            count.calls += 1;
            count.short += u64::from(cells[15].parse::<u32>().unwrap() < 10);
        }
    }
    Some(counts)
}

fn judge(path: &str, expected: &[&str], shares_percent: &[(&str, u64)]) {
    let Some(counts) = counts(path) else { return };
    let flags = short_call_flags(&counts.values().copied().collect::<Vec<_>>());
    let flagged: Vec<&str> = counts.keys().zip(&flags).filter(|(_, flag)| **flag == Some(true)).map(|(agent, _)| agent.as_str()).collect();
    assert_eq!(flagged, expected);
    for (agent, percent) in shares_percent {
        let ShortCallCount { calls, short } = counts[*agent];
        assert_eq!((short * 200 + calls) / (2 * calls), *percent, "{agent}: {short} of {calls}");
    }
    // The centre: 3.4 to 5.5 %.
    let (calls, short) = counts.values().fold((0, 0), |(calls, short), count| (calls + count.calls, short + count.short));
    assert!((0.034..0.056).contains(&(short as f64 / calls as f64)), "{short} of {calls}");
    // Who has too few calls is not judged.
    assert!(counts.values().zip(&flags).all(|(count, flag)| flag.is_none() == (count.calls < 200)));
}

#[test]
fn the_agents_who_hung_up_are_found() {
    judge("anonymous-bank-1999-01/january.txt", &["MIKI", "MORIAH"], &[("MORIAH", 17), ("MIKI", 13), ("ANAT", 10), ("TOVA", 3)]);
    judge(
        "anonymous-bank-1999-02/data_anonymous_bank_february.txt",
        &["ANAT", "MIKI", "MORIAH"],
        &[("MORIAH", 19), ("MIKI", 15), ("ANAT", 18), ("TOVA", 10)],
    );
}

#[test]
fn a_groove_at_its_borders() {
    let bent = GrooveWeek { strong: 0.75, strong_error: 0.37, weak: -0.5, weak_error: 0.24 };
    assert!(is_groove(&[bent, bent]) && (bent.index() - 1.25).abs() < 1e-12);
    for other in [
        GrooveWeek { strong: 0.74, ..bent },
        GrooveWeek { weak: -0.49, ..bent },
        GrooveWeek { strong_error: 0.38, ..bent },
        GrooveWeek { weak_error: 0.26, ..bent },
        // Learning: both rise.
        GrooveWeek { weak: 0.5, ..bent },
    ] {
        assert!(!is_groove(&[other, bent]) && !is_groove(&[bent, other]), "{other:?}");
    }
    assert!(is_groove(&[GrooveWeek { weak: 0.5, ..bent }, bent, bent]), "the latest two weeks count");
}

#[test]
fn borders_of_the_rule() {
    let judged = |calls, short, peers| is_short_call_groove(ShortCallCount { calls, short }, peers);
    assert_eq!(judged(199, 199, 0.0), None);
    // Wilson for 18 of 200 (z 1.96): (0.09 + 0.0096 − √(0.0819/200 + 0.000096) · 1.96) / 1.0192 = 0.0577 > 0.05; for 15 of 200: 0.0460.
    assert_eq!(judged(200, 18, 0.0), Some(true));
    assert_eq!(judged(200, 15, 0.0), Some(false));
    // Where peers have 2 %, 6 % is the border.
    assert_eq!(judged(200, 18, 0.02), Some(false));
}
