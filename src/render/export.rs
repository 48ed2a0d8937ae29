//! What is known of events, for other programs: OpenAPI, AsyncAPI and TypeScript.

mod asyncapi;
mod names;
mod openapi;
mod schema;
mod typescript;

pub use asyncapi::asyncapi;
pub use openapi::openapi;
pub use typescript::typescript;
