//! Operator: canonical events of a contact into facts with before and after.
