//! Prints every number of an evaluation: `tables WORLD SEEDS AGENTS DAYS [prior]`; with `prior` of the shipped model in place of one that is fitted in the world.
#![allow(clippy::print_stdout, reason = "an example prints")]

use evaluation::{Settings, evaluate, summarise};
use simulator::attrition::World;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let name = words.next().unwrap_or_else(|| "reference".to_owned());
    let mut number = |usual: u32| words.next().map_or(Ok(usual), |word| word.parse::<u32>());
    let (seeds, agents, days) = (number(1)?, number(1_500)?, number(720)?);
    let model = words.next().map(|_| serde_json::from_str(attrition::hazard::PRIOR_MODEL)).transpose()?;
    let settings = Settings { model, ..Settings::default() };
    let mut judged = Vec::new();
    for seed in 1..=u64::from(seeds) {
        judged.push(evaluate(&World::named(&name, seed, agents, days)?, &settings)?);
    }
    for summary in summarise(&judged) {
        let scorer = summary.scorer.map_or("world", evaluation::Scorer::name);
        println!("{scorer:22} {:32} {:8.4} ± {:.4}", summary.name, summary.mean, summary.sd.unwrap_or(f64::NAN));
    }
    Ok(())
}
