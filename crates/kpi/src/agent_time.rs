//! The KPIs of agents' time (domain.md 2.4), as data: what each sum of activity holds, and the ratios that follow. `warehouse` makes its views
//! of agents from this; a ratio without a denominator is null.

/// A sum of microseconds of activity.
#[derive(Clone, Copy, Debug)]
pub struct ActivitySum {
    /// Column.
    pub name: &'static str,
    /// Condition on the column `activity`, whose values are the names of `lifecycle::activity::Activity`.
    pub sql: &'static str,
    /// What it is.
    pub description: &'static str,
}

/// A ratio of agents' time.
#[derive(Clone, Copy, Debug)]
pub struct AgentKpi {
    /// Column.
    pub name: &'static str,
    /// ClickHouse expression over the sums, `handled` and the query parameter `paid_shift_s`.
    pub sql: &'static str,
    /// What it is.
    pub description: &'static str,
}

/// Every sum.
///
/// ```
/// assert!(kpi::agent_time::SUMS.iter().any(|sum| sum.name == "contact_us"));
/// ```
pub const SUMS: &[ActivitySum] = &[
    ActivitySum { name: "available_us", sql: "activity = 'available'", description: "Microseconds available and idle." },
    ActivitySum { name: "contact_us", sql: "activity = 'contact'", description: "Microseconds with at least one contact, hold included." },
    ActivitySum { name: "acw_us", sql: "activity = 'acw'", description: "Microseconds of after-call work." },
    ActivitySum { name: "pause_us", sql: "startsWith(activity, 'pause_')", description: "Microseconds paused, whatever the reason." },
    ActivitySum { name: "meal_us", sql: "activity = 'pause_meal'", description: "Of pause_us: meals." },
    ActivitySum {
        name: "back_office_us",
        sql: "activity = 'back_office'",
        description: "Microseconds of work that is no contact: tickets, cross-support.",
    },
    ActivitySum { name: "unknown_us", sql: "activity = 'unknown'", description: "Microseconds in which the source was silent." },
    ActivitySum { name: "staffed_us", sql: "activity NOT IN ('offline', 'unknown')", description: "Microseconds logged in." },
];

/// Every ratio.
pub const KPIS: &[AgentKpi] = &[
    AgentKpi {
        name: "occupancy",
        sql: "(contact_us + acw_us) / nullIf(contact_us + acw_us + available_us, 0)",
        description: "(contact_us + acw_us) / (contact_us + acw_us + available_us); null: neither worked nor available.",
    },
    AgentKpi {
        name: "utilisation",
        sql: "(contact_us + acw_us) / nullIf({paid_shift_s:UInt32} * 1000000, 0)",
        description: "(contact_us + acw_us) / paid shift; may exceed 1 with overtime.",
    },
    AgentKpi {
        name: "utilisation_band",
        sql: "multiIf(utilisation IS NULL, NULL, utilisation < 0.76, 'below 76 %', utilisation < 0.8, '76 to 80 %', utilisation <= 0.9, '80 to 90 %', 'above 90 %')",
        description: "Band of utilisation: below 76, 76 to 80, 80 to 90 or above 90 %.",
    },
    AgentKpi { name: "pause_share", sql: "pause_us / nullIf(staffed_us, 0)", description: "pause_us / staffed_us." },
    AgentKpi {
        name: "calls_per_hour",
        sql: "handled / nullIf(contact_us + acw_us + available_us, 0) * 3600000000",
        description: "Handled per hour of contact, after-call work and available.",
    },
    AgentKpi {
        name: "calls_per_logged_hour",
        sql: "handled / nullIf(staffed_us, 0) * 3600000000",
        description: "Handled per hour logged in, pauses included.",
    },
];
