
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
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('listen', 'listen', [CompletionResultType]::ParameterValue, 'Receive webhooks: log them, answer 200, and show them')
            [CompletionResult]::new('replay', 'replay', [CompletionResultType]::ParameterValue, 'Post logged bodies again, byte for byte')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Say whether events are as documented, and what is wrong if not')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check a live receiver against the rules of the documents')
            [CompletionResult]::new('events', 'events', [CompletionResultType]::ParameterValue, 'List the events, or explain one')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a commented configuration file')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('send', 'send', [CompletionResultType]::ParameterValue, 'Post sample events, or your own, to a receiver')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'enx-hook;listen' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Port to listen on; 0 selects a free one [default: 3000]')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Port to listen on; 0 selects a free one [default: 3000]')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Address to listen on; 0.0.0.0 accepts other machines [default: 127.0.0.1]')
            [CompletionResult]::new('--log', '--log', [CompletionResultType]::ParameterName, 'File to append captures to; created if missing [default: log.jsonl]')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'User for Basic Auth')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'File whose first line is the password')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Provider to simulate')
            [CompletionResult]::new('--ready-file', '--ready-file', [CompletionResultType]::ParameterName, 'Write the URL to this file once the port is bound')
            [CompletionResult]::new('--sync', '--sync', [CompletionResultType]::ParameterName, 'What must have happened to a capture before its sender gets a 200')
            [CompletionResult]::new('--max-unsynced', '--max-unsynced', [CompletionResultType]::ParameterName, 'Bytes of captures that may wait for the disk. Further requests get a 503')
            [CompletionResult]::new('--rotate', '--rotate', [CompletionResultType]::ParameterName, 'When the log reaches this size, continue in a new file; the old file becomes a part, log-17.jsonl, named after the number of its first capture')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Keep at most N rotated files; delete the oldest, except captures that are still to be forwarded [default: all]')
            [CompletionResult]::new('--path', '--path', [CompletionResultType]::ParameterName, 'Accept posts to this path only; other paths get a 404 [default: any path]')
            [CompletionResult]::new('--tls-cert', '--tls-cert', [CompletionResultType]::ParameterName, 'Speak HTTPS with this certificate, followed by those that signed it (PEM)')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'The certificate''s private key (PEM, without a password)')
            [CompletionResult]::new('--max-body', '--max-body', [CompletionResultType]::ParameterName, 'Largest body to accept; a larger one gets a 413')
            [CompletionResult]::new('--max-header', '--max-header', [CompletionResultType]::ParameterName, 'Largest header, with the request line; a larger one gets a 431')
            [CompletionResult]::new('--header-timeout', '--header-timeout', [CompletionResultType]::ParameterName, 'How long a sender may take to send the header; then it gets a 408')
            [CompletionResult]::new('--body-timeout', '--body-timeout', [CompletionResultType]::ParameterName, 'How long a sender may take to send the body; then it gets a 408')
            [CompletionResult]::new('--idle-timeout', '--idle-timeout', [CompletionResultType]::ParameterName, 'How long a connection may be idle between two requests; then it is closed')
            [CompletionResult]::new('--max-connections', '--max-connections', [CompletionResultType]::ParameterName, 'Connections at a time; further ones wait until one is closed')
            [CompletionResult]::new('--body-memory', '--body-memory', [CompletionResultType]::ParameterName, 'Memory for large bodies that are being received, over all connections; requests beyond it get a 503. The first 16 KiB of each body do not count')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'What stdout carries')
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'Show only this event; * in a name stands for any text. Can be repeated; the log has every event')
            [CompletionResult]::new('--session', '--session', [CompletionResultType]::ParameterName, 'Show only this session; * in an id stands for any text. Can be repeated')
            [CompletionResult]::new('--verdict', '--verdict', [CompletionResultType]::ParameterName, 'Show only this verdict; can be repeated')
            [CompletionResult]::new('--forward', '--forward', [CompletionResultType]::ParameterName, 'Forward each capture to this server after the sender got its reply')
            [CompletionResult]::new('--forward-from', '--forward-from', [CompletionResultType]::ParameterName, 'Where in the log to begin, whatever was delivered before: `start`, or the number of a capture [default: where the last run ended, or with new captures]')
            [CompletionResult]::new('--forward-user', '--forward-user', [CompletionResultType]::ParameterName, 'User for Basic Auth at that server; the password comes from ENX_HOOK_FORWARD_PASSWORD or a prompt')
            [CompletionResult]::new('--forward-header', '--forward-header', [CompletionResultType]::ParameterName, 'Further header to send; it replaces a header with the same name. Can be repeated')
            [CompletionResult]::new('--forward-timeout', '--forward-timeout', [CompletionResultType]::ParameterName, 'How long to wait for one answer. The documents name no limit; this one is an assumption')
            [CompletionResult]::new('--forward-concurrency', '--forward-concurrency', [CompletionResultType]::ParameterName, 'Requests at a time, each of a different session')
            [CompletionResult]::new('--forward-retries', '--forward-retries', [CompletionResultType]::ParameterName, 'Retries of a capture that was not answered 2xx; then it is passed over. A refused connection does not count: all captures wait until the server is there')
            [CompletionResult]::new('--forward-backoff', '--forward-backoff', [CompletionResultType]::ParameterName, 'The longest wait before the first retry; it doubles with each further one, up to a minute. Each wait is between half of it and all of it, and at least the Retry-After of the server (seconds or a date)')
            [CompletionResult]::new('--reply', '--reply', [CompletionResultType]::ParameterName, 'Answer with these statuses in turn, and with the last one from then on')
            [CompletionResult]::new('--reply-delay', '--reply-delay', [CompletionResultType]::ParameterName, 'Delay each response by TIME')
            [CompletionResult]::new('--reply-body', '--reply-body', [CompletionResultType]::ParameterName, 'Answer with this body')
            [CompletionResult]::new('--reply-header', '--reply-header', [CompletionResultType]::ParameterName, 'Answer with this header as well; can be repeated')
            [CompletionResult]::new('--drop-rate', '--drop-rate', [CompletionResultType]::ParameterName, 'Close this share of the connections without an answer, after logging: 0.1 closes one in ten')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Seed for --drop-rate: the same seed closes the same connections in every run')
            [CompletionResult]::new('--expect', '--expect', [CompletionResultType]::ParameterName, 'Expect a number of events: EVENT=N exactly, EVENT>=N at least. Can be repeated; the run ends once all expectations are met')
            [CompletionResult]::new('--expect-verdict', '--expect-verdict', [CompletionResultType]::ParameterName, 'Expect every capture to have this verdict or a better one (from best to worst: valid, warning, unknown, invalid)')
            [CompletionResult]::new('--max-events', '--max-events', [CompletionResultType]::ParameterName, 'End after N captures')
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'End after this time')
            [CompletionResult]::new('--settle', '--settle', [CompletionResultType]::ParameterName, 'Quiet period before an exact count passes')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--no-log', '--no-log', [CompletionResultType]::ParameterName, 'Keep no log: only show the events')
            [CompletionResult]::new('--reject-malformed', '--reject-malformed', [CompletionResultType]::ParameterName, 'Answer 400 to a body that is not JSON (it is still logged)')
            [CompletionResult]::new('--simulate', '--simulate', [CompletionResultType]::ParameterName, 'Post the events of one session to this listener, as a demonstration')
            [CompletionResult]::new('--rotate-gzip', '--rotate-gzip', [CompletionResultType]::ParameterName, 'Compress rotated files with gzip: log-17.jsonl.gz')
            [CompletionResult]::new('--tls-self-signed', '--tls-self-signed', [CompletionResultType]::ParameterName, 'Speak HTTPS with a certificate made for this run; its fingerprint is printed')
            [CompletionResult]::new('--trust-proxy', '--trust-proxy', [CompletionResultType]::ParameterName, 'Read the client address from the header Forwarded or X-Forwarded-For')
            [CompletionResult]::new('--full', '--full', [CompletionResultType]::ParameterName, 'Show long lists and texts in full')
            [CompletionResult]::new('--forward-sync', '--forward-sync', [CompletionResultType]::ParameterName, 'Answer senders with the answer of the server; each capture is logged first, and forwarded once')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;replay' {
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'Replay only this event; * in a name stands for any text. Can be repeated')
            [CompletionResult]::new('--session', '--session', [CompletionResultType]::ParameterName, 'Replay only this session; * in an id stands for any text. Can be repeated')
            [CompletionResult]::new('--seq', '--seq', [CompletionResultType]::ParameterName, 'Replay only these numbers of the log: 17, 17..20, 17.. or ..20; can be repeated')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Replay only what was received from then on: 2h (ago), 2026-11-20, 2026-11-20T14:00')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Replay only what was received before then')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Replay only bodies whose field meets this condition; can be repeated')
            [CompletionResult]::new('--verdict', '--verdict', [CompletionResultType]::ParameterName, 'Replay only bodies with this verdict; can be repeated')
            [CompletionResult]::new('--last', '--last', [CompletionResultType]::ParameterName, 'Replay only the last N of what is selected')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Replay at most this many captures')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Requests at a time')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Post evenly at this rate: 500/s, 30/m')
            [CompletionResult]::new('--speed', '--speed', [CompletionResultType]::ParameterName, 'Keep the gaps of the log: 1 as they were, 10 ten times as fast; max waits for nothing')
            [CompletionResult]::new('--max-gap', '--max-gap', [CompletionResultType]::ParameterName, 'Longest gap to wait for with --speed')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Try a failed capture again this often')
            [CompletionResult]::new('--retry-on', '--retry-on', [CompletionResultType]::ParameterName, 'What to try again on: statuses, classes such as 5xx, connect, timeout, closed')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Stop when this many captures were not answered 2xx')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a field in each body whose event has it; VALUE is JSON, or else a string')
            [CompletionResult]::new('--set-string', '--set-string', [CompletionResultType]::ParameterName, 'Set a field to a string, whatever it looks like; can be repeated')
            [CompletionResult]::new('--unset', '--unset', [CompletionResultType]::ParameterName, 'Leave a field out; can be repeated')
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'With --follow: end after this time, such as 30s or 5m')
            [CompletionResult]::new('--headers', '--headers', [CompletionResultType]::ParameterName, 'Which of the logged headers to send')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Keep the progress in this file, and go on where it ends')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Also write the deliveries to this file: .xml JUnit, .har HTTP archive, .json')
            [CompletionResult]::new('--max-document', '--max-document', [CompletionResultType]::ParameterName, 'Largest line to read; a longer one is skipped with a warning')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL to post to [default: http://127.0.0.1:3000/]')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Target of that name in enx-hook.toml')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'User for Basic Auth')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'File whose first line is the password')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'Extra header to send; can be repeated')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'Extra header to send; can be repeated')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for each answer')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'File with certificates (PEM) to trust besides the system''s')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'What to print on stdout')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--skip-duplicates', '--skip-duplicates', [CompletionResultType]::ParameterName, 'Skip a body that is the same, byte for byte, as one of the 65,536 before it')
            [CompletionResult]::new('--fail-fast', '--fail-fast', [CompletionResultType]::ParameterName, 'Stop at the first capture that is not answered 2xx')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Set fields also in events that do not have them')
            [CompletionResult]::new('--follow', '--follow', [CompletionResultType]::ParameterName, 'Go on with what is still being logged, after what is there')
            [CompletionResult]::new('--keep-path', '--keep-path', [CompletionResultType]::ParameterName, 'Post to the path and query that were logged, on the host of the URL')
            [CompletionResult]::new('--failed', '--failed', [CompletionResultType]::ParameterName, 'With --resume: send again what was not answered 2xx')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print what would be sent, and send nothing')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Trust any certificate of the target')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;validate' {
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'Take every document for this event, whatever it says it is')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Take every document for an event of this provider')
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'Judge only this event; * in a name stands for any text. Can be repeated')
            [CompletionResult]::new('--max-findings', '--max-findings', [CompletionResultType]::ParameterName, 'Show only so many findings, and how many more there are')
            [CompletionResult]::new('--max-document', '--max-document', [CompletionResultType]::ParameterName, 'Largest document to read; a larger one is reported as invalid')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Explain what a finding of this code means, with an example')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Also write a report to this file; can be repeated')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'What to print on stdout')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Count warnings and unknown events as failures')
            [CompletionResult]::new('--only-invalid', '--only-invalid', [CompletionResultType]::ParameterName, 'Show only documents that are invalid; with --strict, all that are not valid')
            [CompletionResult]::new('--fix', '--fix', [CompletionResultType]::ParameterName, 'Mend the files where the repair is beyond doubt; of stdin, print the mended text')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'With --fix: show the changes as a diff, and write nothing')
            [CompletionResult]::new('--codes', '--codes', [CompletionResultType]::ParameterName, 'List all codes that findings can have')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;check' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL to post to [default: http://127.0.0.1:3000/]')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Target of that name in enx-hook.toml')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'User for Basic Auth')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'File whose first line is the password')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'Extra header to send; can be repeated')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'Extra header to send; can be repeated')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for each answer')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'File with certificates (PEM) to trust besides the system''s')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Provider whose documents count [default: enablex]')
            [CompletionResult]::new('--max-latency', '--max-latency', [CompletionResultType]::ParameterName, 'Longest time an answer may take')
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'Longest time the run may take')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Most requests per second')
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Run only this check or group; can be repeated')
            [CompletionResult]::new('--skip', '--skip', [CompletionResultType]::ParameterName, 'Leave out this check or group; can be repeated')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Explain a check, and send nothing')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'Ask this URL what the events did')
            [CompletionResult]::new('--verify-command', '--verify-command', [CompletionResultType]::ParameterName, 'Run this command to judge what the events did')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Also write a JUnit report to this file, named FILE.xml')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'What to print on stdout')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Trust any certificate of the target')
            [CompletionResult]::new('--list', '--list', [CompletionResultType]::ParameterName, 'List the checks, and send nothing')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Post to a public host without asking')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Post to a public host without asking')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Also exit with 1 for warnings and for failed rules of level should')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;events' {
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'List only the events of this provider')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'What to print on stdout')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--schema', '--schema', [CompletionResultType]::ParameterName, 'Print the event''s JSON Schema, byte for byte')
            [CompletionResult]::new('--sample', '--sample', [CompletionResultType]::ParameterName, 'Print the event''s sample, byte for byte')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;init' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Overwrite an existing file')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;completions' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;send' {
            [CompletionResult]::new('--scenario', '--scenario', [CompletionResultType]::ParameterName, 'Play a scenario: a built-in one (session, redelivery, disorder, storm), or a file')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Provider of --all and --scenario [default: enablex]')
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'Body to send instead of a sample: text, @FILE, or - for stdin')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a field; VALUE is JSON, or else a string')
            [CompletionResult]::new('--set-string', '--set-string', [CompletionResultType]::ParameterName, 'Set a field to a string, whatever it looks like; can be repeated')
            [CompletionResult]::new('--unset', '--unset', [CompletionResultType]::ParameterName, 'Leave a field out; can be repeated')
            [CompletionResult]::new('--session', '--session', [CompletionResultType]::ParameterName, 'Session of the events; fresh by default')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Make the same bodies in every run with this number: ids, times, faults')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'Send all this many times, each time with fresh ids [default: 1, or as the scenario says]')
            [CompletionResult]::new('--repeat-identical', '--repeat-identical', [CompletionResultType]::ParameterName, 'Send each body this many times, byte for byte the same')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Send this many sessions at a time; the events of one stay in order [default: 1, or as the scenario says]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Send at most this often, evenly spaced, such as 10/s or 600/m')
            [CompletionResult]::new('--speed', '--speed', [CompletionResultType]::ParameterName, 'Play the pauses of a scenario faster: 10 is ten times as fast, max waits for nothing [default: 1]')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Try again this many times without an answer, or after 429 or 5xx')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'Print a command or a file that sends the same, and send nothing')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Also write a report to this file: FILE.xml for JUnit, or FILE.json')
            [CompletionResult]::new('--content-type', '--content-type', [CompletionResultType]::ParameterName, 'Content type of the body [default: application/json]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL to post to [default: http://127.0.0.1:3000/]')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Target of that name in enx-hook.toml')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'User for Basic Auth')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'File whose first line is the password')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'Extra header to send; can be repeated')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'Extra header to send; can be repeated')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for each answer')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'File with certificates (PEM) to trust besides the system''s')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'What to print on stdout')
            [CompletionResult]::new('--agent-session', '--agent-session', [CompletionResultType]::ParameterName, 'Agent''s session of the events')
            [CompletionResult]::new('--app', '--app', [CompletionResultType]::ParameterName, 'Project of the events')
            [CompletionResult]::new('--client', '--client', [CompletionResultType]::ParameterName, 'Client of the events')
            [CompletionResult]::new('--room', '--room', [CompletionResultType]::ParameterName, 'Room of the events')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Send every event of one provider, in the order of a session''s life')
            [CompletionResult]::new('--list', '--list', [CompletionResultType]::ParameterName, 'List the built-in scenarios, and send nothing')
            [CompletionResult]::new('--exact', '--exact', [CompletionResultType]::ParameterName, 'Send samples byte for byte: no fresh ids, no current time')
            [CompletionResult]::new('--edit', '--edit', [CompletionResultType]::ParameterName, 'Edit each body in $VISUAL or $EDITOR before it is sent')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Set fields that the event does not have')
            [CompletionResult]::new('--no-validate', '--no-validate', [CompletionResultType]::ParameterName, 'Send what is invalid, and say nothing about it')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print the exact request, and send nothing')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Trust any certificate of the target')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'enx-hook;help' {
            [CompletionResult]::new('listen', 'listen', [CompletionResultType]::ParameterValue, 'Receive webhooks: log them, answer 200, and show them')
            [CompletionResult]::new('replay', 'replay', [CompletionResultType]::ParameterValue, 'Post logged bodies again, byte for byte')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Say whether events are as documented, and what is wrong if not')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check a live receiver against the rules of the documents')
            [CompletionResult]::new('events', 'events', [CompletionResultType]::ParameterValue, 'List the events, or explain one')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a commented configuration file')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('send', 'send', [CompletionResultType]::ParameterValue, 'Post sample events, or your own, to a receiver')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'enx-hook;help;listen' {
            break
        }
        'enx-hook;help;replay' {
            break
        }
        'enx-hook;help;validate' {
            break
        }
        'enx-hook;help;check' {
            break
        }
        'enx-hook;help;events' {
            break
        }
        'enx-hook;help;init' {
            break
        }
        'enx-hook;help;completions' {
            break
        }
        'enx-hook;help;send' {
            break
        }
        'enx-hook;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
