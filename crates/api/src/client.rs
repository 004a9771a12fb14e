//! Serves the embedded client: compressed in advance, hashed files cached for ever, its pages never cached and with a
//! fresh nonce each.

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    http::{Method, StatusCode, header},
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use rand::RngCore;
use rust_embed::{EmbeddedFile, RustEmbed};
use types::clients::Client;

use crate::watch::OwnPolicy;

/// The built client. The folder may be missing during work on the server alone.
#[derive(RustEmbed)]
#[folder = "$CLIENT_DIST_DIR"]
#[allow_missing = true]
struct Dist;

/// Placeholder that Trunk writes for the nonce.
const NONCE_PLACEHOLDER: &str = "{{__TRUNK NONCE__}}";

/// The Content-Security-Policy of our pages.
pub fn policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

/// The service worker only fetches, and only from this server. The policy served with its own file applies to it.
const SERVICE_WORKER: &str = "sw.js";
const SERVICE_WORKER_POLICY: &str = "default-src 'none'; connect-src 'self'";

/// Trunk names built files `name-<16 hex>.ext`.
fn is_hashed(path: &str) -> bool {
    let stem = path.rsplit('/').next().unwrap_or(path).split('.').next().unwrap_or_default();
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    stem.rsplit('-').next().is_some_and(|hash| hash.len() >= 12 && hash.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn accepts(request: &HttpRequest, encoding: &str) -> bool {
    let list = request.headers().get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    list.is_some_and(|list| lists(list, encoding))
}

/// Whether an `Accept-Encoding` (RFC 9110, 12.5.3) lists an encoding with a weight above 0.
fn lists(accepted: &str, encoding: &str) -> bool {
    accepted.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding))
            && parts
                .find_map(|part| part.strip_prefix("q="))
                .is_none_or(|weight| weight.parse::<f32>().is_ok_and(|weight| weight > 0.0))
    })
}

fn file(request: &HttpRequest, path: &str, plain: &EmbeddedFile) -> HttpResponse {
    let etag =
        format!("\"{}\"", plain.metadata.sha256_hash().iter().take(12).map(|b| format!("{b:02x}")).collect::<String>());
    let unchanged =
        request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()) == Some(etag.as_str());
    let mut response = HttpResponse::build(if unchanged { StatusCode::NOT_MODIFIED } else { StatusCode::OK });
    let caching = if is_hashed(path) { "public, max-age=31536000, immutable" } else { "public, no-cache" };
    response
        .insert_header((header::CACHE_CONTROL, caching))
        .insert_header((header::ETAG, etag))
        .insert_header((header::VARY, "Accept-Encoding"))
        .insert_header((header::CONTENT_TYPE, mime_guess::from_path(path).first_or_octet_stream().as_ref()));
    if path == SERVICE_WORKER {
        request.extensions_mut().insert(OwnPolicy);
        response.insert_header((header::CONTENT_SECURITY_POLICY, SERVICE_WORKER_POLICY));
    }
    if unchanged {
        return response.finish();
    }
    for (encoding, suffix) in [("br", "br"), ("gzip", "gz")] {
        if accepts(request, encoding)
            && let Some(packed) = Dist::get(&format!("{path}.{suffix}"))
        {
            return response.insert_header((header::CONTENT_ENCODING, encoding)).body(packed.data.into_owned());
        }
    }
    // What no build compressed is a picture or of a development client: sent as it is. Compressing ten megabytes for
    // each request takes this server two seconds while it is a development build itself.
    response.insert_header(header::ContentEncoding::Identity).body(plain.data.clone().into_owned())
}

/// A nonce for one page.
pub fn nonce() -> String {
    let mut bytes = [0u8; 16];
    rand::rng().fill_bytes(&mut bytes);
    STANDARD_NO_PAD.encode(bytes)
}

fn page(request: &HttpRequest, client: Client) -> HttpResponse {
    request.extensions_mut().insert(OwnPolicy);
    let Some(index) = Dist::get(client.page()) else {
        return HttpResponse::NotFound()
            .content_type("text/plain; charset=utf-8")
            .body("The client is not built into this program. Run ./dev run, or build it with ./dev client.\n");
    };
    let nonce = nonce();
    let html = String::from_utf8_lossy(&index.data).replace(NONCE_PLACEHOLDER, &nonce);
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_SECURITY_POLICY, policy(&nonce)))
        .body(html)
}

/// The files of one of the client programs, as URL paths.
#[derive(Debug, Default)]
pub struct Assets {
    pub styles: Vec<String>,
    /// The program's files: first the `.wasm` file, which is the largest, then the scripts.
    pub program: Vec<String>,
    /// The stamp in the names of the files of texts, if the program has any.
    pub words: Option<String>,
}

/// Reads the files from the program's page, which Trunk wrote. Empty if the client is not built in.
pub fn assets(client: Client) -> Assets {
    Dist::get(client.page()).map(|page| assets_of(&String::from_utf8_lossy(&page.data))).unwrap_or_default()
}

fn assets_of(html: &str) -> Assets {
    let values = |name: &str| -> Vec<String> {
        let begin = format!("{name}=\"");
        html.split(&begin).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
    };
    let files = values("href");
    let ending = |ending: &str| files.iter().filter(|file| file.ends_with(ending)).cloned().collect::<Vec<_>>();
    Assets {
        styles: ending(".css"),
        program: [ending(".wasm"), ending(".js")].concat(),
        words: values("data-words").into_iter().find(|name| !name.is_empty()),
    }
}

/// Serves a file of the client, or its page for every path that the client routes itself.
pub async fn serve(request: HttpRequest) -> HttpResponse {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, "GET, HEAD")).finish();
    }
    let path = request.path().trim_start_matches('/');
    if path.is_empty() || Client::ALL.iter().any(|client| client.page() == path) {
        return page(&request, Client::School);
    }
    if let Some(found) = Dist::get(path) {
        return file(&request, path, &found);
    }
    // A name with an extension is a missing file; anything else is a route of the client.
    let name = path.rsplit('/').next().unwrap_or(path);
    if name.contains('.') { HttpResponse::NotFound().finish() } else { page(&request, Client::of(request.path())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_programs_files_are_read_from_its_page() {
        let page = r#"<html data-words="abc"><link rel="stylesheet" href="/app-1.css"/><link rel="modulepreload" href="/class-2.js">
            <link rel="preload" href="/class-2_bg.wasm" as="fetch"><link rel="icon" href="/favicon.svg">"#;
        let assets = assets_of(page);
        assert_eq!(assets.styles, ["/app-1.css"]);
        assert_eq!(assets.program, ["/class-2_bg.wasm", "/class-2.js"]);
        assert_eq!(assets.words.as_deref(), Some("abc"));
        assert!(assets_of("").styles.is_empty());
    }

    #[test]
    fn an_encoding_is_used_unless_its_weight_is_zero() {
        for accepted in ["br", "gzip, br", "gzip;q=1.0, BR;q=0.8", "br; q=0.001"] {
            assert!(lists(accepted, "br"), "{accepted}");
        }
        for accepted in ["", "gzip", "brotli", "br;q=0", "gzip, br; q=0.000", "br;q=none"] {
            assert!(!lists(accepted, "br"), "{accepted}");
        }
    }

    #[test]
    fn only_files_with_a_hash_are_kept_for_ever() {
        assert!(is_hashed("lesson-0123456789abcdef_bg.wasm"));
        assert!(is_hashed("main-0123456789abcdef.css"));
        assert!(!is_hashed("icons.svg"));
        assert!(!is_hashed("theme-early.js"));
    }
}
