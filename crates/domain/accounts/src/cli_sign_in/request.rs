//! What a command line asks for.

use aedile_kernel::{Error, Result};

use super::pkce::CodeChallenge;
use super::redirect::LoopbackUri;

/// A wish to be signed in by way of a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CliSignInRequest {
    /// Where the code is to be sent.
    pub redirect_uri: LoopbackUri,
    /// What is to be sent back beside it, so that the command line knows its own request again.
    pub state: String,
    /// What the verifier must answer.
    pub code_challenge: CodeChallenge,
}

impl CliSignInRequest {
    /// The most characters of a state.
    const MAX_STATE: usize = 512;

    /// Reads a request.
    ///
    /// # Errors
    /// `Invalid` about the field that does not fit. The only method is `S256`: a plain challenge proves nothing to who
    /// reads along.
    pub fn parse(redirect_uri: &str, state: &str, code_challenge: &str, method: &str) -> Result<Self> {
        let redirect_uri = LoopbackUri::parse(redirect_uri)?;
        if !(1..=Self::MAX_STATE).contains(&state.len()) || !state.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Error::invalid("state", "must be 1 to 512 visible ASCII characters"));
        }
        if method != "S256" {
            return Err(Error::invalid("code_challenge_method", "must be S256"));
        }
        Ok(Self { redirect_uri, state: state.to_owned(), code_challenge: CodeChallenge::parse(code_challenge)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URI: &str = "http://127.0.0.1:8080/callback";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn a_request_has_four_good_parts() {
        let long = "~".repeat(512);
        for state in ["x", "a&b=c#\"<>", &long] {
            assert_eq!(CliSignInRequest::parse(URI, state, CHALLENGE, "S256").unwrap().state, state);
        }
        let longer = "~".repeat(513);
        for state in ["", "a b", "a\nb", "ä", "a\0", &longer] {
            assert!(CliSignInRequest::parse(URI, state, CHALLENGE, "S256").is_err(), "{state:?}");
        }
        for method in ["", "plain", "s256", "S512"] {
            assert!(CliSignInRequest::parse(URI, "x", CHALLENGE, method).is_err(), "{method}");
        }
        assert!(CliSignInRequest::parse("https://evil.example/", "x", CHALLENGE, "S256").is_err());
        assert!(CliSignInRequest::parse(URI, "x", &CHALLENGE[1..], "S256").is_err());
    }
}
