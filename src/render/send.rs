//! What people read of `send`.
