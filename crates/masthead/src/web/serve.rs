//! Sockets, threads and connections: one accept loop a core, each with its own runtime and its own socket on the one
//! port (`SO_REUSEPORT`), so that a request never changes threads on the article path. Slow and half-sent requests are
//! cut off by timers; everything outside the article path is handed to the back office, a runtime of its own.
use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hyper_util::rt::TokioIo;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;

use super::express;
use super::front_desk::FrontDesk;
use super::watch::{Pulse, Watch, Watched};

/// A TLS handshake must be over within this time; of what comes after it the watch takes care.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Largest request head taken, in bytes.
pub(super) const LARGEST_HEAD: usize = 16 * 1024;
/// Most header fields taken.
const MOST_HEADERS: usize = 100;
/// How long running requests may take to finish at shutdown.
const FAREWELL: Duration = Duration::from_secs(10);

/// Why the server cannot open its address.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error("{0} is in use by another program. Stop that one, or choose another address with --listen 127.0.0.1:PORT")]
    InUse(SocketAddr),
    #[error("{0} may not be opened by this user (ports below 1024 need a right). Choose another with --listen")]
    Forbidden(SocketAddr),
    #[error("{address} cannot be opened: {source}. Check --listen")]
    Other { address: SocketAddr, source: io::Error },
    #[error("TLS: {0}")]
    Tls(String),
}

/// The sockets of one port, one a thread.
#[derive(Debug)]
pub struct Sockets {
    pub address: SocketAddr,
    sockets: Vec<std::net::TcpListener>,
}

impl Sockets {
    /// Opens `threads` sockets on one port. Port 0 takes a free one.
    ///
    /// # Errors
    /// [`ServeError`] with the mend.
    pub fn open(address: SocketAddr, threads: usize) -> Result<Self, ServeError> {
        let fault = |source: io::Error| match source.kind() {
            io::ErrorKind::AddrInUse => ServeError::InUse(address),
            io::ErrorKind::PermissionDenied => ServeError::Forbidden(address),
            _ => ServeError::Other { address, source },
        };
        if address.port() != 0 {
            // Shared ports would let two papers answer by turns: ask for the port alone first.
            drop(socket(address, false).map_err(fault)?);
        }
        let first = socket(address, true).map_err(fault)?;
        let address = first.local_addr().map_err(fault)?;
        let mut sockets = vec![first];
        for _ in 1..threads {
            sockets.push(socket(address, true).map_err(fault)?);
        }
        Ok(Self { address, sockets })
    }
}

fn socket(address: SocketAddr, shared: bool) -> io::Result<std::net::TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    if shared {
        socket.set_reuse_port(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.set_tcp_nodelay(true)?;
    socket.bind(&address.into())?;
    socket.listen(1024)?;
    Ok(socket.into())
}

/// What is known of the other end of a connection.
#[derive(Debug, Clone)]
pub struct Peer {
    pub address: IpAddr,
    /// Lives as long as the connection.
    pub open: Arc<()>,
    pub pulse: Arc<Pulse>,
    pub tls: bool,
}

/// How connections are served.
#[derive(Clone)]
pub struct Service {
    pub desk: Arc<FrontDesk>,
    pub tls: Option<TlsAcceptor>,
    /// Connections a thread.
    pub connections: usize,
}

/// Serves until `closing` turns true, then lets running requests finish.
///
/// # Errors
/// When a thread cannot be started.
pub fn serve(
    sockets: Sockets,
    service: &Service,
    closing: &watch::Receiver<bool>,
) -> io::Result<Vec<std::thread::JoinHandle<()>>> {
    sockets
        .sockets
        .into_iter()
        .enumerate()
        .map(|(index, socket)| {
            let (service, closing) = (service.clone(), closing.clone());
            std::thread::Builder::new().name(format!("readers-{index}")).spawn(move || {
                if let Err(error) = thread(socket, &service, closing) {
                    tracing::error!(%error, "a thread that serves readers ended");
                }
            })
        })
        .collect()
}

fn thread(socket: std::net::TcpListener, service: &Service, closing: watch::Receiver<bool>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(accept(socket, service, closing))
}

async fn accept(
    socket: std::net::TcpListener,
    service: &Service,
    mut closing: watch::Receiver<bool>,
) -> io::Result<()> {
    let listener = TcpListener::from_std(socket)?;
    let room = Arc::new(Semaphore::new(service.connections));
    let watch = Arc::new(Watch::default());
    let walk = tokio::spawn({
        let (watch, closing) = (Arc::clone(&watch), closing.clone());
        async move { watch.walk(closing).await }
    });
    let mut crowds = Crowds::new(service);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    let address = peer.ip().to_canonical();
                    // Above the bound, or one address with too many of them: the newest comer is turned away at once.
                    let Ok(place) = Arc::clone(&room).try_acquire_owned() else { continue };
                    if !crowds.may_come(address, &watch) {
                        continue;
                    }
                    let pulse = Arc::new(Pulse::default());
                    let (service, told) = (service.clone(), Arc::clone(&pulse));
                    let task = tokio::spawn(async move {
                        connection(stream, address, &service, &told).await;
                        told.end();
                        drop(place);
                    });
                    watch.add(pulse, task.abort_handle(), address);
                }
                Err(error) => {
                    // Out of descriptors or a connection gone before it was taken: neither may stop the loop.
                    tracing::warn!(%error, "a connection was not accepted");
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            },
            _ = closing.changed() => break,
        }
    }
    let _ = tokio::time::timeout(FAREWELL, walk).await;
    Ok(())
}

/// Keeps one address from taking every place. Proxies that are trusted and this machine itself are many readers each.
struct Crowds {
    most: usize,
    exempt: Vec<IpAddr>,
    counts: HashMap<IpAddr, usize>,
    arrivals: usize,
}

impl Crowds {
    /// After so many arrivals the connections are counted anew.
    const RECOUNT: usize = 256;

    fn new(service: &Service) -> Self {
        let exempt = service.desk.trusted_proxies().to_vec();
        Self { most: (service.connections / 8).max(16), exempt, counts: HashMap::new(), arrivals: 0 }
    }

    fn may_come(&mut self, address: IpAddr, watch: &Watch) -> bool {
        if address.is_loopback() || self.exempt.contains(&address) {
            return true;
        }
        if self.arrivals.is_multiple_of(Self::RECOUNT) {
            self.counts = watch.of_addresses();
        }
        self.arrivals += 1;
        let count = self.counts.entry(address).or_insert(0);
        *count += 1;
        if *count > self.most {
            // Perhaps many of them are gone by now.
            self.counts = watch.of_addresses();
            return self.counts.get(&address).is_none_or(|count| *count < self.most);
        }
        true
    }
}

async fn connection(stream: TcpStream, address: IpAddr, service: &Service, pulse: &Arc<Pulse>) {
    let _ = stream.set_nodelay(true);
    let peer = Peer { address, open: Arc::new(()), pulse: Arc::clone(pulse), tls: service.tls.is_some() };
    match &service.tls {
        None => first(stream, &service.desk, peer).await,
        Some(acceptor) => {
            let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await else { return };
            if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
                let io = Watched::new(TokioIo::new(stream), Arc::clone(pulse), Vec::new());
                http2(io, answer(&service.desk, peer)).await;
            } else {
                first(stream, &service.desk, peer).await;
            }
        }
    }
}

/// HTTP/1.1: stories by the express way, from the first other request on by hyper.
async fn first<I: AsyncRead + AsyncWrite + Unpin>(stream: I, desk: &Arc<FrontDesk>, peer: Peer) {
    if let Some((stream, read)) = express::talk(stream, desk, &peer).await {
        let io = Watched::new(TokioIo::new(stream), Arc::clone(&peer.pulse), read);
        http1(io, answer(desk, peer)).await;
    }
}

/// The front desk as hyper's service.
fn answer(
    desk: &Arc<FrontDesk>,
    peer: Peer,
) -> impl hyper::service::Service<
    http::Request<hyper::body::Incoming>,
    Response = http::Response<super::body::Reply>,
    Error = std::convert::Infallible,
    Future = super::front_desk::Answer,
> {
    let desk = Arc::clone(desk);
    hyper::service::service_fn(move |request| {
        peer.pulse.request();
        desk.answer(request, &peer)
    })
}

async fn http1<I, S>(io: I, service: S)
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin,
    S: hyper::service::HttpService<hyper::body::Incoming, ResBody = super::body::Reply>,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let connection = hyper::server::conn::http1::Builder::new()
        .max_buf_size(LARGEST_HEAD)
        .max_headers(MOST_HEADERS)
        .writev(false)
        .serve_connection(io, service);
    // Errors here are the other end's: gone, slow, or not speaking HTTP. hyper has answered what it could.
    let _ = connection.await;
}

async fn http2<I, S>(io: I, service: S)
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin,
    S: hyper::service::HttpService<hyper::body::Incoming, ResBody = super::body::Reply>,
    S::Future: Send + 'static,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let connection = hyper::server::conn::http2::Builder::new(OnThisThread)
        .max_header_list_size(16 * 1024)
        .max_concurrent_streams(100)
        .serve_connection(io, service);
    let _ = connection.await;
}

/// Runs HTTP/2 streams on the thread of their connection.
#[derive(Clone, Copy)]
struct OnThisThread;

impl<F> hyper::rt::Executor<F> for OnThisThread
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    fn execute(&self, future: F) {
        tokio::spawn(future);
    }
}

/// Reads PEM files into a TLS set-up that offers HTTP/2 and HTTP/1.1.
///
/// # Errors
/// [`ServeError::Tls`] with the file and the mend.
pub fn tls(certificate: &std::path::Path, key: &std::path::Path) -> Result<TlsAcceptor, ServeError> {
    use rustls_pki_types::pem::PemObject as _;
    use rustls_pki_types::{CertificateDer, PrivateKeyDer};
    let fault = |path: &std::path::Path, why: &dyn std::fmt::Display| {
        ServeError::Tls(format!(
            "{} cannot be used: {why}. It must be a PEM file that this user may read",
            path.display()
        ))
    };
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|e| fault(certificate, &e))?;
    if chain.is_empty() {
        return Err(fault(certificate, &"it holds no certificate"));
    }
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|e| fault(key, &e))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| ServeError::Tls(e.to_string()))?
        .with_no_client_auth()
        .with_single_cert(chain, secret)
        .map_err(|e| fault(certificate, &e))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
