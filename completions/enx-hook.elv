
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
            cand replay 'Post logged bodies again, byte for byte'
            cand validate 'Say whether events are as documented, and what is wrong if not'
            cand events 'List the events, or explain one'
            cand init 'Write a commented configuration file'
            cand completions 'Print a completion script for a shell'
            cand send 'Post sample events, or your own, to a receiver'
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
            cand --format 'What to print on stdout'
            cand --color 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE'
            cand --catalog 'Folder with more providers and events; can be repeated'
            cand --no-log 'Keep no log: events are only shown'
            cand --reject-malformed 'Answer 400 to a body that is not JSON (it is logged all the same)'
            cand --simulate 'Post one session''s events to this listener, to see it at work'
            cand --full 'Show long lists and texts in full'
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
            cand --limit 'Replay at most this many captures'
            cand --max-document 'Largest line to read; a longer one is skipped with a warning'
            cand --url 'URL to post to [default: http://127.0.0.1:3000/]'
            cand --to 'Target of that name in enx-hook.toml'
            cand --user 'User for Basic Auth'
            cand --password-file 'File whose first line is the password'
            cand -H 'Extra header to send; can be repeated'
            cand --header 'Extra header to send; can be repeated'
            cand --timeout 'How long to wait for each answer'
            cand --cacert 'File with certificates (PEM) to trust besides the system''s'
            cand --format 'What to print on stdout'
            cand --color 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE'
            cand --catalog 'Folder with more providers and events; can be repeated'
            cand --dry-run 'Print what would be sent, and send nothing'
            cand --insecure 'Trust any certificate of the target'
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
        &'enx-hook;init'= {
            cand --color 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE'
            cand --catalog 'Folder with more providers and events; can be repeated'
            cand --force 'Write over a file that is there'
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
        &'enx-hook;send'= {
            cand --provider 'Provider of --all [default: enablex]'
            cand --data 'Body to send instead of a sample: text, @FILE, or - for stdin'
            cand --set 'Set a field; VALUE is JSON, or else a string'
            cand --set-string 'Set a field to a string, whatever it looks like; can be repeated'
            cand --unset 'Leave a field out; can be repeated'
            cand --session 'Session of the events; fresh by default'
            cand --seed 'Draw the same fresh ids in every run with this number'
            cand --count 'Send all this many times, each time with fresh ids'
            cand --repeat-identical 'Send each body this many times, byte for byte the same'
            cand --concurrency 'Send this many sessions at a time; the events of one stay in order'
            cand --rate 'Send at most this often, evenly spaced, such as 10/s or 600/m'
            cand --retries 'Try again this many times without an answer, or after 429 or 5xx'
            cand --as 'Print a command or a file that sends the same, and send nothing'
            cand --content-type 'Content type of the body [default: application/json]'
            cand --url 'URL to post to [default: http://127.0.0.1:3000/]'
            cand --to 'Target of that name in enx-hook.toml'
            cand --user 'User for Basic Auth'
            cand --password-file 'File whose first line is the password'
            cand -H 'Extra header to send; can be repeated'
            cand --header 'Extra header to send; can be repeated'
            cand --timeout 'How long to wait for each answer'
            cand --cacert 'File with certificates (PEM) to trust besides the system''s'
            cand --format 'What to print on stdout'
            cand --agent-session 'Agent''s session of the events'
            cand --app 'Project of the events'
            cand --client 'Client of the events'
            cand --room 'Room of the events'
            cand --color 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE'
            cand --catalog 'Folder with more providers and events; can be repeated'
            cand --all 'Send every event of one provider, in the order of a session''s life'
            cand --exact 'Send samples byte for byte: no fresh ids, no current time'
            cand --edit 'Edit each body in $VISUAL or $EDITOR before it is sent'
            cand --force 'Set fields that the event does not have'
            cand --no-validate 'Send what is invalid, and say nothing about it'
            cand --dry-run 'Print the exact request, and send nothing'
            cand --insecure 'Trust any certificate of the target'
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
            cand replay 'Post logged bodies again, byte for byte'
            cand validate 'Say whether events are as documented, and what is wrong if not'
            cand events 'List the events, or explain one'
            cand init 'Write a commented configuration file'
            cand completions 'Print a completion script for a shell'
            cand send 'Post sample events, or your own, to a receiver'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'enx-hook;help;listen'= {
        }
        &'enx-hook;help;replay'= {
        }
        &'enx-hook;help;validate'= {
        }
        &'enx-hook;help;events'= {
        }
        &'enx-hook;help;init'= {
        }
        &'enx-hook;help;completions'= {
        }
        &'enx-hook;help;send'= {
        }
        &'enx-hook;help;help'= {
        }
    ]
    $completions[$command]
}
