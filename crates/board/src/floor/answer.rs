//! The body of `/api/teams`.

use super::Floor;
use super::view::{AgentDoing, TeamView};
use crate::answer::time;
use crate::{BoardSettings, Window};
use kpi::agent_pane::{AgentPane, COUNTS};
use serde_json::{Map, Value, json};

/// Every team of a tenant (none: of all) at a moment.
pub(crate) fn teams(floor: &Floor, settings: &BoardSettings, tenant: Option<&str>, at_us: i64) -> Value {
    let teams = floor.teams(at_us, &settings.zone);
    let wanted = teams.iter().filter(|team| tenant.is_none_or(|tenant| tenant == team.name.tenant));
    let list: Vec<Value> = wanted.map(|team| one(team, settings.list_agents)).collect();
    json!({ "at": time(at_us), "zone": settings.zone_name, "lists_agents": settings.list_agents, "teams": list })
}

fn one(team: &TeamView, list_agents: bool) -> Value {
    let activities: Map<String, Value> = team
        .activities
        .iter()
        .map(|(activity, doing)| (activity.clone(), json!({ "agents": doing.agents, "oldest_since": time(doing.oldest_us) })))
        .collect();
    let windows: Map<String, Value> = team
        .windows
        .iter()
        .map(|(window, span, pane)| {
            let mut figures = figures(pane);
            if *window == Window::Today {
                let work_ms = pane.occupancy_ms().0;
                figures.insert("utilisation".to_owned(), ratio(work_ms, team.paid_ms));
            }
            (window.name().to_owned(), json!({ "start": time(span.start_us), "end": time(span.end_us), "figures": figures }))
        })
        .collect();
    let mut object = json!({
        "tenant": team.name.tenant,
        "team": team.name.team,
        "site": team.site,
        "zone": team.zone.iana_name(),
        "staffed": team.staffed(),
        "activities": activities,
        "windows": windows,
    });
    if list_agents && let Some(object) = object.as_object_mut() {
        object.insert("agents".to_owned(), team.agents.iter().map(agent).collect());
    }
    object
}

fn agent(doing: &AgentDoing) -> Value {
    json!({ "agent": doing.agent, "activity": doing.activity, "since": time(doing.since_us), "queue": doing.queue })
}

/// Occupancy with its parts in milliseconds, and the counts.
fn figures(pane: &AgentPane) -> Map<String, Value> {
    let (work_ms, base_ms) = pane.occupancy_ms();
    let counts = COUNTS.iter().map(|count| (count.name.to_owned(), json!({ "value": pane.get(count.name) })));
    let staffed = ("staffed_ms".to_owned(), json!({ "value": pane.staffed_ms() }));
    std::iter::once(("occupancy".to_owned(), ratio(work_ms, base_ms))).chain([staffed]).chain(counts).collect()
}

/// A ratio with its parts; null without a denominator.
fn ratio(numerator_ms: i64, denominator_ms: i64) -> Value {
    let value = (denominator_ms > 0).then(|| numerator_ms as f64 / denominator_ms as f64);
    json!({ "value": value, "numerator_ms": numerator_ms, "denominator_ms": denominator_ms })
}
