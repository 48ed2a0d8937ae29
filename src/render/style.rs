//! Colour by role, and the decision whether to use it.
//!
//! The crate `colored` decides once for the whole process, based on stdout. Here the decision is
//! made once per stream, based on arguments, and stored in a [`Palette`]. `colored` paints only if
//! the palette is on. Colour never carries a meaning alone: coloured text also says it in words.

use std::fmt;
use std::sync::Once;

use colored::{Color, ColoredString, Style, Styles};

pub use crate::layout::Role;

use crate::model::environment::{Environment, Measure};
use crate::model::report::{Severity, Verdict};

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorChoice {
    /// Only on a terminal.
    #[default]
    Auto,
    /// Also into files and pipes.
    Always,
    /// Never, not even on a terminal.
    Never,
}

/// Whether a stream gets colour. `terminal` says whether that stream is one.
///
/// Under auto, in this order: `NO_COLOR` set and not empty means no (no-color.org),
/// `CLICOLOR_FORCE` set, not empty and not `0` means yes, `TERM=dumb` means no, and else
/// the terminal decides.
pub fn resolve(choice: ColorChoice, environment: &Environment, terminal: bool) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if environment.variable("NO_COLOR").is_some() => false,
        ColorChoice::Auto => {
            let forced = environment.variable("CLICOLOR_FORCE");
            forced.is_some_and(|value| value != "0") || (terminal && !environment.is_dumb())
        }
    }
}

impl Role {
    fn look(self) -> (Option<Color>, Option<Styles>) {
        match self {
            Role::Plain => (None, None),
            Role::Event | Role::Heading => (None, Some(Styles::Bold)),
            Role::Dim | Role::Punctuation | Role::Remark | Role::Fold => {
                (None, Some(Styles::Dimmed))
            }
            Role::Session => (Some(Color::Cyan), None),
            Role::Key => (Some(Color::BrightBlue), None),
            Role::Text | Role::Valid => (Some(Color::Green), None),
            Role::Number => (Some(Color::Yellow), None),
            Role::Literal => (Some(Color::Magenta), None),
            Role::Warning => (Some(Color::Yellow), Some(Styles::Bold)),
            Role::Unknown => (Some(Color::Magenta), Some(Styles::Bold)),
            Role::Invalid | Role::ErrorLabel => (Some(Color::Red), Some(Styles::Bold)),
            Role::HelpLabel | Role::Note => (Some(Color::Cyan), Some(Styles::Bold)),
        }
    }
}

impl From<Verdict> for Role {
    fn from(verdict: Verdict) -> Role {
        match verdict {
            Verdict::Valid => Role::Valid,
            Verdict::Warning => Role::Warning,
            Verdict::Unknown => Role::Unknown,
            Verdict::Invalid => Role::Invalid,
        }
    }
}

impl From<Severity> for Role {
    fn from(severity: Severity) -> Role {
        match severity {
            Severity::Note => Role::Note,
            Severity::Warning => Role::Warning,
            Severity::Unknown => Role::Unknown,
            Severity::Error => Role::Invalid,
        }
    }
}

/// Older Windows consoles print escape sequences unless support is enabled.
pub(super) fn ready_terminal() {
    #[cfg(windows)]
    {
        // It always returns `Ok`.
        let _ = colored::control::set_virtual_terminal(true);
    }
}

/// Whether a stream gets colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Palette {
    on: bool,
}

impl Palette {
    /// A palette that paints if `on`. The first such palette prepares the terminal.
    pub fn new(on: bool) -> Palette {
        static READY: Once = Once::new();
        if on {
            READY.call_once(|| {
                // `colored` now always paints; the palette decides whether to call it.
                colored::control::set_override(true);
                ready_terminal();
            });
        }
        Palette { on }
    }

    /// Whether it paints.
    pub fn is_on(self) -> bool {
        self.on
    }

    /// The text, painted by its role. Width and alignment of the format string count
    /// for the text, not for the colour. The text must be escaped already.
    pub fn paint<T: fmt::Display>(self, role: Role, text: T) -> Painted<T> {
        Painted {
            on: self.on,
            role,
            text,
        }
    }
}

/// A text with its role, to be written with `{}`.
#[derive(Clone, Copy, Debug)]
pub struct Painted<T> {
    on: bool,
    role: Role,
    text: T,
}

impl<T: fmt::Display> fmt::Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (color, style) = self.role.look();
        if !self.on || (color.is_none() && style.is_none()) {
            return self.text.fmt(f);
        }
        let mut painted = ColoredString::from(self.text.to_string());
        painted.fgcolor = color;
        painted.style = style.map_or_else(Style::default, Style::from);
        painted.fmt(f)
    }
}

/// The properties of an output stream.
#[derive(Clone, Copy, Debug, Default)]
pub struct TermStyle {
    /// Its colours.
    pub palette: Palette,
    /// Maximum width in columns; `None` is unlimited.
    pub width: Option<usize>,
    /// Asks for the width again.
    measure: Option<Measure>,
    /// The cursor cannot be moved: nothing is drawn over.
    is_dumb: bool,
}

impl TermStyle {
    /// A stream of this width, painted if `color`.
    pub fn new(color: bool, width: Option<usize>) -> TermStyle {
        TermStyle {
            palette: Palette::new(color),
            width,
            ..TermStyle::default()
        }
    }

    /// A stream whose width is asked for, painted if `color`; `None` is no terminal.
    pub fn measured(color: bool, measure: Option<Measure>, is_dumb: bool) -> TermStyle {
        TermStyle {
            measure,
            is_dumb,
            ..TermStyle::new(color, measure.and_then(|measure| measure()))
        }
    }

    /// The same with the width that the terminal has now.
    #[must_use]
    pub fn now(self) -> TermStyle {
        let width = match self.measure {
            Some(measure) => measure().or(self.width),
            None => self.width,
        };
        TermStyle { width, ..self }
    }

    /// The style of a page of text, which is 80 columns wide if the width is unknown.
    #[must_use]
    pub fn page(self) -> TermStyle {
        let width = self.width.or(Some(80));
        TermStyle { width, ..self }
    }

    /// Whether the cursor can be moved.
    pub fn can_redraw(self) -> bool {
        !self.is_dumb
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Environment {
            variables: variables.iter().map(own).collect(),
            ..Environment::default()
        }
    }

    #[test]
    fn the_flag_overrules_environment_and_terminal() {
        let against = environment(&[("NO_COLOR", "1"), ("TERM", "dumb")]);
        assert!(resolve(ColorChoice::Always, &against, false));
        let forced = environment(&[("CLICOLOR_FORCE", "1")]);
        assert!(!resolve(ColorChoice::Never, &forced, true));
    }

    #[test]
    fn under_auto_the_environment_comes_before_the_terminal() {
        let auto = |variables: &[(&str, &str)], terminal| {
            resolve(ColorChoice::Auto, &environment(variables), terminal)
        };
        assert!(auto(&[], true));
        assert!(!auto(&[], false));
        assert!(!auto(&[("NO_COLOR", "0")], true));
        assert!(auto(&[("NO_COLOR", "")], true));
        assert!(auto(&[("CLICOLOR_FORCE", "1")], false));
        assert!(!auto(&[("CLICOLOR_FORCE", "0")], false));
        assert!(!auto(&[("CLICOLOR_FORCE", "")], false));
        assert!(auto(&[("CLICOLOR_FORCE", "0")], true));
        assert!(!auto(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], true));
        assert!(!auto(&[("TERM", "dumb")], true));
        assert!(auto(&[("TERM", "dumb"), ("CLICOLOR_FORCE", "1")], true));
    }

    #[test]
    fn a_palette_paints_only_when_it_is_on_even_beside_one_that_is() {
        let on = Palette::new(true);
        let off = Palette::new(false);
        assert_eq!(
            on.paint(Role::Invalid, "no").to_string(),
            "\u{1b}[1;31mno\u{1b}[0m"
        );
        assert_eq!(off.paint(Role::Invalid, "no").to_string(), "no");
        assert_eq!(on.paint(Role::Plain, "as is").to_string(), "as is");
    }

    #[test]
    fn padding_is_that_of_the_text() {
        let on = Palette::new(true).paint(Role::Valid, "ok");
        assert_eq!(format!("{on:<4}|"), "\u{1b}[32mok  \u{1b}[0m|");
        let off = Palette::new(false).paint(Role::Valid, "ok");
        assert_eq!(format!("{off:>4}|"), "  ok|");
    }
}
