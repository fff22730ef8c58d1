//! Every address of the paper, one line each: path, cache policy, handler. Stories themselves are answered before this
//! table (`article.rs`); `GET /{section}/{story}` stands here for their other spellings.
use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{MethodRouter, get, post};
use http::header::CACHE_CONTROL;

use super::account::{billing_details, change, data, erase, steps};
use super::archive::{self, credits};
use super::cache::Cache::{self, Immutable, Past, Private, Public, Shared};
use super::checkout::come_back;
use super::{
    account, bank, cancel, checkout, desk, feeds, files, former, front, gifts, guard, health, invoices, login, mailbox,
    pay, sandbox, search, sitemap,
};
use crate::house::House;

/// Largest form taken, in bytes.
const LARGEST_FORM: usize = 256 * 1024;

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    pub methods: &'static str,
    pub path: &'static str,
    pub cache: Cache,
}

/// The table: its router, and its lines for those who walk them all (the access matrix).
pub struct Table {
    router: Router<Arc<House>>,
    pub lines: Vec<Route>,
}

impl Table {
    fn at(
        mut self,
        methods: &'static str,
        path: &'static str,
        cache: Cache,
        handler: MethodRouter<Arc<House>>,
    ) -> Self {
        let handler =
            handler.layer(axum::middleware::map_response(move |mut response: axum::response::Response| async move {
                // A handler that knows better (a page by class) has said so already.
                response.headers_mut().entry(CACHE_CONTROL).or_insert(cache.value());
                response
            }));
        self.router = self.router.route(path, handler);
        self.lines.push(Route { methods, path, cache });
        self
    }
}

/// Where stories are listed, for readers, feed readers and crawlers.
fn lists() -> Table {
    Table { router: Router::new(), lines: Vec::new() }
        .at("GET", "/", Public, get(front::front))
        .at("GET", "/search", Private, get(search::page))
        .at("GET", "/search/suggest", Shared, get(search::suggest::suggest))
        .at("GET", "/opensearch.xml", Shared, get(search::open_search))
        .at("GET", "/{section}", Public, get(front::section))
        .at("GET", "/{section}/{story}", Shared, get(feeds::inside_section))
        .at("GET", "/archive", Public, get(archive::front))
        .at("GET", "/archive/on-this-day", Public, get(archive::this_day))
        .at("GET", "/archive/on-this-day/{day}", Public, get(archive::on_day))
        .at("GET", "/archive/undated", Public, get(archive::undated))
        .at("GET", "/archive/{year}", Past, get(archive::year))
        .at("GET", "/archive/{year}/{month}", Past, get(archive::month))
        .at("GET", "/archive/{year}/{month}/{day}", Past, get(archive::day))
        .at("GET", "/authors", Public, get(credits::authors))
        .at("GET", "/authors/{name}", Public, get(credits::author))
        .at("GET", "/topics", Public, get(credits::topics))
        .at("GET", "/topics/{name}", Public, get(credits::topic))
        .at("GET", "/feed.xml", Shared, get(feeds::rss))
        .at("GET", "/feed.json", Shared, get(feeds::json))
        .at("GET", "/sitemap.xml", Shared, get(sitemap::sitemap))
        .at("GET", "/sitemap/{file}", Shared, get(sitemap::slice))
        .at("GET", "/news-sitemap.xml", Shared, get(feeds::news_sitemap))
}

/// The whole table.
#[must_use]
pub fn table() -> Table {
    lists()
        .at("GET", "/robots.txt", Shared, get(feeds::robots))
        .at("GET", "/manifest.webmanifest", Shared, get(feeds::manifest))
        .at("GET", "/assets/{name}", Immutable, get(files::asset))
        .at("GET", "/favicon.ico", Shared, get(files::favicon))
        .at("GET", "/pictures/{file}", Shared, get(files::picture))
        .at("GET", "/subscribe", Private, get(checkout::plans))
        .at("GET POST", "/signup", Private, get(login::sign_up_page).post(login::sign_up))
        .at("GET POST", "/login", Private, get(login::log_in_page).post(login::log_in))
        .at("GET POST", "/login/code", Private, get(login::code_page).post(login::ask_code))
        .at("POST", "/login/code/confirm", Private, post(login::confirm_code))
        .at("POST", "/logout", Private, post(login::log_out))
        .at("GET POST", "/checkout", Private, get(checkout::page).post(checkout::begin))
        .at("GET POST", "/checkout/return", Private, get(come_back::come_back).post(come_back::sent_back))
        .at("GET POST", "/subscribe/gift", Private, get(gifts::page).post(gifts::buy))
        .at("GET", "/gift", Private, get(gifts::code_page))
        .at("GET POST", "/gift/{code}", Private, get(gifts::claim_page).post(gifts::claim))
        .at("GET POST", "/cancel", Private, get(cancel::ask_page).post(cancel::ask))
        .at("GET POST", "/cancel/{token}", Private, get(cancel::page).post(cancel::act))
        .at("GET POST", "/pay/{token}", Private, get(pay::page).post(pay::pay))
        .at("GET POST", "/sandbox/pay/{id}", Private, get(sandbox::page).post(sandbox::decide))
        .at("GET", "/sandbox/bank", Private, get(bank::list))
        .at("GET POST", "/sandbox/bank/{customer}", Private, get(bank::page).post(bank::act))
        .at("POST", "/webhooks/{rail}", Private, post(sandbox::webhook))
        .at("GET", "/account", Private, get(account::page))
        .at("GET POST", "/account/cancel", Private, get(steps::cancel_page).post(steps::cancel))
        .at("POST", "/account/resume", Private, post(steps::resume))
        .at("GET POST", "/account/withdraw", Private, get(steps::withdraw_page).post(steps::withdraw))
        .at("GET POST", "/account/pause", Private, get(steps::pause_page).post(steps::pause))
        .at("POST", "/account/pause/end", Private, post(steps::end_pause))
        .at("GET POST", "/account/plan", Private, get(change::page).post(change::change))
        .at("POST", "/account/plan/agree", Private, post(steps::agree))
        .at("POST", "/account/plan/drop", Private, post(steps::drop_change))
        .at("POST", "/account/pay", Private, post(steps::pay))
        .at("POST", "/account/method", Private, post(steps::method))
        .at("GET POST", "/account/billing", Private, get(billing_details::page).post(billing_details::save))
        .at("GET", "/account/invoices", Private, get(invoices::list))
        .at("GET", "/account/invoices/{file}", Private, get(invoices::file))
        .at("GET", "/account/data.json", Private, get(data::download))
        .at("GET POST", "/account/erase", Private, get(erase::page).post(erase::erase))
        .at("POST", "/account/gifts/mail", Private, post(gifts::send))
        .at("GET POST", "/account/searches", Private, get(search::kept::list).post(search::kept::keep))
        .at("POST", "/account/searches/forget", Private, post(search::kept::forget))
        .at("POST", "/account/devices/end", Private, post(account::end_device))
        .at("GET", "/mailbox", Private, get(mailbox::list))
        .at("GET", "/mailbox/{id}", Private, get(mailbox::open))
        .at("GET", "/desk", Private, get(desk::front))
        .at("GET POST", "/desk/stories/{number}", Private, get(desk::story).post(desk::edit))
        .at("GET", "/desk/imports", Private, get(desk::imports))
        .at("GET", "/desk/imports/{id}", Private, get(desk::import))
        .at("GET", "/desk/imports/{id}/{file}", Private, get(desk::report_file))
        .at("GET", "/desk/doubts", Private, get(desk::doubts))
        .at("GET POST", "/desk/doubts/{id}", Private, get(desk::doubt).post(desk::decide))
        .at("GET", "/desk/stories/{number}/versions", Private, get(desk::versions))
        .at("GET", "/desk/readers", Private, get(desk::readers))
        .at("GET", "/desk/readers/{id}", Private, get(desk::reader))
        .at(
            "GET POST",
            "/desk/readers/{id}/complimentary",
            Private,
            get(desk::complimentary_form).post(desk::complimentary),
        )
        .at("GET POST", "/desk/readers/{id}/end-right", Private, get(desk::end_right_form).post(desk::end_right))
        .at("GET POST", "/desk/contracts/{id}/{act}", Private, get(desk::act_form).post(desk::act))
        .at("GET", "/desk/billing", Private, get(desk::billing))
        .at("GET POST", "/desk/clock", Private, get(desk::clock).post(desk::move_clock))
        .at("GET", "/health", Private, get(health::health))
        .at("GET", "/ready", Private, get(health::ready))
        .at("GET", "/metrics", Private, get(health::metrics))
}

/// Whether an address, as the table writes it, has a page and not only a form's end.
#[must_use]
pub fn has_page(path: &str) -> bool {
    static FORMS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
        table().lines.iter().filter(|line| !line.methods.starts_with("GET")).map(|line| line.path).collect()
    });
    !FORMS.contains(path)
}

/// The router of a house.
pub fn router(house: &Arc<House>) -> Router {
    table()
        .router
        .fallback(front::elsewhere)
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(axum::middleware::from_fn_with_state(Arc::clone(house), former::around))
        .layer(axum::middleware::from_fn_with_state(Arc::clone(house), guard::around))
        .with_state(Arc::clone(house))
}
