//! The inspector's server, over raw sockets: who is let in, every route, the stream.

mod gate;
mod page;
mod routes;
mod sending;
mod stream;
