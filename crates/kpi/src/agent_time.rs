//! The KPIs of agents' time (domain.md 2.4), as data: what each sum of activity holds, and the ratios that follow. `warehouse` makes its views
//! of agents from this; a ratio without a denominator is null. What an activity counts for is said once, in `events::Activity`.

use events::Activity;

/// A sum of microseconds of activity.
#[derive(Clone, Copy, Debug)]
pub struct ActivitySum {
    /// Column.
    pub name: &'static str,
    /// Whether time of an activity is in it.
    pub holds: fn(Activity) -> bool,
    /// What it is.
    pub description: &'static str,
}

impl ActivitySum {
    /// Condition on the column `activity`, whose values are the names of [`Activity`].
    ///
    /// ```
    /// let paused = kpi::agent_time::SUMS.iter().find(|sum| sum.name == "meal_us").map(|sum| sum.sql());
    /// assert_eq!(paused.as_deref(), Some("activity = 'pause_meal'"));
    /// ```
    pub fn sql(&self) -> String {
        condition(self.holds)
    }
}

/// Whether time of an activity is in the numerator of occupancy: work that is in its base. Back office is work in a column of its own.
pub fn in_occupancy(activity: Activity) -> bool {
    activity.occupied() && activity.in_occupancy_base()
}

/// The SQL condition for the activities of which something holds: those are named, or all others, whichever is shorter.
///
/// ```
/// use events::Activity;
/// assert_eq!(kpi::agent_time::condition(Activity::routable), "activity = 'available'");
/// assert_eq!(kpi::agent_time::condition(Activity::staffed), "activity NOT IN ('offline', 'unknown')");
/// ```
pub fn condition(holds: fn(Activity) -> bool) -> String {
    let (those, others): (Vec<Activity>, Vec<Activity>) = Activity::ALL.iter().partition(|activity| holds(**activity));
    let names = |activities: &[Activity]| activities.iter().map(|activity| format!("'{}'", activity.name())).collect::<Vec<_>>();
    match names(&those).as_slice() {
        [name] => format!("activity = {name}"),
        named if named.len() <= others.len() => format!("activity IN ({})", named.join(", ")),
        _ => format!("activity NOT IN ({})", names(&others).join(", ")),
    }
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
    ActivitySum {
        name: "available_us",
        holds: |activity| activity == Activity::Available,
        description: "Microseconds available and idle.",
    },
    ActivitySum {
        name: "ringing_us",
        holds: |activity| activity == Activity::Ringing,
        description: "Microseconds in which a contact was offered, as far as the source tells.",
    },
    ActivitySum {
        name: "dialing_us",
        holds: |activity| activity == Activity::Dialing,
        description: "Microseconds of calling somebody who had not answered yet.",
    },
    ActivitySum {
        name: "contact_us",
        holds: |activity| activity == Activity::Contact,
        description: "Microseconds with at least one contact, hold included.",
    },
    ActivitySum { name: "acw_us", holds: |activity| activity == Activity::Acw, description: "Microseconds of after-call work." },
    ActivitySum {
        name: "communicating_us",
        holds: |activity| activity == Activity::Communicating,
        description: "Microseconds on calls that no queue gave and that are no contacts.",
    },
    ActivitySum {
        name: "not_responding_us",
        holds: |activity| activity == Activity::NotResponding,
        description: "Microseconds after a missed, refused or failed offer until it was settled.",
    },
    ActivitySum {
        name: "pause_us",
        holds: |activity| matches!(activity, Activity::Pause(_)),
        description: "Microseconds paused, whatever the reason.",
    },
    ActivitySum {
        name: "meal_us",
        holds: |activity| activity == Activity::Pause(events::PauseKind::Meal),
        description: "Of pause_us: meals.",
    },
    ActivitySum {
        name: "back_office_us",
        holds: |activity| activity == Activity::BackOffice,
        description: "Microseconds of work that is no contact: tickets, cross-support.",
    },
    ActivitySum {
        name: "unknown_us",
        holds: |activity| activity == Activity::Unknown,
        description: "Microseconds in which the source was silent.",
    },
    ActivitySum { name: "staffed_us", holds: Activity::staffed, description: "Microseconds logged in." },
    ActivitySum { name: "paid_us", holds: Activity::paid, description: "Microseconds logged in and paid: meals are not." },
    ActivitySum {
        name: "occupied_us",
        holds: in_occupancy,
        description: "Microseconds of contact, after-call work and dialling: the numerator of occupancy.",
    },
    ActivitySum {
        name: "occupancy_base_us",
        holds: Activity::in_occupancy_base,
        description: "occupied_us and available_us: the denominator of occupancy.",
    },
];

/// Every ratio.
pub const KPIS: &[AgentKpi] = &[
    AgentKpi {
        name: "occupancy",
        sql: "occupied_us / nullIf(occupancy_base_us, 0)",
        description: "Contact, after-call work and dialling / the same and available; null: neither worked nor available.",
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
        sql: "handled / nullIf(occupancy_base_us + ringing_us, 0) * 3600000000",
        description: "Handled per hour of contact, after-call work, dialling, ringing and available.",
    },
    AgentKpi {
        name: "calls_per_logged_hour",
        sql: "handled / nullIf(staffed_us, 0) * 3600000000",
        description: "Handled per hour logged in, pauses included.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str) -> String {
        SUMS.iter().find(|sum| sum.name == name).map_or_else(String::new, ActivitySum::sql)
    }

    /// Every activity, against the conditions that SQL is given: exactly those that count are named.
    #[test]
    fn conditions_name_the_activities_that_count() {
        for activity in Activity::ALL {
            let quoted = format!("'{}'", activity.name());
            let flags = [
                ("staffed_us", activity.staffed()),
                ("paid_us", activity.paid()),
                ("occupancy_base_us", activity.in_occupancy_base()),
                ("occupied_us", activity.occupied() && activity.in_occupancy_base()),
            ];
            for (sum, counts) in flags {
                let sql = of(sum);
                assert_eq!(sql.contains(&quoted) != sql.contains(" NOT IN "), counts, "{quoted} in {sum}: {sql}");
            }
        }
        assert_eq!(of("occupied_us"), "activity IN ('dialing', 'contact', 'acw')");
        assert_eq!(of("occupancy_base_us"), "activity IN ('available', 'dialing', 'contact', 'acw')");
    }

    /// What is staffed is one of the columns that follow, and of one only.
    #[test]
    fn the_parts_of_staffed_time_add_up() {
        let parts = [
            "available_us",
            "ringing_us",
            "dialing_us",
            "contact_us",
            "acw_us",
            "communicating_us",
            "not_responding_us",
            "pause_us",
            "back_office_us",
        ];
        for activity in Activity::ALL {
            let held = SUMS.iter().filter(|sum| parts.contains(&sum.name) && (sum.holds)(*activity)).count();
            assert_eq!(held, usize::from(activity.staffed()), "{}", activity.name());
        }
    }
}
