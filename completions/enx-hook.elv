
use builtin;
use str;

set edit:completion:arg-completer[enx-hook] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'enx-hook'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'enx-hook'= {
            cand --color 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE'
            cand --catalog 'Folder with more providers and events; can be repeated'
            cand --utc 'Show times in UTC instead of local time'
            cand -q 'Print only warnings and errors on stderr'
            cand --quiet 'Print only warnings and errors on stderr'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand listen 'Receive webhooks: log them, answer 200, and show what came'
            cand send 'Post sample events, or your own, to a receiver'
            cand replay 'Post logged bodies again, byte for byte'
            cand validate 'Say whether events are as documented, and what is wrong if not'
            cand check 'Check a live receiver against the rules of the documents'
            cand events 'List the events, or explain one'
            cand completions 'Print a completion script for a shell'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'enx-hook;listen'= {
            cand -p 'Port to listen on; 0 picks a free one [default: 3000]'
            cand --port 'Port to listen on; 0 picks a free one [default: 3000]'
            cand --host 'Address to listen on; 0.0.0.0 lets other machines in [default: 127.0.0.1]'
            cand --log 'File to append captures to; created if missing [default: log.jsonl]'
            cand --user 'User for Basic Auth'
            cand --password-file 'File whose first line is the password'
            cand --max-body 'Largest body to accept; a larger one is answered 413'
            cand --provider 'Provider to simulate'
            cand --ready-file 'Write the URL to this file once the port is bound'
            cand --format 'What stdout carries'
            cand --event 'Show only these events; all are logged. Can be repeated'
            cand --session 'Show only this session; can be repeated'
            cand --verdict 'Show only this verdict; can be repeated'
            cand --forward 'Pass each capture on to this server, after the sender was answered'
            cand --forward-from 'Where in the log to begin, whatever was delivered before: `start`, or the number of a capture [default: where it was, or else with what comes]'
            cand --forward-user 'User for Basic Auth at that server; the password comes as with --user, from ENX_HOOK_FORWARD_PASSWORD or a prompt'
            cand --forward-header 'Header to send as well, in place of one of the same name; can be repeated'
            cand --forward-timeout 'How long to wait for one answer. The documents name no figure: this one is assumed'
            cand --forward-concurrency 'Requests at a time, each of another session'
            cand --forward-retries 'Further attempts at what was not answered 2xx; then it is passed over. A refused connection is none: everything waits until the server is there'
            cand --forward-backoff 'The wait before the second attempt; it doubles with each further one, up to a minute'
            cand --reply 'Answer with these statuses in turn, and with the last one from then on'
            cand --reply-delay 'Let every sender wait so long for its answer'
            cand --reply-body 'Answer with this body'
            cand --reply-header 'Answer with this header as well; can be repeated'
            cand --drop-rate 'Close this share of the connections without an answer, after logging: 0.1 is one in ten'
            cand --seed 'Close the same ones in every run'
            cand --expect 'Expect so many events: EVENT=N exactly, EVENT>=N or more. Can be repeated; the run ends once all is met'
            cand --expect-verdict 'Expect every capture to have this verdict or a better one (valid, warning, unknown, invalid, in this order)'
            cand --max-events 'End after so many captures'
            cand --for 'End after this time'
            cand --settle 'How long nothing more must come before an exact number counts as met'
            cand --color 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE'
            cand --catalog 'Folder with more providers and events; can be repeated'
            cand --no-log 'Keep no log: events are only shown'
            cand --reject-malformed 'Answer 400 to a body that is not JSON (it is logged all the same)'
            cand --simulate 'Post one session''s events to this listener, to see it at work'
            cand --full 'Show long lists and texts whole'
            cand --forward-sync 'Answer senders with what the server answers; each capture is passed on once, and logged before'
            cand --utc 'Show times in UTC instead of local time'
            cand -q 'Print only warnings and errors on stderr'
            cand --quiet 'Print only warnings and errors on stderr'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'enx-hook;send'= {
            cand --provider 'Provider of --all [default: enablex]'
            cand --data 'Body to send instead of a sample: text, @FILE, or - for stdin'
            cand --url 'URL to post to [default: http://127.0.0.1:3000/]'
            cand --user 'User for Basic Auth'
            cand --password-file 'File whose first line is the password'
            cand -H 'Extra header to send; can be repeated'
            cand --header 'Extra header to send; can be repeated'
            cand --timeout 'How long to wait for each answer'
            cand --format 'What to print on stdout'
            cand --color 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE'
            cand --catalog 'Folder with more providers and events; can be repeated'
            cand --all 'Send every event of one provider, in the order of a session''s life'
            cand --exact 'Send samples byte for byte: no fresh ids, no current time'
            cand --utc 'Show times in UTC instead of local time'
            cand -q 'Print only warnings and errors on stderr'
            cand --quiet 'Print only warnings and errors on stderr'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'enx-hook;replay'= {
            cand --event 'Replay only this event; can be repeated'
            cand --session 'Replay only this session; can be repeated'
            cand --seq 'Replay only these numbers of the log: 17, 17..20, 17.. or ..20; can be repeated'
            cand --since 'Replay only what was received from then on: 2h (ago), 2026-11-20, 2026-11-20T14:00'
            cand --until 'Replay only what was received before then'
            cand --where 'Replay only bodies in which that field has that value; can be repeated'
            cand --verdict 'Replay only bodies with this verdict; can be repeated'
            cand --last 'Replay only the last N of what is selected'
            cand --limit 'Replay at most this many captures'
            cand --concurrency 'Requests at a time'
            cand --rate 'Post evenly at this rate: 500/s, 30/m'
            cand --speed 'Keep the gaps of the log: 1 as they were, 10 ten times as fast; max waits for nothing'
            cand --max-gap 'Longest gap to wait for with --speed'
            cand --retries 'Try a failed capture again this often'
            cand --retry-on 'What to try again on: statuses, classes such as 5xx, connect, timeout, closed'
            cand --max-failures 'Stop when this many captures were not answered 2xx'
            cand --headers 'Which of the logged headers to send'
            cand --resume 'Keep the progress in this file, and go on where it ends'
            cand --max-document 'Largest line to read; a longer one is skipped with a warning'
            cand --url 'URL to post to [default: http://127.0.0.1:3000/]'
            cand --user 'User for Basic Auth'
            cand --password-file 'File whose first line is the password'
            cand -H 'Extra header to send; can be repeated'
            cand --header 'Extra header to send; can be repeated'
            cand --timeout 'How long to wait for each answer'
            cand --format 'What to print on stdout'
            cand --color 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE'
            cand --catalog 'Folder with more providers and events; can be repeated'
            cand --skip-duplicates 'Skip a body that is the same, byte for byte, as one of the 65,536 before it'
            cand --fail-fast 'Stop at the first capture that is not answered 2xx'
            cand --keep-path 'Post to the path and query that were logged, on the host of the URL'
            cand --failed 'With --resume: send again what was not answered 2xx'
            cand --dry-run 'Print what would be sent, and send nothing'
            cand --utc 'Show times in UTC instead of local time'
            cand -q 'Print only warnings and errors on stderr'
            cand --quiet 'Print only warnings and errors on stderr'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'enx-hook;validate'= {
            cand --as 'Take every document for this event, whatever it says it is'
            cand --max-document 'Largest document to read; a larger one is reported as invalid'
            cand --format 'What to print on stdout'
            cand --color 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE'
            cand --catalog 'Folder with more providers and events; can be repeated'
            cand --strict 'Count warnings and unknown events as failures'
            cand --utc 'Show times in UTC instead of local time'
            cand -q 'Print only warnings and errors on stderr'
            cand --quiet 'Print only warnings and errors on stderr'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'enx-hook;check'= {
            cand --url 'URL to post to [default: http://127.0.0.1:3000/]'
            cand --user 'User for Basic Auth'
            cand --password-file 'File whose first line is the password'
            cand -H 'Extra header to send; can be repeated'
            cand --header 'Extra header to send; can be repeated'
            cand --timeout 'How long to wait for each answer'
            cand --provider 'Provider whose documents count [default: enablex]'
            cand --max-latency 'Longest time that an answer may take'
            cand --for 'Longest time that the run may take'
            cand --rate 'Most requests per second'
            cand --only 'Run only this check or group; can be repeated'
            cand --skip 'Leave out this check or group; can be repeated'
            cand --explain 'Explain a check, and send nothing'
            cand --verify 'Ask this URL what effect the events had'
            cand --verify-command 'Run this command to judge what effect the events had'
            cand --report 'Also write a JUnit report to this file, named FILE.xml'
            cand --format 'What to print on stdout'
            cand --color 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE'
            cand --catalog 'Folder with more providers and events; can be repeated'
            cand --list 'List the checks, and send nothing'
            cand -y 'Post to a public host without asking'
            cand --yes 'Post to a public host without asking'
            cand --strict 'Exit with 1 also for warnings and failed rules of level should'
            cand --utc 'Show times in UTC instead of local time'
            cand -q 'Print only warnings and errors on stderr'
            cand --quiet 'Print only warnings and errors on stderr'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'enx-hook;events'= {
            cand --provider 'List only the events of this provider'
            cand --format 'What to print on stdout'
            cand --color 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE'
            cand --catalog 'Folder with more providers and events; can be repeated'
            cand --schema 'Print the event''s JSON Schema, byte for byte'
            cand --sample 'Print the event''s sample, byte for byte'
            cand --utc 'Show times in UTC instead of local time'
            cand -q 'Print only warnings and errors on stderr'
            cand --quiet 'Print only warnings and errors on stderr'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'enx-hook;completions'= {
            cand --color 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE'
            cand --catalog 'Folder with more providers and events; can be repeated'
            cand --utc 'Show times in UTC instead of local time'
            cand -q 'Print only warnings and errors on stderr'
            cand --quiet 'Print only warnings and errors on stderr'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'enx-hook;help'= {
            cand listen 'Receive webhooks: log them, answer 200, and show what came'
            cand send 'Post sample events, or your own, to a receiver'
            cand replay 'Post logged bodies again, byte for byte'
            cand validate 'Say whether events are as documented, and what is wrong if not'
            cand check 'Check a live receiver against the rules of the documents'
            cand events 'List the events, or explain one'
            cand completions 'Print a completion script for a shell'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'enx-hook;help;listen'= {
        }
        &'enx-hook;help;send'= {
        }
        &'enx-hook;help;replay'= {
        }
        &'enx-hook;help;validate'= {
        }
        &'enx-hook;help;check'= {
        }
        &'enx-hook;help;events'= {
        }
        &'enx-hook;help;completions'= {
        }
        &'enx-hook;help;help'= {
        }
    ]
    $completions[$command]
}
