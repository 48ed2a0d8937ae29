//! What a command line of `check` means.

use super::credentials;
use super::error::SettingsError;
use super::file::Config;
use super::report::report;
use super::target;
use crate::commands::check::{CheckOptions, Job};
use crate::commands::sources::Sources;
use crate::flows::conformance::{Check, Group, RunOptions, select};
use crate::model::error::Failure;
use crate::receiver::FileAccess;
use crate::render::report::ReportKind;
use crate::{cli, delivery};

/// The options of `check`.
pub(super) fn settle(
    mut typed: cli::Check,
    sources: &Sources<'_>,
) -> Result<CheckOptions, Failure> {
    let job = match typed.explain {
        Some(name) => Job::Explain(name),
        None if typed.list => Job::List,
        None => Job::Run,
    };
    let config = if job == Job::Run {
        Config::find(sources)?
    } else {
        // Nothing is sent, so no password is needed.
        typed.target.auth = cli::Auth {
            user: None,
            password_file: None,
        };
        Config::default()
    };
    if typed.length.is_zero() {
        return Err(SettingsError::NoTime.into());
    }
    typed.target.url = typed.receiver.or(typed.target.url);
    let report = typed.report.map(|path| report(path, &[ReportKind::Junit]));
    let report = report.transpose()?.map(|(path, _)| path);
    // Where nothing is sent, no password is needed.
    let files_user = typed.files_user.filter(|_| job == Job::Run);
    let verify = typed.verify.as_deref().map(delivery::TargetUrl::parse);
    Ok(CheckOptions {
        job,
        run: RunOptions {
            target: target::settle(typed.target, &config, sources)?,
            max_latency: typed.max_latency,
            length: typed.length,
            rate: typed.rate,
            strict: typed.strict,
            verify: verify.transpose()?,
            verify_command: typed.verify_command,
            files: match credentials::settle_files(files_user, sources)? {
                Some(credentials) => Some(FileAccess::Only(credentials)),
                None => names_files(&typed.only).then_some(FileAccess::Named),
            },
        },
        provider: typed.provider,
        only: typed.only,
        skip: typed.skip,
        yes: typed.yes,
        report,
        format: typed.format,
    })
}

/// Whether checks of files are asked for by name. A receiver may leave the files where they are, so
/// they do not run otherwise. What is no name is reported later.
fn names_files(only: &[String]) -> bool {
    let is_files = |checks: Vec<&Check>| checks.iter().any(|check| check.group == Group::Files);
    !only.is_empty() && select(only, &[]).is_ok_and(is_files)
}
