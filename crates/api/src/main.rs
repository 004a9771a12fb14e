//! `linguaglow`: the server and its helpers in one program.

use std::{
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
    time::Instant,
};

use actix_web::web;
use clap::{Parser, Subcommand};
use linguaglow_api::{
    config::{self, Config, LogFormat},
    database, demo, document, files, jobs,
    limits::Strictness,
    server,
};
use qrcode::{QrCode, render::unicode};
use tracing_subscriber::{EnvFilter, Layer, filter::filter_fn, layer::SubscriberExt, util::SubscriberInitExt};

type Error = Box<dyn std::error::Error + Send + Sync>;

#[derive(Parser)]
#[command(name = "linguaglow", version, about = "Lessons for language teachers: prepared in minutes, taught live.", after_help = config::table())]
struct Cli {
    /// A TOML file with settings.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve (the default). Runs jobs in the same process, unless WORKERS is 0.
    Server,
    /// Only run jobs, beside a server.
    Worker,
    /// Run pending migrations and exit.
    Migrate,
    /// Write openapi.yaml.
    Openapi {
        /// Only compare with the file; exit with 1 if it differs.
        #[arg(long)]
        check: bool,
        /// Path of the document.
        #[arg(long, default_value = "openapi.yaml")]
        file: PathBuf,
    },
    /// Create a demo school and print its passwords.
    Demo,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("linguaglow: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode, String> {
    if let Some(Command::Openapi { check, file }) = &cli.command {
        return write_openapi(*check, file).map_err(|error| error.to_string());
    }
    let file = match &cli.config {
        Some(path) => Some(
            std::fs::read_to_string(path).map_err(|error| format!("The settings file {}: {error}", path.display()))?,
        ),
        None => None,
    };
    let config = Config::read(file.as_deref(), std::env::vars()).map_err(|error| error.to_string())?;
    start_log(&config)?;
    // Letters, pictures, the database: nobody else may read what we write.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    // Select a TLS provider explicitly, as two may be linked.
    rustls::crypto::aws_lc_rs::default_provider().install_default().map_err(|_| "TLS could not be set up")?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| error.to_string())?;
    let done = runtime.block_on(async {
        match cli.command.unwrap_or(Command::Server) {
            Command::Server => serve(config).await,
            Command::Worker => work(config).await,
            Command::Migrate => {
                let database = database::open(&config).await?;
                database::migrate(&database.url).await
            }
            Command::Demo => {
                let database = database::open(&config).await?;
                database::migrate(&database.url).await?;
                demo::fill(config, &database.url).await
            }
            Command::Openapi { .. } => Ok(()),
        }
    });
    done.map(|()| ExitCode::SUCCESS).map_err(|error| error.to_string())
}

/// Whether a log event may contain secrets. The queue's own events include job payloads, and a letter's payload has its
/// link. We log failures ourselves, without it.
fn holds_secrets(metadata: &tracing::Metadata<'_>) -> bool {
    let of_jobs = metadata.target().starts_with("graphile_worker")
        && metadata.fields().iter().any(|field| matches!(field.name(), "payload" | "job"));
    // At `debug`, these log every statement with its parameters.
    of_jobs || metadata.target().starts_with("tokio_postgres::query")
}

fn start_log(config: &Config) -> Result<(), String> {
    let filter = EnvFilter::try_new(&config.log)
        .map_err(|error| format!("LINGUAGLOW_LOG is {:?}: it must be a filter like info ({error}).", config.log))?;
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let log = match config.log_format {
        LogFormat::Text => log.with_target(false).compact().boxed(),
        LogFormat::Json => log.json().boxed(),
    };
    let quiet = filter_fn(|metadata| !holds_secrets(metadata));
    tracing_subscriber::registry().with(log.with_filter(filter).with_filter(quiet)).init();
    Ok(())
}

fn write_openapi(check: bool, file: &PathBuf) -> Result<ExitCode, Error> {
    let made = document::yaml()?;
    if !check {
        std::fs::write(file, made)?;
        return Ok(ExitCode::SUCCESS);
    }
    let there = std::fs::read_to_string(file).unwrap_or_default();
    if there == made {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("{} is not what the code says. Run: linguaglow openapi", file.display());
    Ok(ExitCode::FAILURE)
}

/// Limit of open files and connections to request from the system.
const DESCRIPTORS: u64 = 65_536;

async fn serve(config: Config) -> Result<(), Error> {
    let started = Instant::now();
    // A classroom socket takes two (ADR 8), and a common limit is 1,024. The hard limit can't be exceeded.
    if let Err(error) = rlimit::increase_nofile_limit(DESCRIPTORS) {
        tracing::warn!(%error, "failed to raise the limit of open files");
    }
    // Bind first, so that a second server on the same port fails before it touches anything.
    let listener = TcpListener::bind(config.listen).map_err(|error| {
        format!(
            "The address {} can't be used: {error}. Is LinguaGlow running already? LINGUAGLOW_LISTEN chooses another.",
            config.listen
        )
    })?;
    let address = listener.local_addr()?;
    let config = Config { listen: address, ..config };
    let database = database::open(&config).await?;
    database::migrate(&database.url).await?;
    let recovery = if database.is_owned() { jobs::Recovery::AtStart } else { jobs::Recovery::Heartbeats };
    let (slow, base) = (config.workers, config.public_url.clone().unwrap_or_else(|| server::reachable(address)));
    let app = Arc::new(server::assemble(config, &database.url, Strictness::Usual)?);
    let workers =
        if slow > 0 { Some(jobs::start(Arc::clone(&app), &database.url, slow, recovery).await?) } else { None };
    let data = web::Data::from(Arc::clone(&app));
    let running = server::start(data, listener, std::thread::available_parallelism().map_or(2, usize::from).max(2))?;
    let handle = running.handle();
    let serving = tokio::spawn(running);
    tracing::info!(millis = started.elapsed().as_millis(), "LinguaGlow is ready: {base}");
    announce(address, &base);
    if let Some(link) = server::first_admin_link(&app, &base).await? {
        tracing::info!(link = %link, "this server has no administrator yet: open this link once");
    }
    let sweeper = tokio::spawn({
        let app = Arc::clone(&app);
        async move {
            let mut every_ten_minutes = tokio::time::interval(std::time::Duration::from_secs(600));
            for tick in 0_u64.. {
                every_ten_minutes.tick().await;
                app.limits.forget();
                // Once a day, but not right at the start. An upload has a day to be shown by a task.
                if tick % 144 == 1 {
                    match files::sweep(&app, chrono::Utc::now() - chrono::Duration::days(1)).await {
                        Ok(deleted) => tracing::debug!(deleted, "deleted unreferenced pictures"),
                        Err(error) => {
                            tracing::warn!(cause = %error, "unreferenced pictures could not be deleted; next try in a day")
                        }
                    }
                }
            }
        }
    });
    end_signal().await?;
    tracing::info!("shutting down: finishing requests, accepting no new ones");
    app.classroom.drain().await;
    handle.stop(true).await;
    serving.await??;
    if let Some(workers) = workers {
        workers.drain().await;
    }
    sweeper.abort();
    app.close();
    Ok(())
}

/// Prints a greeting to the terminal: the URL, and a QR code for phones in the room.
fn announce(address: SocketAddr, base: &str) {
    println!("\n  LinguaGlow: {base}\n");
    if address.ip().is_unspecified()
        && let Ok(code) = QrCode::new(base)
    {
        println!("{}", code.render::<unicode::Dense1x2>().quiet_zone(true).build());
    }
}

async fn work(config: Config) -> Result<(), Error> {
    let database = database::open(&config).await?;
    database::migrate(&database.url).await?;
    let slow = config.workers.max(1);
    let app = Arc::new(server::assemble(config, &database.url, Strictness::Usual)?);
    let workers = jobs::start(Arc::clone(&app), &database.url, slow, jobs::Recovery::Heartbeats).await?;
    tracing::info!("worker started");
    end_signal().await?;
    workers.drain().await;
    app.close();
    Ok(())
}

async fn end_signal() -> Result<(), Error> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}
