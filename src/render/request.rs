//! A request in place of being sent: as it would go out, as a curl command, as an `.http` file.
//!
//! Passwords are left out of all three; a command reads its own from the environment.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::delivery;
use crate::delivery::{Field, Request, Target};
use crate::flows::sending::Post;
use crate::model::error::{Category, Explain, Failure};
use crate::model::secret::MASK;
use crate::text::{escape_bytes, escape_lines};
use crate::wire::delivery::PlannedRequest;
use crate::wire::milliseconds;

/// The longest body that stands in a command as text, in bytes: Linux takes 128 KiB.
const LONGEST_TEXT: usize = 100 * 1024;

/// What a request is printed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum RequestForm {
    /// The bytes as they are sent; only `--dry-run` selects it.
    #[value(skip)]
    Raw,
    /// A curl command for a POSIX shell.
    Curl,
    /// An `.http` file for editors.
    Http,
}

/// A body that has no place in an `.http` file, since editors would read it otherwise.
#[derive(Debug, thiserror::Error)]
#[error("an .http file cannot hold this body: {0}")]
struct NoText(String);

impl NoText {
    /// Why editors would read this body otherwise.
    fn of(body: &str) -> Option<NoText> {
        // A comment or a separator, another file or a script, a handler or a file for the answer.
        const SIGNS: [&str; 6] = ["#", "//", "< ", "<@", "<>", ">"];
        if body
            .lines()
            .next()
            .is_some_and(|line| line.trim().is_empty())
        {
            return Some(NoText("it begins with a blank line".to_owned()));
        }
        let parts = [
            ("\0", "a NUL"),
            ("\r", "a CR"),
            ("{{", "`{{`, which editors fill in"),
        ];
        if let Some((_, name)) = parts.iter().find(|(part, _)| body.contains(part)) {
            return Some(NoText(format!("it has {name}")));
        }
        let mut lines = body.lines().enumerate();
        lines.find_map(|(at, line)| {
            let line = line.trim_start();
            let sign = SIGNS.iter().find(|sign| line.starts_with(**sign))?;
            let (number, sign) = (at + 1, sign.trim());
            Some(NoText(format!("line {number} begins with `{sign}`")))
        })
    }
}

impl Explain for NoText {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        Some("--as curl sends any body".to_owned())
    }
}

/// A request that can be printed.
pub struct PrintedRequest<'s> {
    request: Request,
    target: &'s Target,
    options: &'s delivery::ClientOptions,
    post: &'s Post,
    bytes: &'s [u8],
}

impl<'s> PrintedRequest<'s> {
    /// The request of a post.
    pub fn new(
        post: &'s Post,
        target: &'s Target,
        options: &'s delivery::ClientOptions,
    ) -> Result<PrintedRequest<'s>, Failure> {
        Ok(PrintedRequest {
            request: Request::new(&target.url, options, &post.request)?,
            target,
            options,
            post,
            bytes: post.request.body(),
        })
    }

    /// The request in a form for people.
    pub fn text(&self, form: RequestForm) -> Result<String, Failure> {
        Ok(match form {
            RequestForm::Raw => self.raw(),
            RequestForm::Curl => self.curl(),
            RequestForm::Http => self.http()?,
        })
    }

    /// The request as a JSON object.
    pub fn record(&self) -> PlannedRequest<'_> {
        let fields = self.request.fields.iter();
        let text = std::str::from_utf8(self.bytes).ok();
        let step = self.post.step.as_ref();
        PlannedRequest {
            step: step.map(|step| step.number),
            after_ms: step.map(|_| milliseconds(self.post.due)),
            event: self.post.event.as_deref(),
            session: self.post.session.as_deref(),
            method: self.request.method,
            url: self.target.url.to_string(),
            headers: fields.map(|field| (&*field.name, shown(field))).collect(),
            body: text,
            body_base64: text.is_none().then(|| STANDARD.encode(self.bytes)),
        }
    }

    fn raw(&self) -> String {
        let mut text = format!("{} {} HTTP/1.1\n", self.request.method, self.request.target);
        for field in &self.request.fields {
            text.push_str(&line(&field.name, &shown(field)));
        }
        let body = match std::str::from_utf8(self.bytes) {
            Ok(body) => escape_lines(body),
            Err(_) => escape_bytes(self.bytes),
        };
        format!("{text}\n{body}")
    }

    /// The user whose password the command takes from the environment, if a password is sent
    /// that was not typed as a header.
    fn user(&self) -> Option<&str> {
        let typed = self.options.headers.iter();
        let is_typed = typed.clone().any(|header| header.name() == "authorization");
        let credentials = self.options.credentials.as_ref();
        let credentials = credentials.or(self.target.url.credentials());
        credentials
            .filter(|_| !is_typed)
            .map(|credentials| credentials.user.as_str())
    }

    /// The fields that a client would not send by itself, the password's aside.
    fn told(&self) -> impl Iterator<Item = &Field> {
        let by_itself = ["host", "content-length", "accept"];
        let given = self.options.headers.iter().map(delivery::Header::name);
        let given: Vec<&str> = given.collect();
        self.request.fields.iter().filter(move |field| {
            let is_users = field.name == "authorization" && !given.contains(&"authorization");
            !is_users && (given.contains(&&*field.name) || !by_itself.contains(&&*field.name))
        })
    }

    fn curl(&self) -> String {
        let text = std::str::from_utf8(self.bytes)
            .ok()
            .filter(|text| text.len() <= LONGEST_TEXT && !text.contains('\0'));
        let mut words = vec!["curl --silent --show-error".to_owned()];
        for field in self.told() {
            let value = String::from_utf8_lossy(&field.value);
            let line = if value.is_empty() {
                format!("{};", field.name)
            } else {
                format!("{}: {value}", field.name)
            };
            words.push(format!("--header {}", shell(&line)));
        }
        if self.bytes.len() > 1024 * 1024 {
            // curl would ask first whether it may send, and wait a second for a word.
            words.push("--header 'Expect:'".to_owned());
        }
        if let Some(user) = self.user() {
            words.push(format!(
                "--user {}\"${{ENX_HOOK_PASSWORD?is not set}}\"",
                shell(&format!("{user}:"))
            ));
        }
        let trust = &self.options.trust;
        if let (Some((path, _)), false) = (&trust.authorities, trust.insecure) {
            words.push(format!("--cacert {}", shell(&path.to_string_lossy())));
        }
        if trust.insecure {
            words.push("--insecure".to_owned());
        }
        let seconds = self.options.timeout.as_secs_f64();
        words.push(format!("--max-time {seconds}"));
        if self.target.url.is_loopback() {
            words.push("--noproxy '*'".to_owned());
        }
        words.push(match text {
            Some(text) => format!("--data-raw {}", shell(text)),
            None => "--data-binary @-".to_owned(),
        });
        // `--data` makes it a POST.
        if self.request.method != "POST" {
            words.push(format!("--request {}", self.request.method));
        }
        words.push(format!("--globoff {}", shell(self.target.url.bare())));
        let command = words.join(" \\\n  ");
        match text {
            Some(_) => command,
            None => format!(
                "printf %s {} | base64 -d |\n{command}",
                shell(&STANDARD.encode(self.bytes))
            ),
        }
    }

    fn http(&self) -> Result<String, NoText> {
        let text =
            std::str::from_utf8(self.bytes).map_err(|_| NoText("it is not UTF-8".to_owned()))?;
        if let Some(no_text) = NoText::of(text) {
            return Err(no_text);
        }
        let title = [self.post.event.as_deref(), self.post.session.as_deref()];
        let title: Vec<&str> = title.into_iter().flatten().collect();
        let mut file = format!(
            "### {}\n{} {}\n",
            escape_lines(&title.join(" ")).replace('\n', " "),
            self.request.method,
            self.target.url.bare()
        );
        for field in self.told() {
            let value = String::from_utf8_lossy(&field.value);
            file.push_str(&line(&field.name, &value));
        }
        if let Some(user) = self.user() {
            let value = format!("Basic {user}:{{{{$processEnv ENX_HOOK_PASSWORD}}}}");
            file.push_str(&line("authorization", &value));
        }
        Ok(format!("{file}\n{text}"))
    }
}

fn line(name: &str, value: &str) -> String {
    format!("{name}: {value}\n")
}

fn shown(field: &Field) -> Cow<'_, str> {
    if field.is_secret {
        Cow::Borrowed(MASK)
    } else {
        let text = String::from_utf8_lossy(&field.value);
        escape_lines(&text).into_owned().into()
    }
}

/// A text as one word of a POSIX shell, without quotes where none are needed.
pub fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:@%+=,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        shell(text)
    }
}

/// A text in single quotes, as one word of a POSIX shell.
pub fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::word;

    #[test]
    fn only_what_a_shell_would_read_more_into_is_quoted() {
        assert_eq!(word("--set"), "--set");
        assert_eq!(
            word("http://127.0.0.1:3000/a.b"),
            "http://127.0.0.1:3000/a.b"
        );
        assert_eq!(word("http://h/?a=b&c"), "'http://h/?a=b&c'");
        assert_eq!(word("it's"), "'it'\\''s'");
        assert_eq!(word(""), "''");
        assert_eq!(word("~x"), "'~x'");
    }
}
