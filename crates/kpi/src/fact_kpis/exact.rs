//! Exact 95 % intervals of shares and of rates, as SQL: what few people or few cases prove, without the approximations that fail for them.
//!
//! ClickHouse has no quantiles of the beta or gamma distribution. The limits are found where the tail of the distribution itself, summed term by
//! term, is 2.5 %: fifty halvings of the span in which the limit lies, so they are exact to 1e-15 of that span.
//!
//! - Share of `k` of `n` (Clopper and Pearson, 1934): the smallest p with P(X ≥ k) > 2.5 %, the largest with P(X ≤ k) > 2.5 %, X binomial.
//!   3 of 20: 3.21 to 37.89 %; 0 of 10: 0 to 30.85 %.
//! - Count `k` (Garwood, 1936): the same for X Poisson. 0: 0 to 3.689; 3: 0.619 to 8.767; 10: 4.795 to 18.390.
//!
//! Each is a macro, because the expressions of a [`FactKpi`](super::FactKpi) are constants: the arguments are names of sums.

/// P(from ≤ X < to) of the binomial distribution with `n` and the probability in the middle of the bounds.
macro_rules! binomial_sum {
    ($n:literal, $from:expr, $to:expr) => {
        concat!(
            "arraySum(j -> exp(lgamma(",
            $n,
            " + 1) - lgamma(j + 1) - lgamma(",
            $n,
            " - j + 1) + j * log((bounds.1 + bounds.2) * 0.5) + (",
            $n,
            " - j) * log(1 - (bounds.1 + bounds.2) * 0.5)), range(toUInt64(",
            $from,
            "), toUInt64(",
            $to,
            ")))"
        )
    };
}

/// Halves the bounds fifty times: the upper one moves where `$above`, else the lower one.
macro_rules! bisected {
    ($above:expr, $to:expr, $side:literal) => {
        concat!(
            "tupleElement(arrayFold((bounds, step) -> if(",
            $above,
            ", (bounds.1, (bounds.1 + bounds.2) * 0.5), ((bounds.1 + bounds.2) * 0.5, bounds.2)), range(50), (toFloat64(0), toFloat64(",
            $to,
            "))), ",
            $side,
            ")"
        )
    };
}

/// Lower end of the share `$k` of `$n`; null without `$n`.
macro_rules! share_low {
    ($k:literal, $n:literal) => {
        concat!(
            "multiIf(",
            $n,
            " = 0, NULL, ",
            $k,
            " = 0, 0, ",
            bisected!(concat!(binomial_sum!($n, $k, concat!($n, " + 1")), " > 0.025"), "1", "1"),
            ")"
        )
    };
}

/// Upper end of the share `$k` of `$n`; null without `$n`.
macro_rules! share_high {
    ($k:literal, $n:literal) => {
        concat!(
            "multiIf(",
            $n,
            " = 0, NULL, ",
            $k,
            " = ",
            $n,
            ", 1, ",
            bisected!(concat!(binomial_sum!($n, "0", concat!($k, " + 1")), " < 0.025"), "1", "2"),
            ")"
        )
    };
}

/// P(X < to) of the Poisson distribution whose mean is in the middle of the bounds.
macro_rules! poisson_sum {
    ($to:expr) => {
        concat!(
            "arraySum(j -> exp(j * log((bounds.1 + bounds.2) * 0.5) - (bounds.1 + bounds.2) * 0.5 - lgamma(j + 1)), range(toUInt64(",
            $to,
            ")))"
        )
    };
}

/// Lower end of the mean of the count `$k`.
macro_rules! count_low {
    ($k:literal) => {
        concat!("if(", $k, " = 0, 0, ", bisected!(concat!(poisson_sum!($k), " < 0.975"), $k, "1"), ")")
    };
}

/// Upper end of the mean of the count `$k`; it lies below 4 k + 10 for every k.
macro_rules! count_high {
    ($k:literal) => {
        bisected!(concat!(poisson_sum!(concat!($k, " + 1")), " < 0.025"), concat!("4 * (", $k, ") + 10"), "2")
    };
}

pub(super) use {binomial_sum, bisected, count_high, count_low, poisson_sum, share_high, share_low};
