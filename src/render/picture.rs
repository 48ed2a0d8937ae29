//! Small pictures of characters: bars, a sparkline, marks on a scale. They are plain text, so
//! they survive a pipe.

/// The parts of a block of one column, from an eighth to the whole.
const EIGHTHS: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];
/// The heights of a sparkline.
const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A bar of this share of the columns. What is not zero shows at least an eighth.
pub(super) fn bar(count: u64, most: u64, columns: usize) -> String {
    let eighths = u128::from(count) * 8 * columns as u128 / u128::from(most.max(1));
    let eighths = usize::try_from(eighths)
        .unwrap_or(0)
        .max(usize::from(count > 0));
    let mut bar = "█".repeat(eighths / 8);
    bar.extend((eighths % 8).checked_sub(1).map(|rest| EIGHTHS[rest]));
    bar
}

/// The counts as heights, one column each; a space where there is nothing.
pub(super) fn sparkline(counts: &[u32]) -> String {
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    let height = |count: u32| match count {
        0 => ' ',
        count => HEIGHTS[(count as usize * 7).div_ceil(most as usize)],
    };
    counts.iter().map(|count| height(*count)).collect()
}

/// Marks on a line of that many columns, each at its share of the length. A mark that has no
/// place of its own goes to the next free one.
pub(super) fn scale(marks: &[(f64, char)], columns: usize) -> String {
    let mut line = vec!['─'; columns.max(1)];
    for (share, mark) in marks {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a share from 0 to 1 of a few columns"
        )]
        let at = (share.clamp(0.0, 1.0) * (line.len() - 1) as f64).round() as usize;
        let is_free = |place: &usize| line[*place] == '─';
        let free = (at..line.len())
            .find(is_free)
            .or_else(|| (0..at).rev().find(is_free));
        line[free.unwrap_or(at)] = *mark;
    }
    line.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_proportional_and_never_vanish() {
        assert_eq!(bar(10, 10, 4), "████");
        assert_eq!(bar(5, 10, 3), "█▌");
        assert_eq!(bar(1, 1_000_000, 4), "▏");
        assert_eq!(bar(0, 10, 4), "");
        assert_eq!(bar(u64::MAX, u64::MAX, 2), "██");
    }

    #[test]
    fn a_sparkline_has_a_column_for_each_count() {
        assert_eq!(sparkline(&[1, 0, 8]), "▂ █");
        assert_eq!(sparkline(&[]), "");
    }

    #[test]
    fn marks_stand_to_scale_and_do_not_hide_each_other() {
        assert_eq!(scale(&[(0.0, 'a'), (0.5, 'b'), (1.0, 'c')], 9), "a───b───c");
        assert_eq!(scale(&[(0.98, 'a'), (1.0, 'b'), (1.0, 'c')], 5), "──cba");
        assert_eq!(scale(&[(0.0, 'a'), (0.0, 'b')], 1), "b");
    }
}
