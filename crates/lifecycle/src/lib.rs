//! Events of a contact folded into facts; pure.
