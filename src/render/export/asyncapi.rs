//! AsyncAPI 3: each provider is a channel, its events are messages.

use serde_json::{Map, Value, json};

use super::names::{Named, info, reference};
use super::schema;
use crate::catalog::{CatalogError, Provider};
use crate::json::push_token;

/// The AsyncAPI document of these providers.
///
/// # Errors
///
/// A sample cannot be read.
pub fn asyncapi(providers: &[&Provider]) -> Result<Value, CatalogError> {
    let (mut channels, mut operations) = (Map::new(), Map::new());
    let (mut messages, mut schemas) = (Map::new(), Map::new());
    for Named {
        provider,
        union,
        events,
    } in Named::all(providers)
    {
        let mut of_channel = Map::new();
        for (name, event) in events {
            let link = json!({ "$ref": format!("#/components/messages/{name}") });
            of_channel.insert(name.clone(), link);
            let message = json!({
                "name": event.name,
                "title": event.title(),
                "summary": event.fires(),
                "description": event.description(),
                "contentType": provider.content_type.as_deref().unwrap_or("application/json"),
                "payload": reference(&name),
                "examples": [{ "name": "sample", "payload": event.sample()? }],
            });
            messages.insert(name.clone(), message);
            schemas.insert(name, schema::plain(event));
        }
        let channel = json!({
            "title": provider.title,
            "description": provider.description,
            // The path is that of the receiver.
            "address": null,
            "messages": of_channel,
        });
        channels.insert(provider.name.clone(), channel);
        let mut place = "#/channels".to_owned();
        push_token(&mut place, &provider.name);
        let operation = json!({
            "action": "receive",
            "channel": { "$ref": place },
            "bindings": { "http": { "method": "POST", "bindingVersion": "0.3.0" } },
        });
        operations.insert(format!("receive{union}"), operation);
    }
    Ok(json!({
        "asyncapi": "3.0.0",
        "info": info("The events as messages.", providers),
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": { "messages": messages, "schemas": schemas },
    }))
}
