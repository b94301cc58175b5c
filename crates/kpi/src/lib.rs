//! The KPI catalogue and its algebra: measures, histograms, sketches, panes, windows; pure.
