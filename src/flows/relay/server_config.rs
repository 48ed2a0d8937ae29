//! The configuration of a nats-server for a relay: users with the rights that they need, and no
//! more.

use std::fmt::Write as _;

use super::subject::{of_project, of_source, stream};

/// A configuration file for nats-server, with those sources and followers. `password` makes a new
/// password.
pub fn server_config<E>(
    project: &str,
    sources: &[String],
    followers: &[String],
    mut password: impl FnMut() -> Result<String, E>,
) -> Result<String, E> {
    let stream = stream(project);
    let mut text = format!(
        "# nats-server -c FILE: a relay of enx-hook for the project {project}\n\
         port: 4222\n\
         # Messages up to this size; longer captures are cut into parts.\n\
         max_payload: 1MB\n\
         jetstream {{ store_dir: \"./relay-store\", max_file_store: 2GB }}\n\
         # For other machines than this one: a certificate, and tls:// in the URL.\n\
         # tls {{ cert_file: \"server.pem\", key_file: \"server-key.pem\" }}\n\
         authorization {{\n  users: [\n"
    );
    let mut user = |name: &str, what: &str, publish: &[String], subscribe: &[String]| {
        let list = |subjects: &[String]| {
            let quoted: Vec<_> = subjects
                .iter()
                .map(|subject| format!("\"{subject}\""))
                .collect();
            format!("[{}]", quoted.join(", "))
        };
        let password = password()?;
        let _ = write!(
            text,
            "    # {what}\n    {{ user: \"{name}\", password: \"{password}\", permissions: {{\n      \
             publish: {}\n      subscribe: {} }} }}\n",
            list(publish),
            list(subscribe),
        );
        Ok(())
    };
    let api = |call: &str| format!("$JS.API.{call}.{stream}");
    user(
        "admin",
        "creates the stream (relay init) and looks at it (relay status)",
        &[
            format!("$JS.API.STREAM.*.{stream}"),
            api("STREAM.MSG.GET"),
            api("CONSUMER.LIST"),
        ],
        &["_INBOX_admin.>".to_owned()],
    )?;
    for name in sources {
        let publish = [
            of_source(project, name),
            api("STREAM.INFO"),
            api("STREAM.MSG.GET"),
        ];
        let what = format!("listen --relay … --relay-as {name} --relay-user {name}");
        user(name, &what, &publish, &[format!("_INBOX_{name}.>")])?;
    }
    for name in followers {
        let consumer = |call: &str| format!("$JS.API.CONSUMER.{call}.{stream}.{name}");
        let publish = [
            api("STREAM.INFO"),
            api("STREAM.MSG.GET"),
            consumer("CREATE"),
            format!("{}.>", consumer("CREATE")),
            consumer("MSG.NEXT"),
            consumer("INFO"),
            consumer("DELETE"),
        ];
        let what = format!("follow … --relay-user {name}");
        user(name, &what, &publish, &[format!("_INBOX_{name}.>")])?;
    }
    let _ = write!(
        text,
        "  ]\n}}\n# All of it is in the stream {stream}, on {}\n",
        of_project(project)
    );
    Ok(text)
}
