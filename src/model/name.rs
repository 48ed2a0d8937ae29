//! Names of providers, events and sessions.

/// The name of a provider, an event or a session. Each capture has several of them, and most are
/// so short that they take no memory of their own.
pub type Name = compact_str::CompactString;
