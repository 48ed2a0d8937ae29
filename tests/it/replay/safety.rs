//! Nothing is ever sent to a host that was not named: not by an answer, the environment, or
//! what was recorded.

use crate::support::{Reply, Sandbox, Sink, record, record_with};

#[test]
fn no_answer_no_variable_and_no_record_leads_to_another_host() {
    let elsewhere = Sink::unused();
    let (place, url) = (elsewhere.address().to_string(), elsewhere.url());
    let lead = url.clone();
    let sink = Sink::new(move |number, _| {
        let status = [301, 302, 303, 307, 308, 200, 401, 503][number % 8];
        let fields = [
            ("Location", lead.clone()),
            ("Refresh", format!("0; url={lead}")),
            ("Content-Location", lead.clone()),
            ("Link", format!("<{lead}>; rel=\"next\"")),
            ("Alt-Svc", "http/1.1=\":1\"".to_owned()),
        ];
        Reply::Answer(status, fields.to_vec(), lead.clone())
    });
    let headers = [
        ("host", &*place),
        ("forwarded", &*format!("host={place}")),
        ("x-forwarded-host", &*place),
        ("referer", &*url),
        ("origin", &*url),
    ];
    let body = format!("{{\"type\":\"roomdrop\",\"url\":\"{url}\"}}");
    let lines = (1..=16).map(|seq| {
        let target = match seq % 4 {
            0 => url.clone(),
            1 => format!("//{place}/x"),
            2 => format!("/x@{place}"),
            _ => "/hook".to_owned(),
        };
        record_with(seq, &headers, &body).replace("/hook?x=1", &target) + "\n"
    });
    let har = serde_json::json!({"log": {"version": "1.2", "entries": [
        {"startedDateTime": "2026-11-20T14:00:02Z", "request": {
            "method": "POST", "url": url, "headers": [{"name": "Host", "value": place}],
            "postData": {"mimeType": "application/json", "text": body}}},
    ]}});
    let sandbox = Sandbox::new();
    sandbox.write("log.jsonl", lines.collect::<String>());
    sandbox.write("a.har", har.to_string());
    for more in [
        &[][..],
        &["--keep-path", "--headers", "original"],
        &[
            "--retries",
            "1",
            "--retry-on",
            "3xx",
            "--concurrency",
            "4",
            "--limit",
            "6",
        ],
    ] {
        let target = sink.url();
        let args = ["replay", "log.jsonl", "a.har", "--url", &target];
        let mut call = sandbox.call(&[&args[..], more].concat());
        for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
            call = call.env(name, &format!("http://{place}"));
        }
        call.run().code(1);
    }
    let sent = sink.rest();
    assert!(sent.len() > 17 * 2, "{}", sent.len());
    let own = sink.address().to_string();
    for request in sent {
        assert_eq!(request.header("host"), Some(&*own));
    }
}

#[test]
fn what_is_named_twice_is_sent_only_to_the_one_that_counts() {
    let (named, other) = (Sink::answering(200), Sink::unused());
    let sandbox = Sandbox::new();
    sandbox.write("log.jsonl", record(1, "{}") + "\n");
    let (url, other_url) = (named.url(), other.url());
    let call = sandbox.call(&["replay", "log.jsonl", "--url", &url]);
    call.env("ENX_HOOK_URL", &other_url).run().code(0);
    assert_eq!(named.count(), 1);
}
