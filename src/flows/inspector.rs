//! The inspector: captures in a browser.
//!
//! This module knows HTTP and nothing of captures: who may ask (`gate`), the files of the page,
//! the routes, and the stream. A [`Backend`] answers; it may block.

mod api;
mod assets;
mod gate;
mod respond;
mod routes;
mod server;
mod stream;

pub use api::{
    ApiError, Backend, Call, DiffCall, Feed, HarCall, ListCall, Message, Reply, RequestCall,
    SessionsCall, Sides, StreamCall,
};
pub use gate::{Gate, Token};
pub use server::{Inspector, InspectorOptions};
