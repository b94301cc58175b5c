//! f10, f12, f13: what the loop refuses, and the ways out.
