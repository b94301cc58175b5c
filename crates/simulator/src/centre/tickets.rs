//! Tickets that calls leave behind: opened after the call, closed some days later, or not yet.

use super::files::Portion;
use super::plan::{Habits, SitePlan};
use super::truth::Observed;
use crate::calendar::utc;
use crate::draw::{Draw, Stream};
use crate::visit::Visit;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use std::collections::BTreeMap;

/// What tickets are about.
pub(super) const REASONS: [&str; 3] = ["refund", "complaint", "order"];

const ISO: &str = "%Y-%m-%dT%H:%M:%SZ";
const DAY_S: i64 = 86_400;
/// Working days in which a ticket is to be closed, as the view is asked.
const SLA_DAYS: i64 = 5;

/// A ticket as the truth keeps it to the end.
#[derive(Debug, Clone, Copy)]
struct Ticket {
    opened_s: i64,
    closed_s: Option<i64>,
    reason: &'static str,
}

/// The ticket system of a site.
#[derive(Debug)]
pub(super) struct Tickets {
    site: SitePlan,
    habits: Habits,
    draw: Draw,
    tickets: Vec<Ticket>,
}

impl Tickets {
    pub(super) fn new(seed: u64, site: &SitePlan, habits: Habits, portion: &mut Portion) -> Self {
        Observed::header(&site.name, "ticket", portion);
        portion.line(
            &format!("truth/{}/ticket-days.csv", site.name),
            format_args!("day,reason,opened,closed,closed_in_time,late,open,working_days_sum,in_time_share,average_working_days"),
        );
        Self { site: site.clone(), habits, draw: Draw::new(seed.wrapping_add(1), Stream::Work), tickets: Vec::new() }
    }

    /// After a conversation.
    pub(super) fn take(&mut self, visit: &Visit, portion: &mut Portion) {
        let (Some(ended_s), Some(agent)) = (visit.ended_s(), visit.agent.as_deref()) else { return };
        let leaves = self.draw.chance(self.habits.ticket_share);
        let reason = REASONS[usize::try_from(self.draw.between(0, 2)).unwrap_or(0)];
        let closed_s = ended_s + self.draw.between(3_600, 10 * DAY_S);
        let stays_open = self.draw.chance(0.15);
        if !leaves {
            return;
        }
        let ticket = Ticket { opened_s: ended_s, closed_s: (!stays_open).then_some(closed_s), reason };
        self.tickets.push(ticket);
        let (name, due_s) = (&self.site.name, ended_s + 7 * DAY_S);
        let id = format!("{name}-T{:07}", self.tickets.len());
        let file = format!("{name}/tickets.jsonl");
        let begin = format!(
            r#"{{"key": "{id}", "opened": "{}", "due": "{}", "type": "{name}-{reason}", "team": "{}", "assignee": {{"id": "{agent}"}}, "reporter": {{"phone": "{}"}}, "call": "{}""#,
            utc(ended_s, ISO),
            utc(due_s, ISO),
            visit.queue,
            visit.caller,
            visit.call
        );
        portion.line(&file, format_args!(r#"{begin}, "closed": null, "updated": null, "status": "new"}}"#));
        if let Some(closed_s) = ticket.closed_s {
            let closed = utc(closed_s, ISO);
            portion.line(&file, format_args!(r#"{begin}, "closed": "{closed}", "updated": "{closed}", "status": "done"}}"#));
        }
        let reason = format!("{name}-{reason}");
        let observed = Observed {
            id,
            ended_s: ticket.closed_s,
            due_s: Some(due_s),
            subject_s: None,
            outcome: Some(if stays_open { "open" } else { "closed" }),
            reason: Some(&reason),
            known_customer: &*visit.caller != "anonymous",
            at_s: ended_s,
            ..super::surveys::of_contact(visit, ended_s)
        };
        observed.write(name, "ticket", portion);
    }

    /// The newest time that any ticket names, Unix seconds.
    pub(super) fn newest_s(&self) -> i64 {
        self.tickets.iter().map(|ticket| ticket.closed_s.unwrap_or(ticket.opened_s)).max().unwrap_or(i64::MIN)
    }

    /// Writes all by day of opening; open ones are counted up to `newest_s`, the newest time of all sites' tickets.
    pub(super) fn write(&self, newest_s: i64, portion: &mut Portion) {
        // Opened, closed, closed in time, late, working days of the closed.
        let mut days: BTreeMap<String, [i64; 5]> = BTreeMap::new();
        for ticket in &self.tickets {
            let date = |time_s: i64| self.site.zone.date(time_s).unwrap_or_default();
            let opened = date(ticket.opened_s);
            let taken = working_days(opened, date(ticket.closed_s.unwrap_or(newest_s)), &self.site.holidays);
            let closed = ticket.closed_s.is_some();
            let row = days.entry(format!("{opened},{}-{}", self.site.name, ticket.reason)).or_default();
            let more =
                [1, i64::from(closed), i64::from(closed && taken <= SLA_DAYS), i64::from(taken > SLA_DAYS), if closed { taken } else { 0 }];
            row.iter_mut().zip(more).for_each(|(sum, amount)| *sum += amount);
        }
        for (key, [opened, closed, in_time, late, taken]) in days {
            let shares = [super::files::Share(in_time, in_time + late), super::files::Share(taken, closed)];
            portion.line(
                &format!("truth/{}/ticket-days.csv", self.site.name),
                format_args!("{key},{opened},{closed},{in_time},{late},{},{taken},{},{}", opened - closed, shares[0], shares[1]),
            );
        }
    }
}

/// Mondays to Fridays after `from`, up to `to`, without the holidays of the site: the calendar of its reference data says no more than these.
fn working_days(from: Date, to: Date, holidays: &[Date]) -> i64 {
    let mut count = 0;
    let mut day = from;
    while day < to {
        let Ok(next) = day.checked_add(1.day()) else { break };
        day = next;
        count += i64::from(!matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !holidays.contains(&day));
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// From Thursday 22 October 2026 to Friday it is one working day, to Sunday too, to the Thursday after it five.
    #[test]
    fn weekends_do_not_count() {
        let thursday = date(2026, 10, 22);
        assert_eq!([23, 25, 29].map(|day| working_days(thursday, date(2026, 10, day), &[])), [1, 1, 5]);
        assert_eq!(working_days(thursday, thursday, &[]), 0);
    }

    /// With Monday 26 October off, it is one working day up to that Monday, two up to Tuesday, four up to Thursday; a holiday on a Sunday takes
    /// nothing away, nor does one on the day of opening.
    #[test]
    fn holidays_of_the_site_do_not_count() {
        let (thursday, holidays) = (date(2026, 10, 22), [date(2026, 10, 22), date(2026, 10, 25), date(2026, 10, 26)]);
        assert_eq!([23, 26, 27, 29].map(|day| working_days(thursday, date(2026, 10, day), &holidays)), [1, 1, 2, 4]);
    }
}
