//! A request as it would go out, without sending it.

use reqwest::header::{
    self, ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST, HeaderName,
    PROXY_AUTHORIZATION,
};

use super::head::path_of;
use super::parcel::Parcel;
use super::poster::{Options, PosterError, USER_AGENT, headers};
use super::target_url::TargetUrl;

/// All that is sent to a target, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What stands behind `POST` in the first line.
    pub target: String,
    /// The header fields, their names in lower case.
    pub fields: Vec<Field>,
}

/// A header field that is sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name, in lower case.
    pub name: String,
    /// Its value.
    pub value: Vec<u8>,
    /// Whether the value lets somebody in, and must not be shown.
    pub is_secret: bool,
}

impl std::fmt::Debug for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

impl Request {
    /// What [`Poster::post`](super::Poster::post) sends for this parcel.
    pub fn new(
        target: &TargetUrl,
        options: &Options,
        parcel: &Parcel,
    ) -> Result<Request, PosterError> {
        let url = target.url();
        let path = parcel
            .path
            .as_ref()
            .map_or_else(|| path_of(url), |path| path.as_str().to_owned());
        let mut given = headers(target, options)?;
        for (name, value) in parcel.passed_on_headers(&given) {
            given.append(name, value);
        }
        if let Some(content_type) = parcel.content_type() {
            given.entry(CONTENT_TYPE).or_insert(content_type.clone());
        }
        let host = match url.port() {
            Some(port) => format!("{}:{port}", target.host()),
            None => target.host().to_owned(),
        };
        let secrets = [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE];
        let field = |name: &HeaderName, value: &[u8]| Field {
            name: name.as_str().to_owned(),
            value: value.to_vec(),
            is_secret: secrets.contains(name),
        };
        let own = |name: HeaderName, value: &str| {
            (!given.contains_key(&name)).then(|| field(&name, value.as_bytes()))
        };
        let length = parcel.body().len().to_string();
        let mut fields: Vec<Field> = own(HOST, &host).into_iter().collect();
        fields.extend(
            given
                .iter()
                .map(|(name, value)| field(name, value.as_bytes())),
        );
        fields.extend(own(header::USER_AGENT, USER_AGENT));
        fields.extend(own(ACCEPT, "*/*"));
        fields.extend(own(CONTENT_LENGTH, &length));
        Ok(Request {
            target: path,
            fields,
        })
    }
}
