//! The list of all sample pages.
use super::*;
use jiff::civil::date;
use pages::Page;

/// Every page with plain samples: file name, class of reader, page.
pub fn all() -> Vec<(&'static str, Reader, Box<dyn Page>)> {
    let next = Some("/markets/rupee-steadies-1".to_owned());
    let notice = |left| Notice { left, limit: 5, period: MeterPeriod::Month, resets_on: resets_on() };
    let with_notice = |left| OpenArticle { notice: Some(notice(left)), ..open_article() };
    let ad_free = OpenArticle { advertisements: vec![], ..open_article() };
    let registered = WallView::Limit {
        limit: 10,
        registered: true,
        period: MeterPeriod::Month,
        resets_on: resets_on(),
        with_account: None,
    };
    let mut pages: Vec<(&'static str, Reader, Box<dyn Page>)> = vec![
        ("front", Reader::Guest, Box::new(front())),
        ("front-subscriber", Reader::Subscriber, Box::new(FrontPage { advertisements: vec![], ..front() })),
        ("section", Reader::Registered, Box::new(section_page())),
        ("archive", Reader::Guest, Box::new(archive_front())),
        ("archive-month", Reader::Guest, Box::new(archive_month())),
        (
            "archive-empty",
            Reader::Guest,
            Box::new(ArchivePage {
                title: "14 March 1997".into(),
                empty: "Nothing was published on that day.".into(),
                path: "/archive/1997/03/14".into(),
                ..Default::default()
            }),
        ),
        ("article", Reader::Guest, Box::new(open_article())),
        ("article-two-left", Reader::Guest, Box::new(with_notice(2))),
        ("article-last", Reader::Registered, Box::new(with_notice(0))),
        ("article-ad-free", Reader::Subscriber, Box::new(ad_free)),
        ("wall-limit", Reader::Guest, Box::new(walled_article(limit_wall()))),
        ("wall-limit-registered", Reader::Registered, Box::new(walled_article(registered))),
        ("wall-premium", Reader::Guest, Box::new(walled_article(WallView::Premium))),
        ("wall-archive", Reader::Guest, Box::new(walled_article(WallView::Archive))),
        ("wall-register", Reader::Guest, Box::new(walled_article(WallView::Register))),
        ("wall-network", Reader::Guest, Box::new(walled_article(WallView::NetworkSpent))),
        ("wall-unopened", Reader::Guest, Box::new(walled_article(WallView::Unopened))),
        (
            "plans",
            Reader::Guest,
            Box::new(PlansPage {
                plans: plans(),
                included: included(),
                every_plan_opens: Some("every story and ad-free reading".into()),
                next: next.clone(),
                current_plan: None,
            }),
        ),
    ];
    pages.extend(searches());
    pages.extend(forms(next.clone()));
    pages.extend(payments(next));
    pages.extend(left());
    pages.extend(others());
    pages.extend(support());
    pages.extend(contracts::all());
    pages
}

/// Two stories found, and what they are counted by.
fn found() -> SearchResults {
    let run = |text: &str, marked| Marked { text: text.into(), marked };
    let card = section_page().stories.remove(0);
    let hit = |headline: Vec<Marked>, marking| SearchHit {
        path: card.path.clone(),
        headline,
        fragment: vec![
            run("… the bank held its rate, and the ", false),
            run("rupee", true),
            run(" steadied in the afternoon after a week in which exporters had sold. Dealers said the ", false),
            run("market", true),
            run(" waits for the monsoon’s figures …", false),
        ],
        section: card.section.clone(),
        topics: if marking == Marking::Premium { vec!["rupee".into(), "trade".into()] } else { Vec::new() },
        bylines: vec![vec![run("Ines Quill", false)], vec![run("Asha ", false), run("Rupee", true)]],
        published_at: card.published_at,
        marking,
        archived: marking == Marking::Metered,
        language: None,
    };
    let facet = |label: &str, count: &str, current| SearchFacet {
        label: label.into(),
        count: count.into(),
        href: "/search?q=rupee".into(),
        current,
    };
    SearchResults {
        total: "1,204".into(),
        hits: vec![
            hit(vec![run("Rupee", true), run(" steadies as exporters sell", false)], Marking::Metered),
            hit(
                vec![run("What the ", false), run("market", true), run(" expects of the spring", false)],
                Marking::Premium,
            ),
        ],
        years: vec![facet("2016", "310", false), facet("2015", "894", true)],
        by_section: vec![facet("Markets", "1,100", false), facet("Opinion", "104", false)],
        page: 2,
        pages: 50,
        previous: Some("/search?q=rupee".into()),
        next: Some("/search?q=rupee&page=3".into()),
        chosen: vec![Link::new("Markets", "/search?q=rupee&year=2015"), Link::new("2015", "/search?q=rupee")],
        unreached: Some("1,000".into()),
        orders: Some(("/search?q=rupee".into(), "/search?q=rupee&sort=newest".into())),
        ..Default::default()
    }
}

fn searches() -> Vec<(&'static str, Reader, Box<dyn Page>)> {
    let card = section_page().stories.remove(0);
    let form = SearchForm { words: "rupee market".into(), ..Default::default() };
    let found = found();
    let nothing = SearchResults {
        total: "0".into(),
        any_word: Some("/search?q=zebra+OR+xylophone".into()),
        beginning: Some(Link::new("zebr", "/search?q=zebr*")),
        without_filters: Some("/search?q=zebra+xylophone".into()),
        page: 1,
        pages: 1,
        ..Default::default()
    };
    let sections = vec![card.section.clone()];
    let page = |form: &SearchForm, results| SearchPage {
        form: form.clone(),
        sections: sections.clone(),
        results,
        extent: Some("Free stories were searched whole. Of all others, headlines were searched.".into()),
        ..Default::default()
    };
    let narrowed =
        SearchForm { words: "zebra xylophone before:soon".into(), year: "2015".into(), ..Default::default() };
    let corrected =
        SearchResults { instead: Some(Link::new("rupee market", "/search?q=rupee+market")), ..found.clone() };
    let time = OfTime { said: "of 2015".into(), beside_words: true, written: "/search?q=rupee+in+%222015%22".into() };
    let of_time = SearchResults { of_time: Some(time), ..found.clone() };
    vec![
        ("search", Reader::Guest, Box::new(page(&SearchForm::default(), None))),
        ("search-results", Reader::Guest, Box::new(page(&form, Some(found)))),
        (
            "search-corrected",
            Reader::Subscriber,
            Box::new(SearchPage {
                save: Some("ruppee market".into()),
                keeps: true,
                ..page(&SearchForm { words: "ruppee market".into(), ..form }, Some(corrected))
            }),
        ),
        (
            "search-of-time",
            Reader::Registered,
            Box::new(SearchPage {
                saved: true,
                ..page(&SearchForm { words: "rupee in 2015".into(), ..Default::default() }, Some(of_time))
            }),
        ),
        (
            "search-nothing",
            Reader::Registered,
            Box::new(SearchPage {
                notices: vec!["“soon” is no date that the search knows; it was left out.".into()],
                ..page(&narrowed, Some(nothing))
            }),
        ),
        (
            "search-asks-nothing",
            Reader::Guest,
            Box::new(SearchPage {
                notices: vec!["“15” is no date that the search knows; it was left out.".into()],
                asks_nothing: true,
                times: vec![Link::new("18 December 2015", "/archive/2015/12/18")],
                ..page(&SearchForm { words: "year:15".into(), ..Default::default() }, None)
            }),
        ),
        (
            "search-unavailable",
            Reader::Guest,
            Box::new(SearchPage { unavailable: true, sections: sections.clone(), ..Default::default() }),
        ),
    ]
}

fn forms(next: Option<String>) -> Vec<(&'static str, Reader, Box<dyn Page>)> {
    let wrong = |field: &'static str, text: &str| vec![FieldError::new(field, text)];
    vec![
        (
            "signup",
            Reader::Guest,
            Box::new(SignUpPage { password_minimum: 15, next: next.clone(), ..Default::default() }),
        ),
        (
            "signup-errors",
            Reader::Guest,
            Box::new(SignUpPage {
                email: "x@y\"><".into(),
                password_minimum: 15,
                errors: wrong("password", "That is too short: write 15 characters or more."),
                ..Default::default()
            }),
        ),
        (
            "login",
            Reader::Guest,
            Box::new(LogInPage {
                next: next.clone(),
                reason: Some("Log in to go on to the checkout.".into()),
                ..Default::default()
            }),
        ),
        (
            "login-errors",
            Reader::Guest,
            Box::new(LogInPage {
                email: "a@example.com".into(),
                errors: wrong("", "Address and password do not belong together."),
                ..Default::default()
            }),
        ),
        (
            "code",
            Reader::Guest,
            Box::new(CodePage {
                email: "a@example.com".into(),
                minutes: 10,
                errors: wrong("code", "That code is not the newest one."),
                ..Default::default()
            }),
        ),
        (
            "code-confirm",
            Reader::Guest,
            Box::new(CodePage {
                email: "a@example.com".into(),
                code: Some("482913".into()),
                minutes: 10,
                next,
                ..Default::default()
            }),
        ),
    ]
}

fn payments(next: Option<String>) -> Vec<(&'static str, Reader, Box<dyn Page>)> {
    let wrong = |field: &'static str, text: &str| vec![FieldError::new(field, text)];
    vec![
        ("checkout", Reader::Registered, Box::new(CheckoutPage { next, ..checkout() })),
        (
            "checkout-errors",
            Reader::Registered,
            Box::new(CheckoutPage { errors: wrong("consent", "Please tick the box to go on."), ..checkout() }),
        ),
        ("sandbox", Reader::Registered, Box::new(sandbox())),
        (
            "sandbox-declined",
            Reader::Registered,
            Box::new(SandboxPayPage {
                declined: true,
                errors: wrong("outcome", "Choose one of the methods below."),
                ..sandbox()
            }),
        ),
        ("sandbox-method", Reader::Registered, Box::new(SandboxPayPage { amount: None, ..sandbox() })),
        ("bank", Reader::Registered, Box::new(bank())),
        (
            "sandbox-settled",
            Reader::Registered,
            Box::new(SandboxPayPage { settled: Some("This payment is settled.".into()), ..sandbox() }),
        ),
        (
            "return-paid",
            Reader::Subscriber,
            Box::new(CheckoutReturnPage::Paid {
                what: PaidFor::Subscribed,
                plan: "Smart Essential".into(),
                opens: "every story and ad-free reading".into(),
                paid_through: Some(date(2027, 11, 22)),
                next: Link::new("Back to your story", "/markets/rupee-steadies-1"),
            }),
        ),
        (
            "return-gift",
            Reader::Registered,
            Box::new(CheckoutReturnPage::Paid {
                what: PaidFor::Gift {
                    code: "K7QM-2XRD-9TPN".into(),
                    address: "https://www.deccanledger.example/gift/K7QM-2XRD-9TPN".into(),
                },
                plan: "Smart Essential".into(),
                opens: "every story and ad-free reading".into(),
                paid_through: None,
                next: Link::new("Your account", "/account"),
            }),
        ),
        (
            "return-pending",
            Reader::Registered,
            Box::new(CheckoutReturnPage::Pending { check_path: "/checkout/return?id=pay_81".into() }),
        ),
        (
            "return-failed",
            Reader::Registered,
            Box::new(CheckoutReturnPage::Failed {
                reason: "The bank declined the card.".into(),
                retry_path: "/checkout?plan=smart-essential".into(),
            }),
        ),
    ]
}

/// A page that keeps a method was left.
fn left() -> Vec<(&'static str, Reader, Box<dyn Page>)> {
    let page = |stays, again: &str| {
        let check_path = "/checkout/return?key=sub-1-m1".into();
        Box::new(CheckoutReturnPage::NotAllowed { stays, check_path, again: again.into() })
    };
    let method = Stays::Paid(Some("Visa •••• 4242".into()));
    vec![
        ("return-left", Reader::Subscriber, page(method, "/account/method")),
        ("return-left-plan", Reader::Subscriber, page(Stays::Planned("Super Saver".into()), "/account/method")),
        ("return-left-trial", Reader::Registered, page(Stays::NotBegun, "/checkout?plan=smart-essential")),
    ]
}

fn others() -> Vec<(&'static str, Reader, Box<dyn Page>)> {
    vec![
        ("mailbox", Reader::Guest, Box::new(mailbox())),
        (
            "message",
            Reader::Guest,
            Box::new(MessagePage {
                title: "You are logged out".into(),
                paragraphs: vec!["Come back soon.".into()],
                links: vec![Link::new("Front page", "/")],
            }),
        ),
        (
            "error-404",
            Reader::Guest,
            Box::new(ErrorPage { status: 404, suggestions: cards(0..4), ..Default::default() }),
        ),
        (
            "error-desk",
            Reader::Staff,
            Box::new(ErrorPage {
                status: 409,
                detail: Some("Nothing was changed: the story was joined with another meanwhile.".into()),
                desk: true,
                way: Some(Link::new("Back to the story", "/desk/stories/12")),
                ..Default::default()
            }),
        ),
        ("error-410", Reader::Guest, Box::new(ErrorPage { status: 410, ..Default::default() })),
        ("error-429", Reader::Guest, Box::new(ErrorPage { status: 429, retry_after: Some(30), ..Default::default() })),
        (
            "error-500",
            Reader::Guest,
            Box::new(ErrorPage { status: 500, reference: Some("7f3a".into()), ..Default::default() }),
        ),
        ("desk", Reader::Staff, Box::new(desk_front())),
        ("desk-story", Reader::Staff, Box::new(desk_story())),
        ("desk-imports", Reader::Staff, Box::new(imports())),
    ]
}

fn support() -> Vec<(&'static str, Reader, Box<dyn Page>)> {
    vec![
        ("desk-readers", Reader::Staff, Box::new(desk_readers())),
        ("desk-reader", Reader::Staff, Box::new(desk_reader())),
        ("desk-act", Reader::Staff, Box::new(desk_act())),
        (
            "desk-act-errors",
            Reader::Staff,
            Box::new(DeskAct { errors: vec![FieldError::new("days", "Write a whole number.")], ..desk_act() }),
        ),
        (
            "desk-act-confirm",
            Reader::Staff,
            Box::new(DeskAct {
                outcome: vec!["The contract ends now.".into(), "₹2,700 goes back.".into()],
                cost: "This costs the paper ₹2,700.".into(),
                button: "End it and give ₹2,700 back".into(),
                stale: true,
                ..desk_act()
            }),
        ),
        ("desk-billing", Reader::Staff, Box::new(desk_billing())),
        ("desk-clock", Reader::Staff, Box::new(desk_clock())),
        (
            "desk-clock-under-way",
            Reader::Staff,
            Box::new(DeskClock { under_way: Some(1), journey: None, ahead: None, ..desk_clock() }),
        ),
    ]
}
