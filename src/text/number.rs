//! Numbers as people read them: grouped, with units, and with the right plural.

/// A whole number in groups of three: `1,204`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number and the counted thing: `1 capture`, `1,204 captures`. Zero is plural.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), plural(number, one, many))
}

/// The word for one or for many.
pub fn plural<'a>(number: u64, one: &'a str, many: &'a str) -> &'a str {
    if number == 1 { one } else { many }
}

/// A size in powers of 1000: `1 byte`, `999 bytes`, `3.2 MB`, `45 kB`. One decimal below ten.
pub fn bytes(number: u64) -> String {
    if number < 1000 {
        return counted(number, "byte", "bytes");
    }
    let mut unit: u64 = 1000;
    for name in ["kB", "MB", "GB", "TB", "PB"] {
        if rounded(number, unit) < 1000 {
            return format!("{} {name}", two_digits(number, unit));
        }
        unit *= 1000;
    }
    format!("{} EB", two_digits(number, unit))
}

/// The length of a collection as `u64`.
pub fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// Tenths as a decimal, without a trailing zero: 19 is `1.9`, 20 is `2`.
pub(crate) fn tenth(tenths: u64) -> String {
    match tenths % 10 {
        0 => (tenths / 10).to_string(),
        rest => format!("{}.{rest}", tenths / 10),
    }
}

/// How many of `unit`, with one decimal below ten.
pub(crate) fn two_digits(number: u64, unit: u64) -> String {
    match rounded(number, unit / 10) {
        tenths @ ..100 => tenth(tenths),
        _ => rounded(number, unit).to_string(),
    }
}

/// How many of `unit`, halves rounded up.
pub(crate) fn rounded(number: u64, unit: u64) -> u64 {
    number / unit + u64::from(number % unit >= unit.div_ceil(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_groups_of_three() {
        let shown = [0, 999, 1000, 1204, 48_221, 1_000_000].map(grouped);
        assert_eq!(shown, ["0", "999", "1,000", "1,204", "48,221", "1,000,000"]);
        assert_eq!(grouped(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn only_one_is_singular() {
        assert_eq!(counted(1, "capture", "captures"), "1 capture");
        assert_eq!(counted(0, "capture", "captures"), "0 captures");
        assert_eq!(counted(1204, "try", "tries"), "1,204 tries");
    }

    #[test]
    fn sizes_keep_two_digits_and_never_read_1000_of_a_unit() {
        let shown = [1, 999, 1000, 1949, 9949, 9950, 999_499, 999_500, 3_210_000].map(bytes);
        assert_eq!(
            shown,
            [
                "1 byte",
                "999 bytes",
                "1 kB",
                "1.9 kB",
                "9.9 kB",
                "10 kB",
                "999 kB",
                "1 MB",
                "3.2 MB"
            ]
        );
        assert_eq!(bytes(u64::MAX), "18 EB");
    }
}
