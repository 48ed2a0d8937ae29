//! What the options of the inspector mean.

use super::error::SettingsError;
use super::file::{Config, InspectTable};
use super::log::logs;
use super::target;
use crate::cli;
use crate::commands::inspect::InspectOptions;
use crate::commands::inspector::{InspectSettings, NamedTarget};
use crate::commands::sources::Sources;
use crate::model::error::Failure;

/// The port of the page where none is named. ngrok has 4040 for its own page, and more of them
/// behind it.
const PORT: u16 = 4050;
/// The address where none is named: this machine only.
const HOST: &str = "127.0.0.1";

/// `inspect`
pub(super) fn settle(
    typed: cli::Inspect,
    sources: &Sources<'_>,
) -> Result<InspectOptions, Failure> {
    let config = Config::find(sources)?;
    let mut targets = Vec::new();
    for url in typed.url {
        let target = named(Some(url), None, &config, sources)?;
        targets.push(NamedTarget {
            name: target.url.to_string(),
            target,
        });
    }
    for name in typed.to {
        let target = named(None, Some(name.clone()), &config, sources)?;
        targets.push(NamedTarget { name, target });
    }
    let table = config.inspect()?;
    Ok(InspectOptions {
        logs: logs(typed.logs, &config)?,
        mask: typed.masking.mask(),
        settings: settings(typed.page, typed.port, table, targets),
    })
}

/// The inspector beside a listener, if one is asked for.
pub(super) fn beside(
    typed: cli::Inspecting,
    config: &Config,
    sources: &Sources<'_>,
) -> Result<Option<InspectSettings>, Failure> {
    let Some(port) = typed.inspect else {
        let page = &typed.page;
        let option = [
            ("--inspect-open", page.inspect_open),
            ("--inspect-host", page.inspect_host.is_some()),
            ("--inspect-allow-host", !page.inspect_allow_host.is_empty()),
            ("--inspect-token-file", page.inspect_token_file.is_some()),
        ];
        return match option.into_iter().find(|(_, is_there)| *is_there) {
            Some((option, _)) => Err(SettingsError::Without {
                option,
                needs: "--inspect",
            }
            .into()),
            None => Ok(None),
        };
    };
    // A target that the file may not name, or whose password is missing, is not offered.
    let targets = config.targets().filter_map(|(name, _)| {
        let target = named(None, Some(name.to_owned()), config, sources).ok()?;
        let name = name.to_owned();
        Some(NamedTarget { name, target })
    });
    let table = config.inspect()?;
    Ok(Some(settings(typed.page, port, table, targets.collect())))
}

fn settings(
    page: cli::InspectPage,
    port: Option<u16>,
    table: InspectTable,
    targets: Vec<NamedTarget>,
) -> InspectSettings {
    let host = page.inspect_host.or(table.host);
    let port = port.or(table.port);
    let is_local = host.as_deref().is_none_or(super::file::is_loopback);
    let mut allowed_hosts = page.inspect_allow_host;
    allowed_hosts.extend(table.allow_hosts);
    InspectSettings {
        host: host.unwrap_or_else(|| HOST.to_owned()),
        port: port.unwrap_or(PORT),
        takes_next: port.is_none(),
        is_open: !is_local,
        allowed_hosts,
        token_file: page.inspect_token_file.or(table.token_file),
        opens: page.inspect_open,
        targets,
    }
}

fn named(
    url: Option<String>,
    to: Option<String>,
    config: &Config,
    sources: &Sources<'_>,
) -> Result<crate::commands::Target, Failure> {
    let typed = cli::Target {
        url,
        to,
        ..target::plain()
    };
    target::settle(typed, config, sources)
}
