//! A second factor in the browser.

use crate::admin_system::{PASSWORD, local_user};
use crate::support::{Caller, Reply, TestApp, on_each_backend, set_up_second_factor};

const WHO: &str = "ada@example.com";

/// A browser with this session.
fn browser(app: &TestApp, cookie: &str) -> Caller {
    app.anonymous().with_header("Origin", &app.url()).with_header("Cookie", cookie)
}

/// The cookie that a browser keeps of an answer.
fn kept(reply: &Reply) -> String {
    reply.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

async fn sign_in(app: &TestApp) -> String {
    let form = [("identifier", WHO), ("password", PASSWORD)];
    kept(&app.anonymous().with_header("Origin", &app.url()).post_form("/dashboard/sign-in", &form).await.expect(303))
}

async fn form_token(browser: &Caller) -> String {
    let page = browser.get("/dashboard/prove").await.expect(200).text;
    page.split(r#"name="form_token" value=""#).nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// Whoever knows a password could put the cookie of their own sign-in into somebody else's browser, and wait until the code is
/// entered there.
#[tokio::test]
async fn a_code_completes_the_session_of_the_browser_it_is_entered_in_and_no_other_token() {
    on_each_backend(async |app| {
        let admin = app.super_admin().await;
        local_user(&admin, WHO, "user").await;
        let token = sign_in(app).await.replace("aedile_session=", "");
        let (mut phone, _) = set_up_second_factor(&app.with_token(token)).await;

        let planted = sign_in(app).await;
        let victim = browser(app, &planted);
        let page = victim.get("/dashboard/settings").await.expect(303);
        assert_eq!(page.header("location").unwrap(), "/dashboard/prove?to=%2Fdashboard%2Fsettings");
        let shown = form_token(&victim).await;
        let enter = async |code: &str, token: &str| {
            let form = [("form_token", token), ("code", code), ("to", "/dashboard/settings")];
            victim.post_form("/dashboard/prove", &form).await
        };
        enter("000000", &shown).await.expect(401);
        enter(&phone.code(), "forged").await.expect(403);
        let proved = enter(&phone.code(), &shown).await.expect(303);
        assert_eq!(proved.header("location").unwrap(), "/dashboard/settings");
        let cookie = kept(&proved);
        assert_ne!(cookie, planted);
        browser(app, &cookie).get("/dashboard/settings").await.expect(200);
        let attacker = victim.get("/dashboard/settings").await.expect(303);
        assert!(attacker.header("location").unwrap().starts_with("/dashboard/sign-in"), "the planted token has ended");
        let bearer = app.with_token(planted.replace("aedile_session=", ""));
        assert!(bearer.get("/v1/users/profile").await.expect(401).text.contains("another token"));
    })
    .await;
}
