//! The command `holdfast`.

use std::process::ExitCode;

fn main() -> ExitCode {
    holdfast::commands::main()
}
