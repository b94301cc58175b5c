//! Writes the shipped model to standard output: `cargo run --release -q -p evaluation --example write_prior_model > crates/attrition/models/prior.json`.
//! The same bytes on every machine; a minute or two.

use simulator::attrition::World;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let worlds: Vec<World> = (1..=2).map(|seed| World::named("reference", seed, 1_200, 500)).collect::<Result<_, _>>()?;
    let model = evaluation::prior_model(&worlds)?;
    #[allow(clippy::print_stdout, reason = "that is what it is for")]
    {
        println!("{}", serde_json::to_string_pretty(&model)?);
    }
    Ok(())
}
