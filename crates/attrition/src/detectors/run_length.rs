//! How long a chart runs until it alarms, on average: by integral equations (Goel & Wu 1971; Crowder 1987) for independent normal values, and exactly by
//! Markov chain for whole points. For choosing limits, and for tests; what happens on real series is several times worse.

use crate::numerics::{gauss_legendre, increasing_root, normal_above, normal_below, normal_density, solve};

/// Nodes of the integral equations: more change no printed digit of the published tables.
const NODES: u32 = 80;

/// Mean run length, in observations, of a one-sided CUSUM when the mean is `shift` standard deviations; `None` if the equations have no solution.
///
/// ```
/// // Brook & Evans 1972: k 0.5, h 3.
/// let run = attrition::detectors::run_length::cusum(0.5, 3.0, 0.0, 0.0).unwrap();
/// assert!((run - 117.60).abs() < 0.005);
/// ```
#[must_use]
pub fn cusum(reference: f64, limit: f64, shift: f64, head_start: f64) -> Option<f64> {
    // L(z) = 1 + L(0) Φ(k − μ − z) + ∫₀ʰ L(x) φ(x + k − μ − z) dx
    let offset = reference - shift;
    reflected(
        &gauss_legendre(NODES, 0.0, limit),
        0.0,
        head_start,
        |to, from| normal_density(to + offset - from),
        |from| normal_below(offset - from),
    )
}

/// The same of two one-sided charts side by side, one in each direction (Lucas & Crosier 1982).
#[must_use]
pub fn cusum_two_sided(reference: f64, limit: f64, shift: f64, head_start: f64) -> Option<f64> {
    let (up, down) = (cusum(reference, limit, shift, 0.0)?, cusum(reference, limit, -shift, 0.0)?);
    let (up_ahead, down_ahead) = (cusum(reference, limit, shift, head_start)?, cusum(reference, limit, -shift, head_start)?);
    Some((up_ahead * down + down_ahead * up - up * down) / (up + down))
}

/// Mean run length of an EWMA with fixed limits on both sides.
#[must_use]
pub fn ewma(weight: f64, width: f64, shift: f64) -> Option<f64> {
    let limit = width * libm::sqrt(weight / (2.0 - weight));
    reflected(&gauss_legendre(NODES, -limit, limit), -limit, 0.0, ewma_kernel(weight, shift), |_| 0.0)
}

/// Mean run length of an EWMA reflected at zero.
#[must_use]
pub fn ewma_reflected(weight: f64, width: f64, shift: f64) -> Option<f64> {
    let limit = width * libm::sqrt(weight / (2.0 - weight));
    reflected(&gauss_legendre(NODES, 0.0, limit), 0.0, 0.0, ewma_kernel(weight, shift), |from| {
        normal_below(-(1.0 - weight) * from / weight - shift)
    })
}

fn ewma_kernel(weight: f64, shift: f64) -> impl Fn(f64, f64) -> f64 {
    move |to, from| normal_density((to - (1.0 - weight) * from) / weight - shift) / weight
}

/// Run length from `start` of a chart that moves between `nodes` with this density and is put back to `floor` with this probability.
fn reflected(
    nodes: &[(f64, f64)],
    floor: f64,
    start: f64,
    density: impl Fn(f64, f64) -> f64,
    to_floor: impl Fn(f64) -> f64,
) -> Option<f64> {
    let places: Vec<f64> = nodes.iter().map(|(place, _)| *place).chain(std::iter::once(floor)).collect();
    let row =
        |from: f64| nodes.iter().map(|(to, weight)| density(*to, from) * weight).chain(std::iter::once(to_floor(from))).collect::<Vec<_>>();
    let n = places.len();
    let mut matrix = Vec::with_capacity(n * n);
    for (position, from) in places.iter().enumerate() {
        matrix.extend(row(*from).into_iter().enumerate().map(|(to, moved)| f64::from(u8::from(to == position)) - moved));
    }
    let lengths = solve(matrix, vec![1.0; n])?;
    Some(1.0 + row(start).iter().zip(&lengths).map(|(moved, length)| moved * length).sum::<f64>())
}

/// The limit at which a one-sided CUSUM runs this long without change.
///
/// ```
/// assert!((attrition::detectors::run_length::cusum_limit(0.5, 1000.0) - 5.071).abs() < 0.0005);
/// ```
#[must_use]
pub fn cusum_limit(reference: f64, run_length: f64) -> f64 {
    increasing_root(0.1, 30.0, |limit| cusum(reference, limit, 0.0, 0.0).unwrap_or(f64::INFINITY) - run_length)
}

/// The width at which a reflected EWMA runs this long without change.
#[must_use]
pub fn ewma_reflected_width(weight: f64, run_length: f64) -> f64 {
    increasing_root(0.5, 6.0, |width| ewma_reflected(weight, width, 0.0).unwrap_or(f64::INFINITY) - run_length)
}

/// Mean run length of a chart that judges each value by itself, with limits on both sides (Shewhart).
#[must_use]
pub fn shewhart(width: f64, shift: f64) -> f64 {
    1.0 / (normal_above(width - shift) + normal_above(width + shift))
}

/// Mean run length, in shifts, of an absence chart when each shift is missed with this probability. Exact.
///
/// ```
/// let run = attrition::detectors::run_length::bernoulli(0.05, 10, 34).unwrap();
/// assert_eq!(run.round(), 1069.0);
/// ```
#[must_use]
pub fn bernoulli(probability: f64, points: u32, limit: u32) -> Option<f64> {
    chain(limit, 0, |from| [(from.saturating_sub(1), 1.0 - probability), (from.saturating_add(points), probability)].into_iter())
}

/// Mean run length of a Poisson CUSUM in whole points: each event adds `points`, each step takes one off, alarm at `limit` (Lucas 1985). Exact.
#[must_use]
pub fn poisson(mean: f64, points: u32, limit: u32, start: u32) -> Option<f64> {
    chain(limit, start, |from| {
        let most = limit / points.max(1) + 1;
        (0..=most).map(move |events| {
            let log = f64::from(events) * libm::log(mean) - mean - libm::lgamma(f64::from(events) + 1.0);
            ((from + points * events).saturating_sub(1), libm::exp(log))
        })
    })
}

/// Mean steps until `limit` is reached, of a chain with these moves.
fn chain<Moves: Iterator<Item = (u32, f64)>>(limit: u32, start: u32, moves: impl Fn(u32) -> Moves) -> Option<f64> {
    let n = limit as usize;
    let mut matrix = vec![0.0; n * n];
    for from in 0..limit {
        let row = from as usize * n;
        matrix[row + from as usize] += 1.0;
        for (to, probability) in moves(from).filter(|(to, _)| *to < limit) {
            matrix[row + to as usize] -= probability;
        }
    }
    solve(matrix, vec![1.0; n])?.get(start as usize).copied()
}
