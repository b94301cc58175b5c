//! How a site tells what was played: day by day as its telephone system's log, or, where a vendor's records or dirt need the whole, at its end.

use super::files::Portion;
use super::plan::{SiteDirt, SitePlan, System};
use super::truth::Planned;
use crate::dirt::{self, Dirt};
use crate::log::Line;
use crate::scenario::Scenario;
use crate::simulation::Simulation;
use crate::truth::Truth;
use crate::vendors::{self, VendorDirt};
use crate::visit::Visit;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A site's log in the making.
#[derive(Debug)]
pub(super) struct Telling {
    site: String,
    system: System,
    dirt: Option<SiteDirt>,
    scenario: Scenario,
    /// What has to wait for the end.
    whole: Simulation,
    planned: Vec<Planned>,
}

impl Telling {
    pub(super) fn new(site: &SitePlan, scenario: &Scenario, dirt: Option<SiteDirt>) -> Self {
        let (name, scenario) = (site.name.clone(), scenario.clone());
        Self { site: name, system: site.system, dirt, scenario, whole: Simulation::default(), planned: Vec::new() }
    }

    /// The visit as other systems refer to it: its call by the telephone system's id.
    pub(super) fn seen(&self, visit: &Visit) -> Visit {
        let id = self.system.vendor().map(|vendor| vendors::contact_id(vendor, self.scenario.seed, &visit.call));
        Visit { call: id.map_or_else(|| Arc::clone(&visit.call), Arc::from), ..visit.clone() }
    }

    /// Tells a day, at once or with the last one. Returns what is true by what was told, with the days that were planned, in order.
    pub(super) fn take(&mut self, played: Simulation, planned: Planned, portion: &mut Portion) -> Vec<(Truth, Planned)> {
        let last = planned.last;
        let vendor = self.system.vendor();
        if vendor.is_none() && self.dirt.is_none() {
            let (lines, truth) = played.into_parts();
            self.write(lines.iter().map(|line| line.text.as_str()), portion);
            return vec![(truth, planned)];
        }
        self.whole.append(played);
        self.planned.push(planned);
        if !last {
            return Vec::new();
        }
        let whole = std::mem::take(&mut self.whole);
        let (lines, truth) = match vendor {
            Some(vendor) => vendors::tell(vendor, &whole, &self.scenario),
            None => whole.into_parts(),
        };
        match self.dirt {
            Some(dirt) => self.write_dirty(&lines, &dirt, portion),
            None => self.write(lines.iter().map(|line| line.text.as_str()), portion),
        }
        let truths = std::iter::once(truth).chain(std::iter::repeat_with(Truth::default));
        truths.zip(std::mem::take(&mut self.planned)).collect()
    }

    fn write<'l>(&self, lines: impl Iterator<Item = &'l str>, portion: &mut Portion) {
        let log = format!("{}/{}", self.site, self.system.log_file());
        lines.for_each(|line| portion.line(&log, format_args!("{line}")));
    }

    /// Spoils the lines, and says how many dead letters there must be, by code.
    fn write_dirty(&self, lines: &[Line], dirt: &SiteDirt, portion: &mut Portion) {
        let (texts, dead_letters): (Vec<String>, BTreeMap<&'static str, u64>) = match self.system.vendor() {
            Some(vendor) => {
                let spoilt = VendorDirt {
                    shuffle_within_s: dirt.shuffle_within_s,
                    duplicate_share: dirt.duplicate_share,
                    outdated_share: dirt.odd_share,
                    other_case_share: dirt.odd_share,
                    lacking_share: dirt.odd_share,
                    junk_lines: dirt.bad_lines,
                };
                let (lines, truth) = vendors::dirty(vendor, lines, self.scenario.seed, &spoilt);
                (lines.into_iter().map(|line| line.text).collect(), truth.dead_letters)
            }
            None => {
                let spoilt =
                    Dirt { shuffle_within_s: dirt.shuffle_within_s, duplicate_share: dirt.duplicate_share, bad_lines: dirt.bad_lines };
                let (texts, truth) = dirt::dirty(lines, self.scenario.seed, &spoilt);
                (texts, truth.dead_letters)
            }
        };
        self.write(texts.iter().map(String::as_str), portion);
        let file = format!("truth/{}/dead-letters.csv", self.site);
        portion.line(&file, format_args!("code,letters"));
        dead_letters.iter().for_each(|(code, letters)| portion.line(&file, format_args!("{code},{letters}")));
    }
}
