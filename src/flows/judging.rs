//! Judges many documents in bulk, and repairs them.
