//! Assembles, runs and stops the server.

use std::{
    net::{IpAddr, SocketAddr, TcpListener, UdpSocket},
    sync::Arc,
    time::Duration,
};

use actix_http::{HttpService, Protocol, error::DispatchError};
use actix_service::{IntoServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_web::{
    App as ActixApp,
    dev::{AppConfig, Extensions, Server},
    middleware,
    rt::net::TcpStream,
    web,
};
use chrono::Duration as Span;
use documents::Printer;
use generation::{Generator, ModelConfig};
use lexicon::Levels;
use services::{files::Files, mail::Mailer};
use socket2::SockRef;
use store::{LinkPurpose, Store};
use utoipa_actix_web::AppExt;
use utoipa_swagger_ui::Config as SwaggerConfig;
use uuid::Uuid;

use crate::{
    activity::Activity,
    auth,
    classroom::{
        Classroom,
        bus::{Bus, LocalBus, RedisBus},
        transport::HttpStream,
    },
    client,
    config::Config,
    connections::{Connections, Place},
    document, extract,
    limits::{Limits, Strictness},
    openapi, pages, router,
    state::App,
    watch,
};

type Error = Box<dyn std::error::Error + Send + Sync>;

/// Assembles the server's parts over an opened database. Must be called within a runtime.
///
/// # Errors
/// If a part can't be created from the settings.
pub fn assemble(config: Config, database_url: &str, strictness: Strictness) -> Result<App, Error> {
    // Rooms have a separate connection pool, on their own thread.
    let of_rooms = config.database_connections / 2;
    let store = Store::new(database_url, config.database_connections - of_rooms)?;
    let mailer = match &config.smtp_url {
        Some(url) => Mailer::smtp(url, &config.mail_from)?,
        None => Mailer::outbox(config.data_dir.join("outbox"), &config.mail_from)?,
    };
    let files = Files::folder(config.data_dir.join("files"))?;
    let levels = match &config.levels_file {
        Some(path) => Levels::with_table(path)?,
        None => Levels::built_in(),
    };
    let model = config.llm.as_ref().map(|llm| ModelConfig {
        url: llm.url.clone(),
        key: llm.key.clone(),
        model: llm.model.clone(),
        timeout: llm.timeout,
        parallel: llm.parallel,
    });
    let generator = Generator::new(model, levels.clone());
    let node = Uuid::now_v7();
    let bus: Arc<dyn Bus> = match &config.redis_url {
        Some(url) => RedisBus::new(url, node)?,
        None => Arc::new(LocalBus::default()),
    };
    let awaiting_hello = config.connections_per_address / 2;
    let classroom = Classroom::new(Store::new(database_url, of_rooms)?, bus, node, awaiting_hello)?;
    let limits = Limits::new(strictness);
    let printer = Printer::new(config.fonts_dir.clone());
    let connections = Connections::of_this_process(config.connections_per_address);
    let letters_url = config.public_url.clone().unwrap_or_else(|| reachable(config.listen));
    let activity = Activity::default();
    Ok(App {
        connections,
        letters_url,
        activity,
        config,
        store,
        mailer,
        files,
        generator,
        levels: Arc::new(levels),
        printer,
        limits,
        classroom,
    })
}

/// Starts to serve on a bound socket.
///
/// # Errors
/// If the socket can't be served.
pub fn start(app: web::Data<App>, listener: TcpListener, threads: usize) -> Result<Server, Error> {
    let document = web::Data::new(openapi::Served::of(&document::document())?);
    let swagger = web::Data::new(SwaggerConfig::from("/api/openapi.json"));
    let of_factory = app.clone();
    let application = move || {
        let app = of_factory.clone();
        let (actix, _) = ActixApp::new().into_utoipa_app().configure(router::all).split_for_parts();
        actix
            .app_data(app.clone())
            .app_data(document.clone())
            .app_data(swagger.clone())
            .route("/api/openapi.json", web::get().to(openapi::json))
            .route("/api/docs", web::get().to(openapi::swagger))
            .route("/api/docs/{tail:.*}", web::get().to(openapi::swagger))
            .service(web::scope("/api").default_service(web::to(openapi::no_such_operation)))
            .service(pages::join::show)
            .service(pages::join::submit)
            .default_service(web::to(client::serve))
            .wrap(middleware::from_fn(watch::around))
            .wrap(middleware::Compress::default())
    };
    // What `HttpServer` does, but with connections that can be handed over.
    let builder = Server::build()
        .workers(threads)
        // Connections are limited by address instead: with a limit here, one address could keep everybody out.
        .max_concurrent_connections(usize::MAX)
        .shutdown_timeout(10)
        .disable_signals();
    let ending = builder.graceful_shutdown_signal();
    let address = listener.local_addr()?;
    // Above the usual 128: a client that finds the queue full retries only after a second.
    SockRef::from(&listener).listen(BACKLOG)?;
    let (connections, behind_proxy) = (Arc::clone(&app.connections), app.config.trust_proxy);
    let patience = app.config.body_timeout * extract::UPLOAD_TIMES + ANSWERING;
    let builder = builder.listen("http", listener, move || {
        let ending = ending.clone();
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let ending = ending.clone();
                async move { ending.notified().await }
            })
            .client_request_timeout(Duration::from_secs(10))
            .client_disconnect_timeout(Duration::from_secs(1))
            .keep_alive(Duration::from_secs(75))
            .local_addr(address)
            .on_connect_ext(|connection: &HttpStream, data: &mut Extensions| {
                // The connection may become a classroom's socket.
                data.insert(connection.claim());
            });
        let application = application().into_factory().map_err(|error| error.error_response());
        let http = http.finish(map_config(application, |()| AppConfig::default()));
        let connections = Arc::clone(&connections);
        fn_service(move |stream: TcpStream| {
            let taken = take_in(&stream, &connections, behind_proxy);
            let served = taken.map(|(peer, place)| (HttpStream::new(stream, patience, place), Protocol::Http1, peer));
            std::future::ready(served.ok_or(DispatchError::DisconnectTimeout))
        })
        .and_then(http)
    })?;
    Ok(builder.run())
}

/// Connections that the kernel queues until we accept them.
const BACKLOG: i32 = 4_096;
/// Longest time for a response after the whole request has arrived.
const ANSWERING: Duration = Duration::from_secs(60);
/// The response to a caller with too many connections, if they read it before the connection is closed.
const TURNED_AWAY: &[u8] =
    b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 5\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// Admits a connection unless its address has too many.
fn take_in(
    stream: &TcpStream,
    connections: &Arc<Connections>,
    behind_proxy: bool,
) -> Option<(Option<SocketAddr>, Place)> {
    let peer = stream.peer_addr().ok();
    let place = connections.connect(peer.map(|peer| peer.ip()).filter(|_| !behind_proxy));
    if place.is_none() {
        // A single attempt, without waiting; if it doesn't fit, the caller gets no response.
        let _ = stream.try_write(TURNED_AWAY);
    }
    let place = place?;
    set_up_connection(stream);
    Some((peer, place))
}

/// Disables Nagle's algorithm: a classroom's small frames would otherwise wait for the peer's acknowledgement, which is
/// delayed by tens of milliseconds. Also sets a TCP user timeout, so that the kernel closes a connection whose peer is
/// gone or takes no data.
fn set_up_connection(stream: &TcpStream) {
    const PATIENCE: Duration = Duration::from_secs(20);
    let set = stream.set_nodelay(true).and_then(|()| SockRef::from(stream).set_tcp_user_timeout(Some(PATIENCE)));
    if let Err(error) = set {
        tracing::debug!(cause = %error, "failed to set up a connection");
    }
}

/// A URL that a browser can open. If the server listens on all interfaces, it has the machine's own address.
#[must_use]
pub fn reachable(address: SocketAddr) -> String {
    if !address.ip().is_unspecified() {
        return format!("http://{address}");
    }
    // Connecting a UDP socket sends nothing; it only selects which of our addresses would be used (to RFC 5737's test
    // network).
    let own = UdpSocket::bind("0.0.0.0:0")
        .and_then(|socket| socket.connect("192.0.2.1:9").and_then(|()| socket.local_addr()))
        .map_or(IpAddr::from([127, 0, 0, 1]), |own| own.ip());
    format!("http://{own}:{}", address.port())
}

/// A new link for becoming the first administrator, if there is none yet. Earlier links stop working.
///
/// # Errors
/// If the database fails.
pub async fn first_admin_link(app: &App, base: &str) -> Result<Option<String>, Error> {
    if !app.store.needs_first_admin().await? {
        return Ok(None);
    }
    let secret = auth::new_secret();
    app.store.create_link(LinkPurpose::FirstAdmin, None, &auth::hash_secret(&secret), Span::days(7), None).await?;
    Ok(Some(format!("{base}/first-admin?token={secret}")))
}
