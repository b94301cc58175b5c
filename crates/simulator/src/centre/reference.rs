//! Reference data of all sites, as `holdfast reference load` takes them: one file for each kind.

use super::files::Portion;
use super::people::{Person, Staff};
use super::plan::{Centre, SitePlan};
use crate::calendar::utc;

const ISO: &str = "%Y-%m-%dT%H:%M:%SZ";

/// Writes what every site has.
pub(super) fn write_common(portion: &mut Portion) {
    let mut line = |kind: &str, text: &str| portion.line(&format!("reference/{kind}.csv"), format_args!("{text}"));
    line("site", "id,zone,opening");
    line("team", "id,valid_from,site,leader");
    line("agent", "id,valid_from,team,leader,site,level,contract,hire_date,left_date,left_kind,skills,vendor,full_time_share,paid_shift_s");
    line("queue", "id,skill,client,site,threshold_s,short_abandon_s,target_percent");
    line("calendar", "id,working");
    line("campaign", "id,client,list");
    line("list", "id,site");
    line("reason", "id,kind,business_type");
    for (reason, kind) in [("Break", "break"), ("Lunch", "meal"), ("Training", "training")] {
        line("reason", &format!("{reason},{kind},"));
    }
    line("target", "id,valid_from,kpi,value");
    for target in ["service-level,,service_level_2,0.8", "occupancy,,occupancy,0.82", "attendance,,attendance,0.92"] {
        line("target", target);
    }
}

/// Writes what a site adds.
pub(super) fn write_site(centre: &Centre, site: &SitePlan, staff: &Staff, portion: &mut Portion) {
    let name = &site.name;
    portion.line("reference/site.csv", format_args!("{name},{},{}", site.zone.name(), site.opening));
    for holiday in &site.holidays {
        portion.line("reference/calendar.csv", format_args!("{name}/{holiday},no"));
    }
    for (reason, business) in super::tickets::REASONS.iter().zip(["billing", "service", "delivery"]) {
        portion.line("reference/reason.csv", format_args!("{name}-{reason},ticket,{business}"));
    }
    for queue in &site.queues {
        portion.line("reference/queue.csv", format_args!("{name}-{0},{0},client-1,{name},20,5,80", queue.name));
    }
    portion.line("reference/campaign.csv", format_args!("{name}-renewal,client-1,{name}-list-1"));
    portion.line("reference/list.csv", format_args!("{name}-list-1,{name}\n{name}-list-2,{name}"));
    for team in 0..staff.teams {
        portion.line("reference/team.csv", format_args!("{0},,{name},{1}", team_name(site, team), leader_name(site, team)));
    }
    let changed = utc(staff.new_leader_s, ISO);
    portion.line("reference/team.csv", format_args!("{0},{changed},{name},{1}", team_name(site, 0), leader_name(site, staff.teams)));
    for person in &staff.people {
        write_agent(centre, site, staff, person, portion);
    }
}

/// An agent's entries: from the beginning, from the change of leader, from the move on, and from the day of leaving.
fn write_agent(centre: &Centre, site: &SitePlan, staff: &Staff, person: &Person, portion: &mut Portion) {
    let left_s = person.left.and_then(|left| site.zone.instant_s(left.at(0, 0, 0, 0)));
    let mut times: Vec<Option<i64>> = vec![None];
    times.extend(person.moves.map(|(from_s, _)| Some(from_s)));
    times.extend(left_s.map(Some));
    if person.team == 0 || person.moves.is_some_and(|(_, team)| team == 0) {
        times.push(Some(staff.new_leader_s));
    }
    times.sort_unstable();
    times.dedup();
    let before_s = site.zone.instant_s(centre.start.at(0, 0, 0, 0)).unwrap_or(0) - 1;
    for time_s in times {
        let at_s = time_s.unwrap_or(before_s);
        let team = person.team_at(at_s);
        let (valid_from, leader) = (time_s.map(|time_s| utc(time_s, ISO)).unwrap_or_default(), staff.leader_at(team, at_s));
        let left = person.left.filter(|_| left_s.is_some_and(|left_s| left_s <= at_s));
        let (left_date, left_kind) = left.map_or((String::new(), ""), |left| (left.to_string(), "voluntary"));
        let vendor = if person.external { site.vendor.as_deref().unwrap_or_default() } else { "" };
        let skill = site.queues.get(person.queue).map_or("", |queue| queue.name.as_str());
        portion.line(
            "reference/agent.csv",
            format_args!(
                "{},{valid_from},{},{},{},{},{},{},{left_date},{left_kind},{skill},{vendor},1,27000",
                person.name,
                team_name(site, team),
                leader_name(site, leader),
                site.name,
                person.level,
                person.contract,
                person.hired
            ),
        );
    }
}

pub(crate) fn team_name(site: &SitePlan, team: usize) -> String {
    format!("{}-team-{:02}", site.name, team + 1)
}

pub(crate) fn leader_name(site: &SitePlan, leader: usize) -> String {
    format!("{}-leader-{:02}", site.name, leader + 1)
}
