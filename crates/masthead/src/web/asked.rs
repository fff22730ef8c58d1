//! What a request says that a story's answer depends on, gathered in one pass over its fields: looking each name up
//! would cost more than the meter. The fields come from hyper's map or straight from the wire ([`super::express`]).
use circulation::gate::Delivery;
use http::request::Parts;
use http::{Method, Version};
use smallvec::SmallVec;

use super::cookies::{self, Brought};
use super::page::Encoding;

/// The facts of one request for a story.
#[derive(Debug, Default)]
pub struct Asked<'a> {
    head: bool,
    ahead: bool,
    elsewhere: bool,
    /// Asked for as something else than a page of its own: a frame, an image.
    part: bool,
    mode: Mode,
    /// The guest's pass.
    pub guest: Brought<'a>,
    /// The session's token.
    pub session: Brought<'a>,
    /// The best encoding taken.
    pub encoding: Encoding,
    /// Validators the asker holds (`If-None-Match`), field by field.
    pub held: SmallVec<[&'a [u8]; 1]>,
    pub user_agent: &'a [u8],
    pub languages: &'a [u8],
    /// `X-Forwarded-For`, field by field.
    pub forwarded: SmallVec<[&'a [u8]; 1]>,
    /// HTTP/2: requests on one connection overlap.
    pub second: bool,
}

/// What `Sec-Fetch-Mode` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Mode {
    #[default]
    Unsaid,
    Navigate,
    Other,
}

impl<'a> Asked<'a> {
    /// A request of which no field is known yet.
    #[must_use]
    pub fn new(head: bool) -> Self {
        Self { head, ..Self::default() }
    }

    /// The facts of a request that hyper has read.
    #[must_use]
    pub fn of(parts: &'a Parts) -> Self {
        let mut asked = Self::new(parts.method == Method::HEAD);
        asked.second = parts.version >= Version::HTTP_2;
        for (name, value) in &parts.headers {
            asked.take(name.as_str().as_bytes(), value.as_bytes());
        }
        asked
    }

    /// Takes in one field. Names are compared without regard to case (RFC 9110 §5.1).
    pub fn take(&mut self, name: &[u8], value: &'a [u8]) {
        let is = |known: &[u8]| name.eq_ignore_ascii_case(known);
        match name.len() {
            5 if is(b"x-moz") => self.ahead |= ahead(value),
            6 if is(b"cookie") => self.cookies(value),
            7 if is(b"purpose") => self.ahead |= ahead(value),
            9 if is(b"x-purpose") => self.ahead |= ahead(value),
            10 if is(b"user-agent") => self.user_agent = value,
            11 if is(b"sec-purpose") => self.ahead |= ahead(value),
            13 if is(b"if-none-match") => self.held.push(value),
            14 if is(b"sec-fetch-dest") => self.part |= !matches!(value, b"document" | b"empty"),
            14 if is(b"sec-fetch-mode") => {
                let navigates = value == b"navigate" && self.mode != Mode::Other;
                self.mode = if navigates { Mode::Navigate } else { Mode::Other };
            }
            14 if is(b"sec-fetch-site") => self.elsewhere |= matches!(value, b"cross-site" | b"same-site"),
            15 if is(b"accept-encoding") => self.encoding = self.encoding.max(Encoding::of_field(value)),
            15 if is(b"accept-language") => self.languages = value,
            15 if is(b"x-forwarded-for") => self.forwarded.push(value),
            _ => {}
        }
    }

    fn cookies(&mut self, line: &'a [u8]) {
        for (name, value) in cookies::pairs(line) {
            match name {
                cookies::GUEST => self.guest.take(value),
                cookies::SESSION => self.session.take(value),
                _ => {}
            }
        }
    }

    /// How the page is asked for, by the browser's own words (Fetch Metadata; the Sec-Purpose header).
    #[must_use]
    pub fn delivery(&self) -> Delivery {
        if self.head {
            Delivery::Head
        } else if self.ahead {
            Delivery::Prefetch
        } else if self.part || (self.elsewhere && self.mode == Mode::Other) {
            Delivery::Embedded
        } else {
            Delivery::Document
        }
    }

    /// Whether a browser says that its user goes to this page.
    #[must_use]
    pub fn navigates(&self) -> bool {
        self.mode == Mode::Navigate
    }

    /// Only the head of the answer is wanted.
    #[must_use]
    pub const fn is_head(&self) -> bool {
        self.head
    }
}

/// Whether a purpose is to fetch ahead of a reader (`prefetch`, `prefetch;prerender`, Safari's `preview`).
fn ahead(purpose: &[u8]) -> bool {
    [&b"prefetch"[..], b"preview", b"prerender"]
        .iter()
        .any(|word| purpose.windows(word.len()).any(|w| w.eq_ignore_ascii_case(word)))
}
