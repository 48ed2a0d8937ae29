//! Which requests go through a proxy, and what is told when it fails.

use super::{LONG, OK, Reply, Sink, answer, client_with, fields, json, transport_error};
use crate::delivery::{Cause, ClientError, ClientOptions, HttpClient, Proxies, TargetUrl};
use crate::model::environment::Environment;
use crate::model::error::{Category, Explain};

fn options(variables: &[(&str, &str)]) -> ClientOptions {
    let mut environment = Environment::default();
    for (name, value) in variables {
        environment
            .variables
            .insert((*name).to_owned(), (*value).to_owned());
    }
    let mut options = ClientOptions::new(LONG);
    options.proxies = Proxies::of(&environment);
    options
}

#[tokio::test]
async fn a_request_to_another_machine_goes_through_the_proxy() {
    let mut proxy = Sink::new(Reply::Keep(OK.to_vec())).await;
    let address = format!("http://enx:hunter2@127.0.0.1:{}", proxy.port);
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        let options = options(&[(name, &address)]);
        assert!(!format!("{options:?}").contains("hunter2"));
        let client = client_with("http://hooks.invalid/hook?x=1", &options);
        assert!(!format!("{client:?}").contains("hunter2"));
        assert_eq!(answer(client.post(json("{}")).await).status, 200);
        let (head, _) = proxy.request().await;
        assert_eq!(
            head.lines().next(),
            Some("POST http://hooks.invalid/hook?x=1 HTTP/1.1")
        );
        assert_eq!(fields(&head, "host"), ["hooks.invalid"]);
        assert_eq!(
            fields(&head, "proxy-authorization"),
            ["Basic ZW54Omh1bnRlcjI="]
        );
    }
}

#[tokio::test]
async fn this_machine_is_never_reached_through_a_proxy() {
    let proxy = Sink::new(Reply::Keep(OK.to_vec())).await;
    let mut sink = Sink::new(Reply::Keep(OK.to_vec())).await;
    let options = options(&[("ALL_PROXY", &proxy.url("/"))]);
    for host in ["127.0.0.1", "localhost"] {
        let url = format!("http://{host}:{}/hook", sink.port);
        answer(client_with(&url, &options).post(json("{}")).await);
        let (head, _) = sink.request().await;
        assert_eq!(head.lines().next(), Some("POST /hook HTTP/1.1"));
    }
    assert_eq!(proxy.connections(), 0);
}

#[test]
fn the_variables_decide_by_scheme_and_exception() {
    let way = |variables: &[(&str, &str)], url| {
        let proxies = options(variables).proxies;
        let via = proxies
            .on_the_way_to(&TargetUrl::parse(url).unwrap())
            .unwrap();
        via.map(|via| via.authority())
    };
    let both = [("HTTP_PROXY", "a:1"), ("HTTPS_PROXY", "http://u:p@b:2")];
    assert_eq!(way(&both, "http://h/"), Some("a:1".into()));
    assert_eq!(way(&both, "https://h/"), Some("b:2".into()));
    assert_eq!(way(&[("HTTP_PROXY", "a:1")], "https://h/"), None);
    assert_eq!(way(&[("HTTP_PROXY", "")], "http://h/"), None);
    let but = [("ALL_PROXY", "socks5://a:1"), ("no_proxy", "h, 10.0.0.0/8")];
    assert_eq!(way(&but, "http://h/"), None);
    assert_eq!(way(&but, "http://x.h/"), None);
    assert_eq!(way(&but, "https://10.1.2.3/"), None);
    assert_eq!(way(&but, "https://other/"), Some("a:1".into()));
}

#[test]
fn a_variable_that_names_no_proxy_is_a_usage_error() {
    let target = TargetUrl::parse("http://hooks.invalid/").unwrap();
    for value in ["gopher://enx:hunter2@p/", "http://a b:hunter2"] {
        let error = HttpClient::new(&target, &options(&[("HTTP_PROXY", value)])).unwrap_err();
        assert!(matches!(error, ClientError::ProxyVariable("HTTP_PROXY")));
        assert_eq!(error.category(), Category::Usage);
        assert!(!format!("{error:?} {error}").contains("hunter2"));
    }
}

#[tokio::test]
async fn a_proxy_that_fails_is_named_and_not_the_target() {
    let dead = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap()
    };
    for scheme in ["http", "socks5h"] {
        let options = options(&[("ALL_PROXY", &format!("{scheme}://{dead}"))]);
        let client = client_with("http://hooks.invalid/", &options);
        let error = transport_error(client.post(json("{}")).await);
        assert_eq!(error.cause(), Cause::Proxy, "{error:?}");
        assert_eq!(
            error.to_string(),
            format!("no way to hooks.invalid:80 through the proxy {dead}")
        );
        assert!(error.advice().unwrap().contains("NO_PROXY=hooks.invalid"));
    }
}
