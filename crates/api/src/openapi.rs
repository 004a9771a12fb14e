//! The OpenAPI document: made from the handlers, completed by rules, committed as `openapi.yaml`.

use actix_web::{HttpMessage, HttpRequest, HttpResponse, http::header, web};
use types::problem::Problem;
use utoipa::{
    OpenApi, PartialSchema, ToSchema,
    openapi::{
        ContentBuilder, Ref, RefOr, Response, ResponseBuilder,
        path::Operation,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};
use utoipa_swagger_ui::Config as SwaggerConfig;

use crate::watch::OwnPolicy;

/// Bytes as they are.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct Binary(pub Vec<u8>);

/// What stands at the head of the document.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "LinguaGlow",
        description = "Lessons for language teachers: the same API that the pages use. Third parties send a personal token \
                       (made in the settings) as `Authorization: Bearer lgt_…`. Errors are `application/problem+json`.",
        license(name = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "accounts", description = "Registering and logging in"),
        (name = "account", description = "One's own account, sessions and tokens"),
        (name = "courses", description = "Courses"),
        (name = "lessons", description = "Lessons and their sections"),
        (name = "tasks", description = "Tasks, and doing them"),
        (name = "files", description = "Pictures of tasks"),
        (name = "generation", description = "Writing lessons and tasks"),
        (name = "classes", description = "Classes: inviting, joining, teaching a lesson live, and what came of it"),
        (name = "health", description = "For whoever runs the server")
    ),
    components(schemas(Problem))
)]
struct Head;

fn problem(description: &str) -> RefOr<Response> {
    let content = ContentBuilder::new().schema(Some(RefOr::Ref(Ref::from_schema_name(Problem::name())))).build();
    RefOr::T(ResponseBuilder::new().description(description).content("application/problem+json", content).build())
}

/// Who may call: a session's cookie or a token, unless the operation says that everybody may.
fn complete(path: &str, method: &str, operation: &mut Operation) {
    let open =
        operation.security.as_ref().is_some_and(|list| list.iter().all(|one| *one == SecurityRequirement::default()));
    let in_person = path.starts_with("/api/v1/me") && !(path == "/api/v1/me" && method == "get")
        || ["auth", "classes", "invitations", "runs"].iter().any(|part| path.starts_with(&format!("/api/v1/{part}")));
    let responses = &mut operation.responses.responses;
    if open {
        operation.security = Some(vec![SecurityRequirement::default()]);
    } else {
        let mut ways = vec![SecurityRequirement::new("session", [] as [&str; 0])];
        if !in_person {
            ways.push(SecurityRequirement::new("token", [] as [&str; 0]));
        }
        operation.security = Some(ways);
        responses.insert("401".into(), problem("Nobody is logged in"));
        responses.insert(
            "403".into(),
            problem("Not allowed: another role or scope is needed, or the request is not from our pages"),
        );
    }
    if path.contains('{') {
        responses.insert("404".into(), problem("There is no such thing, or it is not the caller's"));
    }
    if operation.request_body.is_some() {
        responses.insert("400".into(), problem("Not JSON"));
        responses.insert("413".into(), problem("Too large"));
        responses.insert("415".into(), problem("Of another type than the operation takes"));
        responses.insert("422".into(), problem("Some fields are not right: see `errors`"));
    }
    if matches!(method, "put" | "patch") {
        responses.insert("409".into(), problem("Changed in the meantime: `current` has what stands now"));
    }
    responses.insert("429".into(), problem("Too many requests"));
    responses.insert("5XX".into(), problem("A failure on our side; `trace_id` names it in the log"));
}

/// Fills in what follows from rules.
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
    for (path, item) in &mut api.paths.paths {
        for (method, operation) in [
            ("get", &mut item.get),
            ("post", &mut item.post),
            ("put", &mut item.put),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ] {
            if let Some(operation) = operation {
                complete(path, method, operation);
                // A handler's name is not unique among the domains; its tag and name are.
                let tag = operation.tags.as_ref().and_then(|tags| tags.first()).cloned().unwrap_or_default();
                if let Some(id) = &operation.operation_id {
                    operation.operation_id = Some(format!("{tag}_{id}_{method}_{}", slug(path)));
                }
            }
        }
    }
    api
}

fn slug(path: &str) -> String {
    path.trim_start_matches("/api/v1")
        .split('/')
        .filter(|part| !part.is_empty() && !part.starts_with('{'))
        .collect::<Vec<_>>()
        .join("_")
        .replace('-', "_")
}

/// The document without a running server.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    use utoipa_actix_web::AppExt;
    let (_, made) = actix_web::App::new().into_utoipa_app().configure(crate::router::all).split_for_parts();
    finish(made)
}

/// The committed form.
///
/// # Errors
/// Where it can't be written as YAML.
pub fn yaml() -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    Ok(document().to_yaml()?)
}

/// The document as JSON, made once.
pub struct Served(pub String);

/// The document for programs.
pub async fn json(served: web::Data<Served>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(served.0.clone())
}

/// Swagger UI, from the program itself: nothing is asked from outside.
pub async fn swagger(request: HttpRequest, config: web::Data<SwaggerConfig<'static>>) -> HttpResponse {
    let tail = request.match_info().get("tail").unwrap_or_default().to_owned();
    if tail.is_empty() && !request.path().ends_with('/') {
        return HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/api/docs/")).finish();
    }
    request.extensions_mut().insert(OwnPolicy);
    match utoipa_swagger_ui::serve(&tail, config.into_inner()) {
        Ok(Some(file)) => HttpResponse::Ok()
            .content_type(file.content_type)
            // It sets styles on elements; scripts stay files of ours.
            .insert_header((
                header::CONTENT_SECURITY_POLICY,
                "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                 connect-src 'self'; font-src 'self'; base-uri 'none'; frame-ancestors 'none'",
            ))
            .body(file.bytes.into_owned()),
        Ok(None) => HttpResponse::NotFound().finish(),
        Err(error) => {
            tracing::error!(cause = %error, "swagger ui");
            HttpResponse::InternalServerError().finish()
        }
    }
}
