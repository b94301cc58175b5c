//! The command `holdfast`.

use std::process::ExitCode;

/// The state is hundreds of thousands of small pieces that live for hours: see docs/decisions/0007.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    holdfast::commands::main()
}
