//! "Did you mean": the known name that is most similar to an unknown one.

/// The least similarity of a suggestion, from 0 to 1.
const ALIKE: f64 = 0.75;

/// The candidate that is most similar to a name, if it is similar enough.
///
/// A name that differs only in case or in `-` for `_` always finds its candidate.
pub fn nearest<'n>(name: &str, candidates: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let folded = fold(name);
    let lower: String = name.to_lowercase().chars().take(100).collect();
    candidates
        .into_iter()
        .map(|candidate| {
            let other = fold(candidate);
            let likeness = if other == folded {
                // Above all others. Between two spellings of one name, the exact similarity decides.
                1.0 + strsim::normalized_levenshtein(&lower, candidate)
            } else {
                // Equal first letters are not enough: both measures must agree.
                f64::midpoint(
                    strsim::jaro_winkler(&folded, &other),
                    strsim::normalized_damerau_levenshtein(&folded, &other),
                )
            };
            (likeness, candidate)
        })
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, candidate)| candidate)
}

/// Says which letter of a name is of another script and looks like a Latin one.
pub fn foreign_letter(name: &str) -> Option<String> {
    let found = name.chars().find(|c| latin(*c) != *c)?;
    let script = match found {
        '\u{370}'..='\u{3ff}' => "a Greek letter",
        '\u{ff00}'..='\u{ffef}' => "a full-width letter",
        _ => "a Cyrillic letter",
    };
    Some(format!(
        "the `{found}` (U+{:04X}) in it is {script}",
        u32::from(found)
    ))
}

/// The Latin letter that a letter of another script looks like.
fn latin(letter: char) -> char {
    const ALIKE: [(&str, &str); 2] = [
        (
            "аеорсухіјѕԁһкмтвнАВЕКМНОРСТУХІЈЅ",
            "aeopcyxijsdhkmtbhABEKMHOPCTYXIJS",
        ),
        ("οαειικνρτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "oaeiiknptuxABEZHIKMNOPTYX"),
    ];
    if let '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' = letter {
        return char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter);
    }
    let found = ALIKE.iter().find_map(|(others, latins)| {
        let at = others.chars().position(|other| other == letter)?;
        latins.chars().nth(at)
    });
    found.unwrap_or(letter)
}

fn fold(name: &str) -> String {
    name.chars()
        .map(latin)
        .filter(|c| {
            !matches!(
                c,
                '-' | '_' | ' ' | '.' | '\u{200b}'..='\u{200f}' | '\u{feff}'
            )
        })
        .flat_map(char::to_lowercase)
        .take(100)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{foreign_letter, nearest};

    #[test]
    fn a_name_finds_what_was_meant() {
        let names = ["room_opened", "room_closed", "file_moved"];
        assert_eq!(nearest("ROOM-OPENED", names), Some("room_opened"));
        assert_eq!(nearest("roomclosed", names), Some("room_closed"));
        assert_eq!(nearest("A-B", ["a_b", "a-b"]), Some("a-b"));
        assert_eq!(nearest("A_B", ["a-b", "a_b"]), Some("a_b"));
        assert_eq!(nearest("file_mvoed", names), Some("file_moved"));
    }

    #[test]
    fn a_letter_of_another_script_is_told() {
        let name = "ro\u{43e}m_opened";
        assert_eq!(nearest(name, ["room_opened"]), Some("room_opened"));
        let told = foreign_letter(name).unwrap_or_default();
        assert_eq!(told, "the `о` (U+043E) in it is a Cyrillic letter");
        assert_eq!(foreign_letter("room_öffnung"), None);
    }

    #[test]
    fn what_is_not_alike_is_not_offered() {
        assert_eq!(nearest("payment", ["room_opened", "file_moved"]), None);
        assert_eq!(nearest("", ["room_opened"]), None);
    }
}
