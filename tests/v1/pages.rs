//! What the pages about the marketplace show is what happens.

use super::skills::{market, publish, seller, skill};
use crate::documents::{V1, V1_ADMIN, run, shell_blocks};
use crate::support::on_each_backend;

#[tokio::test]
async fn the_commands_of_the_pages_run_from_top_to_bottom() {
    on_each_backend(async |app| {
        market(app).await;
        seller(app, "seller", true).await;
        publish(app, "seller", skill("Hello World")).await.unwrap();
        let paid = aedile_catalog::skills::PublishSkill { price_cents: 900, ..skill("Pro Tools") };
        publish(app, "seller", paid).await.unwrap();
        app.database.execute(
            "INSERT INTO abuse_flags (flag_type, reference_id, reference_type, subject, details, created_at) \
             VALUES ('review_burst', 'user_seller', 'seller', 'user_seller', '{}', 1)",
        );
        let (admin, reader, seller) = (app.super_admin().await, app.user("user_reader"), app.user("user_seller"));
        let as_reader = format!("export USER_TOKEN={} SELLER_TOKEN={}\n", reader.token(), seller.token());
        for page in [V1_ADMIN, V1] {
            run(format!("{as_reader}{}", shell_blocks(page).concat()), app, admin.token()).await;
        }
    })
    .await;
}
