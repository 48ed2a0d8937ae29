
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
            [CompletionResult]::new('listen', 'listen', [CompletionResultType]::ParameterValue, 'Receive webhooks: log them, answer 200, and show what came')
            [CompletionResult]::new('send', 'send', [CompletionResultType]::ParameterValue, 'Post sample events, or your own, to a receiver')
            [CompletionResult]::new('replay', 'replay', [CompletionResultType]::ParameterValue, 'Post logged bodies again, byte for byte')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Say whether events are as documented, and what is wrong if not')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check a live receiver against the rules of the documents')
            [CompletionResult]::new('events', 'events', [CompletionResultType]::ParameterValue, 'List the events, or explain one')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'enx-hook;listen' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Port to listen on; 0 picks a free one [default: 3000]')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Port to listen on; 0 picks a free one [default: 3000]')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Address to listen on; 0.0.0.0 lets other machines in [default: 127.0.0.1]')
            [CompletionResult]::new('--log', '--log', [CompletionResultType]::ParameterName, 'File to append captures to; created if missing [default: log.jsonl]')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'User for Basic Auth')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'File whose first line is the password')
            [CompletionResult]::new('--max-body', '--max-body', [CompletionResultType]::ParameterName, 'Largest body to accept; a larger one is answered 413')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Provider to simulate')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'What to print on stdout')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--no-log', '--no-log', [CompletionResultType]::ParameterName, 'Keep no log: events are only shown')
            [CompletionResult]::new('--reject-malformed', '--reject-malformed', [CompletionResultType]::ParameterName, 'Answer 400 to a body that is not JSON (it is logged all the same)')
            [CompletionResult]::new('--simulate', '--simulate', [CompletionResultType]::ParameterName, 'Post one session''s events to this listener, to see it at work')
            [CompletionResult]::new('--full', '--full', [CompletionResultType]::ParameterName, 'Show long lists and texts in full')
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
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Provider of --all [default: enablex]')
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'Body to send instead of a sample: text, @FILE, or - for stdin')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL to post to [default: http://127.0.0.1:3000/]')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'User for Basic Auth')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'File whose first line is the password')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'Extra header to send; can be repeated')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'Extra header to send; can be repeated')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for each answer')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'What to print on stdout')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Send every event of one provider, in the order of a session''s life')
            [CompletionResult]::new('--exact', '--exact', [CompletionResultType]::ParameterName, 'Send samples byte for byte: no fresh ids, no current time')
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
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'Replay only this event; can be repeated')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Replay at most this many captures')
            [CompletionResult]::new('--max-document', '--max-document', [CompletionResultType]::ParameterName, 'Largest line to read; a longer one is skipped with a warning')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL to post to [default: http://127.0.0.1:3000/]')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'User for Basic Auth')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'File whose first line is the password')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'Extra header to send; can be repeated')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'Extra header to send; can be repeated')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for each answer')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'What to print on stdout')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print what would be sent, and send nothing')
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
            [CompletionResult]::new('--max-document', '--max-document', [CompletionResultType]::ParameterName, 'Largest document to read; a larger one is reported as invalid')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'What to print on stdout')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Count warnings and unknown events as failures')
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
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'User for Basic Auth')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'File whose first line is the password')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'Extra header to send; can be repeated')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'Extra header to send; can be repeated')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for each answer')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Provider whose documents count [default: enablex]')
            [CompletionResult]::new('--max-latency', '--max-latency', [CompletionResultType]::ParameterName, 'Longest time that an answer may take')
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'Longest time that the run may take')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Most requests per second')
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Run only this check or group; can be repeated')
            [CompletionResult]::new('--skip', '--skip', [CompletionResultType]::ParameterName, 'Leave out this check or group; can be repeated')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Explain a check, and send nothing')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'Ask this URL what effect the events had')
            [CompletionResult]::new('--verify-command', '--verify-command', [CompletionResultType]::ParameterName, 'Run this command to judge what effect the events had')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Also write a JUnit report to this file, named FILE.xml')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'What to print on stdout')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE')
            [CompletionResult]::new('--catalog', '--catalog', [CompletionResultType]::ParameterName, 'Folder with more providers and events; can be repeated')
            [CompletionResult]::new('--list', '--list', [CompletionResultType]::ParameterName, 'List the checks, and send nothing')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Post to a public host without asking')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Post to a public host without asking')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Exit with 1 also for warnings and failed rules of level should')
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
        'enx-hook;help' {
            [CompletionResult]::new('listen', 'listen', [CompletionResultType]::ParameterValue, 'Receive webhooks: log them, answer 200, and show what came')
            [CompletionResult]::new('send', 'send', [CompletionResultType]::ParameterValue, 'Post sample events, or your own, to a receiver')
            [CompletionResult]::new('replay', 'replay', [CompletionResultType]::ParameterValue, 'Post logged bodies again, byte for byte')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Say whether events are as documented, and what is wrong if not')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check a live receiver against the rules of the documents')
            [CompletionResult]::new('events', 'events', [CompletionResultType]::ParameterValue, 'List the events, or explain one')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
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
        'enx-hook;help;validate' {
            break
        }
        'enx-hook;help;check' {
            break
        }
        'enx-hook;help;events' {
            break
        }
        'enx-hook;help;completions' {
            break
        }
        'enx-hook;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
