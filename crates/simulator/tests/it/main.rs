//! Thousands of histories, on both databases.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on has failed")]

mod databases;

use std::time::{Duration, Instant};

use aedile_simulator::run;
use databases::{Template, variable};

/// How many histories a test runs.
const ON_SQLITE: u64 = 1_500;
const ON_POSTGRES: u64 = 500;
/// How many are run at a time.
const AT_ONCE: u64 = 2;

fn number(name: &str) -> Option<u64> {
    variable(name).map(|text| text.parse().expect("a number"))
}

/// Runs the histories of these seeds, every `AT_ONCE`th in each thread, until the time is up.
fn simulate(template: &Template, seeds: std::ops::Range<u64>, within: Option<Duration>) -> u64 {
    let started = Instant::now();
    let live = |first: u64| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut lived = 0;
        for seed in (first..seeds.end).step_by(usize::try_from(AT_ONCE).unwrap()) {
            if within.is_some_and(|within| started.elapsed() > within) {
                break;
            }
            let copy = template.copy();
            runtime.block_on(run(seed, &copy.url)).unwrap_or_else(|failure| panic!("{failure}"));
            lived += 1;
        }
        lived
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..AT_ONCE).map(|first| scope.spawn(move || live(seeds.start + first))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a history failed, see above")).sum()
    })
}

/// `AEDILE_SEED` runs one history, `AEDILE_SIMULATE_SECONDS` as many as there is time for, from that seed on.
fn histories(template: &Template, count: u64) {
    let within = number("AEDILE_SIMULATE_SECONDS").map(Duration::from_secs);
    let seeds = match (number("AEDILE_SEED"), within) {
        (Some(seed), None) => seed..seed + 1,
        (seed, Some(_)) => seed.unwrap_or(0)..u64::MAX,
        (None, None) => 0..count,
    };
    let lived = simulate(template, seeds, within);
    eprintln!("{lived} histories");
}

/// What happened in the history of a seed.
fn trace(template: &Template, seed: u64) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let copy = template.copy();
    runtime.block_on(run(seed, &copy.url)).unwrap_or_else(|failure| panic!("{failure}"))
}

#[test]
fn a_seed_replays_exactly() {
    let template = Template::sqlite();
    let traces: Vec<_> = (0..10).map(|seed| trace(&template, seed)).collect();
    for (seed, lived) in (0..).zip(&traces) {
        assert_eq!(trace(&template, seed), *lived, "seed {seed}");
    }
    assert!(traces.iter().map(Vec::len).max().unwrap() > 50, "something happens");
}

#[test]
fn payments_survive_whatever_happens_on_sqlite() {
    histories(&Template::sqlite(), ON_SQLITE);
}

#[test]
fn payments_survive_whatever_happens_on_postgres() {
    if let Some(template) = Template::postgres() {
        histories(&template, ON_POSTGRES);
    }
}
