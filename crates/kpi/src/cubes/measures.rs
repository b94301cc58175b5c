//! The sums of cubes, by the facts that they are of.

use crate::agent_time;
use crate::fact_kpis::{self, FactSum};
use crate::histogram::Histogram;
use crate::measures::SHORT_TALK_MS;
use crate::words::renamed;
use events::QueueCounts;

/// The description of sums that panes have under the same name, where it is said what they are.
pub const AS_IN_PANES: &str = "As in panes.";

/// A sum of a cube.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CubeMeasure {
    /// Column.
    pub name: String,
    /// ClickHouse aggregate over the rows.
    pub sql: String,
    /// What it is, with its unit.
    pub description: String,
    /// It is a histogram: an array that is added up place by place.
    pub histogram: bool,
    /// The facts that it is of.
    pub rows: Rows,
}

/// The facts that a cube sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// Minutes of queues.
    Panes,
    /// Handlings that ended.
    Handlings,
    /// Queue visits that were answered.
    Answered,
    /// What agents did, cut at quarter hours and where reference data change.
    Activity,
    /// Contacts that ended.
    Contacts,
    /// Contacts that customers began, with their next one.
    Repeats,
    /// Answers to the question of a survey that is asked for.
    Answers,
    /// Quality evaluations.
    Evaluations,
    /// Offers to customers.
    Offers,
    /// Dialled numbers.
    Dials,
}

/// Sums of `v_handlings`: what a pane counts of each, said again for a cell.
const HANDLINGS: &[(&str, &str)] = &[
    ("handled", "count()"),
    ("talk_ms", "sum(assumeNotNull(talk_ms))"),
    ("hold_ms", "sum(hold_ms)"),
    ("acw_ms", "sum(ifNull(acw_ms, 0))"),
    ("acw_unknown", "countIf(acw_ms IS NULL)"),
    ("held", "countIf(holds > 0)"),
    ("holds", "sum(holds)"),
    ("transferred_blind", "countIf(end = 'transfer_blind')"),
    ("transferred_warm", "countIf(end = 'transfer_warm')"),
    ("ended_by_agent", "countIf(end = 'agent')"),
    ("ended_by_customer", "countIf(end = 'customer')"),
    ("short_talk", ""),
];

const CONTACTS: &[FactSum] = &[
    FactSum { name: "contacts", sql: "count()", description: "Contacts that ended." },
    FactSum { name: "contacts_handled", sql: "countIf(outcome = 'handled')", description: "Of contacts: an agent handled them." },
    FactSum {
        name: "contacts_abandoned",
        sql: "countIf(outcome = 'abandoned')",
        description: "Of contacts: the customer gave up in a queue.",
    },
    FactSum {
        name: "contacts_self_served",
        sql: "countIf(outcome = 'self_served')",
        description: "Of contacts: the voice menu served them.",
    },
];

/// What reference data (`cost_per_hour` of the queue) say of handlings.
const COSTS: &[FactSum] = &[
    FactSum {
        name: "cost_milli_sum",
        sql: "sum(cost_milli)",
        description: "Cost of the handle time, thousandths of the currency: handle time × cost_per_hour of the queue as of the time, each handling rounded down.",
    },
    FactSum { name: "handled_costed", sql: "countIf(has_cost)", description: "Of handled: the cost per hour of the queue is known." },
];

/// The satisfaction of answers on one scale, whatever theirs was.
const SATISFACTION: FactSum = FactSum {
    name: "survey_permille_sum",
    sql: "sumIf(intDiv(score_milli * 1000, score_max_milli), score_max_milli > 0)",
    description: "Sum of the scores as thousandths of the best possible one, each rounded down.",
};

impl Rows {
    /// The table of `fact_kpis` that the sums are taken from, those that are taken (none: all that add up), and what goes before their names.
    pub(super) fn adopted(self) -> Option<(&'static str, &'static [&'static str], &'static str)> {
        match self {
            Rows::Repeats => {
                Some(("v_repeat_days", &["matured_24h", "repeats_24h", "matured_72h", "repeats_72h", "matured_7d", "repeats_7d"], ""))
            }
            Rows::Answers => Some(("v_csat_days", &["answers", "score_milli_sum", "top_two"], "survey_")),
            Rows::Evaluations => {
                Some(("v_evaluation_days", &["evaluations", "score_milli_sum", "score_max_milli_sum", "fatal_errors"], "qa_"))
            }
            Rows::Offers => Some(("v_offer_days", &["offers", "accepted", "refused", "amount_milli_sum"], "")),
            Rows::Dials => Some(("v_dial_days", &[], "")),
            Rows::Panes | Rows::Handlings | Rows::Answered | Rows::Activity | Rows::Contacts => None,
        }
    }

    /// Its sums.
    pub fn measures(self) -> Vec<CubeMeasure> {
        let one = |name: &str, sql: &str, description: &str| CubeMeasure {
            name: name.to_owned(),
            sql: sql.to_owned(),
            description: description.to_owned(),
            histogram: false,
            rows: self,
        };
        let fact = |sum: &FactSum| one(sum.name, sum.sql, sum.description);
        match self {
            Rows::Panes => {
                let counts = QueueCounts::NAMES.iter().map(|name| one(name, &format!("sum({name})"), AS_IN_PANES));
                counts.chain(Histogram::ALL.iter().map(|histogram| self.histogram(histogram.column()))).collect()
            }
            Rows::Handlings => handlings().map(|(name, sql)| one(name, &sql, AS_IN_PANES)).chain(COSTS.iter().map(fact)).collect(),
            Rows::Answered => vec![
                one("answered", "count()", "Queue visits that the agent answered."),
                one("wait_answered_ms", "sum(assumeNotNull(wait_ms))", "Milliseconds that the customers of answered had waited."),
                self.histogram(Histogram::WaitAnswered.column()),
            ],
            Rows::Activity => {
                agent_time::SUMS.iter().map(|sum| one(sum.name, &format!("sumIf(part_us, {})", sum.sql()), sum.description)).collect()
            }
            Rows::Contacts => CONTACTS.iter().map(fact).collect(),
            Rows::Answers => self.of_table().into_iter().chain([fact(&SATISFACTION)]).collect(),
            Rows::Repeats | Rows::Evaluations | Rows::Offers | Rows::Dials => self.of_table(),
        }
    }

    fn histogram(self, column: &str) -> CubeMeasure {
        let description = "Visits per wait: edges 5 10 15 20 25 30 45 60 90 120 180 240 300 600 s, closed above, then everything longer.";
        let (name, sql) = (column.to_owned(), format!("sumForEach({column})"));
        CubeMeasure { name, sql, description: description.to_owned(), histogram: true, rows: self }
    }

    fn of_table(self) -> Vec<CubeMeasure> {
        let Some((view, taken, prefix)) = self.adopted() else { return Vec::new() };
        let sums = fact_kpis::table(view).map_or(&[] as &[FactSum], |table| table.sums);
        let adds_up = |sum: &&FactSum| if taken.is_empty() { !sum.sql.starts_with("uniq") } else { taken.contains(&sum.name) };
        let names: Vec<&str> = sums.iter().map(|sum| sum.name).collect();
        let measure = |sum: &FactSum| CubeMeasure {
            name: renamed(sum.name, &names, prefix),
            sql: sum.sql.to_owned(),
            description: sum.description.to_owned(),
            histogram: false,
            rows: self,
        };
        sums.iter().filter(adds_up).map(measure).collect()
    }
}

fn handlings() -> impl Iterator<Item = (&'static str, String)> {
    let short_talk = format!("countIf(talk_ms <= {SHORT_TALK_MS})");
    HANDLINGS.iter().map(move |(name, sql)| (*name, if *name == "short_talk" { short_talk.clone() } else { (*sql).to_owned() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_from_a_table_is_there() {
        for rows in [Rows::Repeats, Rows::Answers, Rows::Evaluations, Rows::Offers, Rows::Dials] {
            let (view, taken, _) = rows.adopted().unwrap();
            let table = fact_kpis::table(view).unwrap();
            assert!(taken.iter().all(|name| table.sums.iter().any(|sum| sum.name == *name)), "{view} no longer has all of {taken:?}");
        }
        let names: Vec<String> = Rows::Answers.measures().into_iter().map(|measure| measure.name).collect();
        assert_eq!(names, ["survey_answers", "survey_score_milli_sum", "survey_top_two", "survey_permille_sum"]);
    }

    #[test]
    fn handlings_are_summed_by_the_names_of_panes() {
        assert!(handlings().all(|(name, sql)| QueueCounts::NAMES.contains(&name) && !sql.is_empty()));
    }
}
