//! The bodies that `send` posts: samples with fresh values, changes, rounds.
