//! The OpenAPI document: generated from the handlers, completed by rules and examples, committed as `openapi.yaml`.

pub mod examples;
mod methods;
mod rules;

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse, ResponseError,
    http::header::{self, HeaderValue},
    web,
};
use methods::Methods;
use types::problem::{Problem, ProblemCode};
use utoipa::{
    OpenApi, PartialSchema, ToSchema,
    openapi::{
        PathItem,
        path::Operation,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_swagger_ui::Config as SwaggerConfig;

use crate::{error::ApiError, watch::OwnPolicy};

/// The head of the document.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "LinguaGlow",
        description = "Lessons for language teachers: the API that LinguaGlow's own pages use.\n\n\
                       Third parties send a personal token, created in the settings, as `Authorization: Bearer lgt_…`; \
                       each operation names the scope that the token needs. A token that has `lessons:write` without \
                       `lessons:read` gets only `id` and `revision` of what it changed.\n\n\
                       Errors are `application/problem+json` (RFC 9457) with a stable `code`. Every response has an \
                       `X-Trace-Id`: name it when you report a problem. Times are UTC (RFC 3339). Clients must accept \
                       properties and enum values that they don't know.",
        license(name = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "accounts", description = "Registering and logging in"),
        (name = "account", description = "The caller's account, sessions and tokens"),
        (name = "courses", description = "Courses: lessons that belong together"),
        (name = "lessons", description = "Lessons and their sections"),
        (name = "tasks", description = "Tasks: editing them and trying them out"),
        (name = "files", description = "Pictures that tasks show"),
        (name = "generation", description = "Generating lessons and tasks"),
        (name = "classes", description = "Classes: invitations, live runs and reports"),
        (name = "health", description = "Health checks for whoever runs the server")
    ),
    components(schemas(Problem))
)]
struct Head;

/// The methods and operations of a path.
fn operations(item: &mut PathItem) -> [(&'static str, &mut Option<Operation>); 5] {
    [
        ("get", &mut item.get),
        ("post", &mut item.post),
        ("put", &mut item.put),
        ("patch", &mut item.patch),
        ("delete", &mut item.delete),
    ]
}

/// Completes the document by rules and examples.
#[must_use]
pub fn finish(made: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    let mut api = Head::openapi();
    api.merge(made);
    env!("CARGO_PKG_VERSION").clone_into(&mut api.info.version);
    let components = api.components.get_or_insert_with(Default::default);
    components
        .add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(crate::auth::COOKIE))));
    components.add_security_scheme(
        "token",
        SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("lgt_…").build()),
    );
    let mut schemas = Vec::new();
    Problem::schemas(&mut schemas);
    schemas.push((Problem::name().into_owned(), Problem::schema()));
    components.schemas.extend(schemas);
    let examples = examples::committed();
    for (path, item) in &mut api.paths.paths {
        for (method, operation) in operations(item) {
            if let Some(operation) = operation {
                rules::complete(path, method, operation, components);
                examples::show(operation, &examples);
            }
        }
    }
    api
}

/// The document as JSON, serialized once, and the methods of its paths.
pub struct Served {
    json: String,
    methods: Methods,
}

impl Served {
    /// # Errors
    /// If it can't be serialized as JSON.
    pub fn of(api: &utoipa::openapi::OpenApi) -> serde_json::Result<Self> {
        Ok(Self { json: api.to_json()?, methods: Methods::of(api) })
    }
}

/// Serves the document as JSON.
pub async fn json(served: web::Data<Served>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(served.json.clone())
}

/// The response for a path or method without an operation: 405 if the path has another method, otherwise 404.
pub async fn no_such_operation(request: HttpRequest, served: web::Data<Served>) -> HttpResponse {
    let Some(allow) = served.methods.at(request.path()) else {
        return ApiError::new(ProblemCode::NotFound).error_response();
    };
    let mut response = ApiError::new(ProblemCode::MethodNotAllowed).error_response();
    if let Ok(allow) = HeaderValue::from_str(allow) {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    response
}

/// Serves Swagger UI from the program itself, with no external requests.
pub async fn swagger(request: HttpRequest, config: web::Data<SwaggerConfig<'static>>) -> HttpResponse {
    let tail = request.match_info().get("tail").unwrap_or_default().to_owned();
    if tail.is_empty() && !request.path().ends_with('/') {
        return HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/api/docs/")).finish();
    }
    request.extensions_mut().insert(OwnPolicy);
    match utoipa_swagger_ui::serve(&tail, config.into_inner()) {
        Ok(Some(file)) => HttpResponse::Ok()
            .content_type(file.content_type)
            // Swagger UI sets inline styles; scripts come from our own files only.
            .insert_header((
                header::CONTENT_SECURITY_POLICY,
                "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                 connect-src 'self'; font-src 'self'; base-uri 'none'; frame-ancestors 'none'",
            ))
            .body(file.bytes.into_owned()),
        Ok(None) => HttpResponse::NotFound().finish(),
        Err(error) => {
            tracing::error!(cause = %error, "failed to serve Swagger UI");
            HttpResponse::InternalServerError().finish()
        }
    }
}
