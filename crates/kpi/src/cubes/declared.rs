//! Every cube: its dimensions with their bounds, its facts, and the rule by which a fact is in one cell.

use super::{Cube, Dimension, Key, Origin, Rows};
use crate::fact_kpis::FactKpi;

const fn dimension(name: &'static str, members: usize, origin: Origin, description: &'static str) -> Dimension {
    Dimension { name, members, origin, description }
}

const AGENT: Origin = Origin::Reference("agent");

/// What is known of an agent, summed by whatever the agent belongs to at the time.
const AGENTS: Cube = Cube {
    view: "v_cube_agents",
    title: "Cube of agents",
    key: Key::Agent,
    dimensions: &[dimension("agent", 5_000, Origin::Fact, "Agent.")],
    rows: &[Rows::Handlings, Rows::Answered, Rows::Activity, Rows::Repeats, Rows::Answers, Rows::Evaluations, Rows::Offers],
    ranked_by: "handled",
    assigned_by: "handlings, visits and contacts by their end, offers by the offer, answers and evaluations by the contact that they are about (their own time where it is not told); \
        activity is cut at quarter hours. A contact with several agents is in the sums of repeats once, with the agent who had it last, and in handlings once for each",
    parameters: "grain = 'day', zone = 'Europe/Berlin', first_day = '2024-03-01', last_day = '2024-03-31', threshold_s = 20, question = 'satisfaction'",
    own: &[],
    mission: &["001·25", "001·42", "002·03", "002·04", "004·11"],
};

const CONTACT_RULE: &str = "the end of the contact; everything that happened in it and was said of it is in the cell of the contact, so a contact in two queues \
    or with two agents is in one cell, with all of its handlings. What names no known contact counts by its own time, with empty dimensions";

const CONTACT_PARAMETERS: &str = "grain = 'day', zone = 'Europe/Berlin', first_day = '2024-01-01', last_day = '2024-03-31', question = 'satisfaction', \
    resolved_value_milli = 2000, csat_value_milli = 1000, csat_base_permille = 600";

const CONTACT_ROWS: &[Rows] = &[Rows::Contacts, Rows::Handlings, Rows::Repeats, Rows::Answers, Rows::Offers];

/// Value and cost, with the weights as parameters and the parts beside them (domain.md 2.6, CPC value per minute).
const VALUE: &[FactKpi] = &[
    FactKpi {
        name: "sales_value",
        sql: "amount_milli_sum / 1000",
        description: "First part of the value: accepted offers, in the currency.",
        mission: &["001·04", "001·06"],
    },
    FactKpi {
        name: "resolved_value",
        sql: "(matured_72h - repeats_72h) * {resolved_value_milli:Int64} / 1000",
        description: "Second part: contacts that are known to be resolved (matured_72h - repeats_72h) × the weight resolved_value_milli.",
        mission: &["001·04", "001·06"],
    },
    FactKpi {
        name: "csat_value",
        sql: "(survey_permille_sum - survey_answers * {csat_base_permille:Int64}) * {csat_value_milli:Int64} * 0.000001",
        description: "Third part: how far the answers lie above the base csat_base_permille, in whole scales, × the weight csat_value_milli; negative below it.",
        mission: &["001·04", "001·06"],
    },
    FactKpi {
        name: "value_per_handled_minute",
        sql: "(sales_value + resolved_value + csat_value) / nullIf((talk_ms + hold_ms + acw_ms) / 60000, 0)",
        description: "The three parts together / minutes of talk, hold and after-call work.",
        mission: &["001·04", "001·06"],
    },
    FactKpi {
        name: "cost_per_handled",
        sql: "cost_milli_sum / nullIf(handled_costed, 0) / 1000",
        description: "Cost of the handle time / handlings whose queue has a cost per hour.",
        mission: &["000·21"],
    },
    FactKpi {
        name: "cost_per_contact",
        sql: "if(handled_costed = handled, cost_milli_sum / nullIf(contacts_handled, 0) / 1000, NULL)",
        description: "Cost of the handle time / contacts_handled; null where the cost of a handling is not known.",
        mission: &["000·21", "001·04"],
    },
    FactKpi {
        name: "self_served_share",
        sql: "contacts_self_served / nullIf(contacts, 0)",
        description: "Of contacts: the voice menu served them.",
        mission: &["001·05"],
    },
];

const CPC: Cube = Cube {
    view: "v_cube_cpc",
    title: "Cube of reason, segment and channel",
    key: Key::Contact,
    dimensions: &[
        dimension("reason", 60, Origin::Fact, "Disposition of the contact: why the customer came."),
        dimension("segment", 12, Origin::Segment, "Segment of the customer when the contact ended."),
        dimension("channel", 8, Origin::Fact, "voice, chat, email, callback or task."),
    ],
    rows: CONTACT_ROWS,
    ranked_by: "contacts",
    assigned_by: CONTACT_RULE,
    parameters: CONTACT_PARAMETERS,
    own: VALUE,
    mission: &["001·06", "001·04", "001·05", "004·08", "004·36"],
};

const QUEUES: Cube = Cube {
    view: "v_cube_queues",
    title: "Cube of queues",
    key: Key::Queue,
    dimensions: &[dimension("queue", 500, Origin::Fact, "Queue; empty: none.")],
    rows: &[Rows::Panes],
    ranked_by: "offered + handled",
    assigned_by: "as in panes; a contact that was in two queues is offered in each",
    parameters: "grain = 'day', zone = 'Europe/Berlin', first_day = '2024-03-01', last_day = '2024-03-31', threshold_s = 20, short_abandon_s = 5",
    own: &[],
    mission: &["004·44", "004·10"],
};

/// Every cube.
pub const CUBES: &[Cube] = &[
    QUEUES,
    Cube {
        view: "v_cube_clients",
        title: "Cube of clients",
        dimensions: &[
            dimension("client", 60, Origin::Reference("queue"), "Whose calls the queue takes, as of the minute."),
            dimension("skill", 60, Origin::Reference("queue"), "Skill that the queue asks for, as of the minute."),
        ],
        assigned_by: "as in panes, client and skill of the queue as of the minute; a contact that was in queues of two clients is offered to each",
        mission: &["000·01", "000·08"],
        ..QUEUES
    },
    AGENTS,
    Cube {
        view: "v_cube_teams",
        title: "Cube of teams",
        dimensions: &[dimension("team", 500, AGENT, "Team of the agent as of the time.")],
        mission: &["002·03", "002·01"],
        ..AGENTS
    },
    Cube {
        view: "v_cube_leaders",
        title: "Cube of leaders",
        dimensions: &[dimension("leader", 500, AGENT, "Leader of the agent as of the time.")],
        mission: &["000·14"],
        ..AGENTS
    },
    Cube {
        view: "v_cube_sites",
        title: "Cube of sites",
        dimensions: &[
            dimension("site", 60, AGENT, "Site of the agent as of the time."),
            dimension("vendor", 40, AGENT, "Vendor that employs the agent, as of the time."),
        ],
        mission: &["000·01"],
        ..AGENTS
    },
    Cube {
        view: "v_cube_employment",
        title: "Cube of contract, level and tenure",
        dimensions: &[
            dimension("contract", 15, AGENT, "Kind of contract of the agent as of the time."),
            dimension("level", 15, AGENT, "Level of the agent as of the time."),
            dimension(
                "tenure",
                5,
                Origin::Tenure,
                "Time since the day of hiring: 0 to 90 days, 91 days to a year, 1 to 3 years, over 3 years.",
            ),
        ],
        mission: &["000·06", "004·41", "000·17"],
        ..AGENTS
    },
    CPC,
    Cube {
        view: "v_cube_business",
        title: "Cube of business type, segment and channel",
        dimensions: &[
            dimension(
                "business_type",
                40,
                Origin::Reference("reason"),
                "Business type of the reason (reference data of kind reason) as of the end.",
            ),
            dimension("segment", 12, Origin::Segment, "Segment of the customer when the contact ended."),
            dimension("channel", 8, Origin::Fact, "voice, chat, email, callback or task."),
        ],
        mission: &["001·06", "004·07"],
        ..CPC
    },
    Cube {
        view: "v_cube_campaigns",
        title: "Cube of campaigns and lists",
        key: Key::Dial,
        dimensions: &[
            dimension("campaign", 60, Origin::Fact, "Campaign."),
            dimension("list", 150, Origin::Fact, "List that the dialled record is of."),
        ],
        rows: &[Rows::Dials],
        ranked_by: "dials",
        assigned_by: "the dial",
        parameters: "grain = 'interval', zone = 'Europe/Berlin', first_day = '2024-03-01', last_day = '2024-03-31'",
        own: &[],
        mission: &["000·15", "000·20"],
    },
];
