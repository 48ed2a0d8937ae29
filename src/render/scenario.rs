//! What people read of `scenario`.
