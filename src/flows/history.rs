//! What a capture has to do with earlier ones of its session.
