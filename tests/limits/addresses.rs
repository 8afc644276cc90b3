//! C-36, C-37: which address a request is counted for.

use serde_json::Value;

use crate::support::{TestApp, on_each_backend_with};

const ROLES: &str = "/admin/system/roles";

/// The status of a request without a credential, with these headers.
async fn status(app: &TestApp, headers: &[(&str, &str)]) -> u16 {
    let caller = headers.iter().fold(app.anonymous(), |caller, (name, value)| caller.with_header(name, value));
    caller.get(ROLES).await.status
}

#[tokio::test]
async fn c_36_no_header_lifts_a_limit_where_no_proxy_is_trusted() {
    on_each_backend_with(&["--rate-admin", "3"], async |app| {
        for _ in 0..3 {
            assert_eq!(status(app, &[]).await, 401);
        }
        for name in ["X-Forwarded-For", "X-Real-IP", "CF-Connecting-IP", "True-Client-IP", "X-Client-IP", "Forwarded"] {
            for value in ["198.51.100.7", "a", "", "127.0.0.1", "::1", "for=198.51.100.7", "198.51.100.7, 10.0.0.1"] {
                assert_eq!(status(app, &[(name, value)]).await, 429, "{name}: {value}");
            }
        }
        assert_eq!(status(app, &[("X-Forwarded-For", "1.2.3.4"), ("X-Forwarded-For", "5.6.7.8")]).await, 429);
    })
    .await;
}

#[tokio::test]
async fn c_36_behind_a_trusted_proxy_the_last_hop_counts() {
    on_each_backend_with(&["--rate-admin", "2", "--trusted-proxies", "127.0.0.0/8,10.0.0.0/8"], async |app| {
        // The client puts what it likes in front; the proxy adds where the request really came from.
        for made_up in ["1.1.1.1", "2.2.2.2"] {
            assert_eq!(status(app, &[("X-Forwarded-For", &format!("{made_up}, 198.51.100.1"))]).await, 401);
        }
        for headers in [
            &[("X-Forwarded-For", "198.51.100.1")][..],
            &[("X-Forwarded-For", "3.3.3.3, 198.51.100.1")],
            &[("X-Forwarded-For", "198.51.100.1, 10.9.9.9")],
            &[("X-Forwarded-For", "198.51.100.1,127.0.0.9 , 10.1.1.1")],
            &[("X-Forwarded-For", "a, 198.51.100.1")],
            &[("X-Forwarded-For", "4.4.4.4"), ("X-Forwarded-For", "198.51.100.1")],
            &[("X-Forwarded-For", "::ffff:198.51.100.1")],
            &[("X-Forwarded-For", "198.51.100.1:4711")],
            &[("X-Forwarded-For", "[::ffff:198.51.100.1]:4711, 10.1.1.1:80")],
            &[("Forwarded", "for=3.3.3.3, for=198.51.100.1;proto=https")],
            &[("Forwarded", "for=3.3.3.3"), ("Forwarded", "For=\"198.51.100.1:4711\", for=10.1.1.1")],
            &[("Forwarded", "for=198.51.100.1"), ("X-Forwarded-For", "198.51.100.1:80")],
        ] {
            assert_eq!(status(app, headers).await, 429, "{headers:?}");
        }
        assert_eq!(status(app, &[("X-Forwarded-For", "198.51.100.2")]).await, 401, "another client");
        let first = [("Forwarded", "for=\"[2001:db8::1]:4711\"")];
        assert_eq!([status(app, &first).await, status(app, &first).await], [401; 2]);
        assert_eq!(status(app, &[("X-Forwarded-For", "2001:db8::ffff")]).await, 429, "of the same /64");
    })
    .await;
}

#[tokio::test]
async fn c_37_what_cannot_be_read_counts_for_the_proxy() {
    on_each_backend_with(&["--rate-admin", "2", "--trusted-proxies", "127.0.0.0/8"], async |app| {
        assert_eq!(status(app, &[("X-Forwarded-For", "a")]).await, 401);
        assert_eq!(status(app, &[("X-Forwarded-For", "198.51.100.3, unknown")]).await, 401);
        for value in ["b", "198.51.100.4:x", "999.1.1.1", "", ",,", "127.0.0.1", "<script>", "198.51.100.5, x"] {
            assert_eq!(status(app, &[("X-Forwarded-For", value)]).await, 429, "{value}");
        }
        for value in ["for=unknown", "for=_hidden", "proto=https", "for=\"198.51.100.4", "198.51.100.4", ""] {
            assert_eq!(status(app, &[("Forwarded", value)]).await, 429, "{value}");
        }
        let contradicting = [("Forwarded", "for=198.51.100.6"), ("X-Forwarded-For", "198.51.100.7")];
        assert_eq!(status(app, &contradicting).await, 429);
        assert_eq!(status(app, &[]).await, 429);
    })
    .await;
}

#[tokio::test]
async fn the_audit_log_keeps_the_address_that_counted() {
    on_each_backend_with(&["--trusted-proxies", "127.0.0.0/8"], async |app| {
        let root = app.super_admin().await;
        let behind = app.with_role("viewer").await.with_header("X-Forwarded-For", "9.9.9.9, 198.51.100.8");
        behind.delete("/admin/system/flags/1").await.refused(403);
        let rows = root.get("/admin/system/audit?status=denied").await.expect(200).body["logs"].clone();
        let addresses: Vec<&Value> = rows.as_array().unwrap().iter().map(|row| &row["ip_address"]).collect();
        assert_eq!(addresses, ["198.51.100.8"]);
    })
    .await;
}
