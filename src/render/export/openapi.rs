//! OpenAPI 3.1: each event as a webhook and as a schema. Several generators skip `webhooks`, so
//! that the events of a provider are also one schema with a discriminator.

use serde_json::{Map, Value, json};

use super::names::{Named, info, reference};
use super::schema;
use crate::catalog::{CatalogError, Event, Provider};

/// The OpenAPI document of these providers.
///
/// # Errors
///
/// A sample cannot be read.
pub fn openapi(providers: &[&Provider]) -> Result<Value, CatalogError> {
    let (mut webhooks, mut schemas, mut tags) = (Map::new(), Map::new(), Vec::new());
    for Named {
        provider,
        union,
        events,
    } in Named::all(providers)
    {
        tags.push(json!({ "name": provider.name, "description": provider.description }));
        schemas.insert(union, discriminated(provider, &events));
        for (name, event) in events {
            let content_type = provider.content_type.as_deref();
            let content = json!({
                content_type.unwrap_or("application/json"): {
                    "schema": reference(&name),
                    "example": event.sample()?,
                }
            });
            let webhook = json!({
                "post": {
                    "operationId": format!("receive{name}"),
                    "tags": [provider.name],
                    "summary": event.title(),
                    "description": event.fires(),
                    "requestBody": { "required": true, "content": content },
                    "responses": { "2XX": { "description": "The event was received." } },
                }
            });
            webhooks.insert(format!("{}.{}", provider.name, event.name), webhook);
            schemas.insert(name, schema::plain(event));
        }
    }
    Ok(json!({
        "openapi": "3.1.0",
        "info": info("The events as webhooks and as schemas.", providers),
        "tags": tags,
        "webhooks": webhooks,
        "components": { "schemas": schemas },
    }))
}

/// One of the events of a provider.
fn discriminated(provider: &Provider, events: &[(String, &Event)]) -> Value {
    let of = |name: &String| format!("#/components/schemas/{name}");
    let mapping = events.iter().flat_map(|(name, event)| {
        let spellings = std::iter::once(&*event.name).chain(provider.aliases_of(event));
        spellings.map(move |spelling| (spelling.to_owned(), Value::from(of(name))))
    });
    json!({
        "title": provider.title,
        "description": provider.description,
        "oneOf": events.iter().map(|(name, _)| reference(name)).collect::<Vec<_>>(),
        "discriminator": {
            "propertyName": provider.discriminator,
            "mapping": mapping.collect::<Map<_, _>>(),
        },
    })
}
