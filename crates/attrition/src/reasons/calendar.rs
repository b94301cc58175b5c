//! Month and day of a day number. Algorithm: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.

/// Month (1 to 12) and day of the month of a number of days since 1970-01-01.
pub(crate) fn month_and_day(day: i32) -> (u8, u8) {
    let shifted = i64::from(day) + 719_468;
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // Months from March.
    let month = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month + 2) / 5 + 1;
    ((if month < 10 { month + 3 } else { month - 9 }) as u8, day_of_month as u8)
}

/// Month, 1 to 12, of a number of days since 1970-01-01.
pub(crate) fn month(day: i32) -> u8 {
    month_and_day(day).0
}

#[cfg(test)]
mod tests {
    use super::month_and_day;

    #[test]
    fn known_days() {
        // 2000-02-29 is day 11,016; 2024-03-03 is day 19,785.
        for (day, expected) in
            [(0, (1, 1)), (-1, (12, 31)), (11_016, (2, 29)), (11_017, (3, 1)), (19_785, (3, 3)), (364, (12, 31)), (365, (1, 1))]
        {
            assert_eq!(month_and_day(day), expected, "{day}");
        }
    }
}
