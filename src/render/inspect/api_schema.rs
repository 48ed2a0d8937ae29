//! `schemas/inspector.schema.json` is generated from the types of the inspector's API.
//!
//! `cargo xtask generate` writes the file.

use super::ShownLine;
use crate::wire::inspect::{
    CapturesJson, CatalogJson, CommandJson, DetailJson, DiffJson, ErrorJson, LaggedJson,
    ReplayJson, RequestTextJson, RowJson, SentJson, SentRequestJson, SessionsJson, StatusJson,
    StreamAtJson, TimelinesJson, VerdictJson,
};
use crate::wire::listen::ForwardJson;
use crate::wire::output_schema::{Objects, compare};

const STREAM: &str = "GET /v1/stream";
const REPLAYS: &str = "POST /v1/replays";

/// The file, as text of its types.
fn schema() -> String {
    let mut objects = Objects::new("x-routes");
    add_answers(&mut objects);
    add_sending(&mut objects);
    add_stream(&mut objects);
    objects.finish(
        "urn:enx-hook:inspector",
        "Answers of the inspector's API",
        "Every JSON object that the API answers with or streams is one of these, distinguished by \
            `kind`. A later version may add fields and kinds: ignore unknown ones.",
        None,
    )
}

fn add_answers(objects: &mut Objects) {
    objects.add::<StatusJson>(
        "status",
        "The state of the inspector",
        &["GET /v1/status", STREAM],
    );
    objects.add::<CapturesJson<'_>>("captures", "A list of captures", &["GET /v1/captures"]);
    objects.add::<DetailJson<'_, ShownLine>>(
        "capture",
        "A capture in full",
        &["GET /v1/captures/ID"],
    );
    objects.add::<RequestTextJson<'_>>(
        "request",
        "A capture as a request",
        &["GET /v1/captures/ID/request"],
    );
    objects.add::<SessionsJson<'_>>("sessions", "A list of sessions", &["GET /v1/sessions"]);
    objects.add::<TimelinesJson<'_>>(
        "timelines",
        "The timelines of a session id",
        &["GET /v1/sessions/ID"],
    );
    objects.add::<DiffJson<'_>>("diff", "What differs", &["GET /v1/diff"]);
    objects.add::<CatalogJson<'_>>(
        "catalog",
        "What can be sent and asked",
        &["GET /v1/catalog"],
    );
    objects.add::<VerdictJson<'_, ShownLine>>(
        "report",
        "The verdict on a text",
        &["POST /v1/verdict"],
    );
    objects.add::<ErrorJson<'_>>("error", "A refusal", &["all"]);
}

fn add_sending(objects: &mut Objects) {
    objects.add::<CommandJson>("command", "The command that does the same", &[REPLAYS]);
    objects.add::<SentRequestJson<'_>>("delivery", "A request was sent", &[REPLAYS]);
    objects.add::<SentJson>("summary", "The end of sending", &[REPLAYS]);
}

fn add_stream(objects: &mut Objects) {
    objects.add::<StatusJson>("hello", "A stream begins", &[STREAM]);
    objects.add::<RowJson<'_>>("row", "A capture came", &[STREAM]);
    objects.add::<ForwardJson<'_>>("forward", "A capture was forwarded", &[STREAM]);
    objects.add::<ReplayJson>("replay", "A capture is a replay", &[STREAM]);
    objects.add::<StreamAtJson>("seen", "How far the stream is", &[STREAM]);
    objects.add::<LaggedJson>("lagged", "Captures were passed over", &[STREAM]);
}

#[test]
fn the_schema_of_the_api_is_what_its_types_say() {
    compare("inspector.schema.json", &schema());
}
