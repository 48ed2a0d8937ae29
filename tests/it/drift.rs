//! `drift`: what arrives against what the documents say.

mod classes;
mod fixture;
mod formats;
mod inputs;
