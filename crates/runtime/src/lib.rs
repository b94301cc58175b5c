//! What every stage runs on: one loop, keyed state with changelogs, dead letters, health, metrics.
