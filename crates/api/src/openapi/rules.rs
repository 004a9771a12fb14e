//! Completes operations by rules: who may call them, and the errors that are common to all operations of a sort.
//!
//! A handler lists its own problems by code: `(status = 409, description = "stale")`. The rest is added here, so that
//! no operation misses them.

use std::collections::{BTreeMap, BTreeSet};

use types::problem::{Problem, ProblemCode};
use utoipa::{
    ToSchema,
    openapi::{
        Components, ContentBuilder, Header, KnownFormat, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder,
        SchemaFormat, Type,
        path::{Operation, Parameter, ParameterIn},
        security::SecurityRequirement,
    },
};

const JSON: &str = "application/json";

/// Who may call an operation.
struct Callers {
    /// Anybody, without an account.
    open: bool,
    session: bool,
    /// With a token that has these scopes.
    token: Option<Vec<String>>,
}

impl Callers {
    /// Reads a handler's `security`. Without one, only a session is accepted; with a token's scopes, a session is
    /// accepted as well.
    fn of(operation: &Operation) -> Self {
        let Some(ways) = &operation.security else { return Self { open: false, session: true, token: None } };
        let open = ways.contains(&SecurityRequirement::default());
        let named: Vec<_> = ways.iter().map(|way| serde_json::to_value(way).unwrap_or_default()).collect();
        let token = named.iter().find_map(|way| serde_json::from_value(way.get("token")?.clone()).ok());
        let session = !open || named.iter().any(|way| way.get("session").is_some());
        Self { open, session, token }
    }

    fn security(&self) -> Vec<SecurityRequirement> {
        let open = self.open.then(SecurityRequirement::default);
        let session = self.session.then(|| SecurityRequirement::new("session", [] as [&str; 0]));
        let token = self.token.as_ref().map(|scopes| SecurityRequirement::new("token", scopes.clone()));
        [open, session, token].into_iter().flatten().collect()
    }
}

/// Problem codes by status.
#[derive(Default)]
struct Problems(BTreeMap<String, BTreeSet<String>>);

impl Problems {
    fn add(&mut self, codes: &[ProblemCode]) {
        for code in codes {
            self.0.entry(code.status().to_string()).or_default().insert(code.as_str().to_owned());
        }
    }

    /// Takes the problems that the handler listed.
    fn take(&mut self, responses: &mut BTreeMap<String, RefOr<Response>>) {
        responses.retain(|status, response| {
            let RefOr::T(response) = response else { return true };
            if !status.starts_with(['4', '5']) {
                return true;
            }
            let codes = response.description.split(", ").map(str::to_owned);
            self.0.entry(status.clone()).or_default().extend(codes);
            false
        });
    }
}

fn add_rules(problems: &mut Problems, callers: &Callers, path: &str, method: &str, operation: &Operation) {
    use ProblemCode as Code;
    if !callers.open {
        problems.add(&[Code::NotLoggedIn]);
        let is_for_all = callers.token.as_ref().is_some_and(Vec::is_empty);
        if !is_for_all {
            problems.add(&[Code::Forbidden]);
        }
    }
    if callers.token.as_ref().is_some_and(|scopes| !scopes.is_empty()) {
        problems.add(&[Code::MissingScope]);
    }
    let is_api = path.starts_with("/api/");
    if method != "get" && is_api {
        problems.add(&[Code::WrongOrigin]);
    }
    if path.contains('{') {
        problems.add(&[Code::NotFound]);
    }
    if let Some(RefOr::T(body)) = &operation.request_body {
        problems.add(&[Code::Malformed, Code::TooSlow, Code::WrongMediaType]);
        if body.content.contains_key(JSON) {
            problems.add(&[Code::TooLarge, Code::Invalid]);
        }
    }
    if parameters(operation).any(|parameter| parameter.parameter_in == ParameterIn::Query) {
        problems.add(&[Code::Malformed, Code::Invalid]);
    }
    if is_api {
        problems.add(&[Code::Internal]);
    }
    // Connections are limited by address, for any operation.
    problems.add(&[Code::TooManyRequests, Code::Unavailable]);
}

fn parameters(operation: &Operation) -> impl Iterator<Item = &Parameter> {
    operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    })
}

/// The response for any of these codes.
fn response(codes: &BTreeSet<String>) -> Response {
    let known: Vec<_> = ProblemCode::ALL.iter().filter(|code| codes.contains(code.as_str())).collect();
    let mut content = ContentBuilder::new().schema(Some(RefOr::Ref(Ref::from_schema_name(Problem::name()))));
    if let Some(code) = known.first() {
        content = content.example(serde_json::to_value(Problem::new(**code)).ok());
    }
    let said = |code: &String| match known.iter().find(|known| known.as_str() == code) {
        Some(known) => format!("`{code}`: {}", known.title()),
        None => code.clone(),
    };
    let described: Vec<_> = codes.iter().map(said).collect();
    let mut made =
        ResponseBuilder::new().description(described.join("\n")).content("application/problem+json", content.build());
    if known.iter().any(|code| matches!(code, ProblemCode::TooManyRequests | ProblemCode::Unavailable)) {
        made = made.header("Retry-After", retry_after());
    }
    made.build()
}

fn retry_after() -> Header {
    let seconds = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
        .minimum(Some(0))
        .build();
    let mut header = Header::new(seconds);
    header.description = Some("Seconds to wait before the next try, if known.".to_owned());
    header
}

/// The default description for a status.
fn reason(status: &str) -> &'static str {
    match status {
        "101" => "Switching protocols",
        "201" => "Created",
        "202" => "Accepted",
        "204" => "Done",
        _ => "Success",
    }
}

/// Completes an operation. Responses with the same problem codes are shared between operations.
pub fn complete(path: &str, method: &str, operation: &mut Operation, components: &mut Components) {
    let callers = Callers::of(operation);
    operation.security = Some(callers.security());
    let mut problems = Problems::default();
    problems.take(&mut operation.responses.responses);
    add_rules(&mut problems, &callers, path, method, operation);
    for (status, codes) in problems.0 {
        let name = codes.iter().cloned().collect::<Vec<_>>().join(".");
        components.responses.entry(name.clone()).or_insert_with(|| RefOr::T(response(&codes)));
        let shared = RefOr::Ref(Ref::from_response_name(name));
        operation.responses.responses.insert(status, shared);
    }
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            reason(status).clone_into(&mut response.description);
        }
    }
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(parameter) = parameter
            && parameter.description.is_none()
        {
            parameter.description = described(parameter, components);
        }
    }
}

/// The description of a parameter's type, for a parameter that has none.
fn described(parameter: &Parameter, components: &Components) -> Option<String> {
    let schema = match parameter.schema.as_ref()? {
        RefOr::Ref(schema) => components.schemas.get(schema.ref_location.rsplit('/').next()?)?,
        own @ RefOr::T(_) => own,
    };
    let RefOr::T(schema) = schema else { return None };
    serde_json::to_value(schema).ok()?.get("description")?.as_str().map(str::to_owned)
}
