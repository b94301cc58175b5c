//! Source adapters: raw lines and records into canonical events.
