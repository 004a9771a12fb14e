//! The page for joining a class by its link: plain HTML that appears at once on the slowest phone and needs no scripts.
//! The class program loads alongside while the student types their name.

use std::fmt::Write as _;

use actix_web::{
    FromRequest, HttpMessage, HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite, time},
    get,
    http::{StatusCode, header},
    post, web,
};
use serde::Deserialize;
use store::Joiner;
use types::{
    account::{Me, NAME_MAX},
    classroom::{GuestJoin, InvitationInfo},
    clients::Client,
    locale::{Key, Locale, Plural, plural, text, text_with},
    names,
    problem::{FieldCode, FieldError, Problem, ProblemCode},
};

use super::html::Document;
use crate::{
    auth::{self, Caller, Maybe, Via},
    client,
    error::{ApiError, ApiResult, check},
    escape::html as escape,
    extract::{is_code, media_type, read_all},
    limits::Joining,
    locale,
    state::App,
    turn::Turn,
    watch::OwnPolicy,
};

/// The largest form, in bytes: a name and a few fields of ours.
const FORM_MAX: usize = 4 * 1024;

/// The fields of the form.
#[derive(Debug, Default, Deserialize)]
struct Form {
    #[serde(default)]
    name: String,
    /// Set if somebody other than the logged-in user wants to join.
    #[serde(default)]
    other: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    lang: Option<String>,
}

/// A code in its stored form. People type codes by hand, and chats put full stops and brackets around them.
fn tidy(code: &str) -> String {
    code.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_lowercase()
}

/// The data of the page.
struct Page<'a> {
    request: &'a HttpRequest,
    code: &'a str,
    locale: Locale,
    /// The language chosen by the URL.
    chosen: Option<Locale>,
}

impl Page<'_> {
    fn answer(&self, status: StatusCode, title: &str, card: String) -> HttpResponse {
        let (request, code) = (self.request, self.code);
        request.extensions_mut().insert(OwnPolicy);
        let others = Locale::ALL.into_iter().filter(|other| *other != self.locale);
        let languages = others.map(|other| (other, format!("/join/{code}?lang={}", other.as_str()))).collect();
        let assets = client::assets(Client::Class);
        let document = Document { locale: self.locale, title, card, languages, assets: &assets };
        let mut response = HttpResponse::build(status);
        response
            .content_type("text/html; charset=utf-8")
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::VARY, "Accept-Language, Cookie"))
            .insert_header((header::CONTENT_SECURITY_POLICY, client::policy(&client::nonce())));
        if let Some(chosen) = self.chosen {
            let cookie = Cookie::build(locale::COOKIE, chosen.as_str()).path("/").same_site(SameSite::Lax);
            response.cookie(cookie.max_age(time::Duration::days(365)).finish());
        }
        response.body(document.write())
    }

    fn t(&self, key: Key) -> &'static str {
        text(self.locale, key)
    }

    fn t_with(&self, key: Key, values: &[(&str, &str)]) -> String {
        escape(&text_with(self.locale, key, values))
    }

    /// The page for a class that can't be joined, now or ever.
    fn refusal(&self, problem: &Problem) -> HttpResponse {
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let (title, words) = self.why_not(problem);
        self.answer(status, title, format!("<p>{}</p>", escape(&words)))
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "any other problem is told as everywhere")]
    fn why_not(&self, problem: &Problem) -> (&'static str, String) {
        let said = |title: Key, text: Key| (self.t(title), self.t(text).to_owned());
        match problem.code {
            ProblemCode::NotFound | ProblemCode::InvitationExpired => said(Key::ClassNoLink, Key::ClassNoLinkText),
            ProblemCode::DoorClosed => said(Key::ClassDoorClosed, Key::ClassDoorClosedText),
            ProblemCode::LimitReached | ProblemCode::ClassFull => said(Key::ClassFull, Key::ClassFullText),
            ProblemCode::RemovedFromClass => said(Key::ClassRemoved, Key::ClassRemovedText),
            ProblemCode::TooManyRequests => {
                let seconds = u64::from(problem.retry_after.unwrap_or(60));
                (self.t(Key::ClassJoin), plural(self.locale, Plural::ProblemsRetryAfter, seconds))
            }
            ProblemCode::WrongOrigin => said(Key::ClassJoin, Key::ProblemsWrongOrigin),
            _ => said(Key::ClassJoin, Key::ProblemsInternal),
        }
    }

    /// The form, depending on who is logged in and what they may do. `faults` are the errors of the form that was sent,
    /// `typed` the name in it.
    fn form(&self, info: &InvitationInfo, known: Option<&Me>, typed: &str, faults: &[FieldError]) -> HttpResponse {
        let teacher = self.t_with(Key::ClassOfTeacher, &[("teacher", &info.teacher)]);
        let mut card = format!("<p class=\"muted\">{teacher}</p>\n");
        if info.open_run.is_none() {
            let _ = writeln!(card, "<p>{} {}</p>", self.t(Key::ClassOverNow), self.t(Key::ClassOverJoin));
        }
        let is_shut = !info.open && !info.member;
        match known {
            _ if is_shut => {
                let _ = writeln!(card, "<p>{}</p>", self.t(Key::ClassDoorClosedText));
            }
            Some(me) if me.guest => self.whether_it_is(&mut card, info, me, typed, faults),
            Some(me) => {
                let label = self.t_with(Key::ClassJoinAs, &[("name", &me.name)]);
                card.push_str(&self.form_of("", &label, "primary"));
            }
            None => {
                card.push_str(&self.form_of(&self.name_field(typed, faults, true), self.t(Key::ClassJoin), "primary"));
                let next = format!("/login?next=%2Fjoin%2F{}", self.code);
                let (have, log_in) = (self.t(Key::ClassHaveAccount), self.t(Key::AuthLogIn));
                let _ = writeln!(card, "<p class=\"sm\">{have} <a href=\"{next}\">{log_in}</a></p>");
            }
        }
        let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        self.answer(status, if is_shut { self.t(Key::ClassDoorClosed) } else { &info.title }, card)
    }

    /// A guest is logged in on this device, which the class may share, so ask whether it is the same person.
    fn whether_it_is(&self, card: &mut String, info: &InvitationInfo, me: &Me, typed: &str, faults: &[FieldError]) {
        let values = [("name", me.name.as_str())];
        let _ = writeln!(card, "<h2>{}</h2>", self.t_with(Key::ClassAreYou, &values));
        let yes = self.t_with(Key::ClassYesIAm, &values);
        if info.member {
            let _ = writeln!(card, "<a class=\"btn primary\" href=\"/classes/{}\">{yes}</a>", info.class);
        } else {
            card.push_str(&self.form_of("", &yes, "primary"));
        }
        if !info.open {
            return;
        }
        let open = if faults.is_empty() { "" } else { " open" };
        let forgets = self.t_with(Key::ClassOtherForgets, &values);
        let unsent = self.t_with(Key::ClassUnsentHere, &values);
        let fields = format!(
            "<p class=\"sm\">{forgets}</p><p class=\"banner warn\" data-unsent=\"{id}\" hidden>{unsent}</p>\
             <input type=\"hidden\" name=\"other\" value=\"1\">{name}",
            id = me.id,
            name = self.name_field(typed, faults, !faults.is_empty()),
        );
        let form = self.form_of(&fields, self.t(Key::ClassJoinAsOther), "");
        let _ = writeln!(card, "<details{open}><summary>{}</summary>\n{form}</details>", self.t(Key::ClassNoIAmNot));
    }

    fn form_of(&self, fields: &str, label: &str, class: &str) -> String {
        let action = match self.chosen {
            Some(chosen) => format!("/join/{}?lang={}", self.code, chosen.as_str()),
            None => format!("/join/{}", self.code),
        };
        format!(
            "<form class=\"form\" method=\"post\" action=\"{action}\">\n{fields}\n\
             <button class=\"btn {class}\" type=\"submit\">{label}</button>\n</form>\n"
        )
    }

    fn name_field(&self, typed: &str, faults: &[FieldError], focus: bool) -> String {
        let fault = faults.iter().find(|fault| fault.path == "name").or(faults.first());
        let (invalid, error) = match fault {
            Some(fault) => (
                " aria-invalid=\"true\" aria-describedby=\"name-hint name-error\"",
                format!(
                    "<p class=\"error\" id=\"name-error\" role=\"alert\">{}</p>",
                    escape(&said_of(self.locale, fault))
                ),
            ),
            None => (" aria-describedby=\"name-hint\"", String::new()),
        };
        let (label, hint) = (self.t(Key::ClassYourName), self.t(Key::ClassYourNameHint));
        let (typed, focus) = (escape(typed), if focus { " autofocus" } else { "" });
        format!(
            "<div class=\"field\"><label for=\"name\">{label}</label>\
             <input class=\"input\" id=\"name\" name=\"name\" type=\"text\" dir=\"auto\" required maxlength=\"{NAME_MAX}\" \
             autocomplete=\"nickname\" enterkeyhint=\"go\" value=\"{typed}\"{invalid}{focus}>\
             <p class=\"hint\" id=\"name-hint\">{hint}</p>{error}</div>"
        )
    }
}

/// The message for an error in the name.
fn said_of(locale: Locale, fault: &FieldError) -> String {
    match (fault.code, fault.limit) {
        (FieldCode::Required, _) => text(locale, Key::FieldsRequired).to_owned(),
        (FieldCode::TooLong, Some(most)) => plural(locale, Plural::FieldsAtMostCharacters, most),
        (_, _) => text(locale, Key::FieldsNotAllowed).to_owned(),
    }
}

/// A caller with a session; tokens can't join.
fn in_person(caller: Option<Caller>) -> Option<Caller> {
    caller.filter(|caller| matches!(caller.via, Via::Session(_)))
}

fn go_to(class: impl std::fmt::Display) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, format!("/classes/{class}"))).finish()
}

/// The page. Redirects if there is anything around the code, so that the address bar shows the clean link.
#[get("/join/{code:.*}")]
pub async fn show(
    request: HttpRequest,
    app: web::Data<App>,
    raw: web::Path<String>,
    asked: web::Query<Asked>,
) -> HttpResponse {
    let code = tidy(&raw);
    if is_code(&code) && code != *raw {
        let query = request.query_string();
        let to = if query.is_empty() { format!("/join/{code}") } else { format!("/join/{code}?{query}") };
        return HttpResponse::PermanentRedirect().insert_header((header::LOCATION, to)).finish();
    }
    let chosen = asked.lang.as_deref().and_then(Locale::from_tag);
    let mut page =
        Page { request: &request, code: &code, locale: chosen.unwrap_or_else(|| locale::preferred(&request)), chosen };
    match look(&request, &app, &code).await {
        Ok((info, teaching, known)) => {
            if let (Some(me), None) = (&known, chosen) {
                page.locale = me.locale;
            }
            // An account identifies its owner, but a guest's device may be shared by the class.
            match known {
                Some(me) if teaching || (info.member && !me.guest) => go_to(info.class),
                known => page.form(&info, known.as_ref(), "", &[]),
            }
        }
        Err(error) => page.refusal(&error.0),
    }
}

/// Looks up the code: the invitation, whether the caller teaches the class, and who the caller is.
async fn look(request: &HttpRequest, app: &App, code: &str) -> ApiResult<(InvitationInfo, bool, Option<Me>)> {
    Turn::<Joining>::extract(request).await?;
    if !is_code(code) {
        return Err(ApiError::new(ProblemCode::NotFound));
    }
    let known = in_person(Maybe::extract(request).await?.0).map(|caller| caller.me);
    let (info, teaching) = app.store.invitation(code, known.as_ref().map(|me| me.id)).await?;
    Ok((info, teaching, known))
}

/// Handles the form: joins as the logged-in user, or as a guest with the typed name, and redirects to the class.
#[post("/join/{code:.*}")]
pub async fn submit(
    request: HttpRequest,
    app: web::Data<App>,
    raw: web::Path<String>,
    asked: web::Query<Asked>,
    payload: web::Payload,
) -> HttpResponse {
    let code = tidy(&raw);
    let chosen = asked.lang.as_deref().and_then(Locale::from_tag);
    let page =
        Page { request: &request, code: &code, locale: chosen.unwrap_or_else(|| locale::preferred(&request)), chosen };
    let form = match read(&request, &app, payload).await {
        Ok(form) => form,
        Err(error) => return page.refusal(&error.0),
    };
    match join(&request, &app, &page, &form).await {
        Ok(response) => response,
        Err(error) if error.0.code == ProblemCode::Invalid => match look(&request, &app, &code).await {
            Ok((info, _, known)) => page.form(&info, known.as_ref(), &form.name, &error.0.errors),
            Err(error) => page.refusal(&error.0),
        },
        Err(error) => page.refusal(&error.0),
    }
}

async fn read(request: &HttpRequest, app: &App, payload: web::Payload) -> ApiResult<Form> {
    auth::check_origin(request, app)?;
    Turn::<Joining>::extract(request).await?;
    if media_type(request).as_deref() != Some("application/x-www-form-urlencoded") {
        return Err(ApiError::new(ProblemCode::WrongMediaType));
    }
    let bytes = read_all(payload.into_inner(), FORM_MAX, app.config.body_timeout).await?;
    let form = std::str::from_utf8(&bytes).ok().and_then(|text| web::Query::<Form>::from_query(text).ok());
    form.map(web::Query::into_inner).ok_or_else(|| ApiError::new(ProblemCode::Malformed))
}

async fn join(request: &HttpRequest, app: &App, page: &Page<'_>, form: &Form) -> ApiResult<HttpResponse> {
    if !is_code(page.code) {
        return Err(ApiError::new(ProblemCode::NotFound));
    }
    let known = in_person(Maybe::extract(request).await?.0);
    // Only a guest can be replaced by somebody else on the device; an account has to log out itself.
    let instead = known.as_ref().filter(|caller| caller.me.guest && form.other.is_some()).cloned();
    let (joiner, secret) = match known.filter(|_| instead.is_none()) {
        Some(caller) => {
            let (info, teaching) = app.store.invitation(page.code, Some(caller.me.id)).await?;
            if teaching {
                return Ok(go_to(info.class));
            }
            (Joiner::Account(caller.me), None)
        }
        None => {
            let name = names::clean(&form.name).unwrap_or_default();
            check(GuestJoin { name: Some(name.clone()) }.validate())?;
            let (secret, session) = auth::new_session(request, app);
            (Joiner::Guest { user: store::guest(&name, page.locale), session }, Some(secret))
        }
    };
    let (_, class, _, announcement) = app.store.join_class(page.code, &joiner, app.config.class_members).await?;
    app.classroom.announce(announcement).await;
    if let Some(before) = instead {
        let session = before.in_person()?;
        match app.store.end_session(before.me.id, session).await {
            Ok(()) | Err(store::StoreError::NotFound) => {}
            Err(other) => return Err(other.into()),
        }
        app.classroom.sessions_changed();
    }
    let mut response = go_to(class);
    if let Some(secret) = secret {
        let cookie = auth::session_cookie(request, app, secret);
        response.add_cookie(&cookie).map_err(ApiError::internal)?;
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_around_a_code_is_cut_off() {
        for raw in ["abc23", "ABC23", "abc23.", "abc23).", " abc23 ", "«abc23»", "abc23/", "abc23,"] {
            assert_eq!(tidy(raw), "abc23", "{raw}");
        }
        assert!(is_code("abc23") && !is_code("") && !is_code("a.b") && !is_code(&"a".repeat(65)));
    }
}
