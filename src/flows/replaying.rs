//! Posts logged bodies again: selection of captures, progress, gaps of the log.
