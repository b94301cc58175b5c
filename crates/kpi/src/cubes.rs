//! Cubes: sums of facts by several dimensions at once, as data (domain.md 2.1). `warehouse` makes one view of each; their ratios are those of
//! the catalogue, of agents' time and of `fact_kpis`, over the sums of a cell: nothing is defined a second time.
//!
//! **A cube is bounded.** Of each dimension only the most frequent members of a local day keep their name, the rest are `(other)`: nothing is
//! lost from a sum, and a day has never more cells than [`Cube::cells_max`]. **It adds up**: every sum is an integer over facts that are in one
//! cell each, so a total is the sum of its cells, whatever it is cut by. Distinct customers are in no cube: they do not add up.

mod declared;
mod measures;
mod ratios;

pub use declared::CUBES;
pub use measures::{AS_IN_PANES, CubeMeasure, Rows};
pub use ratios::CubeRatio;

use crate::fact_kpis::FactKpi;

/// The member that stands for all that are folded. A member that is called so itself is one of them.
pub const OTHER: &str = "(other)";

/// No cube has more cells than this in a local day of a tenant (or in a quarter hour of it).
pub const CELLS_MAX: usize = 10_000;

/// What a fact belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A queue: facts are minutes of queues.
    Queue,
    /// An agent.
    Agent,
    /// A contact, with all that happened in it and was said of it.
    Contact,
    /// A dialled number.
    Dial,
}

/// Where the member of a fact comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The fact itself.
    Fact,
    /// The attribute of that name of a reference entry of the kind, as of the time of the fact.
    Reference(&'static str),
    /// The agent's tenure at the time of the fact, from `hire_date` of reference data.
    Tenure,
    /// The customer's segment at the time of the fact: observations of kind `other` with dimension `segment`.
    Segment,
}

/// A dimension of a cube.
#[derive(Clone, Copy, Debug)]
pub struct Dimension {
    /// Column.
    pub name: &'static str,
    /// How many members keep their name in a local day of a tenant; what is not known (the empty name) and `(other)` come on top.
    pub members: usize,
    /// Where its members come from.
    pub origin: Origin,
    /// What it is.
    pub description: &'static str,
}

/// A cube.
#[derive(Clone, Copy, Debug)]
pub struct Cube {
    /// Name of the view.
    pub view: &'static str,
    /// Heading.
    pub title: &'static str,
    /// What its facts belong to.
    pub key: Key,
    /// Its dimensions.
    pub dimensions: &'static [Dimension],
    /// The facts that it sums.
    pub rows: &'static [Rows],
    /// What makes a member frequent: an expression over its sums.
    pub ranked_by: &'static str,
    /// Which time puts a fact into which quarter hour or day, and which fact into which cell where it could be in two.
    pub assigned_by: &'static str,
    /// Parameters of the view, with an example.
    pub parameters: &'static str,
    /// Ratios that only it has, over its sums.
    pub own: &'static [FactKpi],
    /// Rows of the source documents that ask for it.
    pub mission: &'static [&'static str],
}

impl Cube {
    /// The most cells that a local day of a tenant can have; the same holds for a quarter hour.
    ///
    /// ```
    /// let cube = kpi::cubes::by_view("v_cube_cpc").unwrap();
    /// // 60 reasons, 12 segments and 8 channels keep their names; each has an unknown and an other besides.
    /// assert_eq!(cube.cells_max(), 62 * 14 * 10);
    /// ```
    pub fn cells_max(&self) -> usize {
        self.dimensions.iter().map(|dimension| dimension.members + 2).product()
    }

    /// Its sums, in order.
    pub fn measures(&self) -> Vec<CubeMeasure> {
        self.rows.iter().flat_map(|rows| rows.measures()).collect()
    }

    /// Its ratios: every one that can be formed of its sums.
    ///
    /// ```
    /// let cube = kpi::cubes::by_view("v_cube_cpc").unwrap();
    /// let aht = cube.ratios().into_iter().find(|ratio| ratio.name == "aht").unwrap();
    /// assert_eq!(aht.sql, "(talk_ms + hold_ms + acw_ms) / nullIf(handled, 0) / 1000");
    /// ```
    pub fn ratios(&self) -> Vec<CubeRatio> {
        ratios::of(self)
    }

    /// True if one of its dimensions is an attribute of a reference entry of the kind, or is made of one.
    pub fn needs_reference(&self, kind: &str) -> bool {
        self.dimensions.iter().any(|dimension| match dimension.origin {
            Origin::Reference(of) => of == kind,
            Origin::Tenure => kind == "agent",
            Origin::Fact | Origin::Segment => false,
        })
    }
}

/// The cube of a view.
pub fn by_view(view: &str) -> Option<&'static Cube> {
    CUBES.iter().find(|cube| cube.view == view)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_cube_is_bounded_and_documented() {
        let views: BTreeSet<&str> = CUBES.iter().map(|cube| cube.view).collect();
        assert_eq!(views.len(), CUBES.len());
        for cube in CUBES {
            assert!(cube.view.starts_with("v_cube_"), "{}", cube.view);
            assert!(cube.cells_max() <= CELLS_MAX, "{} may have {} cells", cube.view, cube.cells_max());
            assert!(!cube.mission.is_empty() && !cube.assigned_by.is_empty() && cube.parameters.contains("zone = "), "{}", cube.view);
            assert!(cube.dimensions.iter().all(|dimension| dimension.members > 0 && !dimension.description.is_empty()), "{}", cube.view);
        }
    }

    #[test]
    fn no_column_is_there_twice() {
        for cube in CUBES {
            let mut names = BTreeSet::from(["tenant".to_owned(), "start".to_owned(), "day".to_owned()]);
            let dimensions = cube.dimensions.iter().map(|dimension| dimension.name.to_owned());
            let measures = cube.measures().into_iter().map(|measure| measure.name);
            let ratios = cube.ratios().into_iter().map(|ratio| ratio.name.to_owned());
            for name in dimensions.chain(measures).chain(ratios) {
                assert!(names.insert(name.clone()), "{name} is there twice in {}", cube.view);
            }
        }
    }

    #[test]
    fn every_sum_adds_up_and_every_ratio_guards_its_denominator() {
        for cube in CUBES {
            for measure in cube.measures() {
                assert!(measure.sql.starts_with("sum") || measure.sql.starts_with("count"), "{} in {}", measure.name, cube.view);
                assert!(!measure.description.is_empty(), "{} in {}", measure.name, cube.view);
            }
            for ratio in cube.ratios() {
                let divisions = ratio.sql.matches(" / ").count();
                let by_a_number = ratio.sql.matches(" / 1000").count() + ratio.sql.matches(" / 60000").count();
                assert_eq!(divisions, ratio.sql.matches("/ nullIf(").count() + by_a_number, "{} in {}", ratio.name, cube.view);
            }
        }
    }

    #[test]
    fn ratios_are_those_that_their_sums_allow() {
        let names = |view: &str| -> BTreeSet<&'static str> { by_view(view).unwrap().ratios().iter().map(|ratio| ratio.name).collect() };
        let agents = names("v_cube_agents");
        for name in [
            "aht",
            "asa",
            "service_level_5",
            "transfer_rate",
            "occupancy",
            "calls_per_hour",
            "csat_mean",
            "qa_score",
            "fcr_72h",
            "offer_acceptance",
            "sales_per_100_handled",
        ] {
            assert!(agents.contains(name), "{name}");
        }
        for name in ["service_level_2", "abandonment_rate", "utilisation", "talk_p90", "retrial_factor"] {
            assert!(!agents.contains(name), "{name}");
        }
        assert!(names("v_cube_queues").is_superset(&BTreeSet::from([
            "service_level_2",
            "service_level_9",
            "abandonment_rate",
            "containment"
        ])));
        let campaigns = names("v_cube_campaigns");
        assert!(campaigns.contains("drop_rate") && !campaigns.contains("attempts_per_record"), "distinct records do not add up");
        assert!(names("v_cube_cpc").is_superset(&BTreeSet::from([
            "value_per_handled_minute",
            "cost_per_contact",
            "aht",
            "fcr_72h",
            "csat_mean"
        ])));
    }
}
