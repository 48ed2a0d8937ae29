//! Reads the certificate of a receiver.

use chrono::{DateTime, NaiveDateTime, Utc};
use yasna::tags::{TAG_GENERALIZEDTIME, TAG_UTCTIME};
use yasna::{ASN1Error, ASN1ErrorKind, ASN1Result, BERReader, Tag};

/// The certificate of the other side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// When it expires.
    pub not_after: DateTime<Utc>,
}

impl Certificate {
    /// Reads a certificate (RFC 5280, section 4.1) in DER; `None` if it is malformed.
    pub(super) fn read(der: &[u8]) -> Option<Certificate> {
        let not_after = yasna::parse_der(der, |reader| {
            reader.read_sequence(|certificate| {
                let not_after = certificate.next().read_sequence(|body| {
                    body.read_optional(|version| version.read_tagged(Tag::context(0), skip))?;
                    // The serial number, the algorithm and the issuer.
                    for _ in 0..3 {
                        skip(body.next())?;
                    }
                    let not_after = body.next().read_sequence(|validity| {
                        skip(validity.next())?;
                        time(validity.next())
                    })?;
                    // The subject, its key and the extensions.
                    while body.read_optional(skip)?.is_some() {}
                    Ok(not_after)
                })?;
                // The algorithm and the signature.
                skip(certificate.next())?;
                skip(certificate.next())?;
                Ok(not_after)
            })
        });
        let not_after = not_after.ok()?;
        Some(Certificate { not_after })
    }
}

fn skip(reader: BERReader<'_, '_>) -> ASN1Result<()> {
    reader.read_der().map(drop)
}

/// A time: two digits for years from 1950 to 2049, or four; always in UTC with seconds.
fn time(reader: BERReader<'_, '_>) -> ASN1Result<DateTime<Utc>> {
    let value = reader.read_tagged_der()?;
    let text = str::from_utf8(value.value()).unwrap_or_default();
    let digits = text.strip_suffix('Z').unwrap_or_default();
    let is_recent = digits < "50";
    let digits = match (value.tag(), digits.len()) {
        (TAG_UTCTIME, 12) if is_recent => format!("20{digits}"),
        (TAG_UTCTIME, 12) => format!("19{digits}"),
        (TAG_GENERALIZEDTIME, 14) => digits.to_owned(),
        _ => return Err(ASN1Error::new(ASN1ErrorKind::Invalid)),
    };
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ASN1Error::new(ASN1ErrorKind::Invalid));
    }
    NaiveDateTime::parse_from_str(&digits, "%Y%m%d%H%M%S")
        .map(|time| time.and_utc())
        .map_err(|_| ASN1Error::new(ASN1ErrorKind::Invalid))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A certificate that expires at the beginning of that day.
    fn until(year: i32, month: u8, day: u8) -> Vec<u8> {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::new(["h".to_owned()]).unwrap();
        params.not_after = rcgen::date_time_ymd(year, month, day);
        params.self_signed(&key).unwrap().der().to_vec()
    }

    #[test]
    fn the_end_is_read_in_both_forms_of_a_time() {
        for (year, month, day) in [(2031, 5, 17), (2049, 12, 31), (2050, 1, 1), (9999, 12, 31)] {
            let read = Certificate::read(&until(year, month, day)).unwrap();
            let expected = format!("{year}-{month:02}-{day:02}T00:00:00+00:00");
            assert_eq!(read.not_after.to_rfc3339(), expected);
        }
    }

    #[test]
    fn years_of_two_digits_end_in_2049() {
        for (digits, year) in [("490101000000Z", 2049), ("500101000000Z", 1950)] {
            let der = [&[0x17, 13], digits.as_bytes()].concat();
            let read = yasna::parse_der(&der, time).unwrap();
            assert_eq!(chrono::Datelike::year(&read), year);
        }
    }

    #[test]
    fn a_time_that_is_none_is_refused() {
        for digits in [
            "",
            "Z",
            "4901010000Z",
            "490101000000",
            "491301000000Z",
            "+90101000000Z",
        ] {
            let length = u8::try_from(digits.len()).unwrap();
            let der = [&[0x17, length], digits.as_bytes()].concat();
            assert!(yasna::parse_der(&der, time).is_err(), "{digits}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(Certificate::read(&bytes), None);
        }

        #[test]
        fn no_damage_to_a_certificate_makes_it_panic(
            at in any::<prop::sample::Index>(),
            byte: u8,
            length in any::<prop::sample::Index>(),
        ) {
            let whole = until(2031, 5, 17);
            let mut damaged = whole.clone();
            damaged[at.index(whole.len())] = byte;
            let _ = Certificate::read(&damaged);
            prop_assert_eq!(Certificate::read(&whole[..length.index(whole.len())]), None);
        }
    }
}
