//! HTTP Basic Authentication (RFC 7617) of incoming requests.
//!
//! The time of a comparison depends only on the length of what the sender sent, so it
//! reveals neither the secret nor its length. Nothing here stores, shows or logs
//! credentials.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hyper::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use subtle::{Choice, ConstantTimeEq as _};

use super::event::Refusal;
use crate::model::secret::Credentials;
use crate::text::bounded_name;

/// The challenge that goes with a 401.
pub(super) const CHALLENGE: HeaderValue =
    HeaderValue::from_static(r#"Basic realm="enx-hook", charset="UTF-8""#);

/// Base64 as senders write it: with padding or without, and with stray last bits.
const TOLERANT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Accepts requests with the right user and password.
pub(super) struct Gate {
    /// `user:password`; never empty, because of the colon.
    expected: Vec<u8>,
}

impl Gate {
    pub(super) fn new(credentials: &Credentials) -> Gate {
        let expected = format!("{}:{}", credentials.user, credentials.password.expose());
        Gate {
            expected: expected.into_bytes(),
        }
    }

    /// Judges the first `Authorization` field.
    pub(super) fn check(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let Some(field) = headers.get(AUTHORIZATION) else {
            return Err(Refusal::NoCredentials);
        };
        match decode(field.as_bytes()) {
            Some(given) if self.is_expected(&given) => Ok(()),
            Some(given) if self.is_expected(&latin_1(&given)) => Err(Refusal::Latin1Credentials),
            _ => Err(Refusal::WrongCredentials),
        }
    }

    /// Walks once over the given bytes and cyclically over the expected ones, so that the
    /// time reveals neither the expected length nor the place of the first difference.
    fn is_expected(&self, given: &[u8]) -> bool {
        let same_bytes = given
            .iter()
            .zip(self.expected.iter().cycle())
            .fold(Choice::from(1), |same, (a, b)| same & a.ct_eq(b));
        let same_length = given.len().ct_eq(&self.expected.len());
        (same_bytes & same_length).into()
    }
}

/// The user of the first `Authorization` field, or the scheme if that is not Basic.
pub(super) fn user(headers: &HeaderMap) -> Option<String> {
    let field = headers.get(AUTHORIZATION)?.as_bytes();
    let text = match decode(field) {
        Some(given) => given.split(|byte| *byte == b':').next()?.to_vec(),
        None => field.split(|byte| *byte == b' ').next()?.to_vec(),
    };
    Some(bounded_name(&String::from_utf8_lossy(&text)).into())
}

/// The bytes of a text in Latin-1 as UTF-8, which the challenge asks for.
fn latin_1(given: &[u8]) -> Vec<u8> {
    let text: String = given.iter().map(|&byte| char::from(byte)).collect();
    text.into_bytes()
}

/// `user:password` from `Basic <base64>`. The scheme is case-insensitive (RFC 9110,
/// section 11.1); any number of spaces may follow it.
fn decode(field: &[u8]) -> Option<Vec<u8>> {
    let space = field.iter().position(|&byte| byte == b' ')?;
    let (scheme, rest) = field.split_at(space);
    if !scheme.eq_ignore_ascii_case(b"basic") {
        return None;
    }
    TOLERANT.decode(rest.trim_ascii()).ok()
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::secret::Secret;

    fn gate(user: &str, password: &str) -> Gate {
        Gate::new(&credentials(user, password))
    }

    fn credentials(user: &str, password: &str) -> Credentials {
        Credentials {
            user: user.into(),
            password: Secret::new(password),
        }
    }

    fn check(gate: &Gate, field: &[u8]) -> Result<(), Refusal> {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_bytes(field).unwrap());
        gate.check(&headers)
    }

    #[test]
    fn the_spellings_that_senders_use_are_understood() {
        let gate = gate("enx", "hunter2");
        for field in [
            "Basic ZW54Omh1bnRlcjI=",
            "basic ZW54Omh1bnRlcjI=",
            "BASIC   ZW54Omh1bnRlcjI=",
            "Basic ZW54Omh1bnRlcjI",
            "Basic ZW54Omh1bnRlcjI= ",
        ] {
            assert_eq!(check(&gate, field.as_bytes()), Ok(()), "{field}");
        }
    }

    #[test]
    fn what_is_not_basic_or_not_base64_is_wrong() {
        let gate = gate("enx", "hunter2");
        for field in [
            "",
            "Basic",
            "Basic ",
            "BasicZW54Omh1bnRlcjI=",
            "Bearer ZW54Omh1bnRlcjI=",
            "Basic ZW54Omh1bnRlcjI=,",
            "Basic enx:hunter2",
        ] {
            assert_eq!(
                check(&gate, field.as_bytes()),
                Err(Refusal::WrongCredentials),
                "{field}"
            );
        }
    }

    #[test]
    fn the_right_secret_in_latin_1_is_refused_by_its_name() {
        let gate = gate("enx", "müß");
        let field = |bytes: &[u8]| format!("Basic {}", TOLERANT.encode(bytes));
        let given = field(b"enx:m\xfc\xdf");
        assert_eq!(
            check(&gate, given.as_bytes()),
            Err(Refusal::Latin1Credentials)
        );
        let wrong = field(b"enx:m\xfc\xfc");
        assert_eq!(
            check(&gate, wrong.as_bytes()),
            Err(Refusal::WrongCredentials)
        );
    }

    #[test]
    fn a_repetition_or_a_part_of_the_secret_is_not_the_secret() {
        let gate = gate("", "");
        assert!(gate.is_expected(b":"));
        assert!(!gate.is_expected(b"::"));
        assert!(!gate.is_expected(b""));
    }

    #[test]
    fn nothing_at_all_is_told_apart_from_something_wrong() {
        assert_eq!(
            gate("enx", "x").check(&HeaderMap::new()),
            Err(Refusal::NoCredentials)
        );
    }

    proptest! {
        #[test]
        fn what_our_own_sender_writes_is_let_in(user in "[^:]{0,12}", password in ".{0,24}") {
            let field = credentials(&user, &password).authorization();
            prop_assert_eq!(check(&gate(&user, &password), field.expose().as_bytes()), Ok(()));
        }

        #[test]
        fn only_the_secret_itself_is_let_in(expected in ".{0,6}", given in prop::collection::vec(any::<u8>(), 0..12)) {
            let gate = gate("u", &expected);
            prop_assert_eq!(gate.is_expected(&given), given == gate.expected);
        }

        #[test]
        fn any_field_is_judged_without_a_panic(field in prop::collection::vec(32_u8..127, 0..40)) {
            let _ = check(&gate("enx", "x"), &field);
        }
    }
}
