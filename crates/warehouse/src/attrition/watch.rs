//! Which days have to be formed anew, asked again and again: what is known of each day's fingerprint is kept, and only days that something inserted since can matter to are
//! looked at. [`Attrition::stale_days`] looks at all of them, and this one does too at first, once in a while, and whenever it cannot know.
//!
//! A fingerprint depends on rows of the facts, on reference data, and on whether 72 h after the day are over. What was inserted is found by parts ([`super::parts`]). Of spans,
//! handlings, contacts and visits the time that decides which days a row matters to is in the key: a row says by itself where it was before it was corrected. An
//! observation does not: its older versions are looked up, and where a merge has already dropped them, all days count that were touched by what was inserted into these
//! blocks. Reference data matter to everything; so does what was deleted, or rewritten in place.

use super::Attrition;
use super::days::{ClosedDays, Site, stale};
use super::parts::{Change, Inserted, Part, Parts, change};
use super::statement::Asked;
use super::touched::{TABLES, touched};
use crate::Error;
use crate::server::{integer, quoted, text};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

/// Looks of which is kept what they touched; before them everything may have been.
const LOOKS_KEPT: usize = 1_000;
/// Days apart from which on two statements cost less than the days between.
const GAP_DAYS: i32 = 10;

/// First and last day.
type Range = (i32, i32);

/// Days that inserted rows can matter to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Touched {
    /// By anything but observations.
    pub(super) by_facts: Vec<Range>,
    /// The same, and only days of which repeats are known.
    pub(super) over: Vec<Range>,
    /// By observations.
    pub(super) by_observations: Vec<Range>,
}

/// What the server says of the tables at one moment.
struct Marks {
    parts: Parts,
    /// The latest day of which repeats are known.
    over_day: i32,
}

/// Observations that were inserted, look by look.
#[derive(Clone, Debug, Default)]
struct Observed {
    /// Last block that was there before the first of the looks.
    base: i64,
    /// Last block at each look, and the days that were touched by what came up to it.
    looks: VecDeque<(i64, Vec<Range>)>,
}

impl Observed {
    fn add(&mut self, last_block: i64, days: Vec<Range>) {
        self.looks.push_back((last_block, days));
        if self.looks.len() > LOOKS_KEPT
            && let Some((oldest, _)) = self.looks.pop_front()
        {
            self.base = self.base.max(oldest);
        }
    }

    /// Days that rows from this block on were ever of; none: of any.
    fn since(&self, first_block: i64) -> Option<Vec<Range>> {
        let days = || self.looks.iter().filter(|(last, _)| *last >= first_block).flat_map(|(_, days)| days.iter().copied());
        (first_block > self.base).then(|| days().collect())
    }
}

/// What is known of a site's days. Kept in the process alone: one that begins looks at everything.
pub struct Watch {
    full_every: Duration,
    full_at: Option<Instant>,
    site: Option<Site>,
    parts: Parts,
    over_day: i32,
    fingerprints: BTreeMap<i32, String>,
    observed: Observed,
    looked_at_days: u64,
}

impl Watch {
    /// Nothing is known yet; after this time everything is looked at again, whatever is known.
    #[must_use]
    pub fn new(full_every: Duration) -> Self {
        Watch {
            full_every,
            full_at: None,
            site: None,
            parts: Parts::new(),
            over_day: 0,
            fingerprints: BTreeMap::new(),
            observed: Observed::default(),
            looked_at_days: 0,
        }
    }

    /// How many days have been looked at so far, each time counted.
    #[must_use]
    pub fn looked_at_days(&self) -> u64 {
        self.looked_at_days
    }

    /// As [`Attrition::stale_days`], with the same answer.
    ///
    /// # Errors
    /// [`Error::ClickHouse`]; nothing that was known is lost or taken for newer than it is.
    pub async fn stale_days(
        &mut self,
        attrition: &Attrition,
        site: &Site,
        closed: &ClosedDays,
        look_back_days: u16,
    ) -> Result<Vec<i32>, Error> {
        let formed = attrition.formed(site).await?;
        let asked = attrition.looked_at(site, closed, look_back_days).await?;
        if !formed.is_empty() {
            self.look(attrition, &asked).await?;
        }
        Ok(stale(&formed, &self.fingerprints, closed, asked.first_day))
    }

    async fn look(&mut self, attrition: &Attrition, asked: &Asked<'_>) -> Result<(), Error> {
        let marks = attrition.marks(asked).await?;
        let full_due = self.full_at.is_none_or(|at| at.elapsed() >= self.full_every);
        let inserted = match change(&self.parts, &marks.parts) {
            Change::Inserted(inserted) if self.site.as_ref() == Some(asked.site) && shown(&marks.parts) => Some(inserted),
            _ => None,
        };
        let mut observed = self.observed.clone();
        let mut touched = None;
        match &inserted {
            None => observed = Observed { base: last_block(&marks.parts), looks: VecDeque::new() },
            Some(inserted) => {
                let mut found = attrition.touched(asked, inserted).await?;
                let before = self.swallowed(attrition, asked, inserted).await?;
                observed.add(last_block(&marks.parts), found.by_observations.clone());
                let reference = inserted.iter().any(|inserted| inserted.table == "reference");
                if let Some(before) = before.filter(|_| !reference && !full_due) {
                    found.by_observations.extend(before);
                    touched = Some(found);
                }
            }
        }
        let full = touched.is_none();
        let days =
            touched.map_or_else(|| (asked.first_day..=asked.last_day).collect(), |touched| self.due(asked, &touched, marks.over_day));
        let mut fingerprints = if full { BTreeMap::new() } else { self.fingerprints.clone() };
        for (first_day, last_day) in ranges(&days) {
            let now = attrition.fingerprints(&Asked { first_day, last_day, ..*asked }).await?;
            fingerprints.extend((first_day..=last_day).map(|day| (day, now.get(&day).cloned().unwrap_or_else(|| "0".to_owned()))));
            self.looked_at_days += u64::from(last_day.abs_diff(first_day)) + 1;
        }
        fingerprints.retain(|day, _| (asked.first_day..=asked.last_day).contains(day));
        // Only now, when all of it is known: an error before leaves what was known as it was.
        let full_at = if full { Some(Instant::now()) } else { self.full_at };
        let (site, over_day, parts) = (Some(asked.site.clone()), marks.over_day, marks.parts);
        *self = Watch {
            full_every: self.full_every,
            full_at,
            site,
            parts,
            over_day,
            fingerprints,
            observed,
            looked_at_days: self.looked_at_days,
        };
        Ok(())
    }

    /// Days on which observations were that a merge may have dropped since, when a newer version came; none: any day. Asked after what was touched: a merge in
    /// between is seen.
    async fn swallowed(&self, attrition: &Attrition, asked: &Asked<'_>, inserted: &[Inserted]) -> Result<Option<Vec<Range>>, Error> {
        let of_observations: Vec<&Inserted> = inserted.iter().filter(|inserted| inserted.table == "observations").collect();
        if of_observations.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let later = attrition.marks(asked).await?.parts;
        let mut days = Vec::new();
        for inserted in of_observations {
            let place = (inserted.table.clone(), inserted.partition.clone());
            let reach = later
                .get(&place)
                .into_iter()
                .flatten()
                .filter(|part| part.last_block >= inserted.last_block)
                .map(|part| part.first_block)
                .min();
            match self.observed.since(reach.unwrap_or(0).min(inserted.first_block)) {
                Some(found) => days.extend(found),
                None => return Ok(None),
            }
        }
        Ok(Some(days))
    }

    /// Days whose fingerprints may be others now, or are not known.
    fn due(&self, asked: &Asked<'_>, touched: &Touched, over_day: i32) -> BTreeSet<i32> {
        let within = |ranges: &[Range], day: i32| ranges.iter().any(|(first, last)| (*first..=*last).contains(&day));
        // Repeats of these have become known, or are no longer.
        let turned = self.over_day.min(over_day)..self.over_day.max(over_day);
        let due = |day: &i32| {
            !self.fingerprints.contains_key(day)
                || turned.contains(&day.saturating_sub(1))
                || within(&touched.by_facts, *day)
                || within(&touched.by_observations, *day)
                || *day <= over_day && within(&touched.over, *day)
        };
        (asked.first_day..=asked.last_day).filter(due).collect()
    }
}

/// Whether the server shows parts at all: a site is known from reference data, so there are some. To a user without the right to see them everything is unknown, always.
fn shown(parts: &Parts) -> bool {
    parts.keys().any(|(table, _)| table == "reference")
}

/// Last block of observations.
fn last_block(parts: &Parts) -> i64 {
    let of = parts.iter().filter(|((table, _), _)| table == "observations").flat_map(|(_, parts)| parts);
    of.map(|part| part.last_block).max().unwrap_or(0)
}

/// Ranges of days to ask for, each by one statement: days that lie close together by one.
fn ranges(days: &BTreeSet<i32>) -> Vec<Range> {
    let mut ranges: Vec<Range> = Vec::new();
    for day in days {
        match ranges.last_mut() {
            Some((_, last)) if *day - *last <= GAP_DAYS => *last = *day,
            _ => ranges.push((*day, *day)),
        }
    }
    ranges
}

impl Attrition {
    /// The parts of the tables that days are formed of.
    async fn marks(&self, asked: &Asked<'_>) -> Result<Marks, Error> {
        let names: Vec<String> = TABLES.iter().map(|table| quoted(table)).collect();
        let sql = format!(
            "SELECT p.table AS table, p.partition_id AS partition, p.min_block_number AS first_block, p.max_block_number AS last_block,
    toInt64OrZero(splitByChar('_', p.name)[5]) AS mutation
FROM system.parts AS p WHERE p.database = {} AND p.active AND p.table IN ({})
UNION ALL
SELECT '' AS table, '' AS partition, toInt64(toDate(fromUnixTimestamp64Micro({} - 259200000000, 'UTC'), {})) - 1 AS first_block, 0 AS last_block, 0 AS mutation",
            quoted(self.facts_database()),
            names.join(", "),
            asked.as_of_us,
            quoted(&asked.site.zone)
        );
        let (mut parts, mut over_day) = (Parts::new(), 0);
        for row in &self.own.rows(&sql).await? {
            let part = Part {
                first_block: integer(row, "first_block"),
                last_block: integer(row, "last_block"),
                mutation: integer(row, "mutation"),
            };
            if text(row, "table").is_empty() {
                over_day = part.first_block as i32;
            } else {
                parts.entry((text(row, "table").to_owned(), text(row, "partition").to_owned())).or_default().push(part);
            }
        }
        Ok(Marks { parts, over_day })
    }

    /// Days that inserted rows can matter to.
    async fn touched(&self, asked: &Asked<'_>, inserted: &[Inserted]) -> Result<Touched, Error> {
        let mut found = Touched::default();
        let Some(sql) = touched(asked, inserted) else { return Ok(found) };
        for row in &self.own.rows(&self.filled(&sql)).await? {
            let range = (integer(row, "first_day") as i32, integer(row, "last_day") as i32);
            match text(row, "by") {
                "over" => found.over.push(range),
                "observations" => found.by_observations.push(range),
                _ => found.by_facts.push(range),
            }
        }
        Ok(found)
    }
}
