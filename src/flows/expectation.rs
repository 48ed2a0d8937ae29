//! Which events a run must see, and whether it saw them.
