use super::corpus::hostile;
use super::{about, ada, both, kept, package, publish, send};
use crate::support::on_each_backend;
use crate::v1::problem;

#[tokio::test]
async fn every_hostile_archive_is_refused_and_nothing_of_it_is_kept() {
    on_each_backend(async |app| {
        let ada = ada(app).await;
        let all = hostile();
        assert!(all.len() >= 200, "only {}", all.len());
        for sample in all {
            let reply = send(&ada, both(&about("Hello", 0), &sample.bytes())).await;
            assert!(matches!(reply.status, 400 | 413), "{}: {} {}", sample.name, reply.status, reply.text);
            let reply = problem(reply, 400);
            assert_eq!(reply.body["errors"][0]["field"], "package", "{}: {}", sample.name, reply.text);
        }
        assert_eq!(kept(app), 0);
        let listed = app.anonymous().get("/v1/skills").await.expect(200);
        assert_eq!(listed.body["skills"].as_array().unwrap().len(), 0);
        publish(&ada, &about("Hello", 0), &package("in order")).await.expect(201);
    })
    .await;
}
