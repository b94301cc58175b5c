//! `docs/kpis.md`, written from the catalogue.

use crate::agent_pane::{COUNTS, occupancy_base, occupied};
use crate::agent_time::{KPIS, SUMS};
use crate::catalogue::{Family, Kpi, catalogue};
use crate::cubes::Cube;
use crate::expression::Parameters;
use crate::fact_kpis::FactTable;
use crate::histogram::WAIT_EDGES_S;
use crate::sql::SqlParameters;

/// The whole page. Write it with `cargo run -p kpi --example write_kpis > docs/kpis.md`.
pub fn markdown() -> String {
    let mut page = introduction();
    for family in Family::ALL {
        page.push_str(&format!("\n## {}\n\n", family.title()));
        page.push_str("| KPI | formula | unit | counts | belongs to the minute of | what to know | elsewhere | mission |\n");
        page.push_str("|---|---|---|---|---|---|---|---|\n");
        for kpi in catalogue().filter(|kpi| kpi.family == family) {
            row(&mut page, kpi);
        }
    }
    page.push_str("\n## Metrics\n\n| KPI | metric of the value |\n|---|---|\n");
    for kpi in catalogue() {
        page.push_str(&format!("| `{}` | `{}{}` |\n", kpi.name, kpi.metric_base(), kpi.unit.suffix()));
    }
    sql_section(&mut page);
    agent_section(&mut page);
    pane_section(&mut page);
    page.push_str(
        "\n# KPIs counted from facts\n\n\
         Each of the following tables is a view of ClickHouse over facts, observations and reference data. A KPI is a share from 0 to 1, or an\n\
         average, unless its text names a unit, and null without a denominator. Sums add up over rows, but for distinct counts and maxima: form\n\
         ratios last. Days are those of the zone asked for. Intervals that are called exact are those of Clopper and Pearson for shares and of\n\
         Garwood for counts, at 95 %. Views called *as … counts* are for reconciling a vendor's report and for nothing else.\n",
    );
    crate::fact_kpis::TABLES.iter().for_each(|table| fact_section(&mut page, table));
    page.push_str(
        "\n## Cubes\n\nFacts by several dimensions at once, by the quarter hour (`grain = 'interval'`) or the local day (`grain = 'day'`). Of each dimension\n\
         the most frequent members of a local day keep their name, the rest are `(other)`: nothing is lost from a sum. `v_cube_cardinality` says how many\n\
         were folded. Ratios are the ones above, over the sums of a cell; sums that panes have too have their names.\n",
    );
    crate::cubes::CUBES.iter().for_each(|cube| cube_section(&mut page, cube));
    page
}

fn introduction() -> String {
    let edges: Vec<String> = WAIT_EDGES_S.iter().map(ToString::to_string).collect();
    format!(
        "# KPIs\n\n\
         <!-- Generated from crates/kpi: cargo run -p kpi --example write_kpis > docs/kpis.md -->\n\n\
         Panes hold counts, sums in milliseconds, histograms and sketches of one minute of one queue. Adding them up is exact;\n\
         ratios are formed last. **Without a denominator there is no value**: not 0, not 100 %.\n\n\
         In the formulas, names are the measures of `schemas/queue_pane.v1.avsc`; T is the threshold of the service level (20 s\n\
         unless asked otherwise) and s the limit of short abandons (5 s). `answered ≤ T` are the answered visits that waited at\n\
         most T. Both limits may be changed afterwards, as long as they are edges of the histograms: {} s.\n\n\
         Quantiles (`p90 of wait_sketch`) take the nearest rank: the smallest value with at least nine tenths of the values at or\n\
         below it. Sketches keep values in buckets at most 1/64 wide, so a quantile is within 0.8 % of the exact one.\n",
        edges.join(", ")
    )
}

fn row(page: &mut String, kpi: &Kpi) {
    let exact = if kpi.exact_from_visits.is_some() { " Exact from `v_queue_visits`: see SQL." } else { "" };
    let formula = kpi.formula();
    page.push_str(&format!(
        "| **{}** `{}` | {formula} | {} | {} | {} | {}{exact} | {} | {} |\n",
        kpi.title,
        kpi.name,
        kpi.unit.name(),
        kpi.grain.name(),
        kpi.assigned_by.name(),
        kpi.edge_cases,
        kpi.source_note,
        kpi.mission.join(", ")
    ));
}

fn agent_section(page: &mut String) {
    page.push_str("\n## Agents' time\n\nSums of activity by agent and quarter hour (`v_agent_intervals`) or local day (`v_agent_days`):\n\n| column | what |\n|---|---|\n");
    for sum in SUMS {
        page.push_str(&format!("| `{}` | {} `{}` |\n", sum.name, sum.description, sum.sql()));
    }
    page.push_str("\n| KPI (`v_agent_days`) | what | SQL |\n|---|---|---|\n");
    for kpi in KPIS {
        page.push_str(&format!("| `{}` | {} | `{}` |\n", kpi.name, kpi.description, kpi.sql));
    }
}

/// What the board shows of agents, by team.
fn pane_section(page: &mut String) {
    page.push_str(&format!(
        "\n## Agents on the board\n\nPanes of agents (topic `agent-panes`, view `v_agent_panes`) hold a quarter of an hour of one agent: `<activity>_ms`, the milliseconds of spans that have\n\
         ended, and counts. A span that goes on is in `agent-now`, and the board adds it up to the moment of asking. Teams are those of the begin of the quarter.\n\
         Windows of 15, 30 and 60 minutes are the last whole quarter hours; today is the local day of the team's site with the running one.\n\n\
         | figure | what | metric |\n|---|---|---|\n\
         | occupancy | ({}) / ({}), null without a denominator | `holdfast_team_occupancy_ratio`, `…_numerator_seconds`, `…_denominator_seconds` |\n\
         | utilisation | ({}) / paid shifts of who was there today | `holdfast_team_utilisation_ratio`, `…_numerator_seconds`, `…_denominator_seconds` |\n\
         | agents now | by activity, and since when the first of them | `holdfast_team_agents`, `holdfast_team_staffed_agents`, `holdfast_team_oldest_activity_started_timestamp_seconds` |\n",
        occupied().join(" + "),
        occupancy_base().join(" + "),
        occupied().join(" + "),
    ));
    for count in COUNTS {
        let metric = if count.name == "handled" { "`holdfast_team_handled`" } else { "–" };
        page.push_str(&format!("| {} | {} | {metric} |\n", count.name, count.description));
    }
}

fn fact_section(page: &mut String, table: &FactTable) {
    let parameters = if table.parameters.is_empty() { String::new() } else { format!("({})", table.parameters) };
    page.push_str(&format!(
        "\n## {}\n\n`{}{parameters}`: one row per {}. Counted by: {}.\n\n",
        table.title, table.view, table.grain, table.assigned_by
    ));
    page.push_str("| KPI | what | SQL | mission |\n|---|---|---|---|\n");
    for kpi in table.kpis {
        page.push_str(&format!("| `{}` | {} | `{}` | {} |\n", kpi.name, kpi.description, kpi.sql, kpi.mission.join(", ")));
    }
    page.push_str("\n| column | what | SQL |\n|---|---|---|\n");
    for sum in table.sums {
        page.push_str(&format!("| `{}` | {} | `{}` |\n", sum.name, sum.description, sum.sql));
    }
}

fn cube_section(page: &mut String, cube: &Cube) {
    page.push_str(&format!(
        "\n### {}\n\n`{}({})`: at most {} cells a day. Frequent is what has most of `{}`. Counted by: {}. Mission: {}.\n\n| column | what |\n|---|---|\n",
        cube.title,
        cube.view,
        cube.parameters,
        cube.cells_max(),
        cube.ranked_by,
        cube.assigned_by,
        cube.mission.join(", ")
    ));
    for dimension in cube.dimensions {
        page.push_str(&format!(
            "| **`{}`** | {} At most {} keep their name. |\n",
            dimension.name, dimension.description, dimension.members
        ));
    }
    let names: Vec<String> = cube.measures().iter().map(|measure| format!("`{}`", measure.name)).collect();
    page.push_str(&format!("| sums | {} |\n", names.join(", ")));
    let names: Vec<String> = cube.ratios().iter().map(|ratio| format!("`{}`", ratio.name)).collect();
    page.push_str(&format!("| ratios | {} |\n", names.join(", ")));
    for kpi in cube.own {
        page.push_str(&format!("| `{}` | {} `{}` |\n", kpi.name, kpi.description, kpi.sql));
    }
}

fn sql_section(page: &mut String) {
    page.push_str(
        "\n## SQL\n\n\
         Over panes that are added up: `sum` of the measures, `sumForEach` of the histograms, `sumMap` of the sketches. Values are in\n\
         the unit of the KPI; null without a denominator. Here T is 20 s and s is 5 s: the first four buckets, and the first. With\n\
         query parameters in their place a query fails, and names the edges, if a limit is not on one.\n\n\
         ```sql\n",
    );
    let parameters = SqlParameters::from(Parameters::default());
    for kpi in catalogue() {
        if let Some(sql) = kpi.to_sql(&parameters) {
            page.push_str(&format!("-- {}\n{sql} AS {}\n", kpi.title, kpi.name));
        }
    }
    page.push_str("```\n\nExact, over the rows of `v_queue_visits` that left in the span:\n\n```sql\n");
    for kpi in catalogue() {
        if let Some(sql) = kpi.exact_sql(&parameters) {
            page.push_str(&format!("-- {}\n{sql} AS {}\n", kpi.title, kpi.name));
        }
    }
    page.push_str("```\n");
}
