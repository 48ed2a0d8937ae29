//! What is sent, and where to: never to a public host by accident, never more than announced,
//! and never without the mark.

use super::receiver::{Act, Receiver};
use super::{check, found, of, summary, text, with_result};
use crate::support::Sandbox;

/// A name that no name server has, reached through a proxy that is the receiver itself.
const PUBLIC: &str = "http://hook.example.com/hook";

#[test]
fn a_public_host_gets_nothing_unless_that_is_allowed() {
    let receiver = Receiver::unused();
    let sandbox = Sandbox::new();
    let proxy = format!("http://{}", receiver.address());
    let run = sandbox
        .call(&["check", "--url", PUBLIC])
        .env("HTTP_PROXY", &proxy)
        .run();
    run.code(2)
        .tells("hook.example.com is a public host")
        .tells("--yes");
}

#[cfg(target_os = "linux")]
mod asked {
    use super::{PUBLIC, Receiver};
    use crate::support::{Sandbox, Terminal};

    /// Asks whether a public host may be posted to; its requests, if there are any, arrive here.
    fn asked(receiver: &Receiver) -> (Sandbox, Terminal) {
        let sandbox = Sandbox::new();
        let proxy = format!("http://{}", receiver.address());
        let line = format!("enx-hook check --url {PUBLIC} --only unknown-type");
        let mut terminal = Terminal::run(&sandbox, &line, &[("HTTP_PROXY", &proxy)]);
        terminal.wait_for("hook.example.com is a public host. Post up to ");
        (sandbox, terminal)
    }

    #[test]
    fn a_public_host_is_posted_to_once_a_person_agreed() {
        let receiver = Receiver::open(|_| None);
        let (_sandbox, mut terminal) = asked(&receiver);
        assert_eq!(receiver.count(), 0);
        terminal.press("y\r");
        let (code, screen) = terminal.ended();
        assert_eq!(code, Some(0), "{screen}");
        assert!(screen.contains("1 passed"), "{screen}");
        assert!(receiver.count() > 0);
    }

    #[test]
    fn a_public_host_gets_nothing_from_a_person_who_does_not_agree() {
        for keys in ["n\r", "\r"] {
            let receiver = Receiver::unused();
            let (_sandbox, mut terminal) = asked(&receiver);
            terminal.press(keys);
            let (code, screen) = terminal.ended();
            assert_eq!(code, Some(130), "{screen}");
            assert!(screen.contains("nothing was sent"), "{screen}");
        }
        let receiver = Receiver::unused();
        let (_sandbox, mut terminal) = asked(&receiver);
        terminal.interrupt();
        let (code, screen) = terminal.ended();
        assert_eq!(code, Some(130), "{screen}");
        // The cursor is there again.
        assert!(screen.contains("\u{1b}[?25h"), "{screen:?}");
    }
}

#[test]
fn a_public_host_over_plain_http_fails_and_raw_checks_do_not_pass_a_proxy() {
    let receiver = Receiver::open(|_| None);
    let sandbox = Sandbox::new();
    let proxy = format!("http://{}", receiver.address());
    let args = [
        "check",
        "--yes",
        "--format",
        "json",
        "--rate",
        "10000",
        "--url",
        PUBLIC,
        "--skip",
        "no-credentials",
    ];
    let run = sandbox.call(&args).env("HTTP_PROXY", &proxy).run();
    run.code(1);
    assert_eq!(found(&run), ["https"], "{}", run.out());
    assert_eq!(of(&run, "https")["level"], "must");
    let skipped = with_result(&run, &["skip"]);
    for raw in [
        "chunked-body",
        "short-body",
        "keep-alive",
        "refuses-other-methods",
    ] {
        assert!(skipped.iter().any(|check| check == raw), "{raw}");
    }
}

#[test]
fn no_more_requests_are_sent_than_announced_and_all_are_counted() {
    for fault in [
        (|_| None) as fn(&super::receiver::Seen<'_>) -> Option<Act>,
        |seen| (seen.number % 7 == 3).then_some(Act::Status(500)),
    ] {
        let receiver = Receiver::new(fault);
        let run = check(&receiver.url(), &["--user", "enx:secret"]);
        let plan = run.json_lines()[0].clone();
        assert_eq!(plan["kind"], "plan");
        let (announced, sent) = (&plan["requests_at_most"], &summary(&run)["requests"]);
        assert!(announced.as_u64() >= sent.as_u64(), "{plan}");
        assert_eq!(sent.as_u64(), Some(receiver.count() as u64));
    }
}

#[test]
fn every_made_up_id_begins_with_the_mark_that_is_told() {
    let receiver = Receiver::open(|_| None);
    let run = check(&receiver.url(), &[]);
    let mark = text(&summary(&run), "mark");
    assert!(mark.starts_with("enxhook-") && mark.len() == 12, "{mark}");
    let mut sessions = std::collections::BTreeSet::new();
    for event in receiver.posted() {
        for field in ["app_id", "room_id", "conf_num"] {
            let id = text(&event, field);
            assert!(id.starts_with(&mark), "{field} of {event}");
        }
        sessions.insert(text(&event, "conf_num"));
    }
    // Besides those that came as whole events by POST.
    let others = [
        "PUT",
        "DELETE",
        "cut off",
        "in an array",
        "too deep",
        "too large a number",
    ];
    let told = summary(&run)["sessions"].as_u64().unwrap();
    assert_eq!(told, (sessions.len() + others.len()) as u64);
}

#[test]
fn the_credentials_of_the_url_are_used_and_shown_to_nobody() {
    let receiver = Receiver::new(|_| None);
    let url = format!("http://enx:secret@{}/hook", receiver.address());
    let run = check(&url, &["--only", "authentication"]);
    run.code(0).hides("secret");
    assert_eq!(found(&run), [""; 0], "{}", run.out());
    assert_eq!(with_result(&run, &["skip"]), [""; 0]);
}

#[test]
fn a_wrong_choice_is_a_usage_error_before_anything_is_sent() {
    let receiver = Receiver::unused();
    let url = receiver.url();
    for (args, said) in [
        (
            &["--only", "unknwn-type"][..],
            "did you mean `unknown-type`?",
        ),
        (&["--skip", "nothing-like-it"], "no check is called"),
        (
            &["--only", "https", "--skip", "transport"],
            "leave no check",
        ),
        (&["--provider", "nobody"], "no provider is called `nobody`"),
        (&["--report", "report.txt"], "name it FILE.xml"),
        (&["--for", "0s"], "--for must be above 0"),
        (&["--only", "effects"], "--verify URL"),
        (&["--explain", "htps"], "did you mean `https`?"),
        (&["--verify", "/hook"], "is not a URL"),
    ] {
        check(&url, args).code(2).tells(said);
    }
    assert_eq!(receiver.count(), 0);
}

#[test]
fn a_provider_of_a_folder_is_checked_by_its_own_data() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "acme/schemas/acme/provider.json",
        r#"{"name":"acme","title":"Acme Calls","description":"Calls.","discriminator":"action",
            "session":["call"],"aliases":{"ended":"call_ended"},
            "documents":[{"id":"guide","title":"Acme, Guide"}],
            "rules":[{"rule":"accept-unknown-types","quote":"Ignore what you do not know.",
                      "document":"guide","section":"Callbacks"}]}"#,
    );
    sandbox.write(
        "acme/schemas/acme/call_ended.json",
        r#"{"type":"object","properties":{"action":{"const":"call_ended"},
            "call":{"type":"string","maxLength":12},"note":{"type":"string"}},
            "required":["action","call"]}"#,
    );
    sandbox.write(
        "acme/samples/acme/call_ended.json",
        r#"{"action":"call_ended","call":"17","note":"x"}"#,
    );
    let receiver = Receiver::open(|seen| {
        let unknown = seen.event["action"]
            .as_str()
            .is_some_and(|name| name.starts_with("enxhook"));
        unknown.then_some(Act::Status(500))
    });
    let url = receiver.url();
    let args = [
        "check",
        "--catalog",
        "acme",
        "--provider",
        "acme",
        "--format",
        "json",
        "--rate",
        "10000",
        "--skip",
        "no-credentials",
        "--url",
        &url,
    ];
    let run = sandbox.enx(&args);
    run.code(1);
    assert_eq!(found(&run), ["unknown-type"], "{}", run.out());
    assert_eq!(
        of(&run, "unknown-type")["rule"]["quote"],
        "Ignore what you do not know."
    );
    assert_eq!(of(&run, "every-event")["level"], "should");
    assert_eq!(of(&run, "both-spellings")["result"], "pass");
    // Its ids are too short for the mark, which is said.
    assert_eq!(summary(&run)["unmarked_events"][0], "call_ended");
}
