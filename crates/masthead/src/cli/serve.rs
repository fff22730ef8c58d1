//! `masthead serve`, and `masthead` alone.
use std::io::IsTerminal as _;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::sync::Arc;

use store::Store;
use tokio::runtime::Runtime;
use tokio::sync::watch;

use super::{Failure, Place, init, say};
use crate::clock::{Clock, stopwatch};
use crate::config::{self, Publication};
use crate::dice::Dice;
use crate::house::{House, Plan};
use crate::web::front_desk::FrontDesk;
use crate::web::serve::{self, Service, Sockets};
use crate::{readers, rounds, sample};

/// Where a paper is served unless somebody says otherwise.
const ADDRESS: &str = "127.0.0.1:1997";
/// Connections open at once, over all threads.
const CONNECTIONS: usize = 16_384;

/// Serves until stopped.
///
/// # Errors
/// One clear line.
pub fn run(runtime: &Runtime, place: &Place, listen: Option<&str>) -> Result<(), Failure> {
    log();
    let started = stopwatch();
    let settings = place.data.join("publication.toml");
    let vacant = sample::is_vacant(&place.data);
    let mut publication =
        if vacant { config::parse(&settings, sample::publication()?)? } else { config::load(&settings)? };
    let address = address(&publication, listen)?;
    keep_sample_accounts_home(&publication, address)?;
    let threads = publication.server.threads.unwrap_or_else(cores);
    // The port first: a paper that cannot be served is not worth a folder.
    let sockets = Sockets::open(address, threads)?;
    let address = sockets.address;
    if vacant {
        say(&format!(
            "There is no paper in {} yet: making a sample paper there, to try out. For a paper of your own: masthead init DIR",
            place.data.display()
        ));
        init::make_folder(&place.data)?;
        init::write_settings(&place.data, sample::publication()?)?;
    }
    let tls = match (&publication.server.tls_certificate, &publication.server.tls_key) {
        (Some(certificate), Some(key)) => Some(serve::tls(&place.data.join(certificate), &place.data.join(key))?),
        _ => None,
    };
    let connections = publication.server.connections.unwrap_or(CONNECTIONS).div_ceil(threads);
    let secure = tls.is_some();
    if let Some(here) = links_at(&publication, address, secure) {
        publication.base_url = here;
    }
    let (house, notes) = runtime.block_on(open(place, publication))?;
    house.rail.listen_at(address, secure);
    runtime.block_on(readers::create_sample_accounts(&house))?;
    let (close, closing) = watch::channel(false);
    let rounds = runtime.spawn(rounds::walk(Arc::clone(&house), notes, closing.clone()));
    let desk = Arc::new(FrontDesk::new(Arc::clone(&house), runtime.handle().clone()));
    let service = Service { desk, tls, connections };
    let workers = serve::serve(sockets, &service, &closing)
        .map_err(|e| Failure::said(format!("threads cannot be started: {e}")))?;
    greet(&house, address, secure, started.elapsed());
    runtime.block_on(stop());
    say("Stopping: letting running requests finish …");
    let _ = close.send(true);
    for worker in workers {
        let _ = worker.join();
    }
    runtime.block_on(async {
        let _ = rounds.await;
        house.store.close().await;
    });
    Ok(())
}

async fn open(
    place: &Place,
    publication: Publication,
) -> Result<(Arc<House>, tokio::sync::mpsc::Receiver<crate::web::reading::Noted>), Failure> {
    let location = init::location(place)?;
    let store = Store::open(&location).await?;
    if init::wants_filling(place, &store).await? {
        init::fill(place, &publication, &store).await?;
    }
    store.close().await;
    let plan = Plan {
        publication,
        data: place.data.clone(),
        location,
        clock: Clock::system(),
        dice: Dice::system(),
        gateway: None,
    };
    House::open(plan).await
}

fn address(publication: &Publication, listen: Option<&str>) -> Result<SocketAddr, Failure> {
    let text = listen.or(publication.server.listen.as_deref()).unwrap_or(ADDRESS);
    text.to_socket_addrs().ok().and_then(|mut all| all.next()).ok_or_else(|| {
        Failure::said(format!(
            "“{text}” is not an address to serve on: write it as {ADDRESS} or 0.0.0.0:80 with --listen"
        ))
    })
}

/// The passwords of sample accounts are public: they may not be served beyond this machine.
fn keep_sample_accounts_home(publication: &Publication, address: SocketAddr) -> Result<(), Failure> {
    if publication.accounts.is_empty() || (address.ip().is_loopback() && publication.is_local()) {
        return Ok(());
    }
    Err(Failure::said(
        "publication.toml has [[accounts]], whose passwords everybody knows. Take them out before the paper is served \
         beyond this machine, or serve it on 127.0.0.1 with a base_url of this machine",
    ))
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("MASTHEAD_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,sqlx=warn"));
    let json = std::env::var("MASTHEAD_LOG_FORMAT").is_ok_and(|f| f == "json");
    let base = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Colours are for people; in a file they are rubbish.
    let base = base.with_ansi(std::io::stderr().is_terminal());
    let set = if json { base.json().try_init() } else { base.compact().with_target(false).try_init() };
    // Somebody embedding us has a subscriber already: theirs stays.
    let _ = set;
}

fn greet(house: &House, address: SocketAddr, secure: bool, took: std::time::Duration) {
    let scheme = if secure { "https" } else { "http" };
    let here = format!("{scheme}://{address}");
    say("");
    say(&format!(
        "  {} is open: {} stories, ready in {} ms",
        house.publication.name,
        house.catalogue.load().published,
        took.as_millis()
    ));
    say("");
    say(&format!("  Readers   {here}/"));
    say(&format!("  Desk      {here}/desk"));
    if house.publication.payments.rail == "sandbox" && address.ip().is_loopback() && house.publication.is_local() {
        say(&format!("  Mailbox   {here}/mailbox   (mails that a live paper would send)"));
        say(&format!("  Bank      {here}/sandbox/bank   (play a reader’s bank: confirm, pause, dispute)"));
    }
    if !house.publication.accounts.is_empty() {
        say("");
        say("  Sample accounts");
        for account in &house.publication.accounts {
            let holds = match (&account.subscription, account.role.as_str()) {
                (Some(plan), _) => format!("subscribes to {plan}"),
                (None, "staff") => "works at the desk".to_owned(),
                _ => "registered".to_owned(),
            };
            say(&format!("    {:<26} {:<34} {holds}", account.email, account.password));
        }
    }
    say("");
    say("  Ctrl-C stops it.");
}

/// Where links lead on a paper that is only meant for this machine: to the port that is really served. `None`: to the
/// `base_url` of the settings.
fn links_at(publication: &Publication, address: SocketAddr, secure: bool) -> Option<String> {
    let (scheme, host) = publication.base_url.split_once("://")?;
    let usual = if scheme == "https" { 443 } else { 80 };
    let port = host.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(usual);
    let differs = publication.is_local() && address.ip().is_loopback() && port != address.port();
    differs.then(|| format!("{}://{address}", if secure { "https" } else { "http" }))
}

/// Waits until somebody stops the program, by Ctrl-C or by ending its process.
pub async fn stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let interrupt = tokio::signal::ctrl_c();
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = interrupt.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_a_paper_for_this_machine_lead_to_the_port_that_is_served() {
        let at = |base_url: &str, address: &str| {
            let settings = sample::blank_publication().replace("http://127.0.0.1:1997", base_url);
            let publication = config::parse(std::path::Path::new("publication.toml"), &settings).unwrap();
            links_at(&publication, address.parse().unwrap(), false)
        };
        assert_eq!(at("http://127.0.0.1:1997", "127.0.0.1:1997"), None);
        assert_eq!(at("http://localhost", "127.0.0.1:80"), None);
        assert_eq!(at("https://news.example", "127.0.0.1:8080"), None, "a proxy stands before it");
        for (base_url, address) in [
            ("http://127.0.0.1:1997", "127.0.0.1:8080"),
            ("http://[::1]", "[::1]:8080"),
            ("https://localhost", "127.0.0.1:1997"),
        ] {
            assert_eq!(at(base_url, address), Some(format!("http://{address}")));
        }
    }
}
