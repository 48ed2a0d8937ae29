//! Passes captures from the log on to a target, with a cursor.
