//! Names from the network, such as those of sessions and events, where they are kept and compared.

use compact_str::format_compact;
use xxhash_rust::xxh3::xxh3_128;

use crate::model::name::Name;

/// The longest name in bytes that is kept as it came.
const LONGEST: usize = 256;

/// Bytes that are kept of a longer one.
const KEPT: usize = 200;

/// The name; of one longer than 256 bytes its beginning and a hash of all of it. Names are keys,
/// and are kept long after their bodies: a sender must not fill the memory with them.
pub fn bounded_name(name: &str) -> Name {
    if name.len() <= LONGEST {
        return Name::new(name);
    }
    let hash = xxh3_128(name.as_bytes());
    let end = (0..=KEPT).rev().find(|end| name.is_char_boundary(*end));
    format_compact!("{}…{hash:032x}", &name[..end.unwrap_or(0)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_cut_and_two_of_one_beginning_stay_apart() {
        let fits = "n".repeat(LONGEST);
        assert_eq!(bounded_name(&fits), fits);
        let names = ["a", "b"].map(|end| bounded_name(&("é".repeat(LONGEST) + end)));
        assert_ne!(names[0], names[1]);
        assert!(names.iter().all(|name| name.len() < LONGEST));
    }
}
