//! Merged panes in memory: metrics, JSON and the live page.
