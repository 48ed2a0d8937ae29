//! `init`: a file of settings to uncomment.

use crate::support::Sandbox;

#[test]
fn init_writes_a_file_that_is_inert_until_uncommented_and_overwrites_nothing() {
    let sandbox = Sandbox::new();
    sandbox.enx(&["init"]).code(0).tells("enx-hook.toml");
    let text = sandbox.text("enx-hook.toml");
    let args = [
        "send",
        "--data",
        r#"{"type":"x"}"#,
        "--to",
        "staging",
        "--dry-run",
    ];
    sandbox.enx(&args).code(2).tells("unknown target");
    let all = text
        .replace("\n#", "\n")
        .replace("insecure = false", "insecure = true");
    let all: Vec<&str> = all
        .lines()
        .filter(|line| line.contains(" = ") || line.starts_with('['))
        .collect();
    sandbox.write("enx-hook.toml", all.join("\n"));
    let call = sandbox
        .call(&args)
        .env("STAGING_PASSWORD", "x")
        .env("STAGING_KEY", "k-1");
    sandbox.write("staging-ca.pem", "");
    call.run()
        .code(0)
        .tells("https://staging.example.com/hook (--to staging)")
        .says("x-api-key: k-1")
        .says("authorization: ***");
    sandbox.enx(&["init"]).code(2).tells("--force");
    assert_eq!(sandbox.text("enx-hook.toml"), all.join("\n"));
    sandbox.enx(&["init", "--force"]).code(0);
    assert_eq!(sandbox.text("enx-hook.toml"), text);
}

#[test]
fn init_prints_lines_for_gitignore_where_git_would_take_a_log() {
    let sandbox = Sandbox::new();
    sandbox.write(".git/HEAD", "");
    let init = || sandbox.enx(&["init", "--force"]);
    init().code(0).tells("\n  log*.jsonl*\n");
    sandbox.write(".gitignore", "log*.jsonl*\n");
    init().code(0).hides(".gitignore");
}
