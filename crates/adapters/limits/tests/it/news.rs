//! News, heard and missed.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aedile_kernel::{Error, Topic};
use aedile_limits::{Listener, RedisNews};

use super::support::*;

const SOON: Duration = Duration::from_secs(5);

type Heard = Arc<Mutex<Vec<Vec<Topic>>>>;

fn listen(news: &RedisNews) -> (Heard, Listener) {
    let heard = Heard::default();
    let into = Arc::clone(&heard);
    let listener = news.listen(move |topics| into.lock().unwrap().push(topics.to_vec()));
    (heard, listener)
}

fn times(heard: &Heard, topics: &[Topic]) -> usize {
    heard.lock().unwrap().iter().filter(|news| news.as_slice() == topics).count()
}

/// All tests share the one channel, so each listens for topics in an order that no other publishes.
#[tokio::test]
async fn news_reach_every_instance_and_a_connection_counts_as_news() {
    let Some(redis) = redis() else { return };
    let (here, there) = (RedisNews::new(&redis).unwrap(), RedisNews::new(&redis).unwrap());
    let ((heard_here, _a), (heard_there, _b)) = (listen(&here), listen(&there));
    for heard in [&heard_here, &heard_there] {
        within(SOON, "the connection is news", || times(heard, &Topic::ALL) == 1).await;
    }
    here.publish(&[Topic::Rules, Topic::Access]).await.unwrap();
    for heard in [&heard_here, &heard_there] {
        within(SOON, "the news is heard", || times(heard, &[Topic::Rules, Topic::Access]) == 1).await;
    }
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert_eq!(times(&heard_here, &Topic::ALL), 1, "a quiet connection stays");
}

#[tokio::test]
async fn an_outage_and_its_end_count_as_news_about_everything() {
    let Some(redis) = redis() else { return };
    let mut cable = Cable::to(&redis).await;
    let (news, elsewhere) = (RedisNews::new(&cable.url).unwrap(), RedisNews::new(&redis).unwrap());
    let (heard, _listener) = listen(&news);
    within(SOON, "it connects", || times(&heard, &Topic::ALL) == 1).await;
    cable.cut();
    within(SOON, "absence is news, again and again", || times(&heard, &Topic::ALL) >= 3).await;
    assert!(matches!(news.publish(&[Topic::Flags]).await, Err(Error::Unavailable { .. })));
    let missed = [Topic::Flags, Topic::Access];
    elsewhere.publish(&missed).await.unwrap();
    let before = times(&heard, &Topic::ALL);
    cable.mend().await;
    within(SOON, "the return is news", || times(&heard, &Topic::ALL) > before).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let back = [Topic::Flags, Topic::Rules];
    elsewhere.publish(&back).await.unwrap();
    within(SOON, "and news are heard again", || times(&heard, &back) == 1).await;
    assert_eq!(times(&heard, &missed), 0);
    news.publish(&back).await.unwrap();
}

#[tokio::test]
async fn a_connection_that_went_silent_is_noticed() {
    let (url, open) = silence().await;
    let (heard, _listener) = listen(&RedisNews::new(&url).unwrap());
    within(SOON, "silence is news", || times(&heard, &Topic::ALL) >= 1).await;
    open.abort();
}

#[tokio::test]
async fn a_listener_that_is_dropped_hears_nothing() {
    let (heard, listener) = listen(&RedisNews::new(&nowhere().await).unwrap());
    within(SOON, "absence is news", || times(&heard, &Topic::ALL) >= 1).await;
    drop(listener);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let before = times(&heard, &Topic::ALL);
    tokio::time::sleep(Duration::from_millis(1200)).await;
    assert_eq!(times(&heard, &Topic::ALL), before);
}
