# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_enx_hook_global_optspecs
    string join \n color= catalog= config= utc q/quiet v/verbose h/help V/version
end

function __fish_enx_hook_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_enx_hook_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_enx_hook_using_subcommand
    set -l cmd (__fish_enx_hook_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c enx-hook -n "__fish_enx_hook_needs_command" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_needs_command" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_needs_command" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_needs_command" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_needs_command" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_needs_command" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_needs_command" -s V -l version -d 'Print version'
complete -c enx-hook -n "__fish_enx_hook_needs_command" -f -a "follow" -d 'Read the captures that listeners publish to a relay'
complete -c enx-hook -n "__fish_enx_hook_needs_command" -f -a "relay" -d 'Look at a relay, create its stream, or print the configuration of its server'
complete -c enx-hook -n "__fish_enx_hook_needs_command" -f -a "inspect" -d 'Show captures in a browser'
complete -c enx-hook -n "__fish_enx_hook_needs_command" -f -a "drift" -d 'Show where the captures of a log differ from the documents'
complete -c enx-hook -n "__fish_enx_hook_needs_command" -f -a "learn" -d 'Draft the catalog files of events and fields that the documents do not have'
complete -c enx-hook -n "__fish_enx_hook_needs_command" -f -a "events" -d 'List the events, or explain one'
complete -c enx-hook -n "__fish_enx_hook_needs_command" -f -a "export" -d 'Write events for other programs, or captures as a scenario'
complete -c enx-hook -n "__fish_enx_hook_needs_command" -f -a "init" -d 'Write a commented configuration file'
complete -c enx-hook -n "__fish_enx_hook_needs_command" -f -a "allow" -d 'Allow the settings of a configuration file that is found in a folder'
complete -c enx-hook -n "__fish_enx_hook_needs_command" -f -a "completions" -d 'Print a completion script for a shell'
complete -c enx-hook -n "__fish_enx_hook_needs_command" -f -a "listen" -d 'Receive webhooks: log them, answer 200, and show them'
complete -c enx-hook -n "__fish_enx_hook_needs_command" -f -a "send" -d 'Post sample events, or your own, to a receiver'
complete -c enx-hook -n "__fish_enx_hook_needs_command" -f -a "replay" -d 'Post logged bodies again, byte for byte'
complete -c enx-hook -n "__fish_enx_hook_needs_command" -f -a "log" -d 'Show what the log holds: captures, and what they tell'
complete -c enx-hook -n "__fish_enx_hook_needs_command" -f -a "check" -d 'Check a live receiver against the rules of the documents'
complete -c enx-hook -n "__fish_enx_hook_needs_command" -f -a "validate" -d 'Check whether events are as documented, and explain every deviation'
complete -c enx-hook -n "__fish_enx_hook_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l since -d 'Begin a new log with what the relay keeps since TIME: 2h (ago), 14:00, 2026-11-20' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l log -d 'File to append captures to; created if missing [default: log.jsonl]' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l ready-file -d 'Write the URL to this file once following begins' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l relay-as -d 'Name of this source or follower at the relay: letters, digits, - and _' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l relay-user -d 'User at the relay; the password comes from --relay-password-file, ENX_HOOK_RELAY_PASSWORD or a prompt' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l relay-password-file -d 'File whose first line is the password for the relay' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l relay-creds -d 'Credentials file (.creds) for the relay [default: NATS_CREDS]' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l relay-cacert -d 'File with certificates (PEM) to trust for tls:// instead of those of the system' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l sync -d 'When a capture counts as written, so that its sender gets a 200' -r -f -a "each\t'The disk has it: it survives a crash of the machine. Captures that wait share one sync, which takes as long as the disk takes'
os\t'The operating system has it: faster on slow disks. It survives a crash of this program, but a crash of the machine or a power cut can lose the last captures'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l max-unsynced -d 'Bytes of captures that may wait for the disk. Further requests get a 503' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l rotate -d 'When the log reaches this size, continue in a new file; the old file becomes a part, log-17.jsonl, named after the number of its first capture' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l keep -d 'Keep at most N rotated files; delete the oldest, except captures that are still to be forwarded [default: all]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l keep-for -d 'Delete rotated files whose last capture is older than this, such as 7d, except captures that are still to be forwarded; the log itself stays [default: keep all]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l keep-at-most -d 'Keep at most this much in the log and its parts; delete the oldest parts, even if captures in them are still to be forwarded' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l forget-target -d 'Give up the captures that wait for this target of an earlier --forward. Can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l format -d 'Format of stdout' -r -f -a "pretty\t'A headline, the payload and the findings of each event'
line\t'One line per event, in columns'
json\t'One JSON object per line, each with a `kind`'
quiet\t'Only the totals, at the end'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l mask -d 'Hide the value at this path of each body, such as /conf_num or /files/*/url; `personal` hides the fields that the catalog calls personal. Can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l event -d 'Show only this event; * in a name stands for any text. Can be repeated; all events are logged' -r -f -a '(enx-hook completions --values event 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l session -d 'Show only this session; * in an id stands for any text. Can be repeated' -r -f -a '(enx-hook completions --values session 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l verdict -d 'Show only this verdict; can be repeated' -r -f -a "valid\t'As documented; extra fields are allowed'
warning\t'Not as documented, but the meaning is clear'
unknown\t'An event that the catalog does not have'
invalid\t'Not JSON, or documented data is missing, unusable or ambiguous'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l query -d 'Show only what this query means, such as \'is:duplicate or code:missing-field\'; its terms are those of `enx-hook log --query`' -r -f -a '(enx-hook completions --values query 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l inspect -d 'Show the captures in a browser too, at this port [default: 4050, or the next free one]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l inspect-host -d 'Address of the page; a network address lets other machines connect; they need the token too [default: 127.0.0.1]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l inspect-allow-host -d 'Another name by which the page is reached, such as that of a proxy; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l inspect-token-file -d 'File that keeps the token [default: beside the log, log.jsonl.inspect]' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l forward -d 'Forward each capture to this server after it was answered; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l forward-command -d 'Run this command for each capture, with its body on stdin. Can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l forward-query -d 'Forward only what this query means, such as \'event:roomdrop -verdict:invalid\'; for all targets' -r -f -a '(enx-hook completions --values query 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l forward-from -d 'Begin at this capture of the log, even if it was delivered before: `start`, or its number [default: where the last run ended, or with new captures]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l forward-user -d 'User for Basic Auth at the server, if there is only one; the password comes from ENX_HOOK_FORWARD_PASSWORD or a prompt' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l forward-header -d 'Further header to send to the server, if there is only one; it replaces a header with the same name. Can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l forward-timeout -d 'Time limit for each response, and for each run of a command. The documents state no limit; this one is an assumption [default: 10s]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l forward-concurrency -d 'Requests at a time to each target, each of a different session [default: 8]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l forward-retries -d 'Retry a capture up to N times if its response is not 2xx, then skip it. A refused connection is not counted: all captures wait until the server is available. After 502, 503 or 504, it is only skipped if another capture was delivered meanwhile [default: 5]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l forward-backoff -d 'Limit of the wait before the first retry; it doubles with each retry, up to a minute. Each wait is chosen at random between half of the limit and the limit, and is at least the Retry-After of the server (seconds or a date) [default: 1s]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l expect -d 'Expect a number of events: EVENT=N exactly, \'EVENT>=N\' at least. Can be repeated; the run ends once all expectations are met' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l expect-verdict -d 'Expect every capture to have this verdict or a better one (from best to worst: valid, warning, unknown, invalid)' -r -f -a "valid\t'As documented; extra fields are allowed'
warning\t'Not as documented, but the meaning is clear'
unknown\t'An event that the catalog does not have'
invalid\t'Not JSON, or documented data is missing, unusable or ambiguous'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l max-events -d 'End after N captures of those that --event, --session, --verdict and --query select' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l for -d 'End after this time' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l settle -d 'Quiet period before an exact count passes' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l from-start -d 'Begin a new log with all that the relay keeps'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l rotate-gzip -d 'Compress rotated files with gzip: log-17.jsonl.gz'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l full -d 'Show long lists and texts in full'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l inspect-open -d 'Open the page in the browser'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l forward-keep-path -d 'Post to the path and query of each capture, on the host of the URL; for all servers'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand follow" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and not __fish_seen_subcommand_from status init config help" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and not __fish_seen_subcommand_from status init config help" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and not __fish_seen_subcommand_from status init config help" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and not __fish_seen_subcommand_from status init config help" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and not __fish_seen_subcommand_from status init config help" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and not __fish_seen_subcommand_from status init config help" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and not __fish_seen_subcommand_from status init config help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and not __fish_seen_subcommand_from status init config help" -f -a "status" -d 'Show the sources of a relay, how much it keeps and how long, and what is wrong with it'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and not __fish_seen_subcommand_from status init config help" -f -a "init" -d 'Create the stream of a relay: 7 days, 1 GiB, on disk'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and not __fish_seen_subcommand_from status init config help" -f -a "config" -d 'Print a configuration for nats-server, with a user and a new password for each source and follower, and only the rights that they need'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and not __fish_seen_subcommand_from status init config help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from status" -l format -d 'Format of stdout' -r -f -a "human\t'Text for people'
json\t'One JSON object per line, each with a `kind`'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from status" -l relay-as -d 'Name of this source or follower at the relay: letters, digits, - and _' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from status" -l relay-user -d 'User at the relay; the password comes from --relay-password-file, ENX_HOOK_RELAY_PASSWORD or a prompt' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from status" -l relay-password-file -d 'File whose first line is the password for the relay' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from status" -l relay-creds -d 'Credentials file (.creds) for the relay [default: NATS_CREDS]' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from status" -l relay-cacert -d 'File with certificates (PEM) to trust for tls:// instead of those of the system' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from status" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from status" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from status" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from status" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from init" -l relay-as -d 'Name of this source or follower at the relay: letters, digits, - and _' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from init" -l relay-user -d 'User at the relay; the password comes from --relay-password-file, ENX_HOOK_RELAY_PASSWORD or a prompt' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from init" -l relay-password-file -d 'File whose first line is the password for the relay' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from init" -l relay-creds -d 'Credentials file (.creds) for the relay [default: NATS_CREDS]' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from init" -l relay-cacert -d 'File with certificates (PEM) to trust for tls:// instead of those of the system' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from init" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from init" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from init" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from init" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from init" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from init" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from config" -l source -d 'Names of the listeners that publish; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from config" -l follower -d 'Names of those who follow; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from config" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from config" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from config" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from config" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from config" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from config" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from config" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from help" -f -a "status" -d 'Show the sources of a relay, how much it keeps and how long, and what is wrong with it'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from help" -f -a "init" -d 'Create the stream of a relay: 7 days, 1 GiB, on disk'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from help" -f -a "config" -d 'Print a configuration for nats-server, with a user and a new password for each source and follower, and only the rights that they need'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand relay; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand inspect" -s p -l port -d 'Port of the page; 0 selects a free one [default: 4050, or the next free one]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand inspect" -l url -d 'Allow to send to this URL from the page; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand inspect" -l to -d 'Allow to send to the target with this name in enx-hook.toml; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand inspect" -l mask -d 'Hide the value at this path of each body, such as /conf_num or /files/*/url; `personal` hides the fields that the catalog calls personal. Can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand inspect" -l inspect-host -d 'Address of the page; a network address lets other machines connect; they need the token too [default: 127.0.0.1]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand inspect" -l inspect-allow-host -d 'Another name by which the page is reached, such as that of a proxy; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand inspect" -l inspect-token-file -d 'File that keeps the token [default: beside the log, log.jsonl.inspect]' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand inspect" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand inspect" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand inspect" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand inspect" -l inspect-open -d 'Open the page in the browser'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand inspect" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand inspect" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand inspect" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand inspect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand drift" -l baseline -d 'Leave out the differences of an earlier run: a file with its --format json output' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand drift" -l fail-on -d 'Exit with 1 if there is a difference of this class; can be repeated' -r -f -a "unplanned-event\t'An event that the documents do not have, or a body that is no event'
unplanned-field\t'A field that the documents do not have'
missing-required\t'A required field is missing'
type\t'A value of another type than the documented one'
format\t'A value of the documented type in another form'
new-value\t'A value that a documented list does not have'
never-seen\t'A documented event or field that never came'
sometimes-sent\t'A documented field that came only sometimes'
order\t'Events in an order that the documents do not have'
incomplete-session\t'A session without an event that the documents promise'
redelivery\t'The same body again'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand drift" -l settle-after -d 'How long to wait for an event that follows another one, before it is missing' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand drift" -l event -d 'Take only this event; * in a name stands for any text. Can be repeated' -r -f -a '(enx-hook completions --values event 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand drift" -l session -d 'Take only this session; * in an id stands for any text. Can be repeated' -r -f -a '(enx-hook completions --values session 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand drift" -l seq -d 'Take only these numbers of the log: 17, 17..20, 17.. or ..20; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand drift" -l since -d 'Take only captures received since TIME: 2h (ago), 14:00, 2026-11-20, 2026-11-20T14:00' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand drift" -l until -d 'Take only captures received before TIME' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand drift" -l where -d 'Take only bodies whose field meets this condition; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand drift" -l verdict -d 'Take only bodies with this verdict; can be repeated' -r -f -a "valid\t'As documented; extra fields are allowed'
warning\t'Not as documented, but the meaning is clear'
unknown\t'An event that the catalog does not have'
invalid\t'Not JSON, or documented data is missing, unusable or ambiguous'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand drift" -l query -d 'Take only what this query means, such as \'is:duplicate or code:missing-field\'' -r -f -a '(enx-hook completions --values query 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand drift" -l format -d 'Format of stdout' -r -f -a "human\t'Text for people'
json\t'One JSON object per line, each with a `kind`'
github\t'Annotations for GitHub Actions'
sarif\t'SARIF 2.1.0, for code hosts'
markdown\t'A table for a comment or a page'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand drift" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand drift" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand drift" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand drift" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand drift" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand drift" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand drift" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand learn" -l write -d 'Write the drafts to this folder; without it, they are only listed' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand learn" -l only -d 'Learn only this event, or this field of a known event; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand learn" -l provider -d 'Name of the provider of bodies that belong to none of the catalog' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand learn" -l discriminator -d 'Field that names the event of such bodies; else type, event, action and the like are tried' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand learn" -l event -d 'Take only this event; * in a name stands for any text. Can be repeated' -r -f -a '(enx-hook completions --values event 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand learn" -l session -d 'Take only this session; * in an id stands for any text. Can be repeated' -r -f -a '(enx-hook completions --values session 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand learn" -l seq -d 'Take only these numbers of the log: 17, 17..20, 17.. or ..20; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand learn" -l since -d 'Take only captures received since TIME: 2h (ago), 14:00, 2026-11-20, 2026-11-20T14:00' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand learn" -l until -d 'Take only captures received before TIME' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand learn" -l where -d 'Take only bodies whose field meets this condition; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand learn" -l verdict -d 'Take only bodies with this verdict; can be repeated' -r -f -a "valid\t'As documented; extra fields are allowed'
warning\t'Not as documented, but the meaning is clear'
unknown\t'An event that the catalog does not have'
invalid\t'Not JSON, or documented data is missing, unusable or ambiguous'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand learn" -l query -d 'Take only what this query means, such as \'is:duplicate or code:missing-field\'' -r -f -a '(enx-hook completions --values query 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand learn" -l format -d 'Format of stdout' -r -f -a "human\t'Text for people'
json\t'One JSON object per line, each with a `kind`'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand learn" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand learn" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand learn" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand learn" -l review -d 'On a terminal, ask for each event and field, and print the command that does the same'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand learn" -l enums -d 'Put the values of short lists into the schemas, such as "mp4" and "webm"'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand learn" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand learn" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand learn" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand learn" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand events" -l provider -d 'List only the events of this provider' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand events" -l format -d 'Format of stdout' -r -f -a "human\t'Text for people'
json\t'One JSON object per line, each with a `kind`'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand events" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand events" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand events" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand events" -l schema -d 'Print the JSON Schema of the event, byte for byte'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand events" -l sample -d 'Print the sample of the event, byte for byte'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand events" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand events" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand events" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand events" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and not __fish_seen_subcommand_from openapi asyncapi typescript scenario help" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and not __fish_seen_subcommand_from openapi asyncapi typescript scenario help" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and not __fish_seen_subcommand_from openapi asyncapi typescript scenario help" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and not __fish_seen_subcommand_from openapi asyncapi typescript scenario help" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and not __fish_seen_subcommand_from openapi asyncapi typescript scenario help" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and not __fish_seen_subcommand_from openapi asyncapi typescript scenario help" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and not __fish_seen_subcommand_from openapi asyncapi typescript scenario help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and not __fish_seen_subcommand_from openapi asyncapi typescript scenario help" -f -a "openapi" -d 'Write an OpenAPI 3.1 document (JSON)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and not __fish_seen_subcommand_from openapi asyncapi typescript scenario help" -f -a "asyncapi" -d 'Write an AsyncAPI 3.0 document (JSON)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and not __fish_seen_subcommand_from openapi asyncapi typescript scenario help" -f -a "typescript" -d 'Write TypeScript types: a union that the event\'s name discriminates'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and not __fish_seen_subcommand_from openapi asyncapi typescript scenario help" -f -a "scenario" -d 'Write captures as a scenario for `send --scenario`'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and not __fish_seen_subcommand_from openapi asyncapi typescript scenario help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from openapi" -l provider -d 'Export only the events of this provider' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from openapi" -l output -d 'Write to this file instead of stdout; an existing file is replaced' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from openapi" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from openapi" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from openapi" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from openapi" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from openapi" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from openapi" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from openapi" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from asyncapi" -l provider -d 'Export only the events of this provider' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from asyncapi" -l output -d 'Write to this file instead of stdout; an existing file is replaced' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from asyncapi" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from asyncapi" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from asyncapi" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from asyncapi" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from asyncapi" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from asyncapi" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from asyncapi" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from typescript" -l provider -d 'Export only the events of this provider' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from typescript" -l output -d 'Write to this file instead of stdout; an existing file is replaced' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from typescript" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from typescript" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from typescript" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from typescript" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from typescript" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from typescript" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from typescript" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from scenario" -l event -d 'Take only this event; * in a name stands for any text. Can be repeated' -r -f -a '(enx-hook completions --values event 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from scenario" -l session -d 'Take only this session; * in an id stands for any text. Can be repeated' -r -f -a '(enx-hook completions --values session 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from scenario" -l seq -d 'Take only these numbers of the log: 17, 17..20, 17.. or ..20; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from scenario" -l since -d 'Take only captures received since TIME: 2h (ago), 14:00, 2026-11-20, 2026-11-20T14:00' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from scenario" -l until -d 'Take only captures received before TIME' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from scenario" -l where -d 'Take only bodies whose field meets this condition; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from scenario" -l verdict -d 'Take only bodies with this verdict; can be repeated' -r -f -a "valid\t'As documented; extra fields are allowed'
warning\t'Not as documented, but the meaning is clear'
unknown\t'An event that the catalog does not have'
invalid\t'Not JSON, or documented data is missing, unusable or ambiguous'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from scenario" -l query -d 'Take only what this query means, such as \'is:duplicate or code:missing-field\'' -r -f -a '(enx-hook completions --values query 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from scenario" -l output -d 'Write to this file instead of stdout; an existing file is replaced' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from scenario" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from scenario" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from scenario" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from scenario" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from scenario" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from scenario" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from scenario" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from help" -f -a "openapi" -d 'Write an OpenAPI 3.1 document (JSON)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from help" -f -a "asyncapi" -d 'Write an AsyncAPI 3.0 document (JSON)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from help" -f -a "typescript" -d 'Write TypeScript types: a union that the event\'s name discriminates'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from help" -f -a "scenario" -d 'Write captures as a scenario for `send --scenario`'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand export; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand init" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand init" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand init" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand init" -l force -d 'Overwrite an existing file'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand init" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand init" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand init" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand allow" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand allow" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand allow" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand allow" -l list -d 'List the files that are allowed'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand allow" -l revoke -d 'Allow the file no longer'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand allow" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand allow" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand allow" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand allow" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand completions" -l values -d 'Print the values that the end of the log has, for the script' -r -f -a "session\t'Sessions'
event\t'Events'
query\t'Terms of a query'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand completions" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand completions" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand completions" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand completions" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand completions" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand completions" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -s p -l port -d 'Port to listen on; 0 selects a free one [default: 3000]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l host -d 'Address to listen on; 0.0.0.0 accepts other machines [default: 127.0.0.1]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l log -d 'File to append captures to; created if missing [default: log.jsonl]' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -s u -l user -d 'User for Basic Auth' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l password-file -d 'File whose first line is the password' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l provider -d 'Provider to simulate' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l ready-file -d 'Write the URL to this file once the port is bound' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l sync -d 'When a capture counts as written, so that its sender gets a 200' -r -f -a "each\t'The disk has it: it survives a crash of the machine. Captures that wait share one sync, which takes as long as the disk takes'
os\t'The operating system has it: faster on slow disks. It survives a crash of this program, but a crash of the machine or a power cut can lose the last captures'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l max-unsynced -d 'Bytes of captures that may wait for the disk. Further requests get a 503' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l rotate -d 'When the log reaches this size, continue in a new file; the old file becomes a part, log-17.jsonl, named after the number of its first capture' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l keep -d 'Keep at most N rotated files; delete the oldest, except captures that are still to be forwarded [default: all]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l keep-for -d 'Delete rotated files whose last capture is older than this, such as 7d, except captures that are still to be forwarded; the log itself stays [default: keep all]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l keep-at-most -d 'Keep at most this much in the log and its parts; delete the oldest parts, even if captures in them are still to be forwarded' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l forget-target -d 'Give up the captures that wait for this target of an earlier --forward. Can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l path -d 'Accept posts to this path only; other paths get a 404 [default: any path]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l health-path -d 'Answer a GET of this path for monitors: 200, or 503 if the last request could not be logged' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l tls-cert -d 'Serve HTTPS with this certificate chain (PEM), the certificate of the server first' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l tls-key -d 'Private key of the certificate (PEM, without a password)' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l trust-proxy -d 'Read the client address from this header of the proxy: forwarded, x-forwarded-for, or any (the default): either of them, and neither if they disagree' -r -f -a "any\t'Either header; neither if they disagree'
forwarded\t'Forwarded'
x-forwarded-for\t'X-Forwarded-For'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l max-body -d 'Largest body to accept; a larger one gets a 413' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l max-header -d 'Largest header, with the request line; a larger one gets a 431, and so does one with more than a field for each 64 bytes of SIZE (at least 100 fields are accepted)' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l header-timeout -d 'Time limit for sending the header; after it, the sender gets a 408' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l body-timeout -d 'Time limit for sending the body; after it, the sender gets a 408' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l idle-timeout -d 'Close a connection that is idle for this time between two requests' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l max-connections -d 'Maximum number of connections; a further one closes the one that is idle for the longest time, or waits if none is' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l body-memory -d 'Memory for the bodies that are being received, over all connections; further requests get a 503. The first 16 KiB of each body are not counted' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l format -d 'Format of stdout' -r -f -a "pretty\t'A headline, the payload and the findings of each event'
line\t'One line per event, in columns'
json\t'One JSON object per line, each with a `kind`'
quiet\t'Only the totals, at the end'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l mask -d 'Hide the value at this path of each body, such as /conf_num or /files/*/url; `personal` hides the fields that the catalog calls personal. Can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l event -d 'Show only this event; * in a name stands for any text. Can be repeated; all events are logged' -r -f -a '(enx-hook completions --values event 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l session -d 'Show only this session; * in an id stands for any text. Can be repeated' -r -f -a '(enx-hook completions --values session 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l verdict -d 'Show only this verdict; can be repeated' -r -f -a "valid\t'As documented; extra fields are allowed'
warning\t'Not as documented, but the meaning is clear'
unknown\t'An event that the catalog does not have'
invalid\t'Not JSON, or documented data is missing, unusable or ambiguous'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l query -d 'Show only what this query means, such as \'is:duplicate or code:missing-field\'; its terms are those of `enx-hook log --query`' -r -f -a '(enx-hook completions --values query 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l inspect -d 'Show the captures in a browser too, at this port [default: 4050, or the next free one]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l inspect-host -d 'Address of the page; a network address lets other machines connect; they need the token too [default: 127.0.0.1]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l inspect-allow-host -d 'Another name by which the page is reached, such as that of a proxy; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l inspect-token-file -d 'File that keeps the token [default: beside the log, log.jsonl.inspect]' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l forward -d 'Forward each capture to this server after it was answered; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l forward-command -d 'Run this command for each capture, with its body on stdin. Can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l forward-query -d 'Forward only what this query means, such as \'event:roomdrop -verdict:invalid\'; for all targets' -r -f -a '(enx-hook completions --values query 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l forward-from -d 'Begin at this capture of the log, even if it was delivered before: `start`, or its number [default: where the last run ended, or with new captures]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l forward-user -d 'User for Basic Auth at the server, if there is only one; the password comes from ENX_HOOK_FORWARD_PASSWORD or a prompt' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l forward-header -d 'Further header to send to the server, if there is only one; it replaces a header with the same name. Can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l forward-timeout -d 'Time limit for each response, and for each run of a command. The documents state no limit; this one is an assumption [default: 10s]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l forward-concurrency -d 'Requests at a time to each target, each of a different session [default: 8]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l forward-retries -d 'Retry a capture up to N times if its response is not 2xx, then skip it. A refused connection is not counted: all captures wait until the server is available. After 502, 503 or 504, it is only skipped if another capture was delivered meanwhile [default: 5]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l forward-backoff -d 'Limit of the wait before the first retry; it doubles with each retry, up to a minute. Each wait is chosen at random between half of the limit and the limit, and is at least the Retry-After of the server (seconds or a date) [default: 1s]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l relay -d 'Publish each capture to this relay after its sender got the reply: nats://HOST/PROJECT' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l relay-from -d 'Begin at this capture of the log, even if it was published before: `start`, or its number [default: where the last run ended, or with new captures]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l relay-as -d 'Name of this source or follower at the relay: letters, digits, - and _' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l relay-user -d 'User at the relay; the password comes from --relay-password-file, ENX_HOOK_RELAY_PASSWORD or a prompt' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l relay-password-file -d 'File whose first line is the password for the relay' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l relay-creds -d 'Credentials file (.creds) for the relay [default: NATS_CREDS]' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l relay-cacert -d 'File with certificates (PEM) to trust for tls:// instead of those of the system' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l reply -d 'Answer with these statuses in turn; the last one repeats' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l reply-delay -d 'Delay each response by TIME' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l reply-body -d 'Answer with this body' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l reply-header -d 'Add this header to each response; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l drop-rate -d 'Close this share of the connections without a response, after logging: 0.1 is one in ten' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l seed -d 'Seed for --drop-rate: the same seed closes the same connections in every run' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l expect -d 'Expect a number of events: EVENT=N exactly, \'EVENT>=N\' at least. Can be repeated; the run ends once all expectations are met' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l expect-verdict -d 'Expect every capture to have this verdict or a better one (from best to worst: valid, warning, unknown, invalid)' -r -f -a "valid\t'As documented; extra fields are allowed'
warning\t'Not as documented, but the meaning is clear'
unknown\t'An event that the catalog does not have'
invalid\t'Not JSON, or documented data is missing, unusable or ambiguous'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l max-events -d 'End after N captures of those that --event, --session, --verdict and --query select' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l for -d 'End after this time' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l settle -d 'Quiet period before an exact count passes' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l files-user -d 'Require Basic Auth for the files, except for those of file_transfer' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l files-fault -d 'Answer the requests for a file with these faults in turn; the last one repeats. Can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l no-log -d 'Write no log; only show the events'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l reject-malformed -d 'Answer 400 to a body that is not JSON; it is still logged'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l simulate -d 'Receive the events of one session as a demonstration'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l rotate-gzip -d 'Compress rotated files with gzip: log-17.jsonl.gz'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l tls-self-signed -d 'Serve HTTPS with a certificate made for this run; its fingerprint is printed'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l full -d 'Show long lists and texts in full'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l inspect-open -d 'Open the page in the browser'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l forward-keep-path -d 'Post to the path and query of each capture, on the host of the URL; for all servers'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l forward-sync -d 'Answer senders with the answer of the server, of which there is only one; each capture is logged first, and forwarded once'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l no-relay-create -d 'Do not create the stream of the relay if it is missing'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l relay-takeover -d 'Publish this log under the name of another one, in its place'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l serve-files -d 'Serve the files that the events name, on a free port of this machine'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l expect-fetched -d 'Exit with 1 unless every file is fetched whole'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand listen" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l scenario -d 'Play a scenario: a built-in one (session, redelivery, disorder, storm), or a file' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l env -d 'Let the scenario read this environment variable as ${NAME}; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l provider -d 'Provider for --all and --scenario [default: enablex]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -s d -l data -d 'Body to send instead of a sample: text, @FILE, or - for stdin' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l as -d 'Print the request as a command or a file, and send nothing' -r -f -a "curl\t'A curl command for a POSIX shell'
http\t'An `.http` file for editors'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l report -d 'Also write a report to this file: FILE.xml for JUnit, or FILE.json' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l expect-like -d 'Compare the responses with those in the JSON report of an earlier run of the scenario' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l content-type -d 'Content type of the body [default: application/json]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l format -d 'Format of stdout' -r -f -a "human\t'Text for people'
json\t'One JSON object per line, each with a `kind`'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l set -d 'Set a field; VALUE is JSON, or else a string' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l set-string -d 'Set a field to a string, even if TEXT looks like JSON; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l unset -d 'Remove a field; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l session -d 'Session id of the events; new by default' -r -f -a '(enx-hook completions --values session 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l seed -d 'Seed for ids, times and faults: the same seed makes the same bodies in every run' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l url -d 'URL to post to [default: http://127.0.0.1:3000/]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l to -d 'Post to the target with this name in enx-hook.toml' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -s u -l user -d 'User for Basic Auth' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l password-file -d 'File whose first line is the password' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -s H -l header -d 'Extra header to send; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l timeout -d 'Time limit for each response' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l wait -d 'Wait up to this time, such as 30s, until the target accepts connections' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l cacert -d 'File with certificates (PEM) to trust in addition to those of the system' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l rate -d 'Send at most at this rate, evenly spaced, such as 10/s or 600/m' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l retries -d 'Retry each failed request up to N times' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l retry-on -d 'Failures to retry: statuses, classes such as 5xx, connect, timeout, closed' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l count -d 'Send all events N times, each time with new ids [default: 1, or the count of the scenario]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l repeat-identical -d 'Send each body N times, byte for byte' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l concurrency -d 'Send N sessions in parallel; the events of each stay in order [default: 1, or the number of the scenario]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l speed -d 'Speed of a scenario: 10 is ten times faster, max has no pauses [default: 1]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l files-user -d 'Require Basic Auth for the files, except for those of file_transfer' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l files-fault -d 'Answer the requests for a file with these faults in turn; the last one repeats. Can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l files-wait -d 'Wait up to TIME after the last event for the receiver to fetch the files' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l agent-session -d 'Agent\'s session of the events' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l app -d 'Project of the events' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l client -d 'Client of the events' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l room -d 'Room of the events' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l all -d 'Send every event of one provider, in the order of a session'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l list -d 'List the built-in scenarios, and send nothing'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l exact -d 'Send samples byte for byte, without new ids and the current time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l dry-run -d 'Print the exact request, or the steps of a scenario, and send nothing'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l force -d 'Set fields also in events that do not have them'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l edit -d 'Edit each body in $VISUAL or $EDITOR before it is sent'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l no-validate -d 'Send a body also if it is invalid, without a warning'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l insecure -d 'Accept any certificate of the target'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -s y -l yes -d 'Post to a public host that a configuration file names, without asking'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l serve-files -d 'Serve the files that the events name, on a free port of this machine'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l expect-fetched -d 'Exit with 1 unless every file is fetched whole'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand send" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l for -d 'With --follow: end after this time, such as 30s or 5m' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l headers -d 'Logged headers to send' -r -f -a "provider\t'The headers of the provider, without those that tunnels and proxies added'
original\t'All headers, also those that tunnels and proxies added'
none\t'No header, not even the content type'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l resume -d 'Save the progress in this file, and continue from it' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l report -d 'Also write a report to this file: FILE.xml for JUnit, FILE.har or FILE.json' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l mask -d 'Hide the value at this path of each body, such as /conf_num or /files/*/url; `personal` hides the fields that the catalog calls personal. Can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l max-document -d 'Largest line to read; a longer one is skipped with a warning' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l format -d 'Format of stdout' -r -f -a "human\t'Text for people'
json\t'One JSON object per line, each with a `kind`'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l event -d 'Take only this event; * in a name stands for any text. Can be repeated' -r -f -a '(enx-hook completions --values event 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l session -d 'Take only this session; * in an id stands for any text. Can be repeated' -r -f -a '(enx-hook completions --values session 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l seq -d 'Take only these numbers of the log: 17, 17..20, 17.. or ..20; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l since -d 'Take only captures received since TIME: 2h (ago), 14:00, 2026-11-20, 2026-11-20T14:00' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l until -d 'Take only captures received before TIME' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l where -d 'Take only bodies whose field meets this condition; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l verdict -d 'Take only bodies with this verdict; can be repeated' -r -f -a "valid\t'As documented; extra fields are allowed'
warning\t'Not as documented, but the meaning is clear'
unknown\t'An event that the catalog does not have'
invalid\t'Not JSON, or documented data is missing, unusable or ambiguous'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l query -d 'Take only what this query means, such as \'is:duplicate or code:missing-field\'' -r -f -a '(enx-hook completions --values query 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l last -d 'Take only the last N of them' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l limit -d 'Take at most N of them' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l set -d 'Set a field; VALUE is JSON, or else a string' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l set-string -d 'Set a field to a string, even if TEXT looks like JSON; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l unset -d 'Remove a field; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l url -d 'URL to post to [default: http://127.0.0.1:3000/]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l to -d 'Post to the target with this name in enx-hook.toml' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -s u -l user -d 'User for Basic Auth' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l password-file -d 'File whose first line is the password' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -s H -l header -d 'Extra header to send; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l timeout -d 'Time limit for each response' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l wait -d 'Wait up to this time, such as 30s, until the target accepts connections' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l cacert -d 'File with certificates (PEM) to trust in addition to those of the system' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l rate -d 'Send at most at this rate, evenly spaced, such as 10/s or 600/m' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l retries -d 'Retry each failed request up to N times' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l concurrency -d 'Maximum number of requests at the same time' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l speed -d 'Keep the pauses of the log: 1 is the original speed, 10 is ten times faster, max has no pauses' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l max-gap -d 'With --speed: longest pause' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l retry-on -d 'Failures to retry: statuses, classes such as 5xx, connect, timeout, closed' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l max-failures -d 'Stop after N captures whose response was not 2xx' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l follow -d 'Replay the log, then each new capture as it is logged'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l keep-path -d 'Post to the logged path and query, on the host of the URL'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l failed -d 'With --resume: send captures again whose response was not 2xx'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l dry-run -d 'Print the requests, and send nothing'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l skip-duplicates -d 'Skip a body that is identical to one of the 65,536 bodies before it'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l force -d 'Set fields also in events that do not have them'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l insecure -d 'Accept any certificate of the target'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -s y -l yes -d 'Post to a public host that a configuration file names, without asking'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l fail-fast -d 'Stop at the first response that is not 2xx'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand replay" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and not __fish_seen_subcommand_from show sessions timeline diff stats export repair prune help" -l event -d 'Take only this event; * in a name stands for any text. Can be repeated' -r -f -a '(enx-hook completions --values event 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and not __fish_seen_subcommand_from show sessions timeline diff stats export repair prune help" -l session -d 'Take only this session; * in an id stands for any text. Can be repeated' -r -f -a '(enx-hook completions --values session 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and not __fish_seen_subcommand_from show sessions timeline diff stats export repair prune help" -l seq -d 'Take only these numbers of the log: 17, 17..20, 17.. or ..20; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and not __fish_seen_subcommand_from show sessions timeline diff stats export repair prune help" -l since -d 'Take only captures received since TIME: 2h (ago), 14:00, 2026-11-20, 2026-11-20T14:00' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and not __fish_seen_subcommand_from show sessions timeline diff stats export repair prune help" -l until -d 'Take only captures received before TIME' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and not __fish_seen_subcommand_from show sessions timeline diff stats export repair prune help" -l where -d 'Take only bodies whose field meets this condition; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and not __fish_seen_subcommand_from show sessions timeline diff stats export repair prune help" -l verdict -d 'Take only bodies with this verdict; can be repeated' -r -f -a "valid\t'As documented; extra fields are allowed'
warning\t'Not as documented, but the meaning is clear'
unknown\t'An event that the catalog does not have'
invalid\t'Not JSON, or documented data is missing, unusable or ambiguous'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and not __fish_seen_subcommand_from show sessions timeline diff stats export repair prune help" -l query -d 'Take only what this query means, such as \'is:duplicate or code:missing-field\'' -r -f -a '(enx-hook completions --values query 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and not __fish_seen_subcommand_from show sessions timeline diff stats export repair prune help" -l last -d 'Take only the last N of them' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and not __fish_seen_subcommand_from show sessions timeline diff stats export repair prune help" -l limit -d 'Take at most N of them' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and not __fish_seen_subcommand_from show sessions timeline diff stats export repair prune help" -l mask -d 'Hide the value at this path of each body, such as /conf_num or /files/*/url; `personal` hides the fields that the catalog calls personal. Can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and not __fish_seen_subcommand_from show sessions timeline diff stats export repair prune help" -l format -d 'Format of stdout; on a terminal, human and line go through $PAGER if it is set' -r -f -a "human\t'A headline, the payload and the findings of each capture'
line\t'One line per capture, in columns'
json\t'One JSON object per line, each with a `kind`'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and not __fish_seen_subcommand_from show sessions timeline diff stats export repair prune help" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and not __fish_seen_subcommand_from show sessions timeline diff stats export repair prune help" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and not __fish_seen_subcommand_from show sessions timeline diff stats export repair prune help" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and not __fish_seen_subcommand_from show sessions timeline diff stats export repair prune help" -l follow -d 'List the log, then each new capture as it is logged; Ctrl-C ends it'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and not __fish_seen_subcommand_from show sessions timeline diff stats export repair prune help" -l full -d 'Show long lists and texts in full'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and not __fish_seen_subcommand_from show sessions timeline diff stats export repair prune help" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and not __fish_seen_subcommand_from show sessions timeline diff stats export repair prune help" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and not __fish_seen_subcommand_from show sessions timeline diff stats export repair prune help" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and not __fish_seen_subcommand_from show sessions timeline diff stats export repair prune help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and not __fish_seen_subcommand_from show sessions timeline diff stats export repair prune help" -a "show" -d 'Show one capture in full, with its headers'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and not __fish_seen_subcommand_from show sessions timeline diff stats export repair prune help" -a "sessions" -d 'List the sessions: which are complete, and what the others miss'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and not __fish_seen_subcommand_from show sessions timeline diff stats export repair prune help" -a "timeline" -d 'Show one session step by step, with what has not come'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and not __fish_seen_subcommand_from show sessions timeline diff stats export repair prune help" -a "diff" -d 'Show what differs between two captures'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and not __fish_seen_subcommand_from show sessions timeline diff stats export repair prune help" -a "stats" -d 'Count captures by event, verdict, code and hour'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and not __fish_seen_subcommand_from show sessions timeline diff stats export repair prune help" -a "export" -d 'Write captures to a new log, without what is not to be seen'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and not __fish_seen_subcommand_from show sessions timeline diff stats export repair prune help" -a "repair" -d 'Say what is damaged in a log, and write a whole copy'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and not __fish_seen_subcommand_from show sessions timeline diff stats export repair prune help" -a "prune" -d 'Remove a session from a log, for ever'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and not __fish_seen_subcommand_from show sessions timeline diff stats export repair prune help" -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from show" -l as -d 'Print it as a request to send' -r -f -a "curl\t'A curl command for a POSIX shell'
http\t'An `.http` file for editors'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from show" -l url -d 'With --as: URL of the request [default: http://127.0.0.1:3000/]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from show" -l mask -d 'Hide the value at this path of each body, such as /conf_num or /files/*/url; `personal` hides the fields that the catalog calls personal. Can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from show" -l format -d 'Format of stdout' -r -f -a "human\t'Text for people'
json\t'One JSON object per line, each with a `kind`'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from show" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from show" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from show" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from show" -l raw -d 'Print the bytes of the body as they were received, and nothing else'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from show" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from sessions" -l state -d 'List only sessions to which this applies; can be repeated' -r -f -a "missing\t'An event that the documents promise has not come, and its time is over'
out-of-order\t'An event came after one that belongs after it'
truncated\t'Its beginning, or some other part, lies outside of what was read'
open\t'A promised event may still come'
complete\t'All that the documents promise has come'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from sessions" -l sort -d 'Order of the sessions' -r -f -a "first\t'The order in which they began'
length\t'The longest first'
captures\t'Those with the most captures first'
state\t'What is missing first, then out of order, truncated, open, complete'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from sessions" -l settle-after -d 'How long to wait for an event that follows another one, before it is missing' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from sessions" -l event -d 'Take only this event; * in a name stands for any text. Can be repeated' -r -f -a '(enx-hook completions --values event 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from sessions" -l session -d 'Take only this session; * in an id stands for any text. Can be repeated' -r -f -a '(enx-hook completions --values session 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from sessions" -l seq -d 'Take only these numbers of the log: 17, 17..20, 17.. or ..20; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from sessions" -l since -d 'Take only captures received since TIME: 2h (ago), 14:00, 2026-11-20, 2026-11-20T14:00' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from sessions" -l until -d 'Take only captures received before TIME' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from sessions" -l where -d 'Take only bodies whose field meets this condition; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from sessions" -l verdict -d 'Take only bodies with this verdict; can be repeated' -r -f -a "valid\t'As documented; extra fields are allowed'
warning\t'Not as documented, but the meaning is clear'
unknown\t'An event that the catalog does not have'
invalid\t'Not JSON, or documented data is missing, unusable or ambiguous'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from sessions" -l query -d 'Take only what this query means, such as \'is:duplicate or code:missing-field\'' -r -f -a '(enx-hook completions --values query 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from sessions" -l last -d 'Take only the last N of them' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from sessions" -l limit -d 'Take at most N of them' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from sessions" -l format -d 'Format of stdout' -r -f -a "human\t'Text for people'
json\t'One JSON object per line, each with a `kind`'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from sessions" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from sessions" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from sessions" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from sessions" -l watch -d 'On a terminal, draw the table anew while the log grows; Ctrl-C ends it'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from sessions" -l expect-complete -d 'Exit with 1 if a session is missing something or is open'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from sessions" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from sessions" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from sessions" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from sessions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from timeline" -l settle-after -d 'How long to wait for an event that follows another one, before it is missing' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from timeline" -l format -d 'Format of stdout' -r -f -a "human\t'Text for people'
json\t'One JSON object per line, each with a `kind`'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from timeline" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from timeline" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from timeline" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from timeline" -l follow -d 'On a terminal, draw the timeline anew while the log grows; Ctrl-C ends it'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from timeline" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from timeline" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from timeline" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from timeline" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from diff" -l session -d 'Compare two sessions, event by event' -r -f -a '(enx-hook completions --values session 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from diff" -l mask -d 'Hide the value at this path of each body, such as /conf_num or /files/*/url; `personal` hides the fields that the catalog calls personal. Can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from diff" -l format -d 'Format of stdout' -r -f -a "human\t'Text for people'
json\t'One JSON object per line, each with a `kind`'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from diff" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from diff" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from diff" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from diff" -l sample -d 'Compare a capture with the documented sample of its event'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from diff" -l exact -d 'Count every difference, also ids and times'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from diff" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from diff" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from diff" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from stats" -l by -d 'Count only by this; can be repeated' -r -f -a "event\t'The event'
verdict\t'The verdict'
code\t'The codes of findings; a capture can have several'
hour\t'The hour in which they were received, UTC'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from stats" -l event -d 'Take only this event; * in a name stands for any text. Can be repeated' -r -f -a '(enx-hook completions --values event 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from stats" -l session -d 'Take only this session; * in an id stands for any text. Can be repeated' -r -f -a '(enx-hook completions --values session 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from stats" -l seq -d 'Take only these numbers of the log: 17, 17..20, 17.. or ..20; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from stats" -l since -d 'Take only captures received since TIME: 2h (ago), 14:00, 2026-11-20, 2026-11-20T14:00' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from stats" -l until -d 'Take only captures received before TIME' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from stats" -l where -d 'Take only bodies whose field meets this condition; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from stats" -l verdict -d 'Take only bodies with this verdict; can be repeated' -r -f -a "valid\t'As documented; extra fields are allowed'
warning\t'Not as documented, but the meaning is clear'
unknown\t'An event that the catalog does not have'
invalid\t'Not JSON, or documented data is missing, unusable or ambiguous'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from stats" -l query -d 'Take only what this query means, such as \'is:duplicate or code:missing-field\'' -r -f -a '(enx-hook completions --values query 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from stats" -l format -d 'Format of stdout' -r -f -a "human\t'Text for people'
json\t'One JSON object per line, each with a `kind`'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from stats" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from stats" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from stats" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from stats" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from stats" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from stats" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from stats" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from export" -l mask -d 'Hide the value at this path of each body, such as /conf_num or /files/*/url; `personal` hides the fields that the catalog calls personal. Can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from export" -s o -l output -d 'File to write, which must not exist [default: stdout]' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from export" -l event -d 'Take only this event; * in a name stands for any text. Can be repeated' -r -f -a '(enx-hook completions --values event 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from export" -l session -d 'Take only this session; * in an id stands for any text. Can be repeated' -r -f -a '(enx-hook completions --values session 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from export" -l seq -d 'Take only these numbers of the log: 17, 17..20, 17.. or ..20; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from export" -l since -d 'Take only captures received since TIME: 2h (ago), 14:00, 2026-11-20, 2026-11-20T14:00' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from export" -l until -d 'Take only captures received before TIME' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from export" -l where -d 'Take only bodies whose field meets this condition; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from export" -l verdict -d 'Take only bodies with this verdict; can be repeated' -r -f -a "valid\t'As documented; extra fields are allowed'
warning\t'Not as documented, but the meaning is clear'
unknown\t'An event that the catalog does not have'
invalid\t'Not JSON, or documented data is missing, unusable or ambiguous'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from export" -l query -d 'Take only what this query means, such as \'is:duplicate or code:missing-field\'' -r -f -a '(enx-hook completions --values query 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from export" -l last -d 'Take only the last N of them' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from export" -l limit -d 'Take at most N of them' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from export" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from export" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from export" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from export" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from export" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from repair" -l output -d 'Write every whole record to a new file, byte for byte; the log stays as it is' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from repair" -l format -d 'Format of stdout' -r -f -a "human\t'Text for people'
json\t'One JSON object per line, each with a `kind`'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from repair" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from repair" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from repair" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from repair" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from repair" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from repair" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from repair" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from prune" -l session -d 'The id of the session' -r -f -a '(enx-hook completions --values session 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from prune" -l format -d 'Format of stdout' -r -f -a "human\t'Text for people'
json\t'One JSON object per line, each with a `kind`'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from prune" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from prune" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from prune" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from prune" -l yes -d 'Do not ask'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from prune" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from prune" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from prune" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show one capture in full, with its headers'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from help" -f -a "sessions" -d 'List the sessions: which are complete, and what the others miss'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from help" -f -a "timeline" -d 'Show one session step by step, with what has not come'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from help" -f -a "diff" -d 'Show what differs between two captures'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from help" -f -a "stats" -d 'Count captures by event, verdict, code and hour'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from help" -f -a "export" -d 'Write captures to a new log, without what is not to be seen'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from help" -f -a "repair" -d 'Say what is damaged in a log, and write a whole copy'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Remove a session from a log, for ever'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -l provider -d 'Check the rules of this provider [default: enablex]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -l max-latency -d 'Time limit for a response to pass' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -l for -d 'Time limit for the whole run' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -l rate -d 'Maximum number of requests per second' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -l only -d 'Run only this check or group; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -l skip -d 'Skip this check or group; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -l explain -d 'Explain a check, and send nothing' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -l verify -d 'Ask this URL which effects the events had' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -l verify-command -d 'Run this command to check the effects of the events' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -l files-user -d 'Serve the files that events name, require Basic Auth for them, and check the downloads' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -l report -d 'Also write a JUnit report to this file (FILE.xml)' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -l format -d 'Format of stdout' -r -f -a "human\t'Text for people'
json\t'One JSON object per line, each with a `kind`'
github\t'Annotations for GitHub Actions'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -l url -d 'URL to post to [default: http://127.0.0.1:3000/]' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -l to -d 'Post to the target with this name in enx-hook.toml' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -s u -l user -d 'User for Basic Auth' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -l password-file -d 'File whose first line is the password' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -s H -l header -d 'Extra header to send; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -l timeout -d 'Time limit for each response' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -l wait -d 'Wait up to this time, such as 30s, until the target accepts connections' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -l cacert -d 'File with certificates (PEM) to trust in addition to those of the system' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -l list -d 'List the checks, and send nothing'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -s y -l yes -d 'Post to a public host without asking'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -l strict -d 'Also exit with 1 for warnings and for failed rules of level `should`'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -l insecure -d 'Accept any certificate of the target'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand validate" -l as -d 'Validate every document as this event, whatever type it states' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand validate" -l provider -d 'Validate every document as an event of this provider' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand validate" -l event -d 'Validate only this event; * in a name stands for any text. Can be repeated' -r -f -a '(enx-hook completions --values event 2> /dev/null)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand validate" -l seq -d 'Validate only these numbers of a log: 17, 17..20, 17.. or ..20; can be repeated' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand validate" -l max-findings -d 'Show at most N findings, then the number of further ones' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand validate" -l max-document -d 'Largest document to read; a larger one is reported as invalid' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand validate" -l explain -d 'Explain this finding code, with an example' -r
complete -c enx-hook -n "__fish_enx_hook_using_subcommand validate" -l report -d 'Also write a report to this file; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand validate" -l format -d 'Format of stdout' -r -f -a "human\t'Text for people'
json\t'One JSON object per line, each with a `kind`'
github\t'Annotations for GitHub Actions'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand validate" -l color -d 'When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE' -r -f -a "auto\t'Only on a terminal'
always\t'Also into files and pipes'
never\t'Never, not even on a terminal'"
complete -c enx-hook -n "__fish_enx_hook_using_subcommand validate" -l catalog -d 'Folder with more providers and events; can be repeated' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand validate" -l config -d 'Configuration file to use instead of the enx-hook.toml that is found' -r -F
complete -c enx-hook -n "__fish_enx_hook_using_subcommand validate" -l strict -d 'Count warnings and unknown events as failures'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand validate" -l only-invalid -d 'Show only invalid documents; with --strict, all that are not valid'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand validate" -l fix -d 'Fix errors that have only one possible fix; for stdin, print the fixed text'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand validate" -l dry-run -d 'With --fix: print the changes as a diff, and write nothing'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand validate" -l codes -d 'List all finding codes'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand validate" -l utc -d 'Show times in UTC instead of local time'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand validate" -s q -l quiet -d 'Print only warnings and errors on stderr'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand validate" -s v -l verbose -d 'Print more details on stderr, such as the headers of requests and responses'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand validate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and not __fish_seen_subcommand_from follow relay inspect drift learn events export init allow completions listen send replay log check validate help" -f -a "follow" -d 'Read the captures that listeners publish to a relay'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and not __fish_seen_subcommand_from follow relay inspect drift learn events export init allow completions listen send replay log check validate help" -f -a "relay" -d 'Look at a relay, create its stream, or print the configuration of its server'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and not __fish_seen_subcommand_from follow relay inspect drift learn events export init allow completions listen send replay log check validate help" -f -a "inspect" -d 'Show captures in a browser'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and not __fish_seen_subcommand_from follow relay inspect drift learn events export init allow completions listen send replay log check validate help" -f -a "drift" -d 'Show where the captures of a log differ from the documents'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and not __fish_seen_subcommand_from follow relay inspect drift learn events export init allow completions listen send replay log check validate help" -f -a "learn" -d 'Draft the catalog files of events and fields that the documents do not have'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and not __fish_seen_subcommand_from follow relay inspect drift learn events export init allow completions listen send replay log check validate help" -f -a "events" -d 'List the events, or explain one'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and not __fish_seen_subcommand_from follow relay inspect drift learn events export init allow completions listen send replay log check validate help" -f -a "export" -d 'Write events for other programs, or captures as a scenario'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and not __fish_seen_subcommand_from follow relay inspect drift learn events export init allow completions listen send replay log check validate help" -f -a "init" -d 'Write a commented configuration file'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and not __fish_seen_subcommand_from follow relay inspect drift learn events export init allow completions listen send replay log check validate help" -f -a "allow" -d 'Allow the settings of a configuration file that is found in a folder'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and not __fish_seen_subcommand_from follow relay inspect drift learn events export init allow completions listen send replay log check validate help" -f -a "completions" -d 'Print a completion script for a shell'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and not __fish_seen_subcommand_from follow relay inspect drift learn events export init allow completions listen send replay log check validate help" -f -a "listen" -d 'Receive webhooks: log them, answer 200, and show them'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and not __fish_seen_subcommand_from follow relay inspect drift learn events export init allow completions listen send replay log check validate help" -f -a "send" -d 'Post sample events, or your own, to a receiver'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and not __fish_seen_subcommand_from follow relay inspect drift learn events export init allow completions listen send replay log check validate help" -f -a "replay" -d 'Post logged bodies again, byte for byte'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and not __fish_seen_subcommand_from follow relay inspect drift learn events export init allow completions listen send replay log check validate help" -f -a "log" -d 'Show what the log holds: captures, and what they tell'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and not __fish_seen_subcommand_from follow relay inspect drift learn events export init allow completions listen send replay log check validate help" -f -a "check" -d 'Check a live receiver against the rules of the documents'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and not __fish_seen_subcommand_from follow relay inspect drift learn events export init allow completions listen send replay log check validate help" -f -a "validate" -d 'Check whether events are as documented, and explain every deviation'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and not __fish_seen_subcommand_from follow relay inspect drift learn events export init allow completions listen send replay log check validate help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and __fish_seen_subcommand_from relay" -f -a "status" -d 'Show the sources of a relay, how much it keeps and how long, and what is wrong with it'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and __fish_seen_subcommand_from relay" -f -a "init" -d 'Create the stream of a relay: 7 days, 1 GiB, on disk'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and __fish_seen_subcommand_from relay" -f -a "config" -d 'Print a configuration for nats-server, with a user and a new password for each source and follower, and only the rights that they need'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and __fish_seen_subcommand_from export" -f -a "openapi" -d 'Write an OpenAPI 3.1 document (JSON)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and __fish_seen_subcommand_from export" -f -a "asyncapi" -d 'Write an AsyncAPI 3.0 document (JSON)'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and __fish_seen_subcommand_from export" -f -a "typescript" -d 'Write TypeScript types: a union that the event\'s name discriminates'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and __fish_seen_subcommand_from export" -f -a "scenario" -d 'Write captures as a scenario for `send --scenario`'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and __fish_seen_subcommand_from log" -f -a "show" -d 'Show one capture in full, with its headers'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and __fish_seen_subcommand_from log" -f -a "sessions" -d 'List the sessions: which are complete, and what the others miss'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and __fish_seen_subcommand_from log" -f -a "timeline" -d 'Show one session step by step, with what has not come'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and __fish_seen_subcommand_from log" -f -a "diff" -d 'Show what differs between two captures'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and __fish_seen_subcommand_from log" -f -a "stats" -d 'Count captures by event, verdict, code and hour'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and __fish_seen_subcommand_from log" -f -a "export" -d 'Write captures to a new log, without what is not to be seen'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and __fish_seen_subcommand_from log" -f -a "repair" -d 'Say what is damaged in a log, and write a whole copy'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand help; and __fish_seen_subcommand_from log" -f -a "prune" -d 'Remove a session from a log, for ever'
complete -c enx-hook -n "__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from timeline" -f -a '(enx-hook completions --values session 2> /dev/null)'
