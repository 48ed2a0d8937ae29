//! Why a client cannot be set up.

use std::path::PathBuf;

use crate::model::error::{Category, Explain};

/// Why a client cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The credentials hold a character that HTTP does not allow.
    #[error("the credentials cannot be sent with Basic Auth")]
    Credentials,
    /// The file holds no certificates.
    #[error("{} holds no certificates in PEM", .0.display())]
    Authorities(PathBuf),
    /// A proxy variable is not a proxy URL.
    #[error("the variable {0} is not the URL of a proxy")]
    ProxyVariable(&'static str),
    /// The client refused the proxy.
    #[error("the proxy cannot be used")]
    Proxy(#[source] reqwest::Error),
    /// The client could not be set up. With TLS, the certificates of the system are the usual cause.
    #[error("the HTTP client could not be set up")]
    Client(#[source] reqwest::Error),
    /// The host is not a valid TLS server name.
    #[error("the target host is not a valid TLS server name")]
    ServerName,
    /// TLS could not be set up.
    #[error("TLS could not be set up")]
    Tls(#[source] rustls::Error),
}

impl Explain for ClientError {
    fn category(&self) -> Category {
        match self {
            ClientError::Credentials
            | ClientError::Authorities(_)
            | ClientError::ProxyVariable(_)
            | ClientError::Proxy(_)
            | ClientError::ServerName => Category::Usage,
            ClientError::Client(_) | ClientError::Tls(_) => Category::Undone,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            ClientError::ProxyVariable(name) => Some(format!(
                "write it like {name}=http://proxy.example:3128, or unset it"
            )),
            ClientError::Client(_) | ClientError::Tls(_) => {
                Some("are the system's CA certificates installed (ca-certificates)?".to_owned())
            }
            ClientError::Credentials
            | ClientError::Authorities(_)
            | ClientError::Proxy(_)
            | ClientError::ServerName => None,
        }
    }
}
