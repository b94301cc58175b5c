//! Repairs: what panes lack, written as a partial of its own beside those of the partitions.

use super::{Difference, Report, measures};
use crate::insert::insert;
use crate::rows::QueuePaneRow;
use crate::server::{integer, text};
use crate::{Error, Server};
use std::collections::BTreeMap;
use std::time::Duration;

/// Partition number of repairs. They have the layout 0.
pub(super) const REPAIR: i32 = -1;

/// Longest time for the insert.
pub(super) const INSERT_LIMIT: Duration = Duration::from_secs(120);

/// Tenant, queue, minute (microseconds since 1970).
type Minute = (String, String, i64);

/// Adds a repair to every pane that differs, so that panes equal facts. Returns the number of panes repaired.
///
/// Run it when the loader has caught up: a pane that is still on its way would be added to its repair, and the next audit
/// would find that.
///
/// # Errors
/// [`Error::ClickHouse`].
pub async fn fix(server: &Server, report: &Report) -> Result<usize, Error> {
    if report.differences.is_empty() {
        return Ok(0);
    }
    let mut old = old_repairs(server).await?;
    let mut minutes = BTreeMap::<Minute, Vec<&Difference>>::new();
    for difference in &report.differences {
        minutes.entry((difference.tenant.clone(), difference.queue.clone(), difference.minute_us)).or_default().push(difference);
    }
    let mut rows = Vec::new();
    for (minute, differences) in minutes {
        let (mut measures, version) = old.remove(&minute).unwrap_or_default();
        for difference in differences {
            *measures.entry(difference.measure.clone()).or_default() += difference.facts - difference.panes;
        }
        rows.push(row(minute, measures, version + 1));
    }
    insert(server, rows.iter(), INSERT_LIMIT).await.map_err(|error| Error::failed("writing repairs", &error))?;
    Ok(rows.len())
}

/// The repairs that there are: their measures and their versions.
async fn old_repairs(server: &Server) -> Result<BTreeMap<Minute, (BTreeMap<String, i64>, u64)>, Error> {
    let minute = |row: &serde_json::Map<String, serde_json::Value>| {
        (text(row, "tenant").to_owned(), text(row, "queue").to_owned(), integer(row, "minute_us"))
    };
    let mut repairs = BTreeMap::<Minute, (BTreeMap<String, i64>, u64)>::new();
    let versions = format!(
        "SELECT tenant, queue, toUnixTimestamp64Micro(window_start) AS minute_us, max(version) AS highest FROM queue_panes WHERE source_partition = {REPAIR} GROUP BY tenant, queue, window_start"
    );
    for found in server.rows(&versions).await? {
        repairs.entry(minute(&found)).or_default().1 = u64::try_from(integer(&found, "highest")).unwrap_or(0);
    }
    let measures =
        format!("SELECT tenant, queue, toUnixTimestamp64Micro(minute) AS minute_us, measure, value FROM ({})", measures::repairs(REPAIR));
    for found in server.rows(&measures).await? {
        repairs.entry(minute(&found)).or_default().0.insert(measures::name(integer(&found, "measure")), integer(&found, "value"));
    }
    Ok(repairs)
}

fn row((tenant, queue, minute_us): Minute, measures: BTreeMap<String, i64>, version: u64) -> QueuePaneRow {
    let mut row = QueuePaneRow { tenant, queue, window_start: minute_us, source_partition: REPAIR, version, ..QueuePaneRow::default() };
    for (measure, value) in measures {
        match measure.split_once('/') {
            None => {
                if let Some(count) = row.count_mut(&measure) {
                    *count = value;
                }
            }
            Some((name, at)) => set_bucket(&mut row, name, at, value),
        }
    }
    row
}

/// Sets bucket `at` of a histogram (counted from 1) or of a sketch.
fn set_bucket(row: &mut QueuePaneRow, name: &str, at: &str, value: i64) {
    if let Some(histogram) = row.histogram_mut(name) {
        let place = at.parse::<usize>().unwrap_or(1).saturating_sub(1);
        if histogram.len() <= place {
            histogram.resize(place + 1, 0);
        }
        if let Some(bucket) = histogram.get_mut(place) {
            *bucket = value;
        }
    } else if let (Some((buckets, counts)), true) = (row.sketch_mut(name), value != 0) {
        buckets.push(at.parse().unwrap_or(0));
        counts.push(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_go_to_their_columns() {
        let measures = [("offered", 2), ("wait_answered_histogram/3", -1), ("wait_sketch/130", 4), ("talk_sketch/7", 0)];
        let measures = measures.map(|(name, value)| (name.to_owned(), value)).into();
        let row = row(("t".to_owned(), "q".to_owned(), 60_000_000), measures, 3);
        assert_eq!((row.offered, row.source_partition, row.version), (2, -1, 3));
        assert_eq!(row.wait_answered_histogram, [0, 0, -1]);
        assert_eq!((row.wait_sketch_buckets, row.wait_sketch_counts, row.talk_sketch_buckets), (vec![130], vec![4], vec![]));
    }
}
