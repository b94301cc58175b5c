//! Transactions of tools, which write a few records and end: all of them, or none. Stages have `driver`.

use super::KafkaProducer;
use super::outage::answered;
use crate::broker::{Failure, FailureKind, Producer as _};

impl KafkaProducer {
    /// Begins, hands itself to `send`, and commits. What failed on the way is never read by anybody.
    ///
    /// # Errors
    /// Why nothing was written; as of [`repeated`](KafkaProducer::repeated).
    pub fn all_or_nothing(&mut self, send: impl FnOnce(&mut KafkaProducer) -> Result<(), Failure>) -> Result<(), Failure> {
        let written = self.repeated(KafkaProducer::begin).and_then(|()| send(self)).and_then(|()| self.repeated(KafkaProducer::commit));
        if written.as_ref().is_err_and(|failure| !matches!(failure.kind, FailureKind::Fenced | FailureKind::Unclear)) {
            // Ending it only spares the readers of the topic the wait for the time-out.
            if let Err(other) = self.abort() {
                tracing::warn!(error = other.text, "the transaction could not be aborted");
            }
        }
        written
    }

    /// Takes the right to write under its id. A broker that nobody has asked yet answers for a moment that it coordinates no transactions.
    ///
    /// # Errors
    /// Why Kafka does not let it begin.
    pub fn take_over(&mut self) -> Result<(), Failure> {
        answered(self.limit(), |_| self.init())
    }

    /// A new client under the same id: what the old one left open is ended, and nothing that it still has on the way can count.
    ///
    /// # Errors
    /// Why Kafka does not let it begin.
    pub fn renew(&mut self) -> Result<(), Failure> {
        self.recreate()?;
        self.take_over()
    }

    /// Puts a request again while Kafka does not answer it.
    ///
    /// # Errors
    /// The last failure: one that says [`is_no_answer`](Failure::is_no_answer) after all tries, any other at once.
    pub fn repeated(&mut self, mut call: impl FnMut(&mut KafkaProducer) -> Result<(), Failure>) -> Result<(), Failure> {
        let mut tries_left = crate::transaction::TRIES;
        loop {
            tries_left = tries_left.saturating_sub(1);
            match call(self) {
                Err(failure) if failure.is_no_answer() && tries_left > 0 => tracing::warn!(error = failure.text, "retrying"),
                other => return other,
            }
        }
    }
}
