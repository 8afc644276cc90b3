//! A whole history.

use std::fmt;

use crate::invariants::Judgement;
use crate::world::World;

/// How many steps a history has at most.
const STEPS: usize = 90;
/// How much of a trace is shown.
const SHOWN: usize = 120;

/// A history in which something did not hold.
#[derive(Debug)]
pub struct Failure {
    /// What decides the whole history.
    pub seed: u64,
    /// What did not hold.
    pub why: String,
    trace: Vec<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = self.trace.len().saturating_sub(SHOWN);
        for (number, step) in self.trace.iter().enumerate().skip(from) {
            writeln!(f, "{number:>4} {step}")?;
        }
        write!(f, "seed {}: {}\nreplay it with AEDILE_SEED={}", self.seed, self.why, self.seed)
    }
}

/// Runs the history of a seed on a copy of the market's database, and returns what happened in it.
///
/// # Errors
/// What did not hold, with all that led to it.
pub async fn run(seed: u64, database_url: &str) -> Result<Vec<String>, Box<Failure>> {
    let failed = |why, trace| Box::new(Failure { seed, why, trace });
    let opened = World::open(seed, database_url).await;
    let mut world = opened.map_err(|error| {
        failed(format!("the database can't be opened: {}", aedile_kernel::runner::Chain(&error)), Vec::new())
    })?;
    let lived = live(&mut world).await;
    let store = world.store.clone();
    let trace = std::mem::take(&mut world.trace);
    drop(world);
    store.close().await;
    match lived {
        Ok(()) => Ok(trace),
        Err(why) => Err(failed(why, trace)),
    }
}

async fn live(world: &mut World) -> Judgement {
    // Most of what can go wrong with refunds needs a purchase that is paid.
    if world.rng.chance(60) {
        world.begin_with_a_sale().await?;
    }
    let steps = world.rng.below(STEPS);
    for _ in 0..steps {
        match world.rng.below(100) {
            0..=9 => world.start_something(),
            10..=69 => world.go_on().await?,
            70..=72 => world.kill(),
            73..=80 => world.deliver(),
            81..=93 => world.something_at_provider(),
            94..=98 => world.pass_time(),
            _ => world.rotate_secret(),
        }
    }
    world.come_to_rest().await
}
