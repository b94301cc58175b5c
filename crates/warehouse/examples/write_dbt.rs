//! Prints `deploy/dbt/sources.yml`.
#![allow(clippy::print_stdout, reason = "that is its purpose")]

fn main() {
    print!("{}", warehouse::dbt::sources());
}
