//! What people read of `events`.
