//! What is wrong with the lines of a simulation: disorder, duplicates and lines that nobody can use, on request.

use simulator::centre::SiteDirt;
use simulator::{Dirt, Line, dirty};

/// Arguments. None of them: the lines are clean.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct DirtArgs {
    /// Lines that are closer together than this may swap places
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    disorder_s: u32,
    /// Share of lines that come twice, from 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, value_parser = share)]
    duplicates: f64,
    /// Lines that nobody can use; truth/<site>/dead-letters.csv of a centre says what becomes of them
    #[arg(long, value_name = "N", default_value_t = 0)]
    bad_lines: u32,
    /// Share of a vendor's lines that come in an older version too, in other case, or with fields missing, from 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, value_parser = share)]
    odd_lines: f64,
}

fn share(text: &str) -> Result<f64, String> {
    let example = "give a share from 0 to 1, such as 0.02";
    let share: f64 = text.parse().map_err(|error| format!("{error}; {example}"))?;
    if (0.0..=1.0).contains(&share) { Ok(share) } else { Err(example.to_owned()) }
}

impl DirtArgs {
    /// For a centre; none: nothing is wrong.
    pub(super) fn of_sites(&self) -> Option<SiteDirt> {
        let given = self.disorder_s > 0 || self.duplicates > 0.0 || self.bad_lines > 0 || self.odd_lines > 0.0;
        given.then_some(SiteDirt {
            shuffle_within_s: self.disorder_s,
            duplicate_share: self.duplicates,
            bad_lines: self.bad_lines,
            odd_share: self.odd_lines,
        })
    }

    /// The texts of one log.
    pub(super) fn of_log(&self, lines: &[Line], seed: u64) -> Vec<String> {
        let dirt = Dirt { shuffle_within_s: self.disorder_s, duplicate_share: self.duplicates, bad_lines: self.bad_lines };
        dirty(lines, seed, &dirt).0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_asked_is_nothing_wrong() {
        assert_eq!(DirtArgs::default().of_sites(), None);
        assert!(DirtArgs { disorder_s: 1, ..DirtArgs::default() }.of_sites().is_some());
        assert!(share("1.5").unwrap_err().contains("0.02") && share("nan").is_err() && share("0.5") == Ok(0.5));
    }
}
