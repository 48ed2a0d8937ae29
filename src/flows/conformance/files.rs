//! files: what the receiver does with the files that events name.
//!
//! Small files stand in for those of the provider, on a server of this machine, so only a receiver
//! on this machine can fetch them.

use std::time::Duration;

use tokio::time::timeout;

use super::bodies::Body;
use super::context::CheckContext;
use super::definition::{Check, Group, Needs, checks};
use super::finding::{Checking, Early, Finding};
use crate::receiver::{
    FileAccess, FileFault, FileFaults, FileServer, FileServerOptions, FileUse, GivenCredentials,
};
use crate::text::number::{count, counted};

/// How long downloads may take after the answer.
const SETTLE: Duration = Duration::from_secs(10);

checks! { Files:
    "files-downloaded"        GoodEvent |events| events, c => downloaded(c);
    "own-storage-credentials" GoodEvent |events| events, c => own_storage(c);
    "download-after-503"      GoodEvent |events| events, c => again(c, FileFault::Status(503));
    "download-after-cut"      GoodEvent |events| events, c => again(c, FileFault::Cut);
}

/// Posts every event that names files, with these faults, and waits for the downloads.
async fn post(context: &CheckContext<'_>, turns: &[FileFault]) -> Result<Vec<FileUse>, Early> {
    if !context.url.is_loopback() {
        let why = "the receiver is not on this machine, where the files are served";
        return Err(Finding::skip(why).into());
    }
    let mut events = context.events();
    events.retain(|event| context.provider.files.contains_key(&event.name));
    if events.is_empty() {
        return Err(Finding::skip("no event of this provider names files").into());
    }
    let options = FileServerOptions {
        access: context.options.files.clone().unwrap_or(FileAccess::Named),
        faults: (!turns.is_empty())
            .then(|| FileFaults {
                event: None,
                turns: turns.to_vec(),
            })
            .into_iter()
            .collect(),
    };
    let catalog = context.bodies.catalog();
    let server = FileServer::start(&options, catalog).await?;
    let mut session = context.bodies.session()?;
    session.serve_files(server.origin());
    for event in events {
        let body = Body::json(&event.name, &context.bodies.sample(&session, event)?);
        let bytes = body.bytes.clone();
        server.name(&bytes, catalog);
        context.post(body).await;
        server.posted(&bytes);
    }
    let _ = timeout(SETTLE, server.settled()).await;
    Ok(server.uses())
}

/// The downloads of a server without faults, which two checks judge.
async fn downloads<'c>(context: &'c CheckContext<'_>) -> Result<&'c [FileUse], Early> {
    let posting = async || post(context, &[]).await;
    Ok(context.downloads.get_or_try_init(posting).await?)
}

async fn downloaded(context: &CheckContext<'_>) -> Checking {
    let uses = downloads(context).await?;
    let finding = judged(uses);
    let came = |given: fn(&GivenCredentials) -> bool| {
        let provided = uses.iter().filter(|file| !file.own_storage);
        provided.flat_map(|file| &file.credentials).any(given)
    };
    let is_none = |given: &GivenCredentials| *given == GivenCredentials::None;
    let is_accepted = |given: &GivenCredentials| matches!(given, GivenCredentials::Accepted(_));
    Ok(
        if came(is_accepted) || uses.iter().all(|file| file.requests == 0) {
            finding
        } else if came(is_none) {
            finding.change(
            "Send the user and the password of recording file access with each download, as HTTP \
             Basic credentials, and treat a 401 as a failure.",
        )
        } else {
            finding.change("The receiver sends other credentials than those of --files-user.")
        },
    )
}

async fn own_storage(context: &CheckContext<'_>) -> Checking {
    let uses = downloads(context).await?;
    let own = || uses.iter().filter(|file| file.own_storage);
    if own().all(|file| file.requests == 0) {
        let why = "no file on your own storage was asked for";
        return Ok(Finding::skip(why));
    }
    Ok(match own().find(|file| file.is_leaking()) {
        Some(file) => Finding::fail(format!(
            "credentials came with the request for {}",
            file.url
        )),
        None => Finding::pass("the requests for files on your own storage had no credentials"),
    })
}

async fn again(context: &CheckContext<'_>, fault: FileFault) -> Checking {
    let otherwise = "no file is downloaded in the first place";
    context.require("files-downloaded", otherwise)?;
    Ok(judged(&post(context, &[fault, FileFault::None]).await?))
}

/// Passes if all files were sent whole, else reports the first that was not.
fn judged(uses: &[FileUse]) -> Finding {
    let named: Vec<&FileUse> = uses.iter().filter(|file| file.event.is_some()).collect();
    let whole = count(named.iter().filter(|file| file.is_whole()).count());
    let of = counted(count(named.len()), "file", "files");
    let score = format!("{whole} of {of} downloaded whole");
    let Some(bad) = named.iter().find(|file| !file.is_whole()) else {
        return Finding::pass(score);
    };
    let event = bad.event.as_deref().unwrap_or_default();
    let answers: Vec<String> = bad
        .statuses
        .iter()
        .map(|(status, times)| match times {
            1 => status.to_string(),
            times => format!("{status} {times} times"),
        })
        .collect();
    let what = match answers.join(", ") {
        none if none.is_empty() => "never asked for".to_owned(),
        answers => format!(
            "answered {answers}, {} of {} bytes sent",
            bad.sent, bad.size
        ),
    };
    let stray = uses.iter().find(|file| file.event.is_none());
    let stray = stray.map_or_else(String::new, |stray| {
        format!("; {} was asked for, which no event names", stray.url)
    });
    Finding::fail(format!("{score}; {event}: {} {what}{stray}", bad.url))
}
