//! KPI algebra.
use events::{Contact, ContactOutcome, Handling, HandlingEnd, QueueCounts, QueuePane, QueueVisit, SketchBucket, VisitOutcome};
pub const WAIT_EDGES_S: [i64; 14] = [5, 10, 15, 20, 25, 30, 45, 60, 90, 120, 180, 240, 300, 600];
#[derive(Debug, thiserror::Error)]
#[error("bad pane")]
pub struct Error;
#[derive(Clone, Debug)]
pub struct QueueSettings { pub threshold_ms: i64 }
impl Default for QueueSettings { fn default() -> Self { QueueSettings { threshold_ms: 20_000 } } }
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histograms(pub [[u32; 15]; 6]);
impl Histograms { pub fn answered_at_most(&self, ms: i64) -> i64 { WAIT_EDGES_S.iter().enumerate().filter(|(_, e)| **e * 1000 <= ms).map(|(i, _)| i64::from(self.0[0][i])).sum() } }
pub fn bucket_of(wait_ms: i64) -> usize { WAIT_EDGES_S.iter().position(|e| wait_ms <= e * 1000).unwrap_or(14) }
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sketch(pub Vec<(i32, i64)>);
pub fn sketch_bucket(v: i64) -> i32 { if v < 64 { v.max(0) as i32 } else { let e = 63 - (v as u64).leading_zeros() as i32; 64 + (e - 6) * 64 + ((v >> (e - 6)) - 64) as i32 } }
impl Sketch { pub fn add(&mut self, v: i64, s: i64) { self.add_bucket(sketch_bucket(v), s) }
 fn add_bucket(&mut self, b: i32, s: i64) { match self.0.binary_search_by_key(&b, |x| x.0) { Ok(i) => { self.0[i].1 += s; if self.0[i].1 == 0 { self.0.remove(i); } } Err(i) => self.0.insert(i, (b, s)) } } }
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pane { pub counts: QueueCounts, pub histograms: Histograms, pub wait_sketch: Sketch, pub talk_sketch: Sketch }
pub trait PaneSink { fn pane(&mut self, tenant: &str, queue: &str, window_start_us: i64) -> &mut Pane; }
pub fn minute_start_us(t: i64) -> i64 { t.div_euclid(60_000_000) * 60_000_000 }
impl Pane {
 pub fn merge(&mut self, o: &Pane, s: i64) { self.counts.add(&o.counts, s); for (a, b) in self.histograms.0.iter_mut().flatten().zip(o.histograms.0.iter().flatten()) { *a = (i64::from(*a) + s * i64::from(*b)) as u32; } for (b, c) in &o.wait_sketch.0 { self.wait_sketch.add_bucket(*b, s * c) } for (b, c) in &o.talk_sketch.0 { self.talk_sketch.add_bucket(*b, s * c) } }
 pub fn to_message<'a>(&self, tenant: &'a str, queue: &'a str, window_start_us: i64) -> QueuePane<'a> {
  let h = |i: usize| { let mut v: Vec<i64> = self.histograms.0[i].iter().map(|x| i64::from(*x)).collect(); while v.last() == Some(&0) { v.pop(); } v };
  let s = |s: &Sketch| s.0.iter().map(|(bucket, count)| SketchBucket { bucket: *bucket, count: *count }).collect();
  QueuePane { tenant, queue, window_start_us, counts: self.counts.clone(), wait_answered_histogram: h(0), wait_abandoned_histogram: h(1), wait_flow_out_histogram: h(2), cohort_answered_histogram: h(3), cohort_abandoned_histogram: h(4), cohort_flow_out_histogram: h(5), wait_sketch: s(&self.wait_sketch), talk_sketch: s(&self.talk_sketch), ..QueuePane::default() } }
 pub fn from_message(m: &QueuePane) -> Result<Pane, Error> {
  let mut p = Pane { counts: m.counts.clone(), ..Pane::default() };
  for (i, v) in [&m.wait_answered_histogram, &m.wait_abandoned_histogram, &m.wait_flow_out_histogram, &m.cohort_answered_histogram, &m.cohort_abandoned_histogram, &m.cohort_flow_out_histogram].iter().enumerate() { for (j, c) in v.iter().enumerate() { p.histograms.0[i][j] = *c as u32 } }
  p.wait_sketch.0 = m.wait_sketch.iter().map(|b| (b.bucket, b.count)).collect(); p.talk_sketch.0 = m.talk_sketch.iter().map(|b| (b.bucket, b.count)).collect(); Ok(p) }
}
pub fn add_visit(sink: &mut impl PaneSink, v: &QueueVisit, s: i64, settings: &QueueSettings) {
 use VisitOutcome as O;
 let e = sink.pane(v.tenant, v.queue, minute_start_us(v.entered_us));
 if v.outcome == O::Blocked { e.counts.blocked += s; return }
 e.counts.offered += s; if v.transferred_in { e.counts.offered_transferred_in += s }
 if v.outcome == O::Lost { e.counts.lost += s; return }
 let (Some(left), Some(wait)) = (v.left_us, v.wait_ms) else { return };
 if v.outcome == O::Open { return }
 let b = bucket_of(wait); let hs = |x: &mut u32| *x = (i64::from(*x) + s) as u32;
 match v.outcome { O::Answered => { e.counts.cohort_answered += s; e.counts.cohort_wait_answered_ms += s * wait; hs(&mut e.histograms.0[3][b]) } O::Abandoned => { e.counts.cohort_abandoned += s; hs(&mut e.histograms.0[4][b]) } _ => { e.counts.cohort_flow_out += s; hs(&mut e.histograms.0[5][b]) } }
 let p = sink.pane(v.tenant, v.queue, minute_start_us(left)); let c = &mut p.counts;
 p.wait_sketch.add(wait, s); c.missed_offers += s * i64::from(v.missed_offers);
 match v.outcome { O::Answered => { c.answered += s; c.wait_answered_ms += s * wait; hs(&mut p.histograms.0[0][b]) } O::Abandoned => { c.abandoned += s; c.wait_abandoned_ms += s * wait; hs(&mut p.histograms.0[1][b]) } _ => { c.flow_out += s; c.wait_flow_out_ms += s * wait; hs(&mut p.histograms.0[2][b]); match v.outcome { O::Timeout => c.flow_out_timeout += s, O::Key => c.flow_out_key += s, O::Empty => c.flow_out_empty += s, O::Withdrawn => c.flow_out_withdrawn += s, O::Callback => c.flow_out_callback += s, O::Overflow => c.flow_out_overflow += s, _ => c.flow_out_system_error += s } } }
 let t = sink.pane(v.tenant, v.queue, minute_start_us(left.min(v.entered_us + settings.threshold_ms * 1000)));
 t.counts.threshold_base += s; if v.outcome == O::Answered && wait <= settings.threshold_ms { t.counts.threshold_met += s }
}
pub fn add_handling(sink: &mut impl PaneSink, h: &Handling, s: i64) {
 use HandlingEnd as E; let q = h.queue.unwrap_or("");
 if h.end == E::Lost { sink.pane(h.tenant, q, minute_start_us(h.connected_us)).counts.handling_lost += s; return }
 let (Some(end), Some(talk)) = (h.ended_us, h.talk_ms) else { return }; if h.end == E::Open { return }
 let p = sink.pane(h.tenant, q, minute_start_us(end)); let c = &mut p.counts;
 c.handled += s; c.talk_ms += s * talk; c.hold_ms += s * h.hold_ms; match h.acw_ms { Some(a) => c.acw_ms += s * a, None => c.acw_unknown += s }
 if h.holds > 0 { c.held += s } c.holds += s * i64::from(h.holds); if talk <= 10_000 { c.short_talk += s } p.talk_sketch.add(talk, s);
 match h.end { E::Agent => c.ended_by_agent += s, E::Customer => c.ended_by_customer += s, E::TransferBlind => c.transferred_blind += s, E::TransferWarm => c.transferred_warm += s, _ => {} }
}
pub fn add_contact(sink: &mut impl PaneSink, k: &Contact, s: i64) {
 let Some(end) = k.ended_us else { return };
 match k.outcome { ContactOutcome::IvrAbandoned => sink.pane(k.tenant, k.queue.unwrap_or(""), minute_start_us(end)).counts.ivr_abandoned += s, ContactOutcome::SelfServed => sink.pane(k.tenant, k.queue.unwrap_or(""), minute_start_us(end)).counts.self_served += s, _ => {} }
}
