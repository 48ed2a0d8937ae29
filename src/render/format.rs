//! What stdout carries, as `--format` names it.

/// What stdout carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Text for people.
    Human,
    /// One JSON object per line, each with a `kind`.
    Json,
}

/// What stdout carries, where annotations are possible too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum AnnotatedFormat {
    /// Text for people.
    Human,
    /// One JSON object per line, each with a `kind`.
    Json,
    /// Annotations for GitHub Actions.
    Github,
}
