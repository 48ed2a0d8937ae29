//! What people read of `replay`.
