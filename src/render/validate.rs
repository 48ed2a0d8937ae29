//! What people read of `validate`.
