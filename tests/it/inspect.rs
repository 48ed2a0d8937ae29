//! `--inspect` and `inspect`.

mod browser;
