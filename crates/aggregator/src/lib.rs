//! Operator: facts into mergeable KPI panes.
