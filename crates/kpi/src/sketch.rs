//! Durations in log-linear buckets: quantiles with a known relative error, from integers that add up in any order.
//!
//! Values below 64 ms have a bucket each; above, every octave (from one power of two to the next) has 64 buckets of equal
//! width. A bucket is at most 1/64 of its lower bound wide, so its middle is off by less than 0.8 % (1/128) of the value.

/// Buckets per octave, as a power of two.
const PRECISION_BITS: i32 = 6;
/// Values below this have a bucket each, and an octave has as many.
const EXACT: i64 = 1 << PRECISION_BITS;
/// The bucket of the largest value.
pub const LAST_BUCKET: i32 = 64 + (62 - PRECISION_BITS) * 64 + 63;

/// The bucket of a value; negative values count as 0.
///
/// ```
/// use kpi::sketch::bucket;
/// assert_eq!((bucket(63), bucket(64), bucket(127), bucket(128), bucket(129)), (63, 64, 127, 128, 128));
/// ```
pub fn bucket(value: i64) -> i32 {
    if value < EXACT {
        return value.max(0) as i32;
    }
    let octave = 63 - value.leading_zeros() as i32 - PRECISION_BITS;
    EXACT as i32 * octave + (value >> octave) as i32
}

/// Smallest and largest value of a bucket (0 to [`LAST_BUCKET`]; others are taken as the nearest of these).
///
/// ```
/// use kpi::sketch::bounds;
/// assert_eq!((bounds(63), bounds(128), bounds(192)), ((63, 63), (128, 129), (256, 259)));
/// ```
pub fn bounds(bucket: i32) -> (i64, i64) {
    let bucket = i64::from(bucket.clamp(0, LAST_BUCKET));
    if bucket < EXACT {
        return (bucket, bucket);
    }
    let octave = (bucket - EXACT) / EXACT;
    let lowest = (EXACT + (bucket - EXACT) % EXACT) << octave;
    (lowest, lowest + ((1 << octave) - 1))
}

/// The value that stands for a bucket: its middle, rounded down.
pub fn representative(bucket: i32) -> i64 {
    let (lowest, highest) = bounds(bucket);
    lowest + (highest - lowest) / 2
}

/// Which of `count` values in ascending order is the quantile (nearest rank): the smallest rank, from 1, that has at least
/// `per_mille` thousandths of the values at or below it.
///
/// ```
/// use kpi::sketch::rank;
/// assert_eq!((rank(4, 500), rank(5, 500), rank(10, 950), rank(10, 0)), (2, 3, 10, 1));
/// ```
pub fn rank(count: i64, per_mille: i64) -> i64 {
    let rank = (i128::from(count) * i128::from(per_mille.clamp(0, 1_000)) + 999) / 1_000;
    i64::try_from(rank).unwrap_or(count).max(1)
}

/// ClickHouse expression for the [`bucket`] of an integer column. Exact for every value below 2^62.
///
/// The octave is the exponent of the value as a float. Bits below a set bit are cleared first, for a float has 53 of them
/// and would round a value with many set bits up into the next octave.
///
/// ```
/// assert!(kpi::sketch::bucket_sql("wait_ms").contains("toInt64(greatest(wait_ms, 0))"));
/// ```
pub fn bucket_sql(column: &str) -> String {
    let value = format!("toInt64(greatest({column}, 0))");
    let sparse = format!("bitAnd({value}, bitNot(bitShiftRight({value}, 1)))");
    let exponent = format!("toInt32(bitShiftRight(reinterpretAsUInt64(toFloat64({sparse})), 52))");
    let octave = format!("greatest({exponent} - 1029, 0)");
    format!("toInt32({octave} * 64 + bitShiftRight({value}, {octave}))")
}

/// ClickHouse expression for the smallest value of a bucket.
pub(crate) fn lowest_sql(bucket: &str) -> String {
    let octave = format!("greatest(intDiv({bucket}, 64) - 1, 0)");
    format!("if({bucket} < 64, toInt64({bucket}), bitShiftLeft(toInt64(64 + {bucket} % 64), {octave}))")
}

/// ClickHouse expression for [`representative`].
pub fn representative_sql(bucket: &str) -> String {
    let half = format!("intDiv(bitShiftLeft(toInt64(1), greatest(intDiv({bucket}, 64) - 1, 0)) - 1, 2)");
    format!("{} + {half}", lowest_sql(bucket))
}

/// How many values fell into which bucket; none with a count of zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sketch(Vec<(i32, i64)>);

impl Sketch {
    /// Counts a value `sign` times (1 or -1).
    pub fn add(&mut self, value: i64, sign: i64) {
        self.add_from(0, bucket(value), sign);
    }

    /// Adds `sign` times every bucket of `other` (`sign` is 1 or -1).
    pub fn merge(&mut self, other: &Sketch, sign: i64) {
        let mut from = 0;
        for (bucket, count) in &other.0 {
            from = self.add_from(from, *bucket, sign.wrapping_mul(*count));
        }
    }

    /// Adds to a bucket that is not before place `from`; returns its place.
    fn add_from(&mut self, from: usize, bucket: i32, count: i64) -> usize {
        let found = self.0.get(from..).unwrap_or_default().binary_search_by_key(&bucket, |entry| entry.0);
        match found {
            Ok(at) => {
                let at = from + at;
                self.0[at].1 = self.0[at].1.wrapping_add(count);
                if self.0[at].1 == 0 {
                    self.0.remove(at);
                }
                at
            }
            Err(at) => {
                let at = from + at;
                if count != 0 {
                    // Thousands of sketches are kept, most of them small: no doubling.
                    if self.0.len() == self.0.capacity() {
                        self.0.reserve_exact(8 + self.0.len() / 2);
                    }
                    self.0.insert(at, (bucket, count));
                }
                at
            }
        }
    }

    /// Buckets with their counts, ascending.
    pub fn buckets(&self) -> &[(i32, i64)] {
        &self.0
    }

    /// Number of values.
    pub fn count(&self) -> i64 {
        self.0.iter().map(|(_, count)| count).sum()
    }

    /// True if nothing was counted.
    pub fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    /// The quantile in thousandths (500: median): [`representative`] of the bucket in which the value of that [`rank`] lies.
    /// None: no values.
    ///
    /// ```
    /// let mut sketch = kpi::Sketch::default();
    /// for wait_ms in [3_000, 12_000, 50] {
    ///     sketch.add(wait_ms, 1);
    /// }
    /// assert_eq!(sketch.quantile(500), Some(2_991)); // exactly: 3,000
    /// assert_eq!(kpi::Sketch::default().quantile(500), None);
    /// ```
    pub fn quantile(&self, per_mille: i64) -> Option<i64> {
        self.quantile_bucket(per_mille).map(representative)
    }

    /// The bucket in which the quantile lies; [`bounds`] of it hold the exact value.
    pub fn quantile_bucket(&self, per_mille: i64) -> Option<i32> {
        let wanted = rank(self.count(), per_mille);
        let mut seen = 0;
        for (bucket, count) in &self.0 {
            seen += count;
            if seen >= wanted {
                return Some(*bucket);
            }
        }
        None
    }

    /// No value was larger than this, and one was at most 1/64 smaller. None: no values.
    pub fn upper_bound(&self) -> Option<i64> {
        self.0.last().map(|(bucket, _)| bounds(*bucket).1)
    }

    /// Takes buckets from a message.
    ///
    /// # Errors
    /// What is wrong with them.
    pub(crate) fn from_message(name: &str, entries: &[events::SketchBucket]) -> Result<Self, String> {
        let mut buckets = Vec::with_capacity(entries.len());
        let mut previous = -1;
        for entry in entries {
            if entry.bucket <= previous || entry.bucket > LAST_BUCKET {
                return Err(format!("{name} has bucket {} after {previous}; buckets ascend from 0 to {LAST_BUCKET}", entry.bucket));
            }
            if entry.count < 1 {
                return Err(format!("{name} has {} values in bucket {}", entry.count, entry.bucket));
            }
            previous = entry.bucket;
            buckets.push((entry.bucket, entry.count));
        }
        Ok(Sketch(buckets))
    }

    /// As it goes into a message.
    pub(crate) fn to_message(&self) -> Vec<events::SketchBucket> {
        self.0.iter().map(|(bucket, count)| events::SketchBucket { bucket: *bucket, count: *count }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_follow_each_other_without_gap_or_overlap() {
        let mut next = 0;
        for at in 0..=LAST_BUCKET {
            let (lowest, highest) = bounds(at);
            assert_eq!(lowest, next, "bucket {at}");
            assert_eq!((bucket(lowest), bucket(highest), bucket(representative(at))), (at, at, at));
            assert!(highest - lowest <= lowest / 64, "bucket {at} is too wide");
            next = highest.wrapping_add(1);
        }
        assert_eq!(bounds(LAST_BUCKET).1, i64::MAX);
        assert_eq!((bucket(-5), bucket(i64::MAX)), (0, LAST_BUCKET));
    }

    #[test]
    fn a_count_of_zero_is_no_entry() {
        let mut sketch = Sketch::default();
        sketch.add(700, -1);
        assert_eq!(sketch.buckets(), [(bucket(700), -1)]);
        sketch.add(700, 1);
        assert!(sketch.is_zero());
    }

    #[test]
    fn quantiles_take_the_nearest_rank() {
        let mut sketch = Sketch::default();
        (1..=10).for_each(|value| sketch.add(value, 1));
        let of = |per_mille| sketch.quantile(per_mille);
        assert_eq!(
            (of(0), of(100), of(101), of(500), of(900), of(901), of(1_000)),
            (Some(1), Some(1), Some(2), Some(5), Some(9), Some(10), Some(10))
        );
        assert_eq!(sketch.upper_bound(), Some(10));
    }

    #[test]
    fn messages_with_impossible_buckets_are_refused() {
        let read = |entries: &[(i32, i64)]| {
            let entries: Vec<_> = entries.iter().map(|(bucket, count)| events::SketchBucket { bucket: *bucket, count: *count }).collect();
            Sketch::from_message("wait_sketch", &entries)
        };
        assert_eq!(read(&[(2, 1), (7, 3)]).unwrap().count(), 4);
        for (entries, part) in [
            (&[(7, 1), (7, 1)][..], "bucket 7 after 7"),
            (&[(-1, 1)], "ascend"),
            (&[(LAST_BUCKET + 1, 1)], "ascend"),
            (&[(4, 0)], "0 values"),
        ] {
            assert!(read(entries).unwrap_err().contains(part), "{part}");
        }
    }
}
