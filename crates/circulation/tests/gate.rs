//! The paywall as one printed table, and the rules that a table does not show.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::cell::Cell;
use std::fmt::Write as _;
use std::path::Path;

use circulation::benefits::{Benefit, Benefits};
use circulation::gate::{Ask, Because, Class, Delivery, Question, Standing, Verdict, Wall, decide};
use circulation::meter::{Counted, Limits, MeterRules, MeterTable, Read, ReadList, Window};
use jiff::tz::TimeZone;

const LIMITS: Limits = Limits { guest: 5, registered: 10 };

const CLASSES: [Class; 4] = [Class::Open, Class::Registered, Class::Metered, Class::Premium];

const DELIVERIES: [Delivery; 5] =
    [Delivery::Document, Delivery::Head, Delivery::Prefetch, Delivery::Embedded, Delivery::Crawler];

struct Visitor {
    name: &'static str,
    standing: Standing,
    benefits: Benefits,
    network_spent: bool,
}

fn visitors() -> Vec<Visitor> {
    let visitor = |name, standing, benefits: &[Benefit]| Visitor {
        name,
        standing,
        benefits: benefits.iter().copied().collect(),
        network_spent: false,
    };
    let all: Vec<Benefit> = Benefits::all().iter().collect();
    vec![
        visitor("guest", Standing::Guest, &[]),
        Visitor { network_spent: true, ..visitor("guest, network spent", Standing::Guest, &[]) },
        visitor("guest with a gift of unlimited", Standing::Guest, &[Benefit::Unlimited]),
        visitor("guest with a gift of premium", Standing::Guest, &[Benefit::Premium]),
        visitor("registered", Standing::Registered, &[]),
        visitor("registered, ad-free only", Standing::Registered, &[Benefit::AdFree]),
        visitor("registered, premium only", Standing::Registered, &[Benefit::Premium]),
        visitor("registered, archive only", Standing::Registered, &[Benefit::Archive]),
        visitor("subscriber", Standing::Registered, &all),
        visitor("staff", Standing::Staff, &[]),
    ]
}

/// How many other stories were counted before, and whether this one was.
const COUNTS: [(&str, u32, bool); 6] = [
    ("first", 0, false),
    ("4th", 3, false),
    ("5th", 4, false),
    ("6th", 5, false),
    ("11th", 10, false),
    ("again, 5 counted", 4, true),
];

const STORY: u32 = 1;

/// Asks a real meter that has counted what the row says.
fn ask_meter(ask: Ask, others: u32, before: bool) -> Counted {
    let rules = MeterRules::new(Window::CalendarMonth, TimeZone::UTC, 5, 10).unwrap();
    let period = rules.period_at("2026-11-21T06:00:00Z".parse().unwrap());
    let stories = (0..others).map(|n| 100 + n).chain(before.then_some(STORY));
    let known: ReadList = stories.map(|s| Read::new(s, period.today)).collect();
    let table = MeterTable::new(1_000);
    let counted = if ask.count {
        table.count(7, &period, STORY, ask.limit, &known)
    } else {
        table.peek(7, &period, STORY, ask.limit, &known)
    };
    let remembered = table.reads_of(7, &period).is_some();
    assert_eq!(remembered, ask.count && counted.newly);
    counted
}

/// What one visitor gets for one class: deliveries that are answered alike share a line.
fn answers(class: Class, archived: bool, visitor: &Visitor) -> Vec<(Vec<Delivery>, &'static str, String)> {
    let mut rows: Vec<(Vec<Delivery>, &str, String)> = Vec::new();
    let mut row = |delivery, count, verdict: Verdict| {
        let ads = if verdict.ads() { "ads" } else { "no ads" };
        let answer = format!("{ads:<6} | {}", verdict.explain());
        match rows.iter_mut().find(|(_, known, said)| *known == count && *said == answer) {
            Some((deliveries, ..)) => deliveries.push(delivery),
            None => rows.push((vec![delivery], count, answer)),
        }
    };
    for delivery in DELIVERIES {
        let Visitor { standing, benefits, network_spent, .. } = *visitor;
        let question = Question { class, archived, standing, benefits, delivery, network_spent };
        if question.metered(LIMITS) && !network_spent {
            for (count, others, before) in COUNTS {
                row(delivery, count, decide(&question, LIMITS, |ask| ask_meter(ask, others, before)));
            }
        } else {
            row(delivery, "—", decide(&question, LIMITS, |_| unreachable!("not metered")));
        }
    }
    rows
}

fn table() -> String {
    let mut table = String::from(
        "Who may read what. Columns: asked for as | which story of the period | advertisements | decision.\n\
         Limits: 5 for guests, 10 for registered readers. A dash: the meter is not asked.\n",
    );
    for (archived, class) in [false, true].into_iter().flat_map(|old| CLASSES.map(|class| (old, class))) {
        for visitor in visitors() {
            let age = if archived { " from the archive" } else { "" };
            writeln!(table, "\n{class:?} story{age}, {}", visitor.name).unwrap();
            for (deliveries, count, answer) in answers(class, archived, &visitor) {
                let deliveries: Vec<String> = deliveries.iter().map(|d| format!("{d:?}")).collect();
                writeln!(table, "  {:<43} | {count:<16} | {answer}", deliveries.join(" ")).unwrap();
            }
        }
    }
    table
}

#[test]
fn the_decision_table_is_as_committed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots/gate.txt");
    let table = table();
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap();
    if let Some((ours, theirs)) = table.lines().zip(committed.lines()).find(|(ours, theirs)| ours != theirs) {
        panic!(
            "the gate now says\n  {ours}\nwhere tests/snapshots/gate.txt has\n  {theirs}\nIf that is meant, run again with UPDATE_SNAPSHOTS=1."
        );
    }
    assert_eq!(table, committed, "rows were added or removed");
}

fn question(class: Class, standing: Standing, benefits: Benefits) -> Question {
    Question { class, archived: false, standing, benefits, delivery: Delivery::Document, network_spent: false }
}

/// Every set of benefits that the gate can tell apart, with one it cannot.
fn some_benefits() -> impl Iterator<Item = Benefits> {
    let telling = [Benefit::Unlimited, Benefit::Premium, Benefit::AdFree, Benefit::Edition, Benefit::Archive];
    (0_u32..32).map(move |set| {
        let held = telling.into_iter().enumerate();
        held.filter(|(bit, _)| set & (1 << bit) != 0).map(|(_, benefit)| benefit).collect()
    })
}

fn every_question() -> Vec<Question> {
    let mut questions = Vec::new();
    for class in CLASSES {
        for standing in [Standing::Guest, Standing::Registered, Standing::Staff] {
            for benefits in some_benefits() {
                for delivery in DELIVERIES {
                    for network_spent in [false, true] {
                        for archived in [false, true] {
                            questions.push(Question { class, archived, standing, benefits, delivery, network_spent });
                        }
                    }
                }
            }
        }
    }
    questions
}

const GRANTED: Counted = Counted { granted: true, already: false, newly: true, counted: 1, reads: None };

#[test]
fn premium_opens_by_right_staff_or_verified_crawler_and_by_nothing_else() {
    for q in every_question() {
        let verdict = decide(&q, LIMITS, |_| GRANTED);
        let by_right = q.benefits.contains(Benefit::Premium) && (!q.archived || q.benefits.contains(Benefit::Archive));
        let entitled = by_right || q.standing == Standing::Staff || q.delivery == Delivery::Crawler;
        if q.class == Class::Premium {
            assert_eq!(verdict.is_open(), entitled, "{q:?}");
        }
    }
}

#[test]
fn the_meter_is_asked_exactly_where_only_it_decides() {
    for q in every_question() {
        let asked = Cell::new(None);
        decide(&q, LIMITS, |ask| {
            asked.set(Some(ask));
            GRANTED
        });
        let person = matches!(q.delivery, Delivery::Document | Delivery::Head);
        let decides = q.class == Class::Metered
            && !q.archived
            && q.standing != Standing::Staff
            && !q.benefits.contains(Benefit::Unlimited)
            && person;
        assert_eq!(q.metered(LIMITS), decides, "{q:?}");
        let guest = q.standing == Standing::Guest;
        let expected = (decides && !(guest && q.network_spent))
            .then_some(Ask { limit: if guest { 5 } else { 10 }, count: q.delivery == Delivery::Document });
        assert_eq!(asked.get(), expected, "{q:?}");
    }
}

#[test]
fn a_head_is_answered_as_a_get_would_be() {
    for q in every_question() {
        if q.delivery != Delivery::Document {
            continue;
        }
        let head = Question { delivery: Delivery::Head, ..q };
        for (_, others, before) in COUNTS {
            let get = decide(&q, LIMITS, |ask| ask_meter(ask, others, before));
            let head = decide(&head, LIMITS, |ask| ask_meter(ask, others, before));
            assert_eq!(get, head);
        }
    }
}

#[test]
fn advertisements_follow_the_right_alone() {
    for q in every_question() {
        let verdict = decide(&q, LIMITS, |_| GRANTED);
        assert_eq!(verdict.ads(), !q.benefits.contains(Benefit::AdFree));
    }
}

#[test]
fn the_archive_opens_by_right_staff_or_verified_crawler_and_what_is_free_stays_free() {
    let mut opened = 0;
    for q in every_question().into_iter().filter(|q| q.archived) {
        let verdict = decide(&q, LIMITS, |_| unreachable!("the meter has no say in the archive"));
        let premium = q.class != Class::Premium || q.benefits.contains(Benefit::Premium);
        let entitled = q.class == Class::Open
            || q.standing == Standing::Staff
            || q.delivery == Delivery::Crawler
            || (premium && q.benefits.contains(Benefit::Archive));
        assert_eq!(verdict.is_open(), entitled, "{q:?}");
        opened += usize::from(verdict.is_open());
    }
    assert!(opened > 0);
}

#[test]
fn what_opens_by_right_opens_and_what_the_meter_gives_is_not_promised() {
    let spent = |_: Ask| Counted { granted: false, already: false, newly: false, counted: 5, reads: None };
    for q in every_question() {
        assert_eq!(q.opens_by_right(), decide(&q, LIMITS, spent).is_open(), "{q:?}");
    }
}

#[test]
fn a_limit_of_nothing_is_a_registration_wall() {
    let limits = Limits { guest: 0, registered: 0 };
    let guest = question(Class::Metered, Standing::Guest, Benefits::NONE);
    assert!(!guest.metered(limits), "no guest need be minted");
    let verdict = decide(&guest, limits, |_| unreachable!("nothing to count"));
    let register = Verdict::Walled { wall: Wall::Register, ads: true };
    assert_eq!(verdict, register);
    let registered = question(Class::Metered, Standing::Registered, Benefits::NONE);
    let verdict = decide(&registered, limits, |ask| ask_meter(ask, 0, false));
    let limit = Verdict::Walled { wall: Wall::Limit { limit: 0, registered: true }, ads: true };
    assert_eq!(verdict, limit);
}

#[test]
fn after_the_limit_was_lowered_what_was_read_opens_and_nothing_is_left() {
    let guest = question(Class::Metered, Standing::Guest, Benefits::NONE);
    let lowered = Limits { guest: 3, registered: 10 };
    let verdict = decide(&guest, lowered, |ask| ask_meter(ask, 4, true));
    let open = Verdict::Open { because: Because::ReadBefore { counted: 5, limit: 3 }, left: Some(0), ads: true };
    assert_eq!(verdict, open);
}
