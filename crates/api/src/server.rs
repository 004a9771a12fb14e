//! Putting the server together, running it, and ending it.

use std::{net::TcpListener, sync::Arc, time::Duration};

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
    auth,
    classroom::{
        Classroom,
        bus::{Bus, LocalBus, RedisBus},
        line::Served,
    },
    client,
    config::Config,
    limits::{Limits, Strictness},
    openapi, pages, router,
    state::App,
    watch,
};

type Error = Box<dyn std::error::Error + Send + Sync>;

/// Joins the parts over an opened database. Needs a running runtime.
///
/// # Errors
/// Where one of them can't be made from the settings.
pub fn assemble(config: Config, database_url: &str, strictness: Strictness) -> Result<App, Error> {
    // Rooms have connections of their own, on their own thread.
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
    let classroom = Classroom::new(Store::new(database_url, of_rooms)?, bus, node)?;
    let limits = Limits::new(strictness);
    let printer = Printer::new(config.fonts_dir.clone());
    Ok(App { config, store, mailer, files, generator, levels: Arc::new(levels), printer, limits, classroom })
}

/// Starts to serve on a socket that is bound already.
///
/// # Errors
/// Where the socket can't be served.
pub fn start(app: web::Data<App>, listener: TcpListener, threads: usize) -> Result<Server, Error> {
    let document = web::Data::new(openapi::Served(openapi::document().to_json()?));
    let swagger = web::Data::new(SwaggerConfig::from("/api/openapi.json"));
    let application = move || {
        let (actix, _) = ActixApp::new().into_utoipa_app().configure(router::all).split_for_parts();
        actix
            .app_data(app.clone())
            .app_data(document.clone())
            .app_data(swagger.clone())
            .route("/api/openapi.json", web::get().to(openapi::json))
            .route("/api/docs", web::get().to(openapi::swagger))
            .route("/api/docs/{tail:.*}", web::get().to(openapi::swagger))
            .service(web::scope("/api").default_service(web::to(watch::no_such_operation)))
            .service(pages::join::show)
            .service(pages::join::submit)
            .default_service(web::to(client::serve))
            .wrap(middleware::from_fn(watch::around))
            .wrap(middleware::Compress::default())
    };
    // What `HttpServer` does, over connections that can be given away.
    let builder =
        Server::build().workers(threads).max_concurrent_connections(4096).shutdown_timeout(10).disable_signals();
    let ending = builder.graceful_shutdown_signal();
    let address = listener.local_addr()?;
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
            .on_connect_ext(|connection: &Served, data: &mut Extensions| {
                // It may become a classroom's socket.
                data.insert(connection.claim());
            });
        let application = application().into_factory().map_err(|error| error.error_response());
        let http = http.finish(map_config(application, |()| AppConfig::default()));
        fn_service(async |stream: TcpStream| {
            set_up_connection(&stream);
            let peer = stream.peer_addr().ok();
            Ok::<_, DispatchError>((Served::new(stream), Protocol::Http1, peer))
        })
        .and_then(http)
    })?;
    Ok(builder.run())
}

/// What is written leaves at once: a classroom's small frames would wait for the peer's acknowledgement, which is
/// delayed by tens of milliseconds. A peer that is gone, or takes nothing, ends the connection: the kernel gives up on
/// what it has not acknowledged.
fn set_up_connection(stream: &TcpStream) {
    const PATIENCE: Duration = Duration::from_secs(20);
    let set = stream.set_nodelay(true).and_then(|()| SockRef::from(stream).set_tcp_user_timeout(Some(PATIENCE)));
    if let Err(error) = set {
        tracing::debug!(cause = %error, "a connection is not set up");
    }
}

/// Where no administrator has been made yet: a fresh link to become one. Earlier ones stop working.
///
/// # Errors
/// Where the database fails.
pub async fn first_admin_link(app: &App, base: &str) -> Result<Option<String>, Error> {
    if !app.store.needs_first_admin().await? {
        return Ok(None);
    }
    let secret = auth::new_secret();
    app.store.create_link(LinkPurpose::FirstAdmin, None, &auth::hash_secret(&secret), Span::days(7), None).await?;
    Ok(Some(format!("{base}/first-admin?token={secret}")))
}
