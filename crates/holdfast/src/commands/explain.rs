//! `holdfast explain CODE`: the page of an error code, compiled in from `docs/errors/`.

use crate::error::Error;
use std::process::ExitCode;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  holdfast explain HF-R003\n  holdfast explain            every code")]
pub(super) struct Args {
    /// The code, as printed with the error
    code: Option<String>,
}

macro_rules! pages {
    ($($code:literal),* $(,)?) => {
        /// Every code with its page.
        pub(super) const PAGES: &[(&str, &str)] = &[$(($code, include_str!(concat!("../../../../docs/errors/", $code, ".md")))),*];
    };
}

pages!(
    "HF-C001", "HF-C002", "HF-C004", "HF-C005", "HF-I001", "HF-I002", "HF-I003", "HF-I004", "HF-I005", "HF-I006", "HF-I007", "HF-K001",
    "HF-K002", "HF-P001", "HF-P002", "HF-P003", "HF-P004", "HF-R001", "HF-R002", "HF-R003", "HF-R004", "HF-R005", "HF-R006", "HF-R008",
    "HF-T001", "HF-W001", "HF-W002", "HF-W003",
);

/// The page of a code.
pub(super) fn page(code: &str) -> Option<&'static str> {
    PAGES.iter().find(|(known, _)| known.eq_ignore_ascii_case(code)).map(|(_, page)| *page)
}

/// Runs the command.
///
/// # Errors
/// If there is no such code.
#[allow(clippy::print_stdout, reason = "the page is the output")]
pub(super) fn run(args: &Args) -> Result<ExitCode, Error> {
    match &args.code {
        None => {
            for (code, page) in PAGES {
                println!(
                    "{code}  {}",
                    page.lines()
                        .next()
                        .unwrap_or_default()
                        .trim_start_matches(['#', ' '])
                        .trim_start_matches(code)
                        .trim_start_matches(": ")
                );
            }
            Ok(ExitCode::SUCCESS)
        }
        Some(code) => match page(code) {
            Some(page) => {
                println!("{page}");
                Ok(ExitCode::SUCCESS)
            }
            None => Err(Error::configuration(format!("no error has the code {code}; `holdfast explain` lists them all"))),
        },
    }
}
