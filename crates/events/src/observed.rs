//! What a system observes of an agent, or of itself, beside what the agent declares. It travels as a `side_event` whose reason is one
//! of these words, so that readers who do not know them take it for what it always was: an event that changes nothing.

/// Agent of an event that is about every agent of its source.
pub const EVERY_AGENT: &str = "*";

/// One observation. With a `duration_ms` it says what the agent did *up to* the event's time, for so long; without, what he does from
/// then on, until another one comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Observed {
    /// A contact is offered to the agent.
    Ringing,
    /// The agent calls somebody who has not answered yet.
    Dialing,
    /// The agent is on a call that is no contact.
    Communicating,
    /// An offer was missed, refused or failed; no other comes until that is settled.
    NotResponding,
    /// What rang or was dialled is answered or given up; of the others it says nothing.
    OfferOver,
    /// None of these any more.
    Nothing,
    /// The source vouches for the agent (a heartbeat): what was known of him still holds.
    Alive,
    /// The source restarted: sessions that were open in it are lost.
    Restarted,
}

impl Observed {
    /// Every observation, in order.
    pub const ALL: &'static [Observed] = &[
        Observed::Ringing,
        Observed::Dialing,
        Observed::Communicating,
        Observed::NotResponding,
        Observed::OfferOver,
        Observed::Nothing,
        Observed::Alive,
        Observed::Restarted,
    ];

    /// The reason of the side event that carries it.
    pub const fn reason(self) -> &'static str {
        match self {
            Observed::Ringing => "observed:ringing",
            Observed::Dialing => "observed:dialing",
            Observed::Communicating => "observed:communicating",
            Observed::NotResponding => "observed:not_responding",
            Observed::OfferOver => "observed:offer_over",
            Observed::Nothing => "observed:nothing",
            Observed::Alive => "observed:alive",
            Observed::Restarted => "observed:restarted",
        }
    }

    /// The observation of a [`reason`](Observed::reason).
    ///
    /// ```
    /// use events::Observed;
    /// assert_eq!(Observed::parse("observed:ringing"), Some(Observed::Ringing));
    /// assert_eq!(Observed::parse("ringing"), None, "a word of the source");
    /// ```
    pub fn parse(reason: &str) -> Option<Self> {
        // Nearly no reason of a source gets past this.
        reason.starts_with("observed:").then(|| Self::ALL.iter().copied().find(|observed| observed.reason() == reason)).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_observation_is_found_by_its_reason() {
        for observed in Observed::ALL {
            assert_eq!(Observed::parse(observed.reason()), Some(*observed));
        }
        assert!(Observed::ALL.is_sorted());
        assert_eq!(Observed::parse("observed:asleep"), None);
    }
}
