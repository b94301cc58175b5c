//! Headcount, tenure, moves and leavers by month, by the team and leader that agents had when it happened.

use super::super::files::{Portion, Sums};
use super::super::people::{Person, Staff};
use super::super::plan::SitePlan;
use super::super::reference::{leader_name, team_name};
use crate::zone::Zone;
use jiff::ToSpan;
use jiff::civil::Date;

/// Tenure up to which leaving is early.
const EARLY_DAYS: i64 = 90;

/// What is counted. All leavers of a centre resign: whoever left for any reason is among those who left voluntarily.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Start,
    End,
    Hired,
    MovedIn,
    MovedOut,
    LeftVoluntary,
    LeftForAnyReason,
    LeftEarly,
    Cohort,
    CohortLeft,
    Below90Days,
    From90Days,
    From12Months,
    From24Months,
}

/// In the order of [`Column`].
const COLUMNS: [&str; 14] = [
    "headcount_start",
    "headcount_end",
    "hired_in_month",
    "moved_in",
    "moved_out",
    "left_voluntary",
    "left_for_any_reason",
    "left_within_90_days",
    "hires_90_days_ago",
    "hires_90_days_ago_who_left",
    "tenure_below_90_days",
    "tenure_from_90_days",
    "tenure_from_12_months",
    "tenure_from_24_months",
];

const SHARES: &str = "attrition_rate,resignation_share,stability,early_share,early_attrition";

/// One thing that happened to somebody.
#[derive(Debug)]
struct Event {
    month: Date,
    /// The time whose team and leader it belongs to, Unix seconds.
    at_s: i64,
    columns: Vec<Column>,
}

/// Writes the months of every site: from the first hiring to the last thing that is known of anybody.
pub(in super::super) fn write_staff(sites: &[(&SitePlan, Staff)], portion: &mut Portion) {
    let known = |person: &Person| person.left.map_or(person.hired, |left| left.max(person.hired));
    let Some(last) = sites.iter().flat_map(|(_, staff)| &staff.people).map(known).max() else { return };
    for (site, staff) in sites {
        let file = format!("truth/{}/staff-months.csv", site.name);
        portion.line(&file, format_args!("month,team,leader,{},{SHARES}", COLUMNS.join(",")));
        months(site, staff, last).write(&file, portion, |row| {
            let of = |column: Column| row[column as usize];
            let (start, end, left) = (of(Column::Start), of(Column::End), of(Column::LeftVoluntary));
            [
                (2 * left, start + end),
                (left, start),
                (of(Column::From12Months) + of(Column::From24Months), end),
                (of(Column::LeftEarly), of(Column::LeftForAnyReason)),
                (of(Column::CohortLeft), of(Column::Cohort)),
            ]
        });
    }
}

/// Sums by month, team and leader.
fn months(site: &SitePlan, staff: &Staff, last: Date) -> Sums<{ COLUMNS.len() }> {
    let mut months = Sums::default();
    for person in &staff.people {
        let events = of_months(person, &site.zone, last).into_iter().flatten().chain(of_moves(person, staff, &site.zone));
        for Event { month, at_s, columns } in events {
            let mut amounts = [0; COLUMNS.len()];
            columns.into_iter().for_each(|column| amounts[column as usize] += 1);
            let (team, leader) = term(person, staff, at_s);
            months.add(format!("{month},{},{}", team_name(site, team), leader_name(site, leader)), amounts);
        }
    }
    months
}

/// Numbers of team and leader at a time, Unix seconds.
fn term(person: &Person, staff: &Staff, at_s: i64) -> (usize, usize) {
    let team = person.team_at(at_s);
    (team, staff.leader_at(team, at_s))
}

/// Begins and ends of months, and what happened on the days of hiring and leaving. None outside the calendar.
fn of_months(person: &Person, zone: &Zone, last: Date) -> Option<Vec<Event>> {
    let midnight_s = |day: Date| zone.instant_s(day.at(0, 0, 0, 0));
    let hired_s = midnight_s(person.hired)?;
    let early_until = person.hired.checked_add(EARLY_DAYS.days()).ok()?;
    let early = person.left.is_some_and(|left| left <= early_until);
    let mut events = vec![Event { month: person.hired.first_of_month(), at_s: hired_s, columns: vec![Column::Hired] }];
    if early_until <= last {
        let columns = if early { vec![Column::Cohort, Column::CohortLeft] } else { vec![Column::Cohort] };
        events.push(Event { month: early_until.first_of_month(), at_s: hired_s, columns });
    }
    if let Some(left) = person.left {
        let mut columns = vec![Column::LeftVoluntary, Column::LeftForAnyReason];
        columns.extend(early.then_some(Column::LeftEarly));
        events.push(Event { month: left.first_of_month(), at_s: midnight_s(left)?, columns });
    }
    // Who is hired or leaves on the first of a month does it within that month.
    let there_before = |day: Date| person.hired < day && person.left.is_none_or(|left| left >= day);
    let mut month = person.hired.first_of_month();
    while month <= last {
        let next = month.checked_add(1.month()).ok()?;
        if there_before(month) {
            events.push(Event { month, at_s: midnight_s(month)?, columns: vec![Column::Start] });
        }
        if there_before(next) {
            events.push(Event { month, at_s: midnight_s(next)? - 1, columns: vec![Column::End, tenure(person.hired, next)?] });
        }
        month = next;
    }
    Some(events)
}

/// The band of tenure on a day.
fn tenure(hired: Date, day: Date) -> Option<Column> {
    let before = |span: jiff::Span| day.checked_sub(span).ok();
    Some(if hired > before(EARLY_DAYS.days())? {
        Column::Below90Days
    } else if hired > before(12.months())? {
        Column::From90Days
    } else if hired > before(24.months())? {
        Column::From12Months
    } else {
        Column::From24Months
    })
}

/// Changes of team or leader between the days of hiring and leaving: out of the one of the second before, into the one of the time.
fn of_moves(person: &Person, staff: &Staff, zone: &Zone) -> Vec<Event> {
    let mut times: Vec<i64> = person.moves.map(|(from_s, _)| from_s).into_iter().chain([staff.new_leader_s]).collect();
    times.sort_unstable();
    times.dedup();
    let midnight_s = |day: Date| zone.instant_s(day.at(0, 0, 0, 0));
    let employed = |time_s: i64| {
        midnight_s(person.hired).is_some_and(|hired_s| time_s > hired_s)
            && person.left.is_none_or(|left| midnight_s(left).is_some_and(|left_s| time_s <= left_s))
    };
    times.retain(|&time_s| employed(time_s) && term(person, staff, time_s - 1) != term(person, staff, time_s));
    let both = |time_s: i64| {
        let month = zone.date(time_s)?.first_of_month();
        Some([(time_s - 1, Column::MovedOut), (time_s, Column::MovedIn)].map(|(at_s, column)| Event { month, at_s, columns: vec![column] }))
    };
    times.into_iter().filter_map(both).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::centre::Centre;
    use crate::centre::people::example;
    use jiff::civil::date;
    use std::collections::BTreeMap;

    /// The first team has a new leader from 11 March 2024 on. In it are
    ///
    /// - one hired on 10 January, who moves to the second team on 15 March at noon and resigns on 20 March, after 70 days; the 90th day would have
    ///   been 9 April (21 days of January, 29, 31, and 9),
    /// - one hired on 1 April of the year before, who stays,
    /// - one hired on 15 March, whose 90th day is 13 June (16 days of March, 30, 31, and 13).
    ///
    /// In the second team are one hired on 31 March two years before, who stays, and one who resigns on 10 February and is entered as moved
    /// after it.
    fn sums() -> BTreeMap<String, [i64; COLUMNS.len()]> {
        let site = Centre::preset("centre", 1).unwrap().sites.remove(0);
        let instant_s = |day: Date, hour: i8| site.zone.instant_s(day.at(hour, 0, 0, 0)).unwrap();
        let person = |team, hired, left, moves| Person { team, hired, left, moves, ..example() };
        let people = vec![
            person(0, date(2024, 1, 10), Some(date(2024, 3, 20)), Some((instant_s(date(2024, 3, 15), 12), 1))),
            person(0, date(2023, 4, 1), None, None),
            person(0, date(2024, 3, 15), None, None),
            person(1, date(2022, 3, 31), None, None),
            person(1, date(2020, 1, 1), Some(date(2024, 2, 10)), Some((instant_s(date(2024, 2, 15), 12), 0))),
        ];
        let staff = Staff { people, teams: 2, new_leader_s: instant_s(date(2024, 3, 11), 0) };
        let rows = months(&site, &staff, date(2024, 6, 20));
        rows.rows().map(|(key, row)| (key.clone(), *row)).collect()
    }

    #[test]
    fn a_month_counts_who_came_moved_and_went() {
        let sums = sums();
        let row =
            |month: &str, team: u32, leader: u32| sums.get(&format!("{month},berlin-team-{team:02},berlin-leader-{leader:02}")).copied();
        // Start, end, hired, in, out | resigned, for any reason, early | cohort, of it left | tenure: days, 90 days, 12 months, 24 months.
        assert_eq!(row("2024-02-01", 1, 1), Some([2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0]));
        assert_eq!(row("2024-02-01", 2, 2), Some([2, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0]));
        assert_eq!(row("2024-03-01", 1, 1), Some([2, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
        assert_eq!(row("2024-03-01", 1, 3), Some([0, 2, 1, 2, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0]));
        assert_eq!(row("2024-03-01", 2, 2), Some([1, 1, 0, 1, 0, 1, 1, 1, 0, 0, 0, 0, 0, 1]));
        // Whose first leader was not there any more when the 90 days were over.
        assert_eq!(row("2024-04-01", 1, 1), Some([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0]));
        assert_eq!(row("2024-06-01", 1, 3), Some([2, 2, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1, 0]));
        assert_eq!(row("2024-05-01", 1, 1), None);
    }

    #[test]
    fn who_is_there_at_the_end_was_there_or_came() {
        for (key, [start, end, hired, moved_in, moved_out, left, ..]) in sums() {
            assert_eq!(start + hired + moved_in - moved_out - left, end, "{key}");
        }
    }
}
