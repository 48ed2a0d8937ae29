//! Where findings stand: lines and columns, in characters, in the order of the text.

use serde_json::Value;

use crate::support::{Sandbox, record};

/// Seven faults of seven kinds, with letters of several bytes and tabs before them.
const SEVEN: &str = "{ // 会議\n\t“type”: \"roomdrop\",\n\t\"größe\": 'x',, \"trans_date\": Number,\n\t\"app_id\": \"é\u{1f600}\" \"room_id\": \"r\",\n\t\"conf_num\": \"7\",\n}\n";

const PLACES: [&str; 7] = [
    "1:3 comment",
    "2:2 curly-quotes",
    "3:11 single-quotes",
    "3:15 extra-comma",
    "3:31 bare-word",
    "4:16 missing-comma",
    "5:17 trailing-comma",
];

fn places(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    let errors = findings.filter(|finding| finding["severity"] == "error");
    let place = |finding: &Value| {
        format!(
            "{}:{} {}",
            finding["line"],
            finding["column"],
            finding["code"].as_str().unwrap()
        )
    };
    errors.map(place).collect()
}

#[test]
fn seven_different_faults_are_seven_findings_each_at_its_place() {
    let sandbox = Sandbox::new();
    sandbox.write("seven.json", SEVEN);
    sandbox.write("log.jsonl", record(3, SEVEN) + "\n");
    for file in ["seven.json", "log.jsonl"] {
        let run = sandbox.enx(&["validate", file, "--format", "json"]);
        assert_eq!(places(&run.code(1).json_of("report")[0]), PLACES, "{file}");
    }
    let run = sandbox.enx(&["validate", "seven.json"]);
    for place in PLACES {
        let (place, code) = place.split_once(' ').unwrap();
        run.code(1)
            .says(&format!("error[{code}]"))
            .says(&format!("--> seven.json:{place}\n"));
    }
    run.says("invalid: 7 errors, 1 note");
}

#[test]
fn the_help_says_how_columns_are_counted() {
    let run = Sandbox::new().enx(&["validate", "--help"]);
    run.code(0)
        .says("Columns are counted in")
        .says("a tab is one");
}

#[test]
fn a_document_far_down_in_a_file_names_the_line_of_the_file() {
    let sandbox = Sandbox::new();
    sandbox.write("a.jsonl", format!("{}{{\"type\": 7}}\n", "{}\n".repeat(41)));
    let run = sandbox.enx(&["validate", "a.jsonl"]);
    run.says("--> a.jsonl:42:10\n").says("a.jsonl:42: invalid");
    let run = sandbox.enx(&["validate", "a.jsonl", "--format", "json"]);
    let last = run.json_of("report").pop().unwrap();
    assert_eq!(
        (&last["line"], &last["findings"][0]["line"]),
        (&42.into(), &1.into())
    );
    let run = sandbox.enx(&["validate", "a.jsonl", "--format", "github"]);
    run.says("::error file=a.jsonl,line=42,col=10,title=validate%3A bad-discriminator::");
}

#[test]
fn a_narrow_terminal_and_one_without_colour_say_the_same() {
    let sandbox = Sandbox::new();
    let long = format!(
        "{{\"pad\": \"{}\", “type”: \"https://u:s3cret@h/\u{202e}\"}}",
        "x".repeat(5000)
    );
    sandbox.write("a.json", long);
    let run = sandbox.enx(&["validate", "a.json", "--color", "always"]);
    let plain = sandbox.enx(&["validate", "a.json", "--color", "never"]);
    let paint = regex::Regex::new("\u{1b}\\[[0-9;]*m").unwrap();
    assert_eq!(paint.replace_all(run.out(), ""), plain.out());
    plain
        .hides("s3cret")
        .hides("\u{202e}")
        .says("^^^^^^")
        .says("u:***@h");
    assert!(plain.out().lines().all(|line| line.chars().count() < 9000));
}
