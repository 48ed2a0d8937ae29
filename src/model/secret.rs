//! Passwords, and the masking of them.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The text in place of a masked password.
pub const MASK: &str = "***";

/// A text that never shows in Debug output or messages.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret text.
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// The text itself, for the one place that must send or compare it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// A user and a password for HTTP Basic Authentication (RFC 7617).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The user; it cannot hold a colon.
    pub user: String,
    /// The password.
    pub password: Secret,
}

impl Credentials {
    /// The value of the `Authorization` header.
    pub fn authorization(&self) -> Secret {
        let plain = format!("{}:{}", self.user, self.password.expose());
        Secret::new(format!("Basic {}", STANDARD.encode(plain)))
    }
}

/// The text with the password of a URL's user information masked: `https://u:***@host/`.
///
/// Works on text that only looks like a URL, since what is shown is often not a valid one.
/// A user without a password is masked too: tokens are often sent that way.
pub fn mask_url(text: &str) -> Cow<'_, str> {
    let Some(scheme_end) = text.find("://") else {
        return Cow::Borrowed(text);
    };
    let start = scheme_end + 3;
    let authority_len = text[start..]
        .find(['/', '?', '#', '\\'])
        .unwrap_or(text.len() - start);
    let authority = &text[start..start + authority_len];
    let Some(at) = authority.rfind('@') else {
        return Cow::Borrowed(text);
    };
    let shown = match authority[..at].find(':') {
        Some(colon) => &authority[..=colon],
        None => "",
    };
    Cow::Owned(format!(
        "{}{shown}{MASK}{}",
        &text[..start],
        &text[start + at..]
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_silent_in_debug_output() {
        let credentials = Credentials {
            user: "enx".into(),
            password: Secret::new("hunter2"),
        };
        assert!(!format!("{credentials:?}").contains("hunter2"));
        assert_eq!(
            credentials.authorization().expose(),
            "Basic ZW54Omh1bnRlcjI="
        );
    }

    #[test]
    fn only_the_password_of_a_url_is_masked() {
        assert_eq!(
            mask_url("https://u:p@h/x?a=b:c@d"),
            "https://u:***@h/x?a=b:c@d"
        );
        assert_eq!(mask_url("https://u:p@q@h"), "https://u:***@h");
        assert_eq!(mask_url("https://token@h/"), "https://***@h/");
        assert_eq!(mask_url("https://h/a@b"), "https://h/a@b");
        assert_eq!(mask_url("mailto:a@b"), "mailto:a@b");
    }
}
