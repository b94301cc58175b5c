//! A centre from its first to its last portion.

use super::files::Portion;
use super::people;
use super::plan::Centre;
use super::reference;
use super::site::{SitePlay, Unfinished};
use super::truth::write_staff;
use crate::error::Error;

/// A centre in play: one site after the other, day by day.
pub struct CentrePlay {
    centre: Centre,
    began: bool,
    /// Sites that have begun.
    sites: usize,
    current: Option<SitePlay>,
    /// Of the sites that are over: what has to wait for the others.
    unfinished: Vec<Unfinished>,
}

impl CentrePlay {
    /// A centre before its first day.
    ///
    /// # Errors
    /// [`Error`], when the centre has a field out of its range.
    pub fn new(centre: Centre) -> Result<Self, Error> {
        centre.validate()?;
        Ok(Self { centre, began: false, sites: 0, current: None, unfinished: Vec::new() })
    }

    /// The centre that is played.
    #[must_use]
    pub fn centre(&self) -> &Centre {
        &self.centre
    }

    /// What comes next: reference data first, then each day of each site. Nothing when all is over.
    ///
    /// # Errors
    /// [`Error`], when a day lies outside the calendar.
    pub fn next_portion(&mut self) -> Result<Option<Portion>, Error> {
        if !self.began {
            self.began = true;
            return self.reference().map(Some);
        }
        if let Some(portion) = self.current.as_mut().and_then(SitePlay::next_day) {
            return Ok(Some(portion));
        }
        self.unfinished.extend(self.current.take().map(SitePlay::into_unfinished));
        let Some(site) = self.centre.sites.get(self.sites) else { return Ok(self.last_portion()) };
        let mut portion = Portion::of(site.name.clone());
        self.current = Some(SitePlay::new(&self.centre, self.sites, site, &mut portion)?);
        self.sites += 1;
        Ok(Some(portion))
    }

    /// What depends on the end of all sites.
    fn last_portion(&mut self) -> Option<Portion> {
        let newest_call_s = self.unfinished.iter().map(|site| site.repeats.newest_s()).max()?;
        let newest_ticket_s = self.unfinished.iter().map(|site| site.tickets.newest_s()).max()?;
        let mut portion = Portion::of("truth of all sites".to_owned());
        for mut site in self.unfinished.drain(..) {
            site.repeats.write(newest_call_s, &mut portion);
            site.tickets.write(newest_ticket_s, &mut portion);
        }
        Some(portion)
    }

    fn reference(&self) -> Result<Portion, Error> {
        let mut portion = Portion::of("reference data".to_owned());
        reference::write_common(&mut portion);
        let mut staffs = Vec::new();
        for (number, site) in self.centre.sites.iter().enumerate() {
            let staff = people::hire(&self.centre, number, site)?;
            reference::write_site(&self.centre, site, &staff, &mut portion);
            staffs.push((site, staff));
        }
        write_staff(&staffs, &mut portion);
        Ok(portion)
    }
}
