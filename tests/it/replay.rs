//! `replay`: the logged bytes again, to the target that was named and to no other.

mod bytes;
mod damage;
mod delivery;
mod endings;
mod follow;
mod headers;
mod overrides;
mod reports;
mod resume;
mod safety;
mod seeking;
mod selection;
mod size;
mod sources;
