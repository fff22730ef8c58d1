//! Fictional views of every page, for the tests and the gallery.
#![allow(
    dead_code,
    clippy::expect_used,
    reason = "the tests and the gallery each use a part; a broken sample should stop them"
)]
pub mod contracts;
mod every;
mod support;

pub use every::all;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use pages::feeds::{Feed, FeedItem};
use pages::views::*;
pub use support::{desk_act, desk_billing, desk_clock, desk_front, desk_reader, desk_readers};

pub fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp of the samples")
}

pub fn now() -> Timestamp {
    at("2026-11-22T08:15:00+05:30")
}

pub fn resets_on() -> Date {
    date(2026, 12, 1)
}

pub fn section(code: &str) -> SectionLink {
    let name = format!("{}{}", code[..1].to_uppercase(), &code[1..]);
    SectionLink { code: code.into(), name }
}

pub fn paper() -> Paper {
    Paper {
        name: "The Deccan Ledger".into(),
        tagline: "Business, plainly told".into(),
        language: "en-IN".into(),
        base_url: "http://127.0.0.1:1997".into(),
        zone: jiff::tz::TimeZone::get("Asia/Kolkata").expect("the zone of the samples"),
        currency: "INR".into(),
        sections: ["markets", "finance", "politics", "tech", "world", "opinion"].map(section).to_vec(),
        footer_links: vec![Link::new("Mailbox", "/mailbox")],
        contact: Some("desk@deccanledger.example".into()),
        theme_colour: "#101c2c".into(),
        sample_banner: Some("Sample paper. Sandbox payments: no money moves.".into()),
        moved: MovedClock::default(),
    }
}

const STORIES: [(&str, &str, &str, &str, Marking, &str); 14] = [
    (
        "markets",
        "Rupee steadies as exporters sell dollars they had been hoarding since August",
        "Dealers say the hedges of two large refiners are gone, and with them the floor under the dollar.",
        "rupee-notes",
        Marking::Metered,
        "Ishani Vaidya",
    ),
    (
        "finance",
        "Co-operative banks get eighteen months to publish what they owe each other",
        "The order covers 412 lenders and names no penalty, which is where the argument now moves.",
        "bank-counter",
        Marking::Metered,
        "Farhan Qureshi",
    ),
    (
        "tech",
        "A chip plant’s first wafers come out, eleven days late and mostly good",
        "Yields of 61 per cent would be modest anywhere else; in Dholera they were cheered.",
        "chip-wafer",
        Marking::Premium,
        "Meenal Deshpande",
    ),
    (
        "politics",
        "States want the cess back. The Centre has already spent it",
        "A council meeting of nine hours ended with a committee.",
        "parliament",
        Marking::Metered,
        "Rukmini Sastry",
    ),
    (
        "world",
        "Shippers reroute again, and the spice trade counts the extra days",
        "Cardamom does not spoil at sea. Contracts do.",
        "container-port",
        Marking::Free,
        "Thomas Kurien",
    ),
    (
        "opinion",
        "The case for a boring budget",
        "A finance minister who surprises nobody has already done half the work.",
        "coffee-desk",
        Marking::Registered,
        "Arundhati Bal",
    ),
    (
        "markets",
        "Small-cap funds shut their doors to new money for the third time this year",
        "Managers say there is nothing left to buy at a price they would admit to.",
        "trading-floor",
        Marking::Premium,
        "Ishani Vaidya",
    ),
    (
        "finance",
        "Gold loans outgrow home loans in four southern states",
        "A quarter’s figures, and what pawnbrokers make of them.",
        "gold-shop",
        Marking::Metered,
        "Farhan Qureshi",
    ),
    (
        "tech",
        "The ticket machine that learned to say no",
        "Metro gates in three cities now refuse cards they dislike. Nobody quite knows why.",
        "metro-train",
        Marking::Metered,
        "Meenal Deshpande",
    ),
    (
        "world",
        "Three capitals, one canal and an invoice nobody wants to open",
        "",
        "world-map",
        Marking::Metered,
        "Thomas Kurien",
    ),
    (
        "markets",
        "Solar bids fall below two rupees, and lenders look away",
        "Cheap power is good news for everyone but the person who financed the last plant.",
        "solar-park",
        Marking::Premium,
        "Ishani Vaidya",
    ),
    (
        "politics",
        "How a ward in Nashik counts its voters by hand",
        "Twice, with tea between.",
        "ballot",
        Marking::Free,
        "Rukmini Sastry",
    ),
    (
        "opinion",
        "Letters are data too",
        "What forty years of complaints to this paper say about the railways.",
        "newspaper-press",
        Marking::Metered,
        "Arundhati Bal",
    ),
    (
        "finance",
        "Insurers find that rain is the easy part",
        "Payouts triggered by gauges were meant to end disputes. The disputes moved to the gauges.",
        "monsoon-street",
        Marking::Premium,
        "Farhan Qureshi",
    ),
];

pub fn picture(file: &str) -> Picture {
    Picture {
        file: file.into(),
        alt: "Cranes over stacked containers at dusk".into(),
        caption: Some("Loading at night: the berth is free when the tide is.".into()),
        credit: Some("Illustration: The Deccan Ledger".into()),
        width: 1280,
        height: 720,
    }
}

pub fn card(index: usize) -> StoryCard {
    let (code, headline, standfirst, file, marking, by) = STORIES[index % STORIES.len()];
    let hours = i64::try_from(index * index * 2).expect("a small number");
    StoryCard {
        path: format!("/{code}/story-{}", index + 1),
        headline: headline.into(),
        standfirst: (!standfirst.is_empty()).then(|| standfirst.into()),
        section: section(code),
        bylines: vec![by.into()],
        published_at: Some(now() - jiff::SignedDuration::from_mins(35 + hours * 60)),
        reading_minutes: 3,
        marking,
        archived: false,
        picture: Some(picture(file)),
        language: None,
    }
}

pub fn cards(range: std::ops::Range<usize>) -> Vec<StoryCard> {
    range.map(card).collect()
}

pub fn awkward() -> StoryCard {
    StoryCard {
        path: "/markets/awkward-99".into(),
        headline: "<b>\"Profit\" & 'loss'</b> > all </script><script>alert(1)</script>".into(),
        standfirst: Some("R&D <i>spending</i> \"up\"".into()),
        section: section("markets"),
        bylines: vec![],
        published_at: None,
        reading_minutes: 1,
        marking: Marking::Premium,
        archived: true,
        picture: None,
        language: None,
    }
}

pub fn advertisements() -> Vec<Advertisement> {
    ["Read without these boxes", "The week, in eleven minutes", "Every page since 1997"]
        .map(|headline| Advertisement {
            headline: headline.into(),
            text: "Subscribers see no advertisements, here or anywhere in the paper.".into(),
            label: "See the plans".into(),
            link: "/subscribe".into(),
        })
        .to_vec()
}

pub fn plans() -> Vec<PlanCard> {
    [
        ("smart-quarterly", "Smart Quarterly", "₹900", "3 Months", "₹300/Month", None),
        ("smart-essential", "Smart Essential", "₹2,700", "1 Year", "₹225/Month", None),
        ("super-saver", "Super Saver", "₹3,900", "2 Years", "₹162/Month", Some("Lowest price a month")),
    ]
    .map(|(code, name, price, term, monthly, note)| PlanCard {
        code: code.into(),
        name: name.into(),
        price: price.into(),
        term: term.into(),
        monthly: Some(monthly.into()),
        note: note.map(Into::into),
        offer: None,
        choice: PlanChoice::Begin,
    })
    .to_vec()
}

pub fn included() -> Vec<Included> {
    [
        ("Premium stories", "More than thirty a day, handpicked by our editors."),
        ("A partner title", "A year of a second newspaper, on us."),
        ("The e-paper", "The printed paper as it was set, to read, save and share."),
        ("Newsletters", "Markets, finance, politics and tech, in your mail when you want them."),
        ("Market analysis", "What the week did to portfolios, and what to watch."),
        ("The archive", "Every story back to 1997."),
        ("No advertisements", "Nothing between you and the story."),
        ("Every device", "Phone, tablet and computer, one account."),
    ]
    .map(|(title, text)| Included { title: title.into(), text: text.into() })
    .to_vec()
}

pub fn head() -> StoryHead {
    StoryHead {
        path: "/markets/rupee-steadies-1".into(),
        headline: STORIES[0].1.into(),
        standfirst: Some(STORIES[0].2.into()),
        section: section("markets"),
        bylines: vec!["Ishani Vaidya".into(), "Farhan Qureshi".into()],
        dateline: Some("Mumbai".into()),
        published_at: Some(at("2026-11-22T06:40:00+05:30")),
        updated_at: Some(at("2026-11-22T07:55:00+05:30")),
        reading_minutes: 4,
        marking: Marking::Metered,
        archived: false,
        picture: Some(picture("rupee-notes")),
        language: None,
        topics: vec!["currency".into(), "exports".into()],
        author_links: vec![],
        topic_links: vec![Link::new("currency", "/topics/currency"), Link::new("exports", "/topics/exports")],
        also_read: cards(1..4),
        more_from_section: cards(6..10),
    }
}

const TEXT: [&str; 12] = [
    "Exporters who spent the autumn waiting for a weaker rupee gave up waiting on Friday. By noon, four of the largest engineering houses had sold dollars forward to March, and the currency closed at 86.12, its firmest in nine weeks.",
    "“Everyone was long the same thing for the same reason,” said a treasurer at a pump maker in Kolhapur, whose own position ran to $14 million. “On Thursday the reason left.”",
    "The reason was crude. Two refiners that had bought dollars daily since August filled the last of their hedges this week, three people with knowledge of the trades said, taking out a bid that had stood under the market for eleven weeks.",
    "## What the central bank did not do",
    "It did not intervene. Reserves data due next Friday will show whether that is quite true, but dealers at six banks said they had seen no sign of state-run lenders selling, the usual tell.",
    "That leaves the rupee, for once, to its own devices. Importers have begun to stretch their cover: a Pune cable company that hedged a month ahead in September now hedges ten days.",
    "> “You buy insurance when your neighbour’s house burns. Nobody’s house is burning.”",
    "There is an argument that this is precisely the time to buy it. Volatility priced into three-month options fell to 3.4 per cent, a level last seen before the election, and cheap enough that at least two pharmaceutical firms have asked their banks for quotes.",
    "Not everyone is persuaded. The trade deficit widened to $21.7 billion in October, and the festival’s gold has yet to be paid for. A current account that looks tame at $74 a barrel looks less so at $85.",
    "Foreign funds, meanwhile, bought ₹6,240 crore of shares in the week, the first net purchase since September. Most of it went into three bank stocks, which says more about an index change than about conviction.",
    "For the exporters the sums are simpler. At 86.12 the pump maker’s margin on its Gulf contract is 7 per cent. At 87 it would have been 8, and at 85, where some now fear the currency is heading, it is not worth loading the lorry.",
    "The lorry, he added, leaves on Tuesday.",
];

pub fn blocks() -> Vec<Block> {
    TEXT.iter()
        .map(|t| {
            if let Some(c) = t.strip_prefix("## ") {
                Block::Crosshead(c.into())
            } else if let Some(q) = t.strip_prefix("> ") {
                Block::Quote(q.into())
            } else {
                Block::Paragraph((*t).into())
            }
        })
        .collect()
}

pub fn open_article() -> OpenArticle {
    let mut opening = blocks();
    let rest = opening.split_off(3);
    OpenArticle { story: head(), opening, rest, notice: None, advertisements: advertisements() }
}

pub fn walled_article(wall: WallView) -> WalledArticle {
    let mut preview = blocks();
    preview.truncate(3);
    WalledArticle { story: head(), preview, wall, plans: plans(), advertisements: advertisements() }
}

pub fn limit_wall() -> WallView {
    WallView::Limit {
        limit: 5,
        registered: false,
        period: MeterPeriod::Month,
        resets_on: resets_on(),
        with_account: Some(10),
    }
}

pub fn front() -> FrontPage {
    FrontPage {
        printed_at: now(),
        lead: Some(card(0)),
        picks: cards(1..8),
        latest: cards(3..13),
        premium: [2, 6, 10, 13].map(card).to_vec(),
        rails: paper()
            .sections
            .into_iter()
            .enumerate()
            .map(|(i, section)| Rail { section, stories: cards(i * 2..i * 2 + 4) })
            .collect(),
        markets: vec![],
        advertisements: advertisements(),
    }
}

pub fn section_page() -> SectionPage {
    SectionPage {
        section: section("markets"),
        about: "Shares, bonds, the rupee and what moves them.".into(),
        stories: cards(0..12),
        page: 1,
        pages: 4,
        older: None,
        advertisements: advertisements(),
    }
}

pub fn account() -> AccountPage {
    AccountPage {
        name: "Nandini Rao".into(),
        email: "nandini@example.com".into(),
        contract: Some(contracts::active()),
        held_gift: None,
        gifts: vec![],
        payments: true,
        billing: Some("Nandini Rao, Maharashtra".into()),
        searches: vec![SavedSearchView { id: 4, query: "rupee author:quill".into(), href: "/search?q=rupee".into() }],
        searches_message: Some("The search was removed.".into()),
        devices: vec![
            Device { id: "a1".into(), label: "Firefox on Linux".into(), last_seen: now(), current: true },
            Device {
                id: "b2".into(),
                label: "Chrome on Android".into(),
                last_seen: at("2026-11-20T21:02:00+05:30"),
                current: false,
            },
        ],
        reading: ReadingView {
            counted: 3,
            limit: Some(10),
            period: MeterPeriod::Month,
            resets_on: Some(resets_on()),
            stories: cards(0..3).into_iter().map(|c| ReadStory { headline: c.headline, path: c.path }).collect(),
        },
        message: Some("The device was signed out.".into()),
    }
}

pub fn desk_story() -> DeskStory {
    DeskStory {
        number: 12,
        revision: 4,
        path: "/markets/rupee-steadies-1".into(),
        headline: STORIES[0].1.into(),
        headline_provisional: true,
        standfirst: STORIES[0].2.into(),
        section: section("markets"),
        bylines: vec!["Ishani Vaidya".into()],
        published_at: Some(now()),
        marking: Marking::Metered,
        preview_blocks: 3,
        pick: "1".into(),
        picture: Some(picture("rupee-notes")),
        body: blocks(),
        decisions: vec![
            DecisionLine {
                visitor: "Guest, 2 of 5 left".into(),
                opens: true,
                because: "Metered; counted as the fourth of five.".into(),
            },
            DecisionLine {
                visitor: "Guest, none left".into(),
                opens: false,
                because: "Metered; the limit of five is reached.".into(),
            },
            DecisionLine {
                visitor: "Subscriber".into(),
                opens: true,
                because: "The plan reads without a limit.".into(),
            },
        ],
        errors: vec![FieldError::new("pick", "Write a whole number from 1 to 99, or leave it empty.")],
        message: None,
        out: None,
        conflict: None,
        withheld_headline: None,
        withheld: None,
    }
}

pub fn imports() -> DeskImports {
    let sum = |name, count, always| ImportSum { name, count, always, path: None };
    let doubts = ImportSum { path: Some("/desk/doubts?import=1".into()), ..sum("Doubts", 2, false) };
    let sums = vec![sum("New", 9, true), sum("Copies", 0, false), sum("Refused", 1, true), doubts];
    let row = ImportRow { id: "1".into(), at: now(), source: "crawls/".into(), sums };
    let remark = |what: &str, why: &str, times| ImportRemark {
        what: what.into(),
        why: why.into(),
        times,
        quote: None,
        path: None,
    };
    DeskImports {
        imports: vec![row.clone()],
        open: Some(ImportReport {
            row,
            sums: Some("9 new, 0 changed, 2 unchanged, 1 refused".into()),
            files: true,
            stories: vec![ImportedStory {
                headline: "Harbour master resigns".into(),
                number: Some(61),
                files: vec!["harbour-a.txt".into(), "harbour-b.txt".into()],
                kept: 14,
                dropped: vec![remark("More From This Section", "a section heading of the old page", 2)],
                doubted: vec![ImportRemark {
                    quote: Some("He would not say why.".into()),
                    path: Some("/desk/stories/61#p4".into()),
                    ..remark("Paragraph 4", "it stands in one copy only", 1)
                }],
            }],
            refused: vec![remark("photo.txt", "this is not text: it begins like a JPEG picture", 1)],
            aside: vec![("menu".into(), 3)],
            remarks: vec![remark("harbour-a.txt", "its summary told the closed part and was left out", 1)],
        }),
    }
}

pub fn mailbox() -> MailboxPage {
    let text = "Hello,\n\nyour code is 482 913. Or open this link:\nhttp://127.0.0.1:1997/login/code?code=482913&email=n%40example.com\n\nIt works for ten minutes, once. <Not a tag>";
    MailboxPage {
        mails: vec![
            MailRow {
                id: "2".into(),
                to: "nandini@example.com".into(),
                subject: "Your code for The Deccan Ledger".into(),
                at: now(),
            },
            MailRow {
                id: "1".into(),
                to: "nandini@example.com".into(),
                subject: "Welcome".into(),
                at: at("2026-11-22T08:01:00+05:30"),
            },
        ],
        open: Some(Mail {
            to: "nandini@example.com".into(),
            from: "The Deccan Ledger <desk@deccanledger.example>".into(),
            subject: "Your code for The Deccan Ledger".into(),
            at: now(),
            text: text.into(),
        }),
    }
}

pub fn checkout() -> CheckoutPage {
    CheckoutPage {
        plan: plans().remove(1),
        email: "nandini@example.com".into(),
        charge: "₹2,700".into(),
        tax: Some("Includes GST of ₹411.86 (18%)".into()),
        trial_to: None,
        later: vec![(date(2027, 11, 22), "₹2,700".into())],
        every: "every year".into(),
        billing: None,
        coupon: None,
        coupon_taken: false,
        welcome_back: false,
        withdrawal_days: None,
        at_once: None,
        consent: "I agree that ₹2,700 is charged now, and again every year from 22 November 2027 until I cancel."
            .into(),
        attempt: "k3yk3yk3y".into(),
        next: Some("/markets/rupee-steadies-1".into()),
        errors: vec![],
    }
}

pub fn sandbox() -> SandboxPayPage {
    let method = |value: &str, label: &str, explanation: &str| TestMethod {
        value: value.into(),
        label: label.into(),
        explanation: explanation.into(),
    };
    let of = |heading: &str, methods: Vec<TestMethod>| TestMethods { heading: heading.into(), methods };
    SandboxPayPage {
        id: "pay_81".into(),
        payee: "The Deccan Ledger".into(),
        description: "Smart Essential, 1 Year".into(),
        amount: Some("₹2,700".into()),
        permission: Some(
            "The method is kept: up to ₹3,000 may be debited from it every year until you withdraw that.".into(),
        ),
        methods: vec![
            of("Cards", vec![method("paid", "Visa •••• 4242", "Works now and at every renewal.")]),
            of("UPI Autopay", vec![method("upi-ok", "works@testbank", "Works. Renewals are announced a day ahead.")]),
            of("Only this payment", vec![method("declined", "Visa •••• 4242", "The bank says no.")]),
        ],
        declined: false,
        cancel_path: Some("/subscribe".into()),
        settled: None,
        bank_path: Some("/sandbox/bank/cus_81".into()),
        errors: vec![],
    }
}

pub fn bank() -> SandboxBankPage {
    let button = |act: &str, label: &str| BankButton { act: act.into(), about: "tok_1".into(), label: label.into() };
    let group = |heading: &str, items: Vec<BankItem>| BankGroup {
        heading: heading.into(),
        none: format!("{heading}: none yet."),
        items,
    };
    SandboxBankPage {
        path: "/sandbox/bank/cus_81".into(),
        holder: "asha@example.org".into(),
        said: Some("Done. The paper is told of it.".into()),
        groups: vec![
            group(
                "Payment methods",
                vec![BankItem {
                    title: "works@testbank".into(),
                    lines: vec!["Up to ₹3,000 every 12 months".into(), "May be debited".into()],
                    buttons: vec![button("pause", "Pause"), button("revoke", "Withdraw")],
                }],
            ),
            group("Announced debits", vec![]),
        ],
    }
}

pub fn feed() -> Feed {
    let items = cards(0..6)
        .into_iter()
        .chain([awkward()])
        .map(|c| FeedItem {
            path: c.path,
            headline: c.headline,
            summary: c.standfirst.unwrap_or_default(),
            section: c.section,
            bylines: c.bylines,
            published_at: c.published_at,
            updated_at: None,
            marking: c.marking,
            picture: c.picture,
            language: c.language,
        })
        .collect();
    Feed { section: None, items }
}

/// A month of the archive: a calendar, and stories by day.
pub fn archive_month() -> ArchivePage {
    let day = |day: i8, stories: u64| {
        Some(CalendarDay {
            day,
            path: (stories > 0).then(|| format!("/archive/1997/03/{day:02}")),
            label: format!("{day} March 1997, {stories} stories"),
            stories,
        })
    };
    let mut weeks = vec![[None, None, None, None, None, day(1, 0), day(2, 4)]];
    weeks.extend((0..4).map(|week| std::array::from_fn(|at| day(3 + week * 7 + at as i8, (at as u64) % 4))));
    weeks.push([day(31, 1), None, None, None, None, None, None]);
    let story = |headline: &str, marking| ArchiveStory {
        path: "/markets/an-old-story-12".into(),
        headline: headline.into(),
        standfirst: Some("What was said of it then.".into()),
        section: SectionLink { code: "markets".into(), name: "Markets".into() },
        bylines: vec!["A. Writer".into()],
        published_at: Some("1997-03-31T00:30:00+05:30".parse().expect("a time")),
        marking,
        archived: marking != Marking::Free,
        language: None,
    };
    ArchivePage {
        title: "March 1997".into(),
        about: "37 stories of that month.".into(),
        path: "/archive/1997/03".into(),
        crumbs: vec![Link::new("Archive", "/archive"), Link::new("1997", "/archive/1997")],
        calendar: Some(Calendar { caption: "March 1997".into(), weeks }),
        heaps: vec![Heap {
            heading: Some("Monday, 31 March 1997".into()),
            whole: Some(Link::new("All of 31 March 1997", "/archive/1997/03/31")),
            stories: vec![
                story("A bridge of boats <is> taken apart", Marking::Free),
                story("What the harbour earned", Marking::Premium),
            ],
        }],
        empty: "Nothing.".into(),
        ways: vec![Link::new("On this day", "/archive/on-this-day")],
        previous: Some(Link::new("February 1997", "/archive/1997/02")),
        next: Some(Link::new("April 1997", "/archive/1997/04")),
        ..ArchivePage::default()
    }
}

/// The archive's first page: years, some of them without a story.
pub fn archive_front() -> ArchivePage {
    let year = |year: u16, stories: u64| Tally {
        name: year.to_string(),
        path: (stories > 0).then(|| format!("/archive/{year}")),
        stories,
    };
    ArchivePage {
        title: "Archive".into(),
        about: "Everything the paper published since 1997.".into(),
        path: "/archive".into(),
        searches: true,
        letters: vec![Link::new("A", "/authors?from=a"), Link::new("B", "/authors?from=b")],
        tallies: vec![year(1999, 12_345), year(1998, 0), year(1997, 1)],
        ways: vec![Link::new("Authors", "/authors"), Link::new("Topics", "/topics")],
        ..ArchivePage::default()
    }
}
