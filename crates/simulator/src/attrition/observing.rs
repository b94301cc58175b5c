//! From standard deviations to what a centre measures, and back.

use super::world::CHANNELS;

/// Typical value and step of one standard deviation, per channel (an unscheduled pause is out of adherence, so that pauses are the smaller of the two): ln handle seconds, ln (1 + seconds of after-call work), share of pauses, logit of
/// adherence (− is worse), share of short or transferred calls.
const SCALES: [(f64, f64); CHANNELS] = [(5.634_8, 0.2), (3.828_6, 0.35), (0.035, 0.006), (-2.5, 0.45), (0.08, 0.012)];
/// Score of an average evaluation and points of one standard deviation.
pub(super) const QUALITY: (f64, f64) = (75.0, 5.0);

/// The channels as measured: handle time s, after-call work s, pause share, adherence, share of short or transferred calls.
///
/// ```
/// use simulator::attrition::{as_seen, as_shifted};
/// let [handle_s, ..] = as_seen([1.0, 0.0, 0.0, 0.0, 0.0]);
/// // A usual call lasts 280 s; one standard deviation more is a factor of e^0.2.
/// assert!((handle_s - 342.0).abs() < 0.1);
/// let there_and_back = as_shifted(as_seen([0.5, -1.0, 2.0, 1.5, -0.3]));
/// assert!(there_and_back.iter().zip([0.5, -1.0, 2.0, 1.5, -0.3]).all(|(a, b)| (a - b).abs() < 1e-9));
/// ```
#[must_use]
pub fn as_seen(shifted: [f64; CHANNELS]) -> [f64; CHANNELS] {
    let scaled: [f64; CHANNELS] = std::array::from_fn(|channel| SCALES[channel].0 + SCALES[channel].1 * shifted[channel]);
    let [handle, after, pause, gap, short] = scaled;
    [libm::exp(handle), libm::expm1(after).max(0.0), pause.clamp(0.0, 1.0), 1.0 / (1.0 + libm::exp(gap)), short.clamp(0.0, 1.0)]
}

/// The reverse.
#[must_use]
pub fn as_shifted(seen: [f64; CHANNELS]) -> [f64; CHANNELS] {
    let [handle_s, after_s, pause, adherence, short] = seen;
    let scaled = [libm::log(handle_s), libm::log1p(after_s), pause, libm::log1p(-adherence) - libm::log(adherence), short];
    std::array::from_fn(|channel| (scaled[channel] - SCALES[channel].0) / SCALES[channel].1)
}
