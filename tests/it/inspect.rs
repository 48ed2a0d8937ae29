//! `--inspect` and `inspect`: the server over raw sockets (who is let in, every route, the stream), and
//! the page in a browser.

mod browser;
mod gate;
mod page;
mod routes;
mod sending;
mod stream;
