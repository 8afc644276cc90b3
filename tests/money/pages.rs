//! What the page about credits shows is what happens.

use super::{admin, known};
use crate::documents::{CREDITS, run, shell_blocks};
use crate::support::{ADMIN_KEY, on_each_backend};

#[tokio::test]
async fn the_commands_of_the_page_run_from_top_to_bottom() {
    on_each_backend(async |app| {
        let (admin, reader) = (admin(app).await, known(app, "user_reader").await);
        known(app, "user_root").await;
        let settings = format!("export ADMIN_API_KEY={ADMIN_KEY} USER_TOKEN={}\n", reader.token());
        run(format!("{settings}{}", shell_blocks(CREDITS).concat()), app, admin.token()).await;
    })
    .await;
}
