//! Tickets.
/// What tickets are about.
pub(super) const REASONS: [&str; 3] = ["refund", "complaint", "order"];
