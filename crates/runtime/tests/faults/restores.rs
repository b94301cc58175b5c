//! f09: what a restore may find in a changelog: late markers, nothing but aborted transactions, a compacted head, tombstones.
