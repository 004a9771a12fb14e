//! The page that a class's link opens: plain HTML with a form that works without scripts.

use reqwest::{Method, redirect::Policy};
use serde_json::json;
use types::classroom::ClassInfo;

use crate::support::{
    Actor, Answer, Options, TestApp,
    room::{Class, cookie_of},
};

async fn start() -> TestApp {
    TestApp::start_with(Options { no_workers: true, ..Options::default() }).await
}

/// A browser that follows redirects only when the test says so.
fn browser(of: Actor) -> Actor {
    Actor { client: reqwest::Client::builder().redirect(Policy::none()).build().unwrap(), ..of }
}

/// Sends a form as a browser does.
fn form(request: reqwest::RequestBuilder, fields: &[(&str, &str)]) -> reqwest::RequestBuilder {
    let encoded = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    request.header("Content-Type", "application/x-www-form-urlencoded").body(pairs.join("&"))
}

async fn submit(by: &Actor, code: &str, fields: &[(&str, &str)]) -> Answer {
    Actor::send(form(by.request(Method::POST, &format!("/join/{code}")), fields)).await
}

fn page(answer: &Answer) -> String {
    assert!(answer.headers["content-type"].to_str().unwrap().starts_with("text/html"));
    String::from_utf8(answer.bytes.clone()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_form_makes_a_guest_and_leads_to_the_class() {
    let test = start().await;
    let class = Class::start(&test).await;
    let code = class.code();
    let nobody = browser(test.anonymous());
    let shown = nobody.get(&format!("/join/{code}")).await.expect(200);
    let html = page(&shown);
    assert!(html.contains("<html lang=\"en\" translate=\"no\">") && html.contains("A lesson"), "{html}");
    assert!(html.contains(&format!("method=\"post\" action=\"/join/{code}\"")), "{html}");
    assert!(shown.headers["content-security-policy"].to_str().unwrap().contains("form-action 'self'"));
    assert_eq!(shown.headers["cache-control"], "no-store");

    let joined = submit(&nobody, &code, &[("name", "Ana")]).await.expect(303);
    assert_eq!(joined.headers["location"], format!("/classes/{}", class.info.id));
    let ana = Actor { cookie: Some(cookie_of(&joined)), ..nobody.clone() };
    let seen: ClassInfo = ana.get(&format!("/api/v1/classes/{}", class.info.id)).await.expect(200).read();
    assert_eq!((seen.members, seen.teaching), (1, false));

    // Errors are shown on the page, in the reader's language, and the typed text stays.
    let long = "я".repeat(300);
    for name in ["", "   ", &long] {
        let request = nobody.request(Method::POST, &format!("/join/{code}")).header("Accept-Language", "de,ru;q=0.8");
        let refused = Actor::send(form(request, &[("name", name)])).await.expect(422);
        assert!(!refused.headers.contains_key("set-cookie"));
        let html = page(&refused);
        assert!(html.contains("<html lang=\"ru\"") && html.contains("aria-invalid=\"true\""), "{html}");
        assert!(html.contains("role=\"alert\"") && html.contains(&format!("value=\"{name}\"")), "{html}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_of_the_device_is_asked_and_may_give_it_to_another() {
    let test = start().await;
    let class = Class::start(&test).await;
    let code = class.code();
    let joined = submit(&browser(test.anonymous()), &code, &[("name", "Ana <b>")]).await.expect(303);
    let ana = Actor { cookie: Some(cookie_of(&joined)), ..browser(test.anonymous()) };
    let html = page(&ana.get(&format!("/join/{code}")).await.expect(200));
    assert!(html.contains("Are you Ana &lt;b&gt;?") && !html.contains("<b>?"), "{html}");
    assert!(html.contains(&format!("href=\"/classes/{}\"", class.info.id)), "{html}");
    // Opening the page changes nothing.
    ana.get("/api/v1/me").await.expect(200);
    let other = submit(&ana, &code, &[("other", "1"), ("name", "")]).await.expect(422);
    assert!(page(&other).contains("<details open>"));
    ana.get("/api/v1/me").await.expect(200);
    let joined = submit(&ana, &code, &[("other", "1"), ("name", "Ben")]).await.expect(303);
    let ben = Actor { cookie: Some(cookie_of(&joined)), ..browser(test.anonymous()) };
    assert_eq!(ben.get("/api/v1/me").await.expect(200).json()["name"], "Ben");
    ana.get("/api/v1/me").await.expect(401);
    // A guest of one class joins another with the same account.
    let second = Class::start(&test).await;
    submit(&ben, &second.code(), &[]).await.expect(303);
    let seen: ClassInfo = ben.get(&format!("/api/v1/classes/{}", second.info.id)).await.expect(200).read();
    assert_eq!(seen.members, 1);
    // A form doesn't log an account out: the account itself joins.
    let student = browser(test.student().await);
    assert!(page(&student.get(&format!("/join/{code}")).await.expect(200)).contains("Join as Test Person"));
    submit(&student, &code, &[("other", "1"), ("name", "Cy")]).await.expect(303);
    student.get("/api/v1/me").await.expect(200);
    for known in [&student, &browser(class.teacher.clone())] {
        let led = known.get(&format!("/join/{code}")).await.expect(303);
        assert_eq!(led.headers["location"], format!("/classes/{}", class.info.id));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms_of_other_sites_and_what_is_no_form_are_refused() {
    let test = start().await;
    let class = Class::start(&test).await;
    let code = class.code();
    let path = format!("{}/join/{code}", test.base);
    let client = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
    let refused = async |request: reqwest::RequestBuilder, status: u16| {
        let answer = Actor::send(request).await.expect(status);
        assert!(!answer.headers.contains_key("set-cookie"), "{answer:?}");
        page(&answer);
    };
    for origin in ["https://evil.example", "null"] {
        refused(form(client.post(&path).header("Origin", origin), &[("name", "Eve")]), 403).await;
    }
    refused(form(client.post(&path).header("Sec-Fetch-Site", "cross-site"), &[("name", "Eve")]), 403).await;
    let ours = |request: reqwest::RequestBuilder| request.header("Origin", &test.base);
    refused(ours(client.post(&path)).json(&json!({"name": "Eve"})), 415).await;
    refused(form(ours(client.post(&path)), &[("name", &"x".repeat(5_000))]), 413).await;
    refused(form(ours(client.post(format!("{}/join/nosuchcode", test.base))), &[("name", "Eve")]), 404).await;
    let seen: ClassInfo = class.teacher.get(&format!("/api/v1/classes/{}", class.info.id)).await.expect(200).read();
    assert_eq!(seen.members, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_is_found_with_what_a_chat_puts_behind_it_and_says_when_it_leads_nowhere() {
    let test = start().await;
    let class = Class::start(&test).await;
    let code = class.code();
    let nobody = browser(test.anonymous());
    for tail in [".", ").", ",", "/", "%C2%BB"] {
        let led = nobody.get(&format!("/join/{code}{tail}?lang=ru")).await.expect(308);
        assert_eq!(led.headers["location"], format!("/join/{code}?lang=ru"), "{tail}");
    }
    let led = nobody.get(&format!("/join/{}", code.to_uppercase())).await.expect(308);
    assert_eq!(led.headers["location"], format!("/join/{code}"));
    for nowhere in ["/join/nosuchcode", "/join/", "/join/%00"] {
        let html = page(&nobody.get(nowhere).await.expect(404));
        assert!(html.contains("This link no longer works"), "{nowhere}: {html}");
    }
    // A language chosen here is remembered.
    let russian = nobody.get(&format!("/join/{code}?lang=ru")).await.expect(200);
    assert!(russian.headers["set-cookie"].to_str().unwrap().starts_with("lg_locale=ru"));
    let cookie = nobody.request(Method::GET, &format!("/join/{code}")).header("Cookie", "lg_locale=ru");
    assert!(page(&Actor::send(cookie).await).contains("<html lang=\"ru\""));

    let invitation = format!("/api/v1/classes/{}/invitation", class.info.id);
    class.teacher.patch(&invitation, json!({"open": false})).await.expect(200);
    assert!(page(&nobody.get(&format!("/join/{code}")).await).contains("The door is closed"));
    assert!(page(&submit(&nobody, &code, &[("name", "Ben")]).await.expect(403)).contains("The door is closed"));
    class.teacher.patch(&invitation, json!({"open": true})).await.expect(200);
    class.teacher.post(&format!("/api/v1/runs/{}/end", class.run), json!(null)).await.expect(204);
    assert!(page(&nobody.get(&format!("/join/{code}")).await.expect(200)).contains("The class is over."));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_finds_the_class_full_reads_it_once_and_what_to_do() {
    let settings = vec![("CLASS_MEMBERS".to_owned(), "1".to_owned())];
    let test = TestApp::start_with(Options { settings, no_workers: true, ..Options::default() }).await;
    let class = Class::start(&test).await;
    let nobody = browser(test.anonymous());
    submit(&nobody, &class.code(), &[("name", "Ana")]).await.expect(303);
    let refused = submit(&nobody, &class.code(), &[("name", "Ben")]).await.expect(422);
    assert!(!refused.headers.contains_key("set-cookie"));
    let html = page(&refused);
    assert_eq!(html.matches("full").count(), html.matches("The class is full").count(), "said in two ways: {html}");
    assert!(html.contains("<h1>The class is full") && html.contains("teacher"), "{html}");
}
