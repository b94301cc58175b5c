//! Writes the KPI page to standard output: `cargo run -p kpi --example write_kpis > docs/kpis.md`.

use std::io::Write;

fn main() -> std::io::Result<()> {
    std::io::stdout().write_all(kpi::markdown().as_bytes())
}
