//! What the desk shows to support.
use pages::views::*;

use super::*;

pub fn desk_front() -> DeskFront {
    DeskFront {
        stories: cards(0..12)
            .into_iter()
            .zip(1..)
            .map(|(c, number)| DeskRow {
                number,
                revision: 2,
                headline: c.headline,
                headline_provisional: number == 3,
                path: c.path,
                section: c.section,
                marking: c.marking,
                out: number == 7,
                pick: (number < 4).then_some(number as u16),
                published_at: (number != 5).then_some(now()),
            })
            .collect(),
        total: 63,
        page: 2,
        pages: 3,
        query: "rupee & gold".into(),
        marking: Some(Marking::Metered),
        state: None,
        message: Some("Saved.".into()),
        needs: 3,
    }
}

pub fn desk_readers() -> DeskReaders {
    let row = |id, email: &str, name: &str, standing: &str, staff| ReaderRow {
        id,
        email: email.into(),
        name: name.into(),
        standing: standing.into(),
        since: now(),
        staff,
    };
    DeskReaders {
        query: "a&b".into(),
        readers: vec![
            row(
                9,
                "nandini@example.com",
                "Nandini Rao",
                "Smart Essential: active, reads until 22 November 2027",
                false,
            ),
            row(2, "editor@example.com", "", "never subscribed", true),
        ],
        total: 102,
        page: 2,
        pages: 3,
    }
}

pub fn desk_reader() -> DeskReader {
    let line = |kind, words: &str, detail: &str, text: Option<&str>| TimelineRow {
        at: now(),
        kind,
        words: words.into(),
        detail: Some(detail.into()),
        who: "editor@example.com".into(),
        text: text.map(str::to_owned),
    };
    DeskReader {
        id: 9,
        email: "nandini@example.com".into(),
        name: "Nandini Rao".into(),
        since: at("2025-02-03T09:12:00+05:30"),
        verified: true,
        staff: false,
        message: Some("Add days: The reader reads until 29 November 2027.".into()),
        contracts: vec![ContractPanel {
            id: 12,
            plan: "Smart Essential, ₹2,700 for 1 Year".into(),
            state: "Parked".into(),
            alert: Some("Nothing is charged since 21 November 2026: two payments for one period.".into()),
            words: vec!["Paid until 22 November 2027.".into(), "Renews on 22 November 2027 for ₹2,700.".into()],
            actions: vec![
                Link::new("Release", "/desk/contracts/12/release"),
                Link::new("End now", "/desk/contracts/12/end"),
            ],
            invoices: vec![InvoiceRow {
                period: "Period 1: 22 Nov 2026 to 22 Nov 2027".into(),
                amount: "₹2,700".into(),
                state: "Paid on 22 November 2026".into(),
                refund: Some("/desk/contracts/12/refund?invoice=0".into()),
            }],
        }],
        rights: vec![RightRow {
            benefits: "unlimited, premium".into(),
            source: "Complimentary".into(),
            reference: "staff-81".into(),
            from: now(),
            until: None,
            holds: true,
            end: Some("/desk/readers/9/end-right?reference=staff-81".into()),
        }],
        documents: vec![PaperRow {
            number: "M/26-27/0000123".into(),
            kind: "Invoice".into(),
            at: now(),
            amount: "₹2,700".into(),
        }],
        timeline: vec![
            line(
                TimelineKind::Desk,
                "Add days: The reader reads until 29 November 2027.",
                "Reason: the app failed",
                None,
            ),
            line(
                TimelineKind::Mail,
                "Mail “Receipt <b>”: sent.",
                "To nandini@example.com",
                Some("Dear Nandini,\n\nthank you. </pre>"),
            ),
            line(TimelineKind::Payment, "₹2,700 was taken.", "sub-12-p0-a1, at sandbox pay_1", None),
        ],
        show: None,
        page: 1,
        pages: 2,
        complimentary: "/desk/readers/9/complimentary".into(),
    }
}

pub fn desk_act() -> DeskAct {
    DeskAct {
        title: "End the contract now".into(),
        about: "Smart Essential ends at once, whatever is paid. To let it run out instead, cancel it.".into(),
        reader: "nandini@example.com".into(),
        back: "/desk/readers/9".into(),
        action: "/desk/contracts/12/end".into(),
        fields: vec![
            ActField {
                name: "refund",
                label: "What the reader gets back".into(),
                hint: String::new(),
                value: "full".into(),
                kind: ActFieldKind::Choice(vec![
                    ("pro-rata".into(), "The days not used".into()),
                    ("full".into(), "Everything".into()),
                ]),
            },
            ActField {
                name: "days",
                label: "Days".into(),
                hint: "1 to 366.".into(),
                value: "7".into(),
                kind: ActFieldKind::Text { keys: "numeric" },
            },
            ActField {
                name: "until",
                label: "Last day".into(),
                hint: "The access ends when this day does.".into(),
                value: "2026-12-22".into(),
                kind: ActFieldKind::Date,
            },
        ],
        reason: "Asked for by telephone".into(),
        hidden: vec![("invoice".into(), "0".into())],
        ..DeskAct::default()
    }
}

pub fn desk_billing() -> DeskBilling {
    DeskBilling {
        day: date(2026, 11, 22),
        takings: vec!["₹12,600 came in by 5 payments.".into(), "₹900 was given back by 1 refund.".into()],
        needs: vec![
            NeedList {
                heading: "Parked contracts".into(),
                about: "Something did not add up.".into(),
                count: 3,
                rows: vec![NeedRow { words: "Contract 12".into(), since: now(), path: Some("/desk/readers/9".into()) }],
            },
            NeedList { heading: "Open disputes".into(), about: String::new(), count: 0, rows: vec![] },
        ],
    }
}

pub fn desk_clock() -> DeskClock {
    let line = |kind, words: &str, path: Option<&str>| JourneyLine {
        at: now(),
        kind,
        words: words.into(),
        path: path.map(str::to_owned),
    };
    DeskClock {
        now: at("2027-02-22T08:00:00+05:30"),
        ahead: Some("92 days".into()),
        next_due: Some(at("2027-02-22T08:30:00+05:30")),
        tomorrow: date(2027, 2, 23),
        under_way: None,
        journey: Some(JourneyView {
            from: now(),
            to: at("2027-02-22T08:00:00+05:30"),
            stops: 95,
            whole: true,
            summary: "3 mails, 1 payment (₹900), 0 not taken, 2 changes of contracts, 1 right given, 1 ended".into(),
            lines: vec![
                line("Captured", "₹900 from nandini@example.com (sub-1-p1-a1)", Some("/desk/readers/9")),
                line("Mail", "to <b>: a code to log in", None),
            ],
            more: 12,
        }),
        to: String::new(),
        errors: vec![],
    }
}
