//! Headcount, leavers and stability by month, by the team and leader that agents had last.

use super::super::files::{Portion, Sums};
use super::super::people::{Person, Staff};
use super::super::plan::SitePlan;
use super::super::reference::{leader_name, team_name};
use jiff::ToSpan;
use jiff::civil::Date;

/// Writes the months of every site: from the first hiring to the last thing that is known of anybody.
pub(in super::super) fn write_staff(sites: &[(&SitePlan, Staff)], portion: &mut Portion) {
    let known = |person: &Person| person.left.map_or(person.hired, |left| left.max(person.hired));
    let Some(last) = sites.iter().flat_map(|(_, staff)| &staff.people).map(known).max() else { return };
    for (site, staff) in sites {
        let file = format!("truth/{}/staff-months.csv", site.name);
        let columns = "month,team,leader,headcount_start,headcount_end,hired_in_month,left_voluntary,left_within_90_days,with_12_months,\
                       attrition_rate,resignation_share,stability,early_share";
        portion.line(&file, format_args!("{columns}"));
        let mut months: Sums<6> = Sums::default();
        for person in &staff.people {
            let team = person.team_at(i64::MAX);
            let who = format!("{},{}", team_name(site, team), leader_name(site, staff.leader_at(team, i64::MAX)));
            let mut month = person.hired.first_of_month();
            while month <= last {
                let Ok(next) = month.checked_add(1.month()) else { break };
                months.add(format!("{month},{who}"), counts(person, month, next));
                month = next;
            }
        }
        months.write(&file, portion, |[start, end, _, left, early, stable]| {
            [(2 * left, start + end), (*left, *start), (*stable, *end), (*early, *left)]
        });
    }
}

/// There at the begin, at the end, hired, left, left within 90 days, with twelve months.
fn counts(person: &Person, month: Date, next: Date) -> [i64; 6] {
    let there_at = |day: Date| person.hired < day && person.left.is_none_or(|left| left >= day);
    let leaves = person.left.is_some_and(|left| left >= month && left < next);
    let tenure_days = person.left.and_then(|left| left.since(person.hired).ok()).map_or(0, |span| span.get_days());
    let year_ago = next.checked_sub(12.months()).unwrap_or(next);
    let stable = person.hired <= year_ago && person.left.is_none_or(|left| left >= next);
    [there_at(month), there_at(next), person.hired >= month, leaves, leaves && tenure_days <= 90, stable].map(i64::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// Hired on 10 January, resigned on 20 March of the same year, after 70 days: there at the begin of March and not at its end, and never with
    /// twelve months. Hired on 1 April of the year before: twelve months at the end of March.
    #[test]
    fn a_month_counts_who_came_and_went() {
        let person = |hired, left| Person { hired, left, ..crate::centre::people::example() };
        let march = |person: Person| counts(&person, date(2024, 3, 1), date(2024, 4, 1));
        assert_eq!(march(person(date(2024, 1, 10), Some(date(2024, 3, 20)))), [1, 0, 0, 1, 1, 0]);
        assert_eq!(march(person(date(2023, 4, 1), None)), [1, 1, 0, 0, 0, 1]);
        assert_eq!(march(person(date(2024, 3, 15), None)), [0, 1, 1, 0, 0, 0]);
    }
}
