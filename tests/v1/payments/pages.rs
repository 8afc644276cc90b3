//! What the page about credits shows is what happens.

use crate::api::{admin, known};
use crate::documents::{API, PAYMENTS, run, shell_blocks};
use crate::support::{ADMIN_KEY, on_each_backend};
use crate::v1::skills::{publish, skill};

#[tokio::test]
async fn the_commands_of_the_page_run_from_top_to_bottom() {
    on_each_backend(async |app| {
        let (admin, reader) = (admin(app).await, known(app, "user_reader").await);
        known(app, "user_root").await;
        let settings = format!("export ADMIN_API_KEY={ADMIN_KEY} USER_TOKEN={}\n", reader.token());
        run(format!("{settings}{}", shell_blocks(API).concat()), app, admin.token()).await;
    })
    .await;
}

#[tokio::test]
async fn the_commands_of_the_page_about_payments_run_from_top_to_bottom() {
    super::purchases::beside_stripe(async |app, _| {
        super::purchases::shop(app).await;
        let tools = aedile_catalog::skills::PublishSkill { price_cents: 900, ..skill("Pro Tools") };
        publish(app, "bob", tools).await.unwrap();
        let (admin, reader) = (admin(app).await, known(app, "user_reader").await);
        let seller = app.user("user_bob");
        let settings = format!("export SELLER_TOKEN={} USER_TOKEN={}\n", seller.token(), reader.token());
        run(format!("{settings}{}", shell_blocks(PAYMENTS).concat()), app, admin.token()).await;
    })
    .await;
}
