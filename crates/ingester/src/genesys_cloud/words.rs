//! The vendor's words and what they mean here. Analytics writes `consultTransfer`, notifications `CONSULT_TRANSFER`, old
//! records `transfer.consult`: words are compared by their letters and digits alone.

use crate::pseudonym::is_external;
use events::{Channel, Direction, Party};

/// Letters and digits, small.
pub(super) fn normal(word: &str) -> String {
    word.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// A word of the vendor that is kept as it is: short, and with no number that could be a customer's.
pub(super) fn plain(word: &str) -> Option<&str> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-. ".contains(&byte);
    Some(word).filter(|word| word.len() <= 64 && word.bytes().all(allowed) && !is_external(word, 6))
}

/// How a session ended, seen from that session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Disconnect {
    /// This side hung up: by its phone (endpoint) or by a button (client).
    Own,
    /// The other side hung up.
    Peer,
    /// The system ended it.
    System,
    /// A failure ended it.
    Error,
    /// Nothing happened for too long.
    Timeout,
    /// Passed on without speaking to the next.
    Blind,
    /// Passed on after speaking to the next, or out of a conference.
    Warm,
    /// Said to be something else, or not known.
    Other,
}

impl Disconnect {
    /// The meaning of a `disconnectType`, and whether the word is known.
    pub(super) fn parse(word: &str) -> (Self, bool) {
        let meaning = match normal(word).as_str() {
            "endpoint" | "client" | "dndendpoint" => Disconnect::Own,
            "peer" => Disconnect::Peer,
            "system" | "spam" => Disconnect::System,
            "error" | "transportfailure" | "uncallable" => Disconnect::Error,
            "timeout" => Disconnect::Timeout,
            "consulttransfer" | "transferconsult" | "conferencetransfer" | "transferconference" => Disconnect::Warm,
            "other" | "unknown" => Disconnect::Other,
            transfer if transfer.contains("transfer") => Disconnect::Blind,
            _ => return (Disconnect::Other, false),
        };
        (meaning, true)
    }

    /// Who ended the talk of an agent whose session ended so. A transfer is the agent's.
    pub(super) fn party(self) -> Option<Party> {
        match self {
            Disconnect::Own => Some(Party::Agent),
            Disconnect::Peer => Some(Party::Customer),
            Disconnect::System | Disconnect::Error | Disconnect::Timeout => Some(Party::System),
            Disconnect::Blind | Disconnect::Warm | Disconnect::Other => None,
        }
    }

    /// Who ended the contact if the customer's session ended so.
    pub(super) fn party_of_customer(self) -> Option<Party> {
        match self {
            Disconnect::Own => Some(Party::Customer),
            Disconnect::Peer => Some(Party::Agent),
            other => other.party(),
        }
    }

    /// The kind of a transfer.
    pub(super) fn transfer(self) -> Option<&'static str> {
        match self {
            Disconnect::Blind => Some("blind"),
            Disconnect::Warm => Some("warm"),
            _ => None,
        }
    }

    /// Why an agent did not take an offer that ended so.
    pub(super) fn missed(self) -> Option<&'static str> {
        match self {
            Disconnect::Own => Some("rejected"),
            Disconnect::Peer => Some("caller_left"),
            Disconnect::Error => Some("error"),
            Disconnect::System | Disconnect::Timeout | Disconnect::Blind | Disconnect::Warm => Some("no_answer"),
            Disconnect::Other => None,
        }
    }

    /// How a stay in a queue ended that no agent took.
    pub(super) fn left(self) -> &'static str {
        match self {
            Disconnect::Own | Disconnect::Peer => "abandoned",
            Disconnect::Timeout => "timeout",
            Disconnect::System | Disconnect::Error => "system_error",
            Disconnect::Blind | Disconnect::Warm => "overflow",
            Disconnect::Other => "unknown",
        }
    }
}

/// The channel of a `mediaType`, and whether the word is known.
pub(super) fn channel(media: Option<&str>) -> (Channel, bool) {
    let channel = match media.map(normal).as_deref() {
        None | Some("voice" | "call" | "video" | "unknown") => Channel::Voice,
        Some("chat" | "message" | "webchat" | "webmessaging" | "cobrowse" | "screenshare" | "internalmessage") => Channel::Chat,
        Some("email") => Channel::Email,
        Some("callback") => Channel::Callback,
        Some("workitem") => Channel::Task,
        Some(_) => return (Channel::Voice, false),
    };
    (channel, true)
}

/// The direction of a session or conversation.
pub(super) fn direction(word: Option<&str>) -> Option<Direction> {
    match word.map(normal).as_deref() {
        Some("inbound") => Some(Direction::Inbound),
        Some("outbound") => Some(Direction::Outbound),
        Some("internal") => Some(Direction::Internal),
        _ => None,
    }
}

/// Why a flow was left: by its `exitReason` and `transferType`.
pub(super) fn flow_exit(exit_reason: Option<&str>, transfer_type: Option<&str>) -> Option<&'static str> {
    match exit_reason.map(normal)?.as_str() {
        "transfer" if transfer_type.map(normal).is_some_and(|kind| kind == "acd") => Some("to_queue"),
        "transfer" => Some("diverted"),
        "disconnect" | "sessionexpiredisconnect" => Some("hangup"),
        "flowdisconnect" => Some("self_served"),
        "flowerrordisconnect" | "recognitionfailuredisconnect" | "recognitionfailureexit" | "flowerrorexit" => Some("diverted"),
        "userexit" | "flowexit" => Some("diverted"),
        _ => None,
    }
}

/// A flow that plays while the contact waits, or that runs beside it, is no menu.
pub(super) fn is_menu(flow_type: Option<&str>) -> bool {
    match flow_type.map(normal).as_deref() {
        None => true,
        Some("inboundcall" | "outboundcall" | "securecall" | "inboundemail" | "inboundchat" | "inboundshortmessage") => true,
        Some("workflow" | "bot" | "digitalbot" | "voice") => true,
        Some(_) => false,
    }
}

/// The number or address alone: `tel:+49…` and `sip:+49…@host` are the same caller as `+49…`.
pub(super) fn bare_address(address: &str) -> &str {
    let split = address.split_once(':').filter(|(scheme, _)| ["tel", "sip", "sips"].iter().any(|known| scheme.eq_ignore_ascii_case(known)));
    match split {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("tel") => rest.split(';').next().unwrap_or(rest),
        Some((_, rest)) => rest.split(['@', ';']).next().unwrap_or(rest),
        None => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_disconnect_type_agree() {
        for word in ["consultTransfer", "CONSULT_TRANSFER", "transfer.consult"] {
            assert_eq!(Disconnect::parse(word), (Disconnect::Warm, true), "{word}");
        }
        for word in ["transfer", "FORWARD_TRANSFER", "transfer.noanswer", "notAvailableTransfer", "DND_TRANSFER"] {
            assert_eq!(Disconnect::parse(word), (Disconnect::Blind, true), "{word}");
        }
        assert_eq!(Disconnect::parse("melted"), (Disconnect::Other, false));
    }

    #[test]
    fn a_caller_is_the_same_in_every_scheme() {
        for address in ["+15555550105", "tel:+15555550105", "TEL:+15555550105;ext=1", "sip:+15555550105@10.0.0.1;tgrp=x"] {
            assert_eq!(bare_address(address), "+15555550105", "{address}");
        }
        assert_eq!(bare_address("ann@example.com"), "ann@example.com");
    }

    #[test]
    fn words_that_may_hide_a_number_are_not_kept() {
        assert_eq!(plain("error.edge.connection"), Some("error.edge.connection"));
        assert_eq!(plain("+4930123456"), None);
        assert_eq!(plain("ext 4930123456"), None);
        assert_eq!(plain("Ann \"Smith\""), None);
    }
}
