//! Completion of values that the log has, in the shells themselves.

use crate::support::{Sandbox, record, tool};

/// A sandbox with a log; one session is a trap for a shell.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    let events = [
        ("48213907", "session_start"),
        ("48213911", "roomdrop"),
        ("48$(touch trap)", "roomdrop"),
        ("48 x", "roomdrop"),
        ("77", "tomorrow"),
    ];
    let line = |(seq, (session, event)): (u64, &(&str, &str))| {
        let body = format!("{{\"type\":\"{event}\",\"conf_num\":\"{session}\"}}");
        record(seq, &body) + "\n"
    };
    let lines: String = (1..).zip(&events).map(line).collect();
    sandbox.write("log.jsonl", lines);
    sandbox
}

/// Runs a script in a shell that finds the program; nothing if there is no such shell.
fn run(sandbox: &Sandbox, shell: &'static str, script: &str) -> Option<Vec<String>> {
    let shell = tool(&[shell])?;
    let folder = std::path::Path::new(env!("CARGO_BIN_EXE_enx-hook"))
        .parent()
        .unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let mut program = sandbox.program(shell);
    let output = program
        .env("PATH", path)
        .args(["-c", script])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let text = String::from_utf8(output.stdout).unwrap();
    Some(text.lines().map(str::to_owned).collect())
}

/// What bash offers at the end of a line. `word`: the word that bash makes of its end.
fn bash(sandbox: &Sandbox, line: &str, word: &str) -> Vec<String> {
    let script = format!(
        "source <(enx-hook completions bash)
         COMP_LINE=\"{line}\" COMP_POINT=${{#COMP_LINE}}
         read -ra COMP_WORDS <<< \"$COMP_LINE\"
         [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=('')
         COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 ))
         _enx_hook_seen enx-hook \"{word}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"
         printf '%s\\n' \"${{COMPREPLY[@]}}\""
    );
    run(sandbox, "bash", &script).unwrap()
}

#[test]
fn bash_offers_what_the_end_of_the_log_has() {
    if tool(&["bash"]).is_none() {
        return;
    }
    let sandbox = sandbox();
    for (line, word, expected) in [
        (
            "enx-hook log --session 48",
            "48",
            &["48213911", "48213907"][..],
        ),
        (
            "enx-hook log --session ",
            "",
            &["77", "48213911", "48213907"],
        ),
        ("enx-hook log --session=4", "4", &["48213911", "48213907"]),
        ("enx-hook log timeline 7", "7", &["77"]),
        ("enx-hook replay --event tom", "tom", &["tomorrow"]),
        (
            "enx-hook replay --event upload_r",
            "upload_r",
            &["upload_ready"],
        ),
        ("enx-hook log --query event:room", "room", &["roomdrop"]),
        (
            "enx-hook listen --forward-query event:room",
            "room",
            &["roomdrop"],
        ),
        (
            "enx-hook log --query 'event:room",
            "'event:room",
            &["event:roomdrop"],
        ),
        (
            "enx-hook log --query 'is:duplicate session:7",
            "'is:duplicate session:7",
            &["is:duplicate session:77"],
        ),
        (
            "enx-hook log --query 'code:unk",
            "'code:unk",
            &["code:unknown-event"],
        ),
        // The rest is completed as before.
        ("enx-hook log --fol", "--fol", &["--follow"]),
        ("enx-hook log sess", "sess", &["sessions"]),
    ] {
        assert_eq!(bash(&sandbox, line, word), expected, "{line}");
    }
    assert!(!sandbox.path("trap").exists());
}

#[test]
fn zsh_and_fish_ask_for_the_same_values() {
    let sandbox = sandbox();
    let fish = "enx-hook completions fish | source
        for line in 'log --session 48' 'log timeline 7' 'log --query event:room' 'replay --event tom'
            complete -C \"enx-hook $line\" | string split -f 1 \\t
        end";
    // Neither is on every machine, also not in CI.
    if std::env::var_os("CI").is_none() {
        if let Some(offered) = run(&sandbox, "fish", fish) {
            assert_eq!(
                offered,
                ["48213907", "48213911", "77", "event:roomdrop", "tomorrow"]
            );
        }
        let zsh = "autoload -U compinit; compinit -D; source <(enx-hook completions zsh)
            compadd() { print -l $seen }; compset() { : }; _call_program() { shift; \"$@\" }
            _enx_hook_seen session; _enx_hook_seen event | head -n 1";
        if let Some(offered) = run(&sandbox, "zsh", zsh) {
            assert_eq!(offered, ["77", "48213911", "48213907", "tomorrow"]);
        }
    }
}

#[test]
fn without_a_log_there_are_no_values_and_no_errors() {
    let sandbox = Sandbox::new();
    for (what, log) in [("session", None), ("session", Some("{ not a record\n"))] {
        if let Some(log) = log {
            sandbox.write("log.jsonl", log);
        }
        let run = sandbox.enx(&["completions", "--values", what]);
        assert_eq!((run.code(0).out(), run.err()), ("", ""));
    }
    sandbox.write("enx-hook.toml", "nonsense");
    let run = sandbox.enx(&["completions", "--values", "event"]);
    run.code(0).says("roomdrop\n");
    assert_eq!(run.err(), "");
}
