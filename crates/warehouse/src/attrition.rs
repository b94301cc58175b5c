//! Days of agents for the early warning of attrition: formed from the facts, kept in a database of their own, read by the stage that scores.
//!
//! A day of a site is *closed* 36 h after its local end, by the time of the facts themselves. Forming it is one statement per run of days (`sql/`), as of the end
//! of the day: nothing later enters but what belongs to it (the rest of a night's shift, repeats within 72 h). Beside its rows a *fingerprint* of its facts is
//! kept; a late or corrected fact changes it, and that day, and no other, is formed anew. What a day looks back at, such as what calls usually took, is taken
//! as it was when the day was formed, or one late call would change four weeks.
//!
//! About employees: whoever may read the facts need not be able to read this database.

mod comments;
mod days;
mod forming;
mod nameless;
mod parts;
mod quality;
mod recent;
mod schema;
mod statement;
mod teams;
mod touched;
mod watch;

pub use days::{ClosedDays, Site};
pub use nameless::{QualityWeeks, TrainingWeek};
pub use quality::PeriodQuality;
pub use schema::migrate;
pub use watch::Watch;

pub(crate) use comments::columns as columns_of_view;
pub(crate) use schema::{MIGRATIONS, views};

use crate::Server;

/// The database of the early warning beside that of the facts.
#[derive(Clone)]
pub struct Attrition {
    own: Server,
    facts: String,
}

impl Attrition {
    /// The database of this name on the server of the facts; nothing is sent yet.
    #[must_use]
    pub fn new(facts: &Server, database: &str) -> Self {
        Attrition { own: facts.in_database(database), facts: facts.database.clone() }
    }

    /// The connection that is bound to it.
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.own
    }

    /// Name of the database of the facts.
    fn facts_database(&self) -> &str {
        &self.facts
    }

    /// Puts the name of the database of the facts into a statement.
    fn filled(&self, sql: &str) -> String {
        sql.replace("{facts}", &format!("`{}`", self.facts.replace('\\', "\\\\").replace('`', "\\`")))
    }
}
