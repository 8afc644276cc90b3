//! Days as bars.

use std::collections::BTreeMap;

use aedile_kernel::Timestamp;

/// The height of the drawing, in its own units.
const HEIGHT: i64 = 48;
/// The width of a day.
const STEP: i64 = 10;
/// How many days a chart shows, today included.
const DAYS: i64 = 30;
const DAY_SECONDS: i64 = 86_400;

/// A number for each day, the last one today's, drawn as bars.
#[derive(Debug)]
pub(crate) struct Chart {
    pub(crate) title: String,
    /// What all days make together, as people read it.
    pub(crate) total: String,
    /// What is said of a day, and its bar.
    pub(crate) bars: Vec<Bar>,
    pub(crate) width: i64,
}

/// A day.
#[derive(Debug)]
pub(crate) struct Bar {
    /// The day and its number, for who points at it.
    pub(crate) label: String,
    pub(crate) x: i64,
    pub(crate) y: i64,
    pub(crate) height: i64,
}

impl Chart {
    /// A chart of the last 30 days: the number of each date that has one, and how people read a number.
    pub(crate) fn of_days(
        title: &str,
        now: Timestamp,
        days: &BTreeMap<String, i64>,
        text: impl Fn(i64) -> String,
    ) -> Self {
        let dates = (0..DAYS).rev().map(|ago| now.plus_seconds(-ago * DAY_SECONDS).date());
        let days: Vec<(String, i64, String)> = dates
            .map(|date| {
                let number = days.get(&date).copied().unwrap_or(0);
                (date, number, text(number))
            })
            .collect();
        let total = days.iter().map(|(_, number, _)| *number).fold(0, i64::saturating_add);
        Self::new(title, text(total), &days)
    }

    /// A chart of days: the date, the number, and the number as people read it.
    fn new(title: &str, total: String, days: &[(String, i64, String)]) -> Self {
        let most = days.iter().map(|(_, number, _)| *number).max().unwrap_or(0).max(1);
        let mut x = -STEP;
        let bars = days.iter().map(|(date, number, text)| {
            x += STEP;
            // A day on which something was is never drawn as one on which nothing was.
            let height = match number.saturating_mul(HEIGHT) / most {
                0 if *number > 0 => 1,
                height => height.max(0),
            };
            Bar { label: format!("{date}: {text}"), x, y: HEIGHT - height, height }
        });
        let bars: Vec<Bar> = bars.collect();
        Self { title: title.to_owned(), total, width: x + STEP, bars }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_day_fills_the_height_and_no_day_is_hidden() {
        let days: Vec<_> = [0, 1, 1000, 500].map(|n| ("2026-11-21".to_owned(), n, n.to_string())).into();
        let chart = Chart::new("Users", "1,501".to_owned(), &days);
        let heights: Vec<i64> = chart.bars.iter().map(|bar| bar.height).collect();
        assert_eq!(heights, [0, 1, 48, 24]);
        assert_eq!((chart.bars[3].x, chart.bars[3].y, chart.width), (30, 24, 40));
        let empty = Chart::new("Users", "0".to_owned(), &[("2026-11-21".to_owned(), 0, "0".to_owned())]);
        assert_eq!(empty.bars[0].height, 0);
    }
}
