//! Observations as the warehouse must hold them.

use super::super::files::{Cell, Portion};

/// An observation; what it does not have is empty.
#[derive(Debug, Default)]
pub(in super::super) struct Observed<'a> {
    /// The source's id of it. Within a kind ids come in order.
    pub(in super::super) id: String,
    pub(in super::super) at_s: i64,
    pub(in super::super) ended_s: Option<i64>,
    pub(in super::super) due_s: Option<i64>,
    pub(in super::super) subject_s: Option<i64>,
    /// The call, without its system.
    pub(in super::super) call: Option<&'a str>,
    pub(in super::super) agent: Option<&'a str>,
    pub(in super::super) queue: Option<&'a str>,
    pub(in super::super) campaign: Option<&'a str>,
    pub(in super::super) list: Option<&'a str>,
    pub(in super::super) dimension: Option<&'a str>,
    pub(in super::super) outcome: Option<&'a str>,
    pub(in super::super) reason: Option<&'a str>,
    pub(in super::super) score_milli: Option<i64>,
    pub(in super::super) score_max_milli: Option<i64>,
    pub(in super::super) amount_milli: Option<i64>,
    pub(in super::super) duration_ms: Option<i64>,
    pub(in super::super) sampling: Option<&'a str>,
    pub(in super::super) fatal: bool,
    pub(in super::super) known_customer: bool,
}

const HEADER: &str = "id,at_s,ended_s,due_s,subject_s,contact_id,agent,queue,campaign,list,dimension,outcome,reason,score_milli,score_max_milli,amount_milli,duration_ms,sampling,fatal,known_customer";

impl Observed<'_> {
    /// Writes the header of a kind.
    pub(in super::super) fn header(site: &str, kind: &str, portion: &mut Portion) {
        portion.line(&format!("truth/{site}/observations-{kind}.csv"), format_args!("{HEADER}"));
    }

    /// Writes the row.
    pub(in super::super) fn write(&self, site: &str, kind: &str, portion: &mut Portion) {
        let contact = self.call.map(|call| format!("{site}/{call}"));
        portion.line(
            &format!("truth/{site}/observations-{kind}.csv"),
            format_args!(
                "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}",
                self.id,
                self.at_s,
                Cell(self.ended_s),
                Cell(self.due_s),
                Cell(self.subject_s),
                Cell(contact),
                Cell(self.agent),
                Cell(self.queue),
                Cell(self.campaign),
                Cell(self.list),
                Cell(self.dimension),
                Cell(self.outcome),
                Cell(self.reason),
                Cell(self.score_milli),
                Cell(self.score_max_milli),
                Cell(self.amount_milli),
                Cell(self.duration_ms),
                Cell(self.sampling),
                u8::from(self.fatal),
                u8::from(self.known_customer)
            ),
        );
    }
}
