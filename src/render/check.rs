//! What people read of `check`.
