//! What `listen` does with a capture after it is logged.
