
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'enx-hook' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'enx-hook'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'enx-hook' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('follow', 'follow', [CompletionResultType]::ParameterValue, 'Read the captures that listeners publish to a relay')
            [CompletionResult]::new('relay', 'relay', [CompletionResultType]::ParameterValue, 'Look at a relay, create its stream, or print the configuration of its server')
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'Show captures in a browser')
            [CompletionResult]::new('drift', 'drift', [CompletionResultType]::ParameterValue, 'Show where the captures of a log differ from the documents')
            [CompletionResult]::new('learn', 'learn', [CompletionResultType]::ParameterValue, 'Draft the catalog files of events and fields that the documents do not have')
            [CompletionResult]::new('events', 'events', [CompletionResultType]::ParameterValue, 'List the events, or explain one')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write events for other programs, or captures as a scenario')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a commented configuration file')
            [CompletionResult]::new('allow', 'allow', [CompletionResultType]::ParameterValue, 'Allow the settings of a configuration file that is found in a folder')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('listen', 'listen', [CompletionResultType]::ParameterValue, 'Receive webhooks: log them, answer 200, and show them')
            [CompletionResult]::new('send', 'send', [CompletionResultType]::ParameterValue, 'Post sample events, or your own, to a receiver')
            [CompletionResult]::new('replay', 'replay', [CompletionResultType]::ParameterValue, 'Post logged bodies again, byte for byte')
            [CompletionResult]::new('log', 'log', [CompletionResultType]::ParameterValue, 'Show what the log holds: captures, and what they tell')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check a live receiver against the rules of the documents')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Check whether events are as documented, and explain every deviation')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'enx-hook;follow' {
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Begin a new log with what the relay keeps since TIME: 2h (ago), 14:00, 2026-11-20')
            [CompletionResult]::new('--log', '--log', [CompletionResultType]::ParameterName, 'File to append captures to; created if missing [default: log.jsonl]')
            [CompletionResult]::new('--ready-file', '--ready-file', [CompletionResultType]::ParameterName, 'Write the URL to this file once following begins')
            [CompletionResult]::new('--relay-as', '--relay-as', [CompletionResultType]::ParameterName, 'Name of this source or follower at the relay: letters, digits, - and _')
            [CompletionResult]::new('--relay-user', '--relay-user', [CompletionResultType]::ParameterName, 'User at the relay; the password comes from --relay-password-file, ENX_HOOK_RELAY_PASSWORD or a prompt')
            [CompletionResult]::new('--relay-password-file', '--relay-password-file', [CompletionResultType]::ParameterName, 'File whose first line is the password for the relay')
            [CompletionResult]::new('--relay-creds', '--relay-creds', [CompletionResultType]::ParameterName, 'Credentials file (.creds) for the relay [default: NATS_CREDS]')
            [CompletionResult]::new('--relay-cacert', '--relay-cacert', [CompletionResultType]::ParameterName, 'File with certificates (PEM) to trust for tls:// instead of those of the system')
            [CompletionResult]::new('--sync', '--sync', [CompletionResultType]::ParameterName, 'When a capture counts as written, so that its sender gets a 200')
            [CompletionResult]::new('--max-unsynced', '--max-unsynced', [CompletionResultType]::ParameterName, 'Bytes of captures that may wait for the disk. Further requests get a 503')
            [CompletionResult]::new('--rotate', '--rotate', [CompletionResultType]::ParameterName, 'When the log reaches this size, continue in a new file; the old file becomes a part, log-17.jsonl, named after the number of its first capture')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Keep at most N rotated files; delete the oldest, except captures that are still to be forwarded [default: all]')
            [CompletionResult]::new('--keep-for', '--keep-for', [CompletionResultType]::ParameterName, 'Delete rotated files whose last capture is older than this, such as 7d, except captures that are still to be forwarded; the log itself stays [default: keep all]')
            [CompletionResult]::new('--keep-at-most', '--keep-at-most', [CompletionResultType]::ParameterName, 'Keep at most this much in the log and its parts; delete the oldest parts, even if captures in them are still to be forwarded')
            [CompletionResult]::new('--forget-target', '--forget-target', [CompletionResultType]::ParameterName, 'Give up the captures that wait for this target of an earlier --forward. Can be repeated')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of stdout')
            [CompletionResult]::new('--mask', '--mask', [CompletionResultType]::ParameterName, 'Hide the value at this path of each body, such as /conf_num or /files/*/url; `personal` hides the fields that the catalog calls personal. Can be repeated')
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'Show only this event; * in a name stands for any text. Can be repeated; all events are logged')
            [CompletionResult]::new('--session', '--session', [CompletionResultType]::ParameterName, 'Show only this session; * in an id stands for any text. Can be repeated')
            [CompletionResult]::new('--verdict', '--verdict', [CompletionResultType]::ParameterName, 'Show only this verdict; can be repeated')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Show only what this query means, such as ''is:duplicate or code:missing-field''; its terms are those of `enx-hook log --query`')
            [CompletionResult]::new('--inspect', '--inspect', [CompletionResultType]::ParameterName, 'Show the captures in a browser too, at this port [default: 4050, or the next free one]')
            [CompletionResult]::new('--inspect-host', '--inspect-host', [CompletionResultType]::ParameterName, 'Address of the page; a network address lets other machines connect; they need the token too [default: 127.0.0.1]')
            [CompletionResult]::new('--inspect-allow-host', '--inspect-allow-host', [CompletionResultType]::ParameterName, 'Another name by which the page is reached, such as that of a proxy; can be repeated')
            [CompletionResult]::new('--inspect-token-file', '--inspect-token-file', [CompletionResultType]::ParameterName, 'File that keeps the token [default: beside the log, log.jsonl.inspect]')
            [CompletionResult]::new('--forward', '--forward', [CompletionResultType]::ParameterName, 'Forward each capture to this server after it was answered; can be repeated')
            [CompletionResult]::new('--forward-command', '--forward-command', [CompletionResultType]::ParameterName, 'Run this command for each capture, with its body on stdin. Can be repeated')
            [CompletionResult]::new('--forward-query', '--forward-query', [CompletionResultType]::ParameterName, 'Forward only what this query means, such as ''event:roomdrop -verdict:invalid''; for all targets')
            [CompletionResult]::new('--forward-from', '--forward-from', [CompletionResultType]::ParameterName, 'Begin at this capture of the log, even if it was delivered before: `start`, or its number [default: where the last run ended, or with new captures]')
            [CompletionResult]::new('--forward-user', '--forward-user', [CompletionResultType]::ParameterName, 'User for Basic Auth at the server, if there is only one; the password comes from ENX_HOOK_FORWARD_PASSWORD or a prompt')
            [CompletionResult]::new('--forward-header', '--forward-header', [CompletionResultType]::ParameterName, 'Further header to send to the server, if there is only one; it replaces a header with the same name. Can be repeated')
            [CompletionResult]::new('--forward-timeout', '--forward-timeout', [CompletionResultType]::ParameterName, 'Time limit for each response, and for each run of a command. The documents state no limit; this one is an assumption [default: 10s]')
            [CompletionResult]::new('--forward-concurrency', '--forward-concurrency', [CompletionResultType]::ParameterName, 'Requests at a time to each target, each of a different session [default: 8]')
            [CompletionResult]::new('--forward-retries', '--forward-retries', [CompletionResultType]::ParameterName, 'Retry a capture up to N times if its response is not 2xx, then skip it. A refused connection is not counted: all captures wait until the server is available. After 502, 503 or 504, it is only skipped if another capture was delivered meanwhile [default: 5]')
            [CompletionResult]::new('--forward-backoff', '--forward-backoff', [CompletionResultType]::ParameterName, 'Limit of the wait before the first retry; it doubles with each retry, up to a minute. Each wait is chosen at random between half of the limit and the limit, and is at least the Retry-After of the server (seconds or a date) [default: 1s]')
            [CompletionResult]::new('--expect', '--expect', [CompletionResultType]::ParameterName, 'Expect a number of events: EVENT=N exactly, ''EVENT>=N'' at least. Can be repeated; the run ends once all expectations are met')
            [CompletionResult]::new('--expect-verdict', '--expect-verdict', [CompletionResultType]::ParameterName, 'Expect every capture to have this verdict or a better one (from best to worst: valid, warning, unknown, invalid)')
            [CompletionResult]::new('--max-events', '--max-events', [CompletionResultType]::ParameterName, 'End after N captures of those that --event, --session, --verdict and --query select')
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'End after this time')
            [CompletionResult]::new('--settle', '--settle', [CompletionResultType]::ParameterName, 'Quiet period before an exact count passes')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--from-start', '--from-start', [CompletionResultType]::ParameterName, 'Begin a new log with all that the relay keeps')
            [CompletionResult]::new('--rotate-gzip', '--rotate-gzip', [CompletionResultType]::ParameterName, 'Compress rotated files with gzip: log-17.jsonl.gz')
            [CompletionResult]::new('--full', '--full', [CompletionResultType]::ParameterName, 'Show long lists and texts in full')
            [CompletionResult]::new('--inspect-open', '--inspect-open', [CompletionResultType]::ParameterName, 'Open the page in the browser')
            [CompletionResult]::new('--forward-keep-path', '--forward-keep-path', [CompletionResultType]::ParameterName, 'Post to the path and query of each capture, on the host of the URL; for all servers')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;relay' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show the sources of a relay, how much it keeps and how long, and what is wrong with it')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Create the stream of a relay: 7 days, 1 GiB, on disk')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Print a configuration for nats-server, with a user and a new password for each source and follower, and only the rights that they need')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'enx-hook;relay;status' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of stdout')
            [CompletionResult]::new('--relay-as', '--relay-as', [CompletionResultType]::ParameterName, 'Name of this source or follower at the relay: letters, digits, - and _')
            [CompletionResult]::new('--relay-user', '--relay-user', [CompletionResultType]::ParameterName, 'User at the relay; the password comes from --relay-password-file, ENX_HOOK_RELAY_PASSWORD or a prompt')
            [CompletionResult]::new('--relay-password-file', '--relay-password-file', [CompletionResultType]::ParameterName, 'File whose first line is the password for the relay')
            [CompletionResult]::new('--relay-creds', '--relay-creds', [CompletionResultType]::ParameterName, 'Credentials file (.creds) for the relay [default: NATS_CREDS]')
            [CompletionResult]::new('--relay-cacert', '--relay-cacert', [CompletionResultType]::ParameterName, 'File with certificates (PEM) to trust for tls:// instead of those of the system')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;relay;init' {
            [CompletionResult]::new('--relay-as', '--relay-as', [CompletionResultType]::ParameterName, 'Name of this source or follower at the relay: letters, digits, - and _')
            [CompletionResult]::new('--relay-user', '--relay-user', [CompletionResultType]::ParameterName, 'User at the relay; the password comes from --relay-password-file, ENX_HOOK_RELAY_PASSWORD or a prompt')
            [CompletionResult]::new('--relay-password-file', '--relay-password-file', [CompletionResultType]::ParameterName, 'File whose first line is the password for the relay')
            [CompletionResult]::new('--relay-creds', '--relay-creds', [CompletionResultType]::ParameterName, 'Credentials file (.creds) for the relay [default: NATS_CREDS]')
            [CompletionResult]::new('--relay-cacert', '--relay-cacert', [CompletionResultType]::ParameterName, 'File with certificates (PEM) to trust for tls:// instead of those of the system')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;relay;config' {
            [CompletionResult]::new('--source', '--source', [CompletionResultType]::ParameterName, 'Names of the listeners that publish; can be repeated')
            [CompletionResult]::new('--follower', '--follower', [CompletionResultType]::ParameterName, 'Names of those who follow; can be repeated')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;relay;help' {
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show the sources of a relay, how much it keeps and how long, and what is wrong with it')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Create the stream of a relay: 7 days, 1 GiB, on disk')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Print a configuration for nats-server, with a user and a new password for each source and follower, and only the rights that they need')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'enx-hook;relay;help;status' {
            break
        }
        'enx-hook;relay;help;init' {
            break
        }
        'enx-hook;relay;help;config' {
            break
        }
        'enx-hook;relay;help;help' {
            break
        }
        'enx-hook;inspect' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Port of the page; 0 selects a free one [default: 4050, or the next free one]')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Port of the page; 0 selects a free one [default: 4050, or the next free one]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Allow to send to this URL from the page; can be repeated')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Allow to send to the target with this name in enx-hook.toml; can be repeated')
            [CompletionResult]::new('--mask', '--mask', [CompletionResultType]::ParameterName, 'Hide the value at this path of each body, such as /conf_num or /files/*/url; `personal` hides the fields that the catalog calls personal. Can be repeated')
            [CompletionResult]::new('--inspect-host', '--inspect-host', [CompletionResultType]::ParameterName, 'Address of the page; a network address lets other machines connect; they need the token too [default: 127.0.0.1]')
            [CompletionResult]::new('--inspect-allow-host', '--inspect-allow-host', [CompletionResultType]::ParameterName, 'Another name by which the page is reached, such as that of a proxy; can be repeated')
            [CompletionResult]::new('--inspect-token-file', '--inspect-token-file', [CompletionResultType]::ParameterName, 'File that keeps the token [default: beside the log, log.jsonl.inspect]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--inspect-open', '--inspect-open', [CompletionResultType]::ParameterName, 'Open the page in the browser')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;drift' {
            [CompletionResult]::new('--baseline', '--baseline', [CompletionResultType]::ParameterName, 'Leave out the differences of an earlier run: a file with its --format json output')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Exit with 1 if there is a difference of this class; can be repeated')
            [CompletionResult]::new('--settle-after', '--settle-after', [CompletionResultType]::ParameterName, 'How long to wait for an event that follows another one, before it is missing')
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'Take only this event; * in a name stands for any text. Can be repeated')
            [CompletionResult]::new('--session', '--session', [CompletionResultType]::ParameterName, 'Take only this session; * in an id stands for any text. Can be repeated')
            [CompletionResult]::new('--seq', '--seq', [CompletionResultType]::ParameterName, 'Take only these numbers of the log: 17, 17..20, 17.. or ..20; can be repeated')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Take only captures received since TIME: 2h (ago), 14:00, 2026-11-20, 2026-11-20T14:00')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Take only captures received before TIME')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Take only bodies whose field meets this condition; can be repeated')
            [CompletionResult]::new('--verdict', '--verdict', [CompletionResultType]::ParameterName, 'Take only bodies with this verdict; can be repeated')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Take only what this query means, such as ''is:duplicate or code:missing-field''')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of stdout')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;learn' {
            [CompletionResult]::new('--write', '--write', [CompletionResultType]::ParameterName, 'Write the drafts to this folder; without it, they are only listed')
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Learn only this event, or this field of a known event; can be repeated')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Name of the provider of bodies that belong to none of the catalog')
            [CompletionResult]::new('--discriminator', '--discriminator', [CompletionResultType]::ParameterName, 'Field that names the event of such bodies; else type, event, action and the like are tried')
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'Take only this event; * in a name stands for any text. Can be repeated')
            [CompletionResult]::new('--session', '--session', [CompletionResultType]::ParameterName, 'Take only this session; * in an id stands for any text. Can be repeated')
            [CompletionResult]::new('--seq', '--seq', [CompletionResultType]::ParameterName, 'Take only these numbers of the log: 17, 17..20, 17.. or ..20; can be repeated')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Take only captures received since TIME: 2h (ago), 14:00, 2026-11-20, 2026-11-20T14:00')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Take only captures received before TIME')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Take only bodies whose field meets this condition; can be repeated')
            [CompletionResult]::new('--verdict', '--verdict', [CompletionResultType]::ParameterName, 'Take only bodies with this verdict; can be repeated')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Take only what this query means, such as ''is:duplicate or code:missing-field''')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of stdout')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--review', '--review', [CompletionResultType]::ParameterName, 'On a terminal, ask for each event and field, and print the command that does the same')
            [CompletionResult]::new('--enums', '--enums', [CompletionResultType]::ParameterName, 'Put the values of short lists into the schemas, such as "mp4" and "webm"')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;events' {
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'List only the events of this provider')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of stdout')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--schema', '--schema', [CompletionResultType]::ParameterName, 'Print the JSON Schema of the event, byte for byte')
            [CompletionResult]::new('--sample', '--sample', [CompletionResultType]::ParameterName, 'Print the sample of the event, byte for byte')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;export' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('openapi', 'openapi', [CompletionResultType]::ParameterValue, 'Write an OpenAPI 3.1 document (JSON)')
            [CompletionResult]::new('asyncapi', 'asyncapi', [CompletionResultType]::ParameterValue, 'Write an AsyncAPI 3.0 document (JSON)')
            [CompletionResult]::new('typescript', 'typescript', [CompletionResultType]::ParameterValue, 'Write TypeScript types: a union that the event''s name discriminates')
            [CompletionResult]::new('scenario', 'scenario', [CompletionResultType]::ParameterValue, 'Write captures as a scenario for `send --scenario`')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'enx-hook;export;openapi' {
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Export only the events of this provider')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; an existing file is replaced')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;export;asyncapi' {
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Export only the events of this provider')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; an existing file is replaced')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;export;typescript' {
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Export only the events of this provider')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; an existing file is replaced')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;export;scenario' {
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'Take only this event; * in a name stands for any text. Can be repeated')
            [CompletionResult]::new('--session', '--session', [CompletionResultType]::ParameterName, 'Take only this session; * in an id stands for any text. Can be repeated')
            [CompletionResult]::new('--seq', '--seq', [CompletionResultType]::ParameterName, 'Take only these numbers of the log: 17, 17..20, 17.. or ..20; can be repeated')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Take only captures received since TIME: 2h (ago), 14:00, 2026-11-20, 2026-11-20T14:00')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Take only captures received before TIME')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Take only bodies whose field meets this condition; can be repeated')
            [CompletionResult]::new('--verdict', '--verdict', [CompletionResultType]::ParameterName, 'Take only bodies with this verdict; can be repeated')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Take only what this query means, such as ''is:duplicate or code:missing-field''')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; an existing file is replaced')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;export;help' {
            [CompletionResult]::new('openapi', 'openapi', [CompletionResultType]::ParameterValue, 'Write an OpenAPI 3.1 document (JSON)')
            [CompletionResult]::new('asyncapi', 'asyncapi', [CompletionResultType]::ParameterValue, 'Write an AsyncAPI 3.0 document (JSON)')
            [CompletionResult]::new('typescript', 'typescript', [CompletionResultType]::ParameterValue, 'Write TypeScript types: a union that the event''s name discriminates')
            [CompletionResult]::new('scenario', 'scenario', [CompletionResultType]::ParameterValue, 'Write captures as a scenario for `send --scenario`')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'enx-hook;export;help;openapi' {
            break
        }
        'enx-hook;export;help;asyncapi' {
            break
        }
        'enx-hook;export;help;typescript' {
            break
        }
        'enx-hook;export;help;scenario' {
            break
        }
        'enx-hook;export;help;help' {
            break
        }
        'enx-hook;init' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Overwrite an existing file')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;allow' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--list', '--list', [CompletionResultType]::ParameterName, 'List the files that are allowed')
            [CompletionResult]::new('--revoke', '--revoke', [CompletionResultType]::ParameterName, 'Allow the file no longer')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;completions' {
            [CompletionResult]::new('--values', '--values', [CompletionResultType]::ParameterName, 'Print the values that the end of the log has, for the script')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;listen' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Port to listen on; 0 selects a free one [default: 3000]')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Port to listen on; 0 selects a free one [default: 3000]')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Address to listen on; 0.0.0.0 accepts other machines [default: 127.0.0.1]')
            [CompletionResult]::new('--log', '--log', [CompletionResultType]::ParameterName, 'File to append captures to; created if missing [default: log.jsonl]')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'User for Basic Auth')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'User for Basic Auth')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'File whose first line is the password')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Provider to simulate')
            [CompletionResult]::new('--ready-file', '--ready-file', [CompletionResultType]::ParameterName, 'Write the URL to this file once the port is bound')
            [CompletionResult]::new('--sync', '--sync', [CompletionResultType]::ParameterName, 'When a capture counts as written, so that its sender gets a 200')
            [CompletionResult]::new('--max-unsynced', '--max-unsynced', [CompletionResultType]::ParameterName, 'Bytes of captures that may wait for the disk. Further requests get a 503')
            [CompletionResult]::new('--rotate', '--rotate', [CompletionResultType]::ParameterName, 'When the log reaches this size, continue in a new file; the old file becomes a part, log-17.jsonl, named after the number of its first capture')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Keep at most N rotated files; delete the oldest, except captures that are still to be forwarded [default: all]')
            [CompletionResult]::new('--keep-for', '--keep-for', [CompletionResultType]::ParameterName, 'Delete rotated files whose last capture is older than this, such as 7d, except captures that are still to be forwarded; the log itself stays [default: keep all]')
            [CompletionResult]::new('--keep-at-most', '--keep-at-most', [CompletionResultType]::ParameterName, 'Keep at most this much in the log and its parts; delete the oldest parts, even if captures in them are still to be forwarded')
            [CompletionResult]::new('--forget-target', '--forget-target', [CompletionResultType]::ParameterName, 'Give up the captures that wait for this target of an earlier --forward. Can be repeated')
            [CompletionResult]::new('--path', '--path', [CompletionResultType]::ParameterName, 'Accept posts to this path only; other paths get a 404 [default: any path]')
            [CompletionResult]::new('--health-path', '--health-path', [CompletionResultType]::ParameterName, 'Answer a GET of this path for monitors: 200, or 503 if the last request could not be logged')
            [CompletionResult]::new('--tls-cert', '--tls-cert', [CompletionResultType]::ParameterName, 'Serve HTTPS with this certificate chain (PEM), the certificate of the server first')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'Private key of the certificate (PEM, without a password)')
            [CompletionResult]::new('--trust-proxy', '--trust-proxy', [CompletionResultType]::ParameterName, 'Read the client address from this header of the proxy: forwarded, x-forwarded-for, or any (the default): either of them, and neither if they disagree')
            [CompletionResult]::new('--max-body', '--max-body', [CompletionResultType]::ParameterName, 'Largest body to accept; a larger one gets a 413')
            [CompletionResult]::new('--max-header', '--max-header', [CompletionResultType]::ParameterName, 'Largest header, with the request line; a larger one gets a 431, and so does one with more than a field for each 64 bytes of SIZE (at least 100 fields are accepted)')
            [CompletionResult]::new('--header-timeout', '--header-timeout', [CompletionResultType]::ParameterName, 'Time limit for sending the header; after it, the sender gets a 408')
            [CompletionResult]::new('--body-timeout', '--body-timeout', [CompletionResultType]::ParameterName, 'Time limit for sending the body; after it, the sender gets a 408')
            [CompletionResult]::new('--idle-timeout', '--idle-timeout', [CompletionResultType]::ParameterName, 'Close a connection that is idle for this time between two requests')
            [CompletionResult]::new('--max-connections', '--max-connections', [CompletionResultType]::ParameterName, 'Maximum number of connections; a further one closes the one that is idle for the longest time, or waits if none is')
            [CompletionResult]::new('--body-memory', '--body-memory', [CompletionResultType]::ParameterName, 'Memory for the bodies that are being received, over all connections; further requests get a 503. The first 16 KiB of each body are not counted')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of stdout')
            [CompletionResult]::new('--mask', '--mask', [CompletionResultType]::ParameterName, 'Hide the value at this path of each body, such as /conf_num or /files/*/url; `personal` hides the fields that the catalog calls personal. Can be repeated')
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'Show only this event; * in a name stands for any text. Can be repeated; all events are logged')
            [CompletionResult]::new('--session', '--session', [CompletionResultType]::ParameterName, 'Show only this session; * in an id stands for any text. Can be repeated')
            [CompletionResult]::new('--verdict', '--verdict', [CompletionResultType]::ParameterName, 'Show only this verdict; can be repeated')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Show only what this query means, such as ''is:duplicate or code:missing-field''; its terms are those of `enx-hook log --query`')
            [CompletionResult]::new('--inspect', '--inspect', [CompletionResultType]::ParameterName, 'Show the captures in a browser too, at this port [default: 4050, or the next free one]')
            [CompletionResult]::new('--inspect-host', '--inspect-host', [CompletionResultType]::ParameterName, 'Address of the page; a network address lets other machines connect; they need the token too [default: 127.0.0.1]')
            [CompletionResult]::new('--inspect-allow-host', '--inspect-allow-host', [CompletionResultType]::ParameterName, 'Another name by which the page is reached, such as that of a proxy; can be repeated')
            [CompletionResult]::new('--inspect-token-file', '--inspect-token-file', [CompletionResultType]::ParameterName, 'File that keeps the token [default: beside the log, log.jsonl.inspect]')
            [CompletionResult]::new('--forward', '--forward', [CompletionResultType]::ParameterName, 'Forward each capture to this server after it was answered; can be repeated')
            [CompletionResult]::new('--forward-command', '--forward-command', [CompletionResultType]::ParameterName, 'Run this command for each capture, with its body on stdin. Can be repeated')
            [CompletionResult]::new('--forward-query', '--forward-query', [CompletionResultType]::ParameterName, 'Forward only what this query means, such as ''event:roomdrop -verdict:invalid''; for all targets')
            [CompletionResult]::new('--forward-from', '--forward-from', [CompletionResultType]::ParameterName, 'Begin at this capture of the log, even if it was delivered before: `start`, or its number [default: where the last run ended, or with new captures]')
            [CompletionResult]::new('--forward-user', '--forward-user', [CompletionResultType]::ParameterName, 'User for Basic Auth at the server, if there is only one; the password comes from ENX_HOOK_FORWARD_PASSWORD or a prompt')
            [CompletionResult]::new('--forward-header', '--forward-header', [CompletionResultType]::ParameterName, 'Further header to send to the server, if there is only one; it replaces a header with the same name. Can be repeated')
            [CompletionResult]::new('--forward-timeout', '--forward-timeout', [CompletionResultType]::ParameterName, 'Time limit for each response, and for each run of a command. The documents state no limit; this one is an assumption [default: 10s]')
            [CompletionResult]::new('--forward-concurrency', '--forward-concurrency', [CompletionResultType]::ParameterName, 'Requests at a time to each target, each of a different session [default: 8]')
            [CompletionResult]::new('--forward-retries', '--forward-retries', [CompletionResultType]::ParameterName, 'Retry a capture up to N times if its response is not 2xx, then skip it. A refused connection is not counted: all captures wait until the server is available. After 502, 503 or 504, it is only skipped if another capture was delivered meanwhile [default: 5]')
            [CompletionResult]::new('--forward-backoff', '--forward-backoff', [CompletionResultType]::ParameterName, 'Limit of the wait before the first retry; it doubles with each retry, up to a minute. Each wait is chosen at random between half of the limit and the limit, and is at least the Retry-After of the server (seconds or a date) [default: 1s]')
            [CompletionResult]::new('--relay', '--relay', [CompletionResultType]::ParameterName, 'Publish each capture to this relay after its sender got the reply: nats://HOST/PROJECT')
            [CompletionResult]::new('--relay-from', '--relay-from', [CompletionResultType]::ParameterName, 'Begin at this capture of the log, even if it was published before: `start`, or its number [default: where the last run ended, or with new captures]')
            [CompletionResult]::new('--relay-as', '--relay-as', [CompletionResultType]::ParameterName, 'Name of this source or follower at the relay: letters, digits, - and _')
            [CompletionResult]::new('--relay-user', '--relay-user', [CompletionResultType]::ParameterName, 'User at the relay; the password comes from --relay-password-file, ENX_HOOK_RELAY_PASSWORD or a prompt')
            [CompletionResult]::new('--relay-password-file', '--relay-password-file', [CompletionResultType]::ParameterName, 'File whose first line is the password for the relay')
            [CompletionResult]::new('--relay-creds', '--relay-creds', [CompletionResultType]::ParameterName, 'Credentials file (.creds) for the relay [default: NATS_CREDS]')
            [CompletionResult]::new('--relay-cacert', '--relay-cacert', [CompletionResultType]::ParameterName, 'File with certificates (PEM) to trust for tls:// instead of those of the system')
            [CompletionResult]::new('--reply', '--reply', [CompletionResultType]::ParameterName, 'Answer with these statuses in turn; the last one repeats')
            [CompletionResult]::new('--reply-delay', '--reply-delay', [CompletionResultType]::ParameterName, 'Delay each response by TIME')
            [CompletionResult]::new('--reply-body', '--reply-body', [CompletionResultType]::ParameterName, 'Answer with this body')
            [CompletionResult]::new('--reply-header', '--reply-header', [CompletionResultType]::ParameterName, 'Add this header to each response; can be repeated')
            [CompletionResult]::new('--drop-rate', '--drop-rate', [CompletionResultType]::ParameterName, 'Close this share of the connections without a response, after logging: 0.1 is one in ten')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Seed for --drop-rate: the same seed closes the same connections in every run')
            [CompletionResult]::new('--expect', '--expect', [CompletionResultType]::ParameterName, 'Expect a number of events: EVENT=N exactly, ''EVENT>=N'' at least. Can be repeated; the run ends once all expectations are met')
            [CompletionResult]::new('--expect-verdict', '--expect-verdict', [CompletionResultType]::ParameterName, 'Expect every capture to have this verdict or a better one (from best to worst: valid, warning, unknown, invalid)')
            [CompletionResult]::new('--max-events', '--max-events', [CompletionResultType]::ParameterName, 'End after N captures of those that --event, --session, --verdict and --query select')
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'End after this time')
            [CompletionResult]::new('--settle', '--settle', [CompletionResultType]::ParameterName, 'Quiet period before an exact count passes')
            [CompletionResult]::new('--files-user', '--files-user', [CompletionResultType]::ParameterName, 'Require Basic Auth for the files, except for those of file_transfer')
            [CompletionResult]::new('--files-fault', '--files-fault', [CompletionResultType]::ParameterName, 'Answer the requests for a file with these faults in turn; the last one repeats. Can be repeated')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--no-log', '--no-log', [CompletionResultType]::ParameterName, 'Write no log; only show the events')
            [CompletionResult]::new('--reject-malformed', '--reject-malformed', [CompletionResultType]::ParameterName, 'Answer 400 to a body that is not JSON; it is still logged')
            [CompletionResult]::new('--simulate', '--simulate', [CompletionResultType]::ParameterName, 'Receive the events of one session as a demonstration')
            [CompletionResult]::new('--rotate-gzip', '--rotate-gzip', [CompletionResultType]::ParameterName, 'Compress rotated files with gzip: log-17.jsonl.gz')
            [CompletionResult]::new('--tls-self-signed', '--tls-self-signed', [CompletionResultType]::ParameterName, 'Serve HTTPS with a certificate made for this run; its fingerprint is printed')
            [CompletionResult]::new('--full', '--full', [CompletionResultType]::ParameterName, 'Show long lists and texts in full')
            [CompletionResult]::new('--inspect-open', '--inspect-open', [CompletionResultType]::ParameterName, 'Open the page in the browser')
            [CompletionResult]::new('--forward-keep-path', '--forward-keep-path', [CompletionResultType]::ParameterName, 'Post to the path and query of each capture, on the host of the URL; for all servers')
            [CompletionResult]::new('--forward-sync', '--forward-sync', [CompletionResultType]::ParameterName, 'Answer senders with the answer of the server, of which there is only one; each capture is logged first, and forwarded once')
            [CompletionResult]::new('--no-relay-create', '--no-relay-create', [CompletionResultType]::ParameterName, 'Do not create the stream of the relay if it is missing')
            [CompletionResult]::new('--relay-takeover', '--relay-takeover', [CompletionResultType]::ParameterName, 'Publish this log under the name of another one, in its place')
            [CompletionResult]::new('--serve-files', '--serve-files', [CompletionResultType]::ParameterName, 'Serve the files that the events name, on a free port of this machine')
            [CompletionResult]::new('--expect-fetched', '--expect-fetched', [CompletionResultType]::ParameterName, 'Exit with 1 unless every file is fetched whole')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;send' {
            [CompletionResult]::new('--scenario', '--scenario', [CompletionResultType]::ParameterName, 'Play a scenario: a built-in one (session, redelivery, disorder, storm), or a file')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Let the scenario read this environment variable as ${NAME}; can be repeated')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Provider for --all and --scenario [default: enablex]')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Body to send instead of a sample: text, @FILE, or - for stdin')
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'Body to send instead of a sample: text, @FILE, or - for stdin')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'Print the request as a command or a file, and send nothing')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Also write a report to this file: FILE.xml for JUnit, or FILE.json')
            [CompletionResult]::new('--expect-like', '--expect-like', [CompletionResultType]::ParameterName, 'Compare the responses with those in the JSON report of an earlier run of the scenario')
            [CompletionResult]::new('--content-type', '--content-type', [CompletionResultType]::ParameterName, 'Content type of the body [default: application/json]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of stdout')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a field; VALUE is JSON, or else a string')
            [CompletionResult]::new('--set-string', '--set-string', [CompletionResultType]::ParameterName, 'Set a field to a string, even if TEXT looks like JSON; can be repeated')
            [CompletionResult]::new('--unset', '--unset', [CompletionResultType]::ParameterName, 'Remove a field; can be repeated')
            [CompletionResult]::new('--session', '--session', [CompletionResultType]::ParameterName, 'Session id of the events; new by default')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Seed for ids, times and faults: the same seed makes the same bodies in every run')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL to post to [default: http://127.0.0.1:3000/]')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Post to the target with this name in enx-hook.toml')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'User for Basic Auth')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'User for Basic Auth')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'File whose first line is the password')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'Extra header to send; can be repeated')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'Extra header to send; can be repeated')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit for each response')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait up to this time, such as 30s, until the target accepts connections')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'File with certificates (PEM) to trust in addition to those of the system')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Send at most at this rate, evenly spaced, such as 10/s or 600/m')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Retry each failed request up to N times')
            [CompletionResult]::new('--retry-on', '--retry-on', [CompletionResultType]::ParameterName, 'Failures to retry: statuses, classes such as 5xx, connect, timeout, closed')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'Send all events N times, each time with new ids [default: 1, or the count of the scenario]')
            [CompletionResult]::new('--repeat-identical', '--repeat-identical', [CompletionResultType]::ParameterName, 'Send each body N times, byte for byte')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Send N sessions in parallel; the events of each stay in order [default: 1, or the number of the scenario]')
            [CompletionResult]::new('--speed', '--speed', [CompletionResultType]::ParameterName, 'Speed of a scenario: 10 is ten times faster, max has no pauses [default: 1]')
            [CompletionResult]::new('--files-user', '--files-user', [CompletionResultType]::ParameterName, 'Require Basic Auth for the files, except for those of file_transfer')
            [CompletionResult]::new('--files-fault', '--files-fault', [CompletionResultType]::ParameterName, 'Answer the requests for a file with these faults in turn; the last one repeats. Can be repeated')
            [CompletionResult]::new('--files-wait', '--files-wait', [CompletionResultType]::ParameterName, 'Wait up to TIME after the last event for the receiver to fetch the files')
            [CompletionResult]::new('--agent-session', '--agent-session', [CompletionResultType]::ParameterName, 'Agent''s session of the events')
            [CompletionResult]::new('--app', '--app', [CompletionResultType]::ParameterName, 'Project of the events')
            [CompletionResult]::new('--client', '--client', [CompletionResultType]::ParameterName, 'Client of the events')
            [CompletionResult]::new('--room', '--room', [CompletionResultType]::ParameterName, 'Room of the events')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Send every event of one provider, in the order of a session')
            [CompletionResult]::new('--list', '--list', [CompletionResultType]::ParameterName, 'List the built-in scenarios, and send nothing')
            [CompletionResult]::new('--exact', '--exact', [CompletionResultType]::ParameterName, 'Send samples byte for byte, without new ids and the current time')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print the exact request, or the steps of a scenario, and send nothing')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Set fields also in events that do not have them')
            [CompletionResult]::new('--edit', '--edit', [CompletionResultType]::ParameterName, 'Edit each body in $VISUAL or $EDITOR before it is sent')
            [CompletionResult]::new('--no-validate', '--no-validate', [CompletionResultType]::ParameterName, 'Send a body also if it is invalid, without a warning')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Accept any certificate of the target')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Post to a public host that a configuration file names, without asking')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Post to a public host that a configuration file names, without asking')
            [CompletionResult]::new('--serve-files', '--serve-files', [CompletionResultType]::ParameterName, 'Serve the files that the events name, on a free port of this machine')
            [CompletionResult]::new('--expect-fetched', '--expect-fetched', [CompletionResultType]::ParameterName, 'Exit with 1 unless every file is fetched whole')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;replay' {
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'With --follow: end after this time, such as 30s or 5m')
            [CompletionResult]::new('--headers', '--headers', [CompletionResultType]::ParameterName, 'Logged headers to send')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Save the progress in this file, and continue from it')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Also write a report to this file: FILE.xml for JUnit, FILE.har or FILE.json')
            [CompletionResult]::new('--mask', '--mask', [CompletionResultType]::ParameterName, 'Hide the value at this path of each body, such as /conf_num or /files/*/url; `personal` hides the fields that the catalog calls personal. Can be repeated')
            [CompletionResult]::new('--max-document', '--max-document', [CompletionResultType]::ParameterName, 'Largest line to read; a longer one is skipped with a warning')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of stdout')
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'Take only this event; * in a name stands for any text. Can be repeated')
            [CompletionResult]::new('--session', '--session', [CompletionResultType]::ParameterName, 'Take only this session; * in an id stands for any text. Can be repeated')
            [CompletionResult]::new('--seq', '--seq', [CompletionResultType]::ParameterName, 'Take only these numbers of the log: 17, 17..20, 17.. or ..20; can be repeated')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Take only captures received since TIME: 2h (ago), 14:00, 2026-11-20, 2026-11-20T14:00')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Take only captures received before TIME')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Take only bodies whose field meets this condition; can be repeated')
            [CompletionResult]::new('--verdict', '--verdict', [CompletionResultType]::ParameterName, 'Take only bodies with this verdict; can be repeated')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Take only what this query means, such as ''is:duplicate or code:missing-field''')
            [CompletionResult]::new('--last', '--last', [CompletionResultType]::ParameterName, 'Take only the last N of them')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Take at most N of them')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a field; VALUE is JSON, or else a string')
            [CompletionResult]::new('--set-string', '--set-string', [CompletionResultType]::ParameterName, 'Set a field to a string, even if TEXT looks like JSON; can be repeated')
            [CompletionResult]::new('--unset', '--unset', [CompletionResultType]::ParameterName, 'Remove a field; can be repeated')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL to post to [default: http://127.0.0.1:3000/]')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Post to the target with this name in enx-hook.toml')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'User for Basic Auth')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'User for Basic Auth')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'File whose first line is the password')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'Extra header to send; can be repeated')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'Extra header to send; can be repeated')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit for each response')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait up to this time, such as 30s, until the target accepts connections')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'File with certificates (PEM) to trust in addition to those of the system')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Send at most at this rate, evenly spaced, such as 10/s or 600/m')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Retry each failed request up to N times')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Maximum number of requests at the same time')
            [CompletionResult]::new('--speed', '--speed', [CompletionResultType]::ParameterName, 'Keep the pauses of the log: 1 is the original speed, 10 is ten times faster, max has no pauses')
            [CompletionResult]::new('--max-gap', '--max-gap', [CompletionResultType]::ParameterName, 'With --speed: longest pause')
            [CompletionResult]::new('--retry-on', '--retry-on', [CompletionResultType]::ParameterName, 'Failures to retry: statuses, classes such as 5xx, connect, timeout, closed')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Stop after N captures whose response was not 2xx')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--follow', '--follow', [CompletionResultType]::ParameterName, 'Replay the log, then each new capture as it is logged')
            [CompletionResult]::new('--keep-path', '--keep-path', [CompletionResultType]::ParameterName, 'Post to the logged path and query, on the host of the URL')
            [CompletionResult]::new('--failed', '--failed', [CompletionResultType]::ParameterName, 'With --resume: send captures again whose response was not 2xx')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print the requests, and send nothing')
            [CompletionResult]::new('--skip-duplicates', '--skip-duplicates', [CompletionResultType]::ParameterName, 'Skip a body that is identical to one of the 65,536 bodies before it')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Set fields also in events that do not have them')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Accept any certificate of the target')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Post to a public host that a configuration file names, without asking')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Post to a public host that a configuration file names, without asking')
            [CompletionResult]::new('--fail-fast', '--fail-fast', [CompletionResultType]::ParameterName, 'Stop at the first response that is not 2xx')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;log' {
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'Take only this event; * in a name stands for any text. Can be repeated')
            [CompletionResult]::new('--session', '--session', [CompletionResultType]::ParameterName, 'Take only this session; * in an id stands for any text. Can be repeated')
            [CompletionResult]::new('--seq', '--seq', [CompletionResultType]::ParameterName, 'Take only these numbers of the log: 17, 17..20, 17.. or ..20; can be repeated')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Take only captures received since TIME: 2h (ago), 14:00, 2026-11-20, 2026-11-20T14:00')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Take only captures received before TIME')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Take only bodies whose field meets this condition; can be repeated')
            [CompletionResult]::new('--verdict', '--verdict', [CompletionResultType]::ParameterName, 'Take only bodies with this verdict; can be repeated')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Take only what this query means, such as ''is:duplicate or code:missing-field''')
            [CompletionResult]::new('--last', '--last', [CompletionResultType]::ParameterName, 'Take only the last N of them')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Take at most N of them')
            [CompletionResult]::new('--mask', '--mask', [CompletionResultType]::ParameterName, 'Hide the value at this path of each body, such as /conf_num or /files/*/url; `personal` hides the fields that the catalog calls personal. Can be repeated')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of stdout; on a terminal, human and line go through $PAGER if it is set')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--follow', '--follow', [CompletionResultType]::ParameterName, 'List the log, then each new capture as it is logged; Ctrl-C ends it')
            [CompletionResult]::new('--full', '--full', [CompletionResultType]::ParameterName, 'Show long lists and texts in full')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one capture in full, with its headers')
            [CompletionResult]::new('sessions', 'sessions', [CompletionResultType]::ParameterValue, 'List the sessions: which are complete, and what the others miss')
            [CompletionResult]::new('timeline', 'timeline', [CompletionResultType]::ParameterValue, 'Show one session step by step, with what has not come')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what differs between two captures')
            [CompletionResult]::new('stats', 'stats', [CompletionResultType]::ParameterValue, 'Count captures by event, verdict, code and hour')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write captures to a new log, without what is not to be seen')
            [CompletionResult]::new('repair', 'repair', [CompletionResultType]::ParameterValue, 'Say what is damaged in a log, and write a whole copy')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Remove a session from a log, for ever')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'enx-hook;log;show' {
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'Print it as a request to send')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'With --as: URL of the request [default: http://127.0.0.1:3000/]')
            [CompletionResult]::new('--mask', '--mask', [CompletionResultType]::ParameterName, 'Hide the value at this path of each body, such as /conf_num or /files/*/url; `personal` hides the fields that the catalog calls personal. Can be repeated')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of stdout')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--raw', '--raw', [CompletionResultType]::ParameterName, 'Print the bytes of the body as they were received, and nothing else')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;log;sessions' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'List only sessions to which this applies; can be repeated')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Order of the sessions')
            [CompletionResult]::new('--settle-after', '--settle-after', [CompletionResultType]::ParameterName, 'How long to wait for an event that follows another one, before it is missing')
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'Take only this event; * in a name stands for any text. Can be repeated')
            [CompletionResult]::new('--session', '--session', [CompletionResultType]::ParameterName, 'Take only this session; * in an id stands for any text. Can be repeated')
            [CompletionResult]::new('--seq', '--seq', [CompletionResultType]::ParameterName, 'Take only these numbers of the log: 17, 17..20, 17.. or ..20; can be repeated')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Take only captures received since TIME: 2h (ago), 14:00, 2026-11-20, 2026-11-20T14:00')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Take only captures received before TIME')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Take only bodies whose field meets this condition; can be repeated')
            [CompletionResult]::new('--verdict', '--verdict', [CompletionResultType]::ParameterName, 'Take only bodies with this verdict; can be repeated')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Take only what this query means, such as ''is:duplicate or code:missing-field''')
            [CompletionResult]::new('--last', '--last', [CompletionResultType]::ParameterName, 'Take only the last N of them')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Take at most N of them')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of stdout')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--watch', '--watch', [CompletionResultType]::ParameterName, 'On a terminal, draw the table anew while the log grows; Ctrl-C ends it')
            [CompletionResult]::new('--expect-complete', '--expect-complete', [CompletionResultType]::ParameterName, 'Exit with 1 if a session is missing something or is open')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;log;timeline' {
            [CompletionResult]::new('--settle-after', '--settle-after', [CompletionResultType]::ParameterName, 'How long to wait for an event that follows another one, before it is missing')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of stdout')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--follow', '--follow', [CompletionResultType]::ParameterName, 'On a terminal, draw the timeline anew while the log grows; Ctrl-C ends it')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;log;diff' {
            [CompletionResult]::new('--session', '--session', [CompletionResultType]::ParameterName, 'Compare two sessions, event by event')
            [CompletionResult]::new('--mask', '--mask', [CompletionResultType]::ParameterName, 'Hide the value at this path of each body, such as /conf_num or /files/*/url; `personal` hides the fields that the catalog calls personal. Can be repeated')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of stdout')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--sample', '--sample', [CompletionResultType]::ParameterName, 'Compare a capture with the documented sample of its event')
            [CompletionResult]::new('--exact', '--exact', [CompletionResultType]::ParameterName, 'Count every difference, also ids and times')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;log;stats' {
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'Count only by this; can be repeated')
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'Take only this event; * in a name stands for any text. Can be repeated')
            [CompletionResult]::new('--session', '--session', [CompletionResultType]::ParameterName, 'Take only this session; * in an id stands for any text. Can be repeated')
            [CompletionResult]::new('--seq', '--seq', [CompletionResultType]::ParameterName, 'Take only these numbers of the log: 17, 17..20, 17.. or ..20; can be repeated')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Take only captures received since TIME: 2h (ago), 14:00, 2026-11-20, 2026-11-20T14:00')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Take only captures received before TIME')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Take only bodies whose field meets this condition; can be repeated')
            [CompletionResult]::new('--verdict', '--verdict', [CompletionResultType]::ParameterName, 'Take only bodies with this verdict; can be repeated')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Take only what this query means, such as ''is:duplicate or code:missing-field''')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of stdout')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;log;export' {
            [CompletionResult]::new('--mask', '--mask', [CompletionResultType]::ParameterName, 'Hide the value at this path of each body, such as /conf_num or /files/*/url; `personal` hides the fields that the catalog calls personal. Can be repeated')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'File to write, which must not exist [default: stdout]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'File to write, which must not exist [default: stdout]')
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'Take only this event; * in a name stands for any text. Can be repeated')
            [CompletionResult]::new('--session', '--session', [CompletionResultType]::ParameterName, 'Take only this session; * in an id stands for any text. Can be repeated')
            [CompletionResult]::new('--seq', '--seq', [CompletionResultType]::ParameterName, 'Take only these numbers of the log: 17, 17..20, 17.. or ..20; can be repeated')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Take only captures received since TIME: 2h (ago), 14:00, 2026-11-20, 2026-11-20T14:00')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Take only captures received before TIME')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Take only bodies whose field meets this condition; can be repeated')
            [CompletionResult]::new('--verdict', '--verdict', [CompletionResultType]::ParameterName, 'Take only bodies with this verdict; can be repeated')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Take only what this query means, such as ''is:duplicate or code:missing-field''')
            [CompletionResult]::new('--last', '--last', [CompletionResultType]::ParameterName, 'Take only the last N of them')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Take at most N of them')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;log;repair' {
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write every whole record to a new file, byte for byte; the log stays as it is')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of stdout')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;log;prune' {
            [CompletionResult]::new('--session', '--session', [CompletionResultType]::ParameterName, 'The id of the session')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of stdout')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;log;help' {
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one capture in full, with its headers')
            [CompletionResult]::new('sessions', 'sessions', [CompletionResultType]::ParameterValue, 'List the sessions: which are complete, and what the others miss')
            [CompletionResult]::new('timeline', 'timeline', [CompletionResultType]::ParameterValue, 'Show one session step by step, with what has not come')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what differs between two captures')
            [CompletionResult]::new('stats', 'stats', [CompletionResultType]::ParameterValue, 'Count captures by event, verdict, code and hour')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write captures to a new log, without what is not to be seen')
            [CompletionResult]::new('repair', 'repair', [CompletionResultType]::ParameterValue, 'Say what is damaged in a log, and write a whole copy')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Remove a session from a log, for ever')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'enx-hook;log;help;show' {
            break
        }
        'enx-hook;log;help;sessions' {
            break
        }
        'enx-hook;log;help;timeline' {
            break
        }
        'enx-hook;log;help;diff' {
            break
        }
        'enx-hook;log;help;stats' {
            break
        }
        'enx-hook;log;help;export' {
            break
        }
        'enx-hook;log;help;repair' {
            break
        }
        'enx-hook;log;help;prune' {
            break
        }
        'enx-hook;log;help;help' {
            break
        }
        'enx-hook;check' {
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Check the rules of this provider [default: enablex]')
            [CompletionResult]::new('--max-latency', '--max-latency', [CompletionResultType]::ParameterName, 'Time limit for a response to pass')
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'Time limit for the whole run')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Maximum number of requests per second')
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Run only this check or group; can be repeated')
            [CompletionResult]::new('--skip', '--skip', [CompletionResultType]::ParameterName, 'Skip this check or group; can be repeated')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Explain a check, and send nothing')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'Ask this URL which effects the events had')
            [CompletionResult]::new('--verify-command', '--verify-command', [CompletionResultType]::ParameterName, 'Run this command to check the effects of the events')
            [CompletionResult]::new('--files-user', '--files-user', [CompletionResultType]::ParameterName, 'Serve the files that events name, require Basic Auth for them, and check the downloads')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Also write a JUnit report to this file (FILE.xml)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of stdout')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL to post to [default: http://127.0.0.1:3000/]')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Post to the target with this name in enx-hook.toml')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'User for Basic Auth')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'User for Basic Auth')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'File whose first line is the password')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'Extra header to send; can be repeated')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'Extra header to send; can be repeated')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit for each response')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait up to this time, such as 30s, until the target accepts connections')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'File with certificates (PEM) to trust in addition to those of the system')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--list', '--list', [CompletionResultType]::ParameterName, 'List the checks, and send nothing')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Post to a public host without asking')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Post to a public host without asking')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Also exit with 1 for warnings and for failed rules of level `should`')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Accept any certificate of the target')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;validate' {
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'Validate every document as this event, whatever type it states')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Validate every document as an event of this provider')
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'Validate only this event; * in a name stands for any text. Can be repeated')
            [CompletionResult]::new('--seq', '--seq', [CompletionResultType]::ParameterName, 'Validate only these numbers of a log: 17, 17..20, 17.. or ..20; can be repeated')
            [CompletionResult]::new('--max-findings', '--max-findings', [CompletionResultType]::ParameterName, 'Show at most N findings, then the number of further ones')
            [CompletionResult]::new('--max-document', '--max-document', [CompletionResultType]::ParameterName, 'Largest document to read; a larger one is reported as invalid')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Explain this finding code, with an example')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Also write a report to this file; can be repeated')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of stdout')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file to use instead of the enx-hook.toml that is found')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Count warnings and unknown events as failures')
            [CompletionResult]::new('--only-invalid', '--only-invalid', [CompletionResultType]::ParameterName, 'Show only invalid documents; with --strict, all that are not valid')
            [CompletionResult]::new('--fix', '--fix', [CompletionResultType]::ParameterName, 'Fix errors that have only one possible fix; for stdin, print the fixed text')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'With --fix: print the changes as a diff, and write nothing')
            [CompletionResult]::new('--codes', '--codes', [CompletionResultType]::ParameterName, 'List all finding codes')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more details on stderr, such as the headers of requests and responses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;help' {
            [CompletionResult]::new('follow', 'follow', [CompletionResultType]::ParameterValue, 'Read the captures that listeners publish to a relay')
            [CompletionResult]::new('relay', 'relay', [CompletionResultType]::ParameterValue, 'Look at a relay, create its stream, or print the configuration of its server')
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'Show captures in a browser')
            [CompletionResult]::new('drift', 'drift', [CompletionResultType]::ParameterValue, 'Show where the captures of a log differ from the documents')
            [CompletionResult]::new('learn', 'learn', [CompletionResultType]::ParameterValue, 'Draft the catalog files of events and fields that the documents do not have')
            [CompletionResult]::new('events', 'events', [CompletionResultType]::ParameterValue, 'List the events, or explain one')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write events for other programs, or captures as a scenario')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a commented configuration file')
            [CompletionResult]::new('allow', 'allow', [CompletionResultType]::ParameterValue, 'Allow the settings of a configuration file that is found in a folder')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('listen', 'listen', [CompletionResultType]::ParameterValue, 'Receive webhooks: log them, answer 200, and show them')
            [CompletionResult]::new('send', 'send', [CompletionResultType]::ParameterValue, 'Post sample events, or your own, to a receiver')
            [CompletionResult]::new('replay', 'replay', [CompletionResultType]::ParameterValue, 'Post logged bodies again, byte for byte')
            [CompletionResult]::new('log', 'log', [CompletionResultType]::ParameterValue, 'Show what the log holds: captures, and what they tell')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check a live receiver against the rules of the documents')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Check whether events are as documented, and explain every deviation')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'enx-hook;help;follow' {
            break
        }
        'enx-hook;help;relay' {
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show the sources of a relay, how much it keeps and how long, and what is wrong with it')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Create the stream of a relay: 7 days, 1 GiB, on disk')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Print a configuration for nats-server, with a user and a new password for each source and follower, and only the rights that they need')
            break
        }
        'enx-hook;help;relay;status' {
            break
        }
        'enx-hook;help;relay;init' {
            break
        }
        'enx-hook;help;relay;config' {
            break
        }
        'enx-hook;help;inspect' {
            break
        }
        'enx-hook;help;drift' {
            break
        }
        'enx-hook;help;learn' {
            break
        }
        'enx-hook;help;events' {
            break
        }
        'enx-hook;help;export' {
            [CompletionResult]::new('openapi', 'openapi', [CompletionResultType]::ParameterValue, 'Write an OpenAPI 3.1 document (JSON)')
            [CompletionResult]::new('asyncapi', 'asyncapi', [CompletionResultType]::ParameterValue, 'Write an AsyncAPI 3.0 document (JSON)')
            [CompletionResult]::new('typescript', 'typescript', [CompletionResultType]::ParameterValue, 'Write TypeScript types: a union that the event''s name discriminates')
            [CompletionResult]::new('scenario', 'scenario', [CompletionResultType]::ParameterValue, 'Write captures as a scenario for `send --scenario`')
            break
        }
        'enx-hook;help;export;openapi' {
            break
        }
        'enx-hook;help;export;asyncapi' {
            break
        }
        'enx-hook;help;export;typescript' {
            break
        }
        'enx-hook;help;export;scenario' {
            break
        }
        'enx-hook;help;init' {
            break
        }
        'enx-hook;help;allow' {
            break
        }
        'enx-hook;help;completions' {
            break
        }
        'enx-hook;help;listen' {
            break
        }
        'enx-hook;help;send' {
            break
        }
        'enx-hook;help;replay' {
            break
        }
        'enx-hook;help;log' {
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one capture in full, with its headers')
            [CompletionResult]::new('sessions', 'sessions', [CompletionResultType]::ParameterValue, 'List the sessions: which are complete, and what the others miss')
            [CompletionResult]::new('timeline', 'timeline', [CompletionResultType]::ParameterValue, 'Show one session step by step, with what has not come')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what differs between two captures')
            [CompletionResult]::new('stats', 'stats', [CompletionResultType]::ParameterValue, 'Count captures by event, verdict, code and hour')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write captures to a new log, without what is not to be seen')
            [CompletionResult]::new('repair', 'repair', [CompletionResultType]::ParameterValue, 'Say what is damaged in a log, and write a whole copy')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Remove a session from a log, for ever')
            break
        }
        'enx-hook;help;log;show' {
            break
        }
        'enx-hook;help;log;sessions' {
            break
        }
        'enx-hook;help;log;timeline' {
            break
        }
        'enx-hook;help;log;diff' {
            break
        }
        'enx-hook;help;log;stats' {
            break
        }
        'enx-hook;help;log;export' {
            break
        }
        'enx-hook;help;log;repair' {
            break
        }
        'enx-hook;help;log;prune' {
            break
        }
        'enx-hook;help;check' {
            break
        }
        'enx-hook;help;validate' {
            break
        }
        'enx-hook;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
