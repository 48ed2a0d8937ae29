//! `replay`: the logged bytes again, to the target that was named and to no other.

mod bytes;
mod choice;
mod damage;
mod endings;
mod follow;
mod headers;
mod overrides;
mod reports;
mod safety;
mod size;
