//! C-27: events that the provider did not sign, or not like this.

use aedile_accounts::ProviderEventReader;
use aedile_accounts::provider_events::Delivery;
use aedile_identity::ProviderWebhooks;
use aedile_kernel::{Error, Timestamp};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use secrecy::SecretString;

/// From the documentation of Svix, with a signature that is known.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER_SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const SENT_AT: i64 = 1_614_265_330;
const BODY: &str = r#"{"test": 2432232314}"#;
const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

fn signature(secret: &str, id: &str, timestamp: &str, body: &str) -> String {
    let key = STANDARD.decode(&secret["whsec_".len()..]).unwrap();
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(tag))
}

/// What becomes of a delivery that arrives so many seconds after it was sent.
fn arrives(after: i64, id: &str, timestamp: &str, signatures: &str, body: &str) -> Result<(), Error> {
    let webhooks = ProviderWebhooks::new(&SecretString::from(SECRET)).unwrap();
    let delivery = Delivery { id, timestamp, signatures, body: body.as_bytes() };
    webhooks.read(&delivery, Timestamp::from_seconds(SENT_AT + after)).map(drop)
}

/// A body that was signed and is no event is refused for that, and for nothing before it.
fn is_good(result: &Result<(), Error>) -> bool {
    match result {
        Ok(()) | Err(Error::Invalid(_)) => true,
        Err(Error::Unauthenticated(_)) => false,
        Err(error) => panic!("{error}"),
    }
}

fn sent() -> String {
    SENT_AT.to_string()
}

#[test]
fn the_signature_of_the_documentation_is_good() {
    assert_eq!(signature(SECRET, ID, &sent(), BODY), SIGNATURE);
    assert!(is_good(&arrives(0, ID, &sent(), SIGNATURE, BODY)));
    let event = r#"{"type":"session.created","data":{}}"#;
    assert!(arrives(0, ID, &sent(), &signature(SECRET, ID, &sent(), event), event).is_ok());
}

#[test]
fn c_27_one_good_signature_of_several_is_enough() {
    let wrong = signature(OTHER_SECRET, ID, &sent(), BODY);
    let unknown_version = SIGNATURE.replace("v1,", "v2,");
    for signatures in [
        format!("{wrong} {SIGNATURE}"),
        format!("{SIGNATURE} {wrong}"),
        format!("{unknown_version} v1a,AAAA {wrong} {SIGNATURE}"),
        format!("  {SIGNATURE} "),
    ] {
        assert!(is_good(&arrives(0, ID, &sent(), &signatures, BODY)), "{signatures}");
    }
}

#[test]
fn c_27_what_is_not_signed_like_this_is_refused() {
    let tag = &SIGNATURE["v1,".len()..];
    let wrong = signature(OTHER_SECRET, ID, &sent(), BODY);
    let raw = STANDARD.decode(tag).unwrap();
    for signatures in [
        String::new(),
        " ".into(),
        "v1,".into(),
        "v1".into(),
        tag.to_owned(),
        wrong.clone(),
        format!("{wrong} {wrong}"),
        format!("v2,{tag}"),
        format!("v0,{tag}"),
        format!("V1,{tag}"),
        format!("v1a,{tag}"),
        format!("v1={tag}"),
        format!("v1,,{tag}"),
        format!("v1, {tag}"),
        format!("{wrong},{SIGNATURE}"),
        SIGNATURE[..SIGNATURE.len() - 1].to_owned(),
        SIGNATURE[..10].to_owned(),
        format!("v1,{}", STANDARD.encode(&raw[..31])),
        format!("v1,{}", STANDARD.encode([raw.as_slice(), b"x"].concat())),
        format!("v1,{}", STANDARD.encode([0; 32])),
        format!("v1,{}", URL_SAFE_NO_PAD.encode(&raw)),
        format!("v1,{}", tag.to_lowercase()),
    ] {
        assert!(!is_good(&arrives(0, ID, &sent(), &signatures, BODY)), "{signatures}");
    }
    for body in ["", "{}", r#"{"test": 2432232315}"#, r#"{"test":2432232314}"#, "{\"test\": 2432232314}\n"] {
        assert!(!is_good(&arrives(0, ID, &sent(), SIGNATURE, body)), "{body}");
    }
    for id in ["", "msg_p5jXN8AQM9LWM0D4loKWxJeK", "msg_other", "msg p5", &"m".repeat(129)] {
        assert!(!is_good(&arrives(0, id, &sent(), SIGNATURE, BODY)), "{id}");
    }
    assert!(!is_good(&arrives(0, ID, &(SENT_AT + 1).to_string(), SIGNATURE, BODY)));
}

#[test]
fn c_27_a_signed_delivery_is_good_for_five_minutes_each_way() {
    for (after, expected) in [(0, true), (300, true), (301, false), (-300, true), (-301, false), (86_400, false)] {
        assert_eq!(is_good(&arrives(after, ID, &sent(), SIGNATURE, BODY)), expected, "{after}");
    }
    for timestamp in
        ["", "now", "-1", "+1614265330", " 1614265330", "1614265330.0", "01614265330x", "99999999999999999999"]
    {
        let signed = signature(SECRET, ID, timestamp, BODY);
        assert!(!is_good(&arrives(0, ID, timestamp, &signed, BODY)), "{timestamp:?}");
    }
}

/// The parts are joined by dots before they are signed; nobody shifts them against each other.
#[test]
fn c_27_parts_do_not_flow_into_each_other() {
    let shifted = signature(SECRET, "msg_1", &sent(), &format!("{SENT_AT}.{BODY}"));
    assert!(!is_good(&arrives(0, &format!("msg_1.{SENT_AT}"), &sent(), &shifted, BODY)));
    assert!(is_good(&arrives(0, "msg_1", &sent(), &shifted, &format!("{SENT_AT}.{BODY}"))));
}

#[test]
fn a_secret_that_is_none_stops_the_start_and_is_not_repeated() {
    for secret in ["", "whsec_", "whsec_canary!", "canary", "whsec_Y2FuYXJ5", "whsek_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]
    {
        let error = ProviderWebhooks::new(&SecretString::from(secret)).unwrap_err().to_string();
        assert!(error.contains("CLERK_WEBHOOK_SECRET") && !error.contains("canary"), "{error}");
    }
    let shown = format!("{:?}", ProviderWebhooks::new(&SecretString::from(SECRET)).unwrap());
    assert_eq!(shown, "ProviderWebhooks(…)");
}
