//! What people read of `listen`.
