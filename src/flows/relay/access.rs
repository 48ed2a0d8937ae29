//! How a relay is entered.

use std::path::PathBuf;

use crate::model::secret::{Credentials, Secret};

/// How a relay is entered.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// The content of a credentials file of NATS.
    pub creds: Option<Secret>,
    /// User and password.
    pub credentials: Option<Credentials>,
    /// Certificates to trust instead of those of the system.
    pub cacert: Option<PathBuf>,
}
