//! The counts that are not written down yet.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use aedile_kernel::{Day, Timestamp, UserId};

use super::model::UsageCount;
use super::routes::{MAX_ROUTES, OTHER, counted_as};

/// Counts calls in memory. A worker drains it now and then, writes the batch down, and puts it back when that failed.
#[derive(Debug, Default)]
pub struct UsageMeter(Mutex<Counts>);

/// Hardly ever more than one day a user, so a list is the fastest map.
type Counts = HashMap<UserId, Vec<(Day, Routes)>>;
type Routes = HashMap<Box<str>, Tally>;

#[derive(Debug, Clone, Copy)]
struct Tally {
    count: u64,
    first_at: Timestamp,
    last_at: Timestamp,
}

impl UsageMeter {
    /// Counts one call. Nothing is allocated for a user and route that were seen since the last drain.
    pub fn record(&self, user: &UserId, route: &str, now: Timestamp) {
        add(&mut self.counts(), user, Day::of(now), route, Tally { count: 1, first_at: now, last_at: now });
    }

    /// Takes everything that was counted.
    #[must_use]
    pub fn drain(&self) -> Vec<UsageCount> {
        let counts = std::mem::take(&mut *self.counts());
        counts.into_iter().flat_map(|(user, days)| days.into_iter().flat_map(move |day| flatten(&user, day))).collect()
    }

    /// Puts a drained batch back, to be drained again.
    pub fn restore(&self, batch: Vec<UsageCount>) {
        let mut counts = self.counts();
        for UsageCount { user_id, date, route, count, first_at, last_at } in batch {
            add(&mut counts, &user_id, date, &route, Tally { count, first_at, last_at });
        }
    }

    /// A count is whole at every moment, so a thread that died while it held the lock did no harm.
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn add(counts: &mut Counts, user: &UserId, day: Day, route: &str, tally: Tally) {
    let days = match counts.get_mut(user) {
        Some(days) => days,
        None => counts.entry(user.clone()).or_default(),
    };
    match days.iter_mut().find(|(known, _)| *known == day) {
        Some((_, routes)) => add_route(routes, route, tally),
        None => {
            let mut routes = Routes::new();
            add_route(&mut routes, route, tally);
            days.push((day, routes));
        }
    }
}

fn add_route(routes: &mut Routes, route: &str, tally: Tally) {
    let mut route = counted_as(route);
    if !routes.contains_key(route) && routes.len() >= MAX_ROUTES + usize::from(routes.contains_key(OTHER)) {
        route = OTHER;
    }
    match routes.get_mut(route) {
        Some(sum) => {
            sum.count = sum.count.saturating_add(tally.count);
            sum.first_at = sum.first_at.min(tally.first_at);
            sum.last_at = sum.last_at.max(tally.last_at);
        }
        None => {
            routes.insert(route.into(), tally);
        }
    }
}

fn flatten(user: &UserId, (date, routes): (Day, Routes)) -> Vec<UsageCount> {
    let count = |(route, Tally { count, first_at, last_at }): (Box<str>, Tally)| UsageCount {
        user_id: user.clone(),
        date,
        route: route.into(),
        count,
        first_at,
        last_at,
    };
    routes.into_iter().map(count).collect()
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::NOW;
    use proptest::prelude::*;

    use super::*;

    fn user(id: &str) -> UserId {
        UserId::parse(id).unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(NOW).plus_seconds(seconds)
    }

    fn sorted(mut batch: Vec<UsageCount>) -> Vec<UsageCount> {
        batch.sort_by(|a, b| (&a.user_id, a.date, &a.route).cmp(&(&b.user_id, b.date, &b.route)));
        batch
    }

    #[test]
    fn calls_add_up_by_user_day_and_route() {
        let meter = UsageMeter::default();
        meter.record(&user("a"), "/x", at(5));
        meter.record(&user("a"), "/x", at(3));
        meter.record(&user("a"), "/y", at(4));
        meter.record(&user("a"), "/x", at(86_400));
        meter.record(&user("b"), "/x", at(6));
        let batch = sorted(meter.drain());
        let seen: Vec<_> = batch.iter().map(|c| (c.user_id.as_str(), c.date, c.route.as_str(), c.count)).collect();
        let (today, tomorrow) = (Day::of(at(0)), Day::of(at(86_400)));
        let expected = [("a", today, "/x", 2), ("a", today, "/y", 1), ("a", tomorrow, "/x", 1), ("b", today, "/x", 1)];
        assert_eq!(seen, expected);
        assert_eq!((batch[0].first_at, batch[0].last_at), (at(3), at(5)));
        assert!(meter.drain().is_empty(), "a count is given out once");
    }

    #[test]
    fn what_is_put_back_comes_again() {
        let meter = UsageMeter::default();
        meter.record(&user("a"), "/x", at(1));
        let batch = meter.drain();
        meter.record(&user("a"), "/x", at(2));
        meter.restore(batch);
        let batch = meter.drain();
        assert_eq!((batch.len(), batch[0].count), (1, 2));
        assert_eq!((batch[0].first_at, batch[0].last_at), (at(1), at(2)));
    }

    #[test]
    fn made_up_routes_do_not_fill_the_memory() {
        let meter = UsageMeter::default();
        for n in 0..1_000 {
            meter.record(&user("a"), &format!("/{n}"), at(0));
        }
        meter.record(&user("b"), "/999", at(0));
        let batch = meter.drain();
        let of_a: Vec<_> = batch.iter().filter(|c| c.user_id == user("a")).collect();
        assert_eq!(of_a.len(), 201);
        assert_eq!(of_a.iter().find(|c| c.route == OTHER).unwrap().count, 800);
        assert_eq!(of_a.iter().map(|c| c.count).sum::<u64>(), 1_000);
        assert!(batch.iter().any(|c| c.user_id == user("b") && c.route == "/999"), "the bound is each user's own");
    }

    #[test]
    fn threads_lose_no_call() {
        let meter = UsageMeter::default();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..1_000).for_each(|_| meter.record(&user("a"), "/x", at(0))));
            }
        });
        assert_eq!(meter.drain().iter().map(|c| c.count).sum::<u64>(), 4_000);
    }

    proptest! {
        #[test]
        fn no_call_is_lost_or_counted_twice(calls in prop::collection::vec((0u8..3, 0u16..400, any::<bool>()), 0..600)) {
            let (meter, mut written) = (UsageMeter::default(), 0);
            for (who, route, fails) in &calls {
                meter.record(&user(&format!("u{who}")), &format!("/{route}"), at(0));
                let batch = if route % 50 == 0 { meter.drain() } else { Vec::new() };
                if *fails { meter.restore(batch) } else { written += batch.iter().map(|c| c.count).sum::<u64>() }
            }
            written += meter.drain().iter().map(|c| c.count).sum::<u64>();
            prop_assert_eq!(written, u64::try_from(calls.len()).unwrap());
        }
    }
}
