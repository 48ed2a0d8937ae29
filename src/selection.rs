//! Which captures are meant: one query grammar, compiled; paths into payloads.
