//! What a receiver's certificate says about itself.

use chrono::{DateTime, Utc};

/// The certificate that the other side showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The moment from which on it is not valid any more.
    pub not_after: DateTime<Utc>,
}

impl Certificate {
    /// Reads a certificate (RFC 5280) in DER; nothing if it is none.
    pub(super) fn read(der: &[u8]) -> Option<Certificate> {
        let (_, certificate) = x509_parser::parse_x509_certificate(der).ok()?;
        let seconds = certificate.validity().not_after.timestamp();
        Some(Certificate {
            not_after: DateTime::from_timestamp(seconds, 0)?,
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_its_time_is_read_from_a_certificate() {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::new(["h".to_owned()]).unwrap();
        params.not_after = rcgen::date_time_ymd(2031, 5, 17);
        let certificate = params.self_signed(&key).unwrap();
        let read = Certificate::read(certificate.der()).unwrap();
        assert_eq!(read.not_after.to_rfc3339(), "2031-05-17T00:00:00+00:00");
        assert_eq!(Certificate::read(b"no certificate"), None);
    }
}
