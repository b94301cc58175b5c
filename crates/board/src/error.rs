//! What can go wrong on the board, by what the caller can do about it.

/// Why a message, a setting or a request is refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Bytes of the pane topic that are no pane: skip the message and count it.
    #[error("not a pane: {0}")]
    Pane(String),
    /// Bytes of a topic of presents that are no present: skip the message and count it.
    #[error("not a present: {0}")]
    Now(String),
    /// Bytes of the topic of reference data that are none: skip the message and count it.
    #[error("not reference data: {0}")]
    Reference(String),
    /// A deleted key that the aggregator did not write: skip it.
    #[error("not the key of a pane (tenant, queue or agent, minute, partition, layout, separated by U+001F): {0:?}")]
    Key(String),
    /// No such time zone: correct the setting or the request.
    #[error("no such time zone: {0:?}; write an IANA name, for example Europe/Berlin")]
    Zone(String),
    /// No such window: correct the setting or the request.
    #[error("no such window: {0:?}; one of 5m, 15m, 30m, 60m, today")]
    Window(String),
    /// A request that cannot be answered: correct it.
    #[error("{0}")]
    Request(String),
    /// A request for a queue that nobody has seen: correct it.
    #[error("no queue is called {asked:?}; known: {known}")]
    Queue {
        /// What was asked for.
        asked: String,
        /// Queues that are known.
        known: String,
    },
    /// The metrics could not be registered: a bug of ours or a second board in one process.
    #[error("metrics: {0}")]
    Metrics(#[from] prometheus::Error),
    /// The address cannot be listened on: choose another.
    #[error("cannot listen on {address}: {source}; set board.listen to a free address")]
    Listen {
        /// As configured.
        address: String,
        /// What the system said.
        source: std::io::Error,
    },
}

impl Error {
    pub(crate) fn pane(error: impl std::fmt::Display) -> Self {
        Error::Pane(error.to_string())
    }
}
