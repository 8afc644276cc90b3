//! Names of machines in words for people, and addresses.

use aedile_kernel::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What RFC 3986 never escapes stays as it is.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// `pending_deletion` as `pending deletion`.
pub(crate) fn words(name: &str) -> String {
    name.replace(['_', '.'], " ")
}

/// Words as a sentence begins.
pub(crate) fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// `plan_credits.adjust` as `Adjust plan credits`.
pub(crate) fn title_of(operation: &str) -> String {
    let (noun, verb) = operation.split_once('.').unwrap_or((operation, "run"));
    let noun = match noun {
        "api_key" => "API key".to_owned(),
        noun => words(noun),
    };
    // A verb that has its own object, as in `list_pending_deletions`, needs no other.
    let words = if verb.contains('_') { format!("{} of {noun}", words(verb)) } else { format!("{verb} {noun}") };
    sentence(&words)
}

/// `plan_credits.adjust` as `Adjusted plan credits`.
pub(crate) fn past_of(operation: &str) -> String {
    let title = title_of(operation);
    let (verb, object) = title.split_once(' ').unwrap_or((&title, ""));
    let past = match verb {
        "Cancel" => "Canceled".to_owned(),
        "Freeze" => "Froze or unfroze".to_owned(),
        "Hold" => "Held".to_owned(),
        "Retry" => "Retried".to_owned(),
        "Send" => "Sent".to_owned(),
        "Set" => "Set".to_owned(),
        "Withdraw" => "Withdrew".to_owned(),
        _ => format!("{}ed", verb.trim_end_matches('e')),
    };
    format!("{past} {object}")
}

/// The address of segments below the root, with a query; empty values are left out.
pub(crate) fn address(segments: &[&str], query: &[(&str, &str)]) -> String {
    let escape = |text: &str| utf8_percent_encode(text, RESERVED).to_string();
    let path: String = segments.iter().map(|segment| format!("/{}", escape(segment))).collect();
    let pairs = query.iter().filter(|(_, value)| !value.is_empty());
    let query: Vec<String> = pairs.map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
    if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
}

/// An instant to the minute, as `2026-01-15 10:30 UTC`.
pub(crate) fn minute(time: &Timestamp) -> String {
    let text = time.to_zoneless().replace('T', " ");
    format!("{} UTC", text.get(..16).unwrap_or(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_have_titles() {
        for (operation, title) in [
            ("flag.update", "Update flag"),
            ("plan_credits.adjust", "Adjust plan credits"),
            ("api_key.revoke", "Revoke API key"),
            ("account.cancel_deletion", "Cancel deletion of account"),
        ] {
            assert_eq!(title_of(operation), title);
        }
    }

    #[test]
    fn outcomes_say_what_was_done() {
        for (operation, outcome) in [
            ("flag.update", "Updated flag"),
            ("refund.issue", "Issued refund"),
            ("plan_credits.adjust", "Adjusted plan credits"),
            ("voucher.withdraw", "Withdrew voucher"),
            ("account.cancel_deletion", "Canceled deletion of account"),
        ] {
            assert_eq!(past_of(operation), outcome);
        }
    }

    #[test]
    fn addresses_hold_whatever_is_put_into_them() {
        assert_eq!(address(&["dashboard", "users", "a/b ?"], &[]), "/dashboard/users/a%2Fb%20%3F");
        assert_eq!(address(&["x"], &[("q", "a&b=ä"), ("empty", ""), ("n", "1")]), "/x?q=a%26b%3D%C3%A4&n=1");
    }
}
