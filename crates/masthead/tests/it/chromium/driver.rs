//! One Chromium with a profile of its own. Every method waits for what it needs, within [`PATIENCE`], and fails the test
//! with the page's address when it does not come.
use std::net::SocketAddr;
use std::time::Duration;

use base64::Engine as _;
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use masthead::clock::stopwatch;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::town::Town;
use crate::client::{Connection, Request};

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(45);
/// How often a condition is looked at.
const EVERY: Duration = Duration::from_millis(40);

const PHONE_AGENT: &str = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36";

/// The address of the driver, or `None`, said once to whoever looks, where there is none.
pub fn address() -> Option<String> {
    let given = std::env::var("MASTHEAD_TEST_WEBDRIVER").ok().filter(|url| !url.is_empty());
    if given.is_none() {
        eprintln!("skipped: the browser tests need a chromedriver, whose address MASTHEAD_TEST_WEBDRIVER gives");
    }
    given
}

/// What the reader holds in their hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Desktop,
    /// 390 × 844, touched, calls itself a telephone.
    Phone,
    /// A desktop on which no page may run a script.
    Scriptless,
}

pub struct Chromium {
    runtime: Runtime,
    client: Option<Client>,
    driver: SocketAddr,
    session: String,
    home: String,
    _profile: TempDir,
}

impl Chromium {
    pub fn start(driver: &str, town: &Town, kind: Kind) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let capabilities = capabilities(kind, &profile);
        let (client, session) = runtime.block_on(async {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            let client = builder.capabilities(capabilities).connect(driver).await.expect("Chromium starts");
            let session = client.session_id().await.unwrap().expect("a session has a name");
            (client, session)
        });
        let driver = driver.trim_start_matches("http://").trim_end_matches('/').parse().expect("http://address:port");
        let home = format!("http://{}", town.address);
        Self { runtime, client: Some(client), driver, session, home, _profile: profile }
    }

    fn client(&self) -> &Client {
        self.client.as_ref().expect("it runs until it is dropped")
    }

    fn wait<T>(&self, what: &str, future: impl Future<Output = Result<T, fantoccini::error::CmdError>>) -> T {
        let done = self.runtime.block_on(async { tokio::time::timeout(2 * PATIENCE, future).await });
        match done {
            Ok(Ok(value)) => value,
            Ok(Err(error)) => panic!("{what} on {}: {error}", self.path()),
            Err(_) => panic!("{what}: Chromium does not answer"),
        }
    }

    /// Looks again and again until `ready` gives something.
    pub fn until<T>(&self, what: &str, mut ready: impl FnMut() -> Option<T>) -> T {
        let begun = stopwatch();
        loop {
            if let Some(value) = ready() {
                return value;
            }
            assert!(begun.elapsed() < PATIENCE, "{what} did not come about on {}: {}", self.path(), self.words("body"));
            self.runtime.block_on(async { tokio::time::sleep(EVERY).await });
        }
    }

    // Going about

    /// Opens an address of the paper, as if typed.
    pub fn open(&self, path: &str) {
        self.wait(path, self.client().goto(&format!("{}{path}", self.home)));
    }

    /// Path and query of the page that is shown.
    pub fn path(&self) -> String {
        let url = self.runtime.block_on(self.client().current_url());
        url.map_or_else(
            |e| format!("({e})"),
            |url| url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path())),
        )
    }

    pub fn go_back(&self) {
        self.leave("going back", || self.wait("going back", self.client().back()));
    }

    pub fn reload(&self) {
        self.wait("reloading", self.client().refresh());
    }

    fn find(&self, css: &str) -> Element {
        self.wait(css, self.client().wait().at_most(PATIENCE).every(EVERY).for_element(Locator::Css(css)))
    }

    pub fn count(&self, css: &str) -> usize {
        self.wait(css, self.client().find_all(Locator::Css(css))).len()
    }

    pub fn has(&self, css: &str) -> bool {
        self.count(css) > 0
    }

    /// The text of the first such element, as shown.
    pub fn text(&self, css: &str) -> String {
        self.wait(css, self.find(css).text())
    }

    /// The text of the first such element on one line; nothing if there is none. For messages.
    fn words(&self, css: &str) -> String {
        let text = self.runtime.block_on(async {
            let element = self.client().find(Locator::Css(css)).await?;
            element.text().await
        });
        text.unwrap_or_default().split_whitespace().take(120).collect::<Vec<_>>().join(" ")
    }

    pub fn texts(&self, css: &str) -> Vec<String> {
        let found = self.wait(css, self.client().find_all(Locator::Css(css)));
        found.iter().map(|element| self.wait(css, element.text())).collect()
    }

    pub fn attribute(&self, css: &str, name: &str) -> Option<String> {
        self.wait(css, self.find(css).attr(name))
    }

    pub fn click(&self, css: &str) {
        self.wait(css, self.find(css).click());
    }

    /// Clicks what leads to another page and waits until that is there.
    pub fn follow(&self, css: &str) {
        self.leave(css, || self.click(css));
    }

    /// Follows the link or presses the button with these words in the page's own part.
    pub fn choose(&self, words: &str) {
        let path = format!("//main//*[self::a or self::button][normalize-space()='{words}']");
        let wait = self.client().wait().at_most(PATIENCE).every(EVERY);
        let element = self.wait(words, wait.for_element(Locator::XPath(&path)));
        self.leave(words, || self.wait(words, element.click()));
    }

    /// Does what leads to another page, and waits until that is whole.
    fn leave(&self, what: &str, act: impl FnOnce()) {
        let before = self.document();
        act();
        self.until(what, || self.document().filter(|now| Some(now) != before.as_ref()));
    }

    /// The name the driver gives the present document.
    fn document(&self) -> Option<String> {
        let root = self.runtime.block_on(self.client().find(Locator::Css("html > body"))).ok()?;
        Some(root.element_id().to_string())
    }

    pub fn type_in(&self, css: &str, text: &str) {
        let element = self.find(css);
        self.wait(css, element.clear());
        self.wait(css, element.send_keys(text));
    }

    pub fn press(&self, key: Key) {
        let value = char::from(key);
        let keys = KeyActions::new("keyboard".into()).then(KeyAction::Down { value }).then(KeyAction::Up { value });
        self.wait("a key", self.client().perform_actions(keys));
    }

    /// Presses a key that leads to another page.
    pub fn press_and_go(&self, key: Key) {
        self.leave("a key", || self.press(key));
    }

    /// The page's markup as Chromium holds it now.
    pub fn source(&self) -> String {
        self.wait("the source", self.client().source())
    }

    pub fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.wait("a script", self.client().execute(script, arguments))
    }

    // Tabs

    pub fn tabs(&self) -> usize {
        self.wait("the tabs", self.client().windows()).len()
    }

    /// Does something in a tab of its own, then comes back.
    pub fn in_new_tab<T>(&self, act: impl FnOnce() -> T) -> T {
        let here = self.wait("the tab", self.client().window());
        let new = self.wait("a new tab", self.client().new_window(true));
        self.wait("the new tab", self.client().switch_to_window(new.handle));
        let value = act();
        self.wait("closing a tab", self.client().close_window());
        self.wait("the old tab", self.client().switch_to_window(here));
        value
    }

    /// Does something in every tab but this one.
    pub fn in_other_tabs<T>(&self, mut act: impl FnMut() -> T) -> Vec<T> {
        let here = self.wait("the tab", self.client().window());
        let all = self.wait("the tabs", self.client().windows());
        let mut values = Vec::new();
        for tab in all.into_iter().filter(|tab| *tab != here) {
            self.wait("a tab", self.client().switch_to_window(tab));
            values.push(act());
        }
        self.wait("the first tab", self.client().switch_to_window(here));
        values
    }

    // What WebDriver has no words for

    fn ask_driver(&self, command: &str, body: &Value) -> Value {
        let mut request = Request::new("POST", &format!("/session/{}/{command}", self.session));
        request.body = Some(body.to_string().into_bytes());
        let own = [("host", self.driver.to_string()), ("content-type", "application/json".into())];
        let mut connection = Connection::to(self.driver);
        connection.send(request.bytes(&own));
        let answer = connection.answer("POST");
        assert_eq!(answer.status, 200, "{command}: {}", answer.text());
        serde_json::from_slice::<Value>(&answer.body).unwrap()["value"].take()
    }

    /// A command of the DevTools protocol.
    pub fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.ask_driver("goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// Shows pages at this width and height, light or dark.
    pub fn dress(&self, width: u32, height: u32, dark: bool) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.devtools("Emulation.setDeviceMetricsOverride", &metrics);
        let scheme = if dark { "dark" } else { "light" };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.devtools("Emulation.setEmulatedMedia", &features);
    }

    /// What was written to the console since the last time: failed requests and refusals of the security policy too.
    pub fn console(&self) -> Vec<String> {
        let lines = self.ask_driver("se/log", &json!({ "type": "browser" }));
        let lines = lines.as_array().expect("a list of lines").iter();
        lines.map(|line| line["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Everything that went over the network since the last time, as the DevTools protocol tells it.
    pub fn traffic(&self) -> Vec<Value> {
        let lines = self.ask_driver("se/log", &json!({ "type": "performance" }));
        let lines = lines.as_array().expect("a list of lines").iter();
        let events = lines.filter_map(|line| serde_json::from_str::<Value>(line["message"].as_str()?).ok());
        events.map(|mut event| event["message"].take()).collect()
    }

    /// A picture (PNG) of the whole page, or of what is in view.
    pub fn portrait(&self, whole: bool) -> Vec<u8> {
        let shot = self.devtools("Page.captureScreenshot", &json!({ "format": "png", "captureBeyondViewport": whole }));
        base64::engine::general_purpose::STANDARD.decode(shot["data"].as_str().expect("a picture")).unwrap()
    }
}

fn capabilities(kind: Kind, profile: &TempDir) -> serde_json::Map<String, Value> {
    let mut options = json!({
        "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--disable-dev-shm-usage", "--window-size=1280,900",
            format!("--user-data-dir={}", profile.path().display()),
        ],
    });
    match kind {
        Kind::Desktop => {}
        Kind::Phone => {
            options["mobileEmulation"] = json!({
                "deviceMetrics": { "width": 390, "height": 844, "pixelRatio": 3.0, "mobile": true, "touch": true },
                "userAgent": PHONE_AGENT,
            });
        }
        Kind::Scriptless => {
            options["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
        }
    }
    let all = json!({
        "browserName": "chrome",
        // The driver's own half a minute is short for an examination of a long table beside other work.
        "timeouts": { "script": PATIENCE.as_millis() as u64 * 3 / 2, "pageLoad": PATIENCE.as_millis() as u64 * 3 / 2 },
        "goog:chromeOptions": options,
        "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
    });
    all.as_object().cloned().expect("an object")
}

impl Drop for Chromium {
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            // Whatever became of the test, no browser stays behind.
            let _ = self.runtime.block_on(async { tokio::time::timeout(PATIENCE, client.close()).await });
        }
    }
}
