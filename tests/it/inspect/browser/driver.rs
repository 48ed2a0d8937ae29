//! Chromium, steered by chromedriver over the `WebDriver` protocol: JSON by HTTP.
//!
//! A client of a dozen requests, made by hand: the crate thirtyfour adds `String + Key`, after
//! which no `String + &String` in any of the tests compiles.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{post_raw, tool};

/// Browsers share two cores with all other tests: one at a time.
static TURN: Mutex<()> = Mutex::new(());

/// How long a condition is waited for, in milliseconds; less than an answer is.
const PATIENCE: u32 = 50_000;

/// What the tests ask in every document: which rows there are, what broke the policy, and
/// whether a dialog was to be opened.
const ASKED: &str = r"
    window.violations = [];
    addEventListener('securitypolicyviolation', (event) =>
        violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`), true);
    window.dialogs = [];
    for (const name of ['alert', 'confirm', 'prompt']) window[name] = (text) => { dialogs.push(text); };
    window.rows = () => [...document.querySelectorAll('#side .row')]
        .sort((a, b) => a.ariaPosInSet - b.ariaPosInSet);
    window.ids = () => rows().map((row) => Number(row.dataset.key));
    window.bar = () => document.querySelector('.side > .bar').innerText;
    window.pane = () => document.getElementById('pane').innerText;
    window.button = (text, root = document) => [...root.querySelectorAll('button, a')]
        .find((element) => element.innerText.trim().startsWith(text));
";

/// Runs a test in a browser of its own; says that it was skipped where there is none.
pub(super) fn in_browser(test: impl FnOnce(&Page)) {
    let Some(chromium) = tool(&["chromium", "chromium-browser", "google-chrome"]) else {
        return;
    };
    let Some(chromedriver) = tool(&["chromedriver"]) else {
        return;
    };
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let chromedriver = Chromedriver::start(chromedriver);
    let profile = tempfile::tempdir().expect("a folder for the profile");
    test(&Page::open_browser(&chromedriver, chromium, &profile));
}

/// A running chromedriver, ended by its number.
struct Chromedriver {
    process: Child,
    address: SocketAddr,
}

impl Chromedriver {
    fn start(program: &str) -> Chromedriver {
        let mut command = Command::new(program);
        command
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut process = command.spawn().expect("chromedriver starts");
        let stdout = process.stdout.take().expect("stdout is a pipe");
        let mut lines = BufReader::new(stdout).lines();
        let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse::<u16>().ok()
        });
        // What it says later must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let port = port.expect("chromedriver names its port");
        Chromedriver {
            process,
            address: SocketAddr::from(([127, 0, 0, 1], port)),
        }
    }
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The browser, and the tab that is looked at.
pub(super) struct Page {
    address: SocketAddr,
    session: String,
}

impl Drop for Page {
    fn drop(&mut self) {
        // The browser ends with its session, also after a panic.
        let _ = self.ask("DELETE", "", &Value::Null);
    }
}

impl Page {
    fn open_browser(driver: &Chromedriver, chromium: &str, profile: &TempDir) -> Page {
        let profile = format!("--user-data-dir={}", profile.path().display());
        let arguments = [
            "--headless=new",
            // Chromium refuses to run as root with its sandbox; only our page is opened.
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
            "--window-size=1280,800",
            &profile,
        ];
        let options = json!({"binary": which(chromium), "args": arguments});
        let wanted = json!({"goog:chromeOptions": options, "timeouts": {"script": PATIENCE}});
        let mut page = Page {
            address: driver.address,
            session: String::new(),
        };
        let session = page.post("", &json!({"capabilities": {"alwaysMatch": wanted}}));
        let id = session["sessionId"].as_str().expect("a session");
        page.session = format!("/{id}");
        page.prepare();
        page
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Result<Value, Value> {
        let (address, session) = (self.address, &self.session);
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let request = format!(
            "{method} /session{session}{path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = post_raw(address, request.as_bytes());
        let mut said: Value = serde_json::from_slice(&answer.body).expect("WebDriver speaks JSON");
        let value = said["value"].take();
        if answer.status() == 200 {
            Ok(value)
        } else {
            Err(value)
        }
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let done = self.ask("POST", path, body);
        done.unwrap_or_else(|error| panic!("{path} {body}: {}", error["message"]))
    }

    fn prepare(&self) {
        let script = json!({"source": ASKED});
        self.tools("Page.addScriptToEvaluateOnNewDocument", &script);
    }

    /// A command of the developer tools.
    pub(super) fn tools(&self, command: &str, arguments: &Value) -> Value {
        self.post(
            "/goog/cdp/execute",
            &json!({"cmd": command, "params": arguments}),
        )
    }

    /// Loads a URL anew, also where only its fragment differs.
    pub(super) fn open(&self, url: &str) {
        self.post("/url", &json!({"url": "about:blank"}));
        self.post("/url", &json!({"url": url}));
    }

    /// The same, and waits until the stream is open.
    #[track_caller]
    pub(super) fn open_live(&self, url: &str) {
        self.open(url);
        self.until("document.getElementById('state').title === 'live'");
    }

    pub(super) fn size(&self, width: u32, height: u32) {
        let metrics =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.tools("Emulation.setDeviceMetricsOverride", &metrics);
    }

    /// What a script returns.
    #[track_caller]
    pub(super) fn js(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({"script": script, "args": []}))
    }

    /// What an expression is, once that is something.
    #[track_caller]
    pub(super) fn until(&self, expression: &str) -> Value {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             const look = () => {{
                 let found;
                 try {{ found = {expression}; }} catch (error) {{ window.last = String(error); }}
                 if (found) done(found); else setTimeout(look, 15);
             }};
             look();"
        );
        let done = self.ask(
            "POST",
            "/execute/async",
            &json!({"script": script, "args": []}),
        );
        done.unwrap_or_else(|error| {
            let seen = self
                .js("return `${location.hash} ${window.last ?? ''}\n${document.body.innerText}`");
            let seen: String = seen
                .as_str()
                .unwrap_or_default()
                .chars()
                .take(2500)
                .collect();
            panic!("never: {expression}\n{}\n{seen}", error["message"]);
        })
    }

    /// Types, as on a keyboard; special keys have the code points of the protocol.
    pub(super) fn keys(&self, keys: &str) {
        let mut actions = Vec::new();
        for key in keys.chars() {
            actions.push(json!({"type": "keyDown", "value": key}));
            actions.push(json!({"type": "keyUp", "value": key}));
        }
        self.press(&actions);
    }

    /// Types a key while Ctrl is down.
    pub(super) fn ctrl(&self, key: char) {
        let steps = [
            ("keyDown", '\u{e009}'),
            ("keyDown", key),
            ("keyUp", key),
            ("keyUp", '\u{e009}'),
        ];
        let steps = steps.map(|(kind, value)| json!({"type": kind, "value": value}));
        self.press(&steps);
    }

    fn press(&self, actions: &[Value]) {
        let keyboard = json!({"type": "key", "id": "keyboard", "actions": actions});
        self.post("/actions", &json!({"actions": [keyboard]}));
    }

    /// Clicks on what a selector finds, with the mouse.
    #[track_caller]
    pub(super) fn click(&self, selector: &str) {
        let element = self.post(
            "/element",
            &json!({"using": "css selector", "value": selector}),
        );
        let id = element
            .as_object()
            .and_then(|element| element.values().next());
        let id = id.and_then(Value::as_str).expect("an element");
        self.post(&format!("/element/{id}/click"), &json!({}));
    }

    /// Goes to an address within the page, as a link does.
    pub(super) fn go(&self, hash: &str) {
        self.js(&format!("location.hash = {}", json!(hash)));
    }

    pub(super) fn back(&self) {
        self.post("/back", &json!({}));
    }

    /// Opens a second tab, which is looked at from now on. Returns the first one.
    pub(super) fn second_tab(&self) -> String {
        let first = self.ask("GET", "/window", &Value::Null).expect("a tab");
        let second = self.post("/window/new", &json!({"type": "tab"}));
        self.switch(second["handle"].as_str().expect("a tab"));
        self.prepare();
        first.as_str().expect("a tab").to_owned()
    }

    pub(super) fn switch(&self, tab: &str) {
        self.post("/window", &json!({"handle": tab}));
    }

    /// The tab says that it is hidden or seen.
    pub(super) fn hide(&self, hidden: bool) {
        self.js(&format!(
            "Object.defineProperty(document, 'hidden', {{ value: {hidden}, configurable: true }});
             document.dispatchEvent(new Event('visibilitychange'));"
        ));
    }

    /// Writes a picture of the window.
    pub(super) fn picture(&self, path: &Path) {
        let picture = self
            .ask("GET", "/screenshot", &Value::Null)
            .expect("a picture");
        let picture = BASE64_STANDARD.decode(picture.as_str().expect("base64"));
        std::fs::write(path, picture.expect("base64")).expect("a file");
    }

    /// Nothing broke the policy, opened a dialog, or was asked of another origin.
    #[track_caller]
    pub(super) fn is_clean(&self) {
        let seen = self.js(
            "return {
                violations, dialogs, cookies: document.cookie,
                foreign: performance.getEntriesByType('resource').map((entry) => entry.name)
                    .filter((name) => new URL(name).origin !== location.origin && !name.startsWith('blob:')),
            }",
        );
        let clean = json!({"violations": [], "dialogs": [], "cookies": "", "foreign": []});
        assert_eq!(seen, clean);
    }
}

/// Where a program is, since chromedriver wants a path.
fn which(program: &str) -> String {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut found = std::env::split_paths(&path).map(|folder| folder.join(program));
    let found = found.find(|path| path.is_file());
    found.map_or_else(|| program.to_owned(), |path| path.display().to_string())
}
