//! Starting a class, inviting and joining: issue 3, line 1.

use serde_json::json;
use types::classroom::{
    ClassInfo, CloseCode, EventBody, Invitation, InvitationInfo, Joined, Proposal, RecoveryLink, Refusal,
};
use uuid::Uuid;

use crate::support::{
    Actor, Options, TestApp,
    room::{Class, RoomClient, Socket, cookie_of, text},
};

async fn start() -> TestApp {
    TestApp::start_with(Options { no_workers: true, ..Options::default() }).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_class_is_started_once_and_its_teacher_gets_the_link() {
    let test = start().await;
    let class = Class::start(&test).await;
    let teacher = &class.teacher;
    let invitation = class.info.invitation.clone().unwrap();
    assert_eq!(invitation.url, format!("{}/join/{}", test.base, invitation.code));
    assert!(invitation.open && invitation.qr_svg.starts_with("<svg ") && invitation.qr_svg.contains("currentColor"));
    assert_eq!((class.info.title.as_str(), class.info.teaching, class.info.members), ("A lesson", true, 0));
    // Repeating the request creates nothing.
    let body = json!({"id": class.info.id, "lesson_id": class.lesson, "title": "Another"});
    let again: ClassInfo = teacher.post("/api/v1/classes", body.clone()).await.expect(201).read();
    assert_eq!((again.id, again.open_run, again.title.as_str()), (class.info.id, Some(class.run), "A lesson"));
    assert_eq!(teacher.get("/api/v1/classes").await.expect(200).json().as_array().unwrap().len(), 1);
    // Another teacher's class, another teacher's lesson, an empty lesson.
    let other = test.teacher().await;
    let answer = other.post("/api/v1/classes", body).await.expect(422);
    assert_eq!(answer.problem(), ("invalid".to_owned(), vec!["id".to_owned()]));
    let (empty, _) = other.lesson().await;
    for (lesson, code) in [(class.lesson.as_str(), "invalid"), (&empty, "invalid")] {
        let answer = other.post("/api/v1/classes", json!({"id": Uuid::now_v7(), "lesson_id": lesson})).await;
        assert_eq!(answer.expect(422).problem(), (code.to_owned(), vec!["lesson_id".to_owned()]));
    }
    for path in [format!("/api/v1/classes/{}", class.info.id), format!("/api/v1/runs/{}/report", class.run)] {
        other.get(&path).await.expect(404);
    }
    other.patch(&format!("/api/v1/classes/{}/invitation", class.info.id), json!({"open": false})).await.expect(404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_joins_by_name_and_goes_on_from_another_device() {
    let test = start().await;
    let class = Class::start(&test).await;
    let ana = class.guest("  Ana ").await;
    let me = ana.me.clone().unwrap();
    assert!(me.guest && me.email.is_none() && me.name == "Ana");
    // What a guest may not do: anything of a teacher's, or join without a name.
    ana.get("/api/v1/lessons").await.expect(403);
    ana.get(&format!("/api/v1/tasks/{}", class.gaps)).await.expect(403);
    ana.get(&format!("/api/v1/runs/{}/report", class.run)).await.expect(403);
    let path = format!("/api/v1/invitations/{}/members", class.code());
    assert_eq!(test.anonymous().post(&path, json!({})).await.expect(422).problem().1, ["name"]);
    assert_eq!(test.anonymous().post(&path, json!({"name": " "})).await.expect(422).problem().1, ["name"]);
    let seen: ClassInfo = ana.get(&format!("/api/v1/classes/{}", class.info.id)).await.expect(200).read();
    assert!(!seen.teaching && seen.invitation.is_none() && seen.members == 1);
    // Joining again changes nothing.
    let again: Joined = ana.post(&path, json!({})).await.expect(201).read();
    assert_eq!(again.me.id, me.id);
    let info: InvitationInfo = ana.get(&format!("/api/v1/invitations/{}", class.code())).await.expect(200).read();
    assert!(info.member && info.open && info.open_run == Some(class.run));

    let first: RecoveryLink = ana.post("/api/v1/me/recovery-link", json!(null)).await.expect(201).read();
    let link: RecoveryLink = ana.post("/api/v1/me/recovery-link", json!(null)).await.expect(201).read();
    assert!(link.url.starts_with(&format!("{}/recover?token=", test.base)) && link.qr_svg.starts_with("<svg "));
    let token = |link: &RecoveryLink| link.url.split_once("token=").unwrap().1.to_owned();
    let phone = test.anonymous();
    let stale = phone.post("/api/v1/auth/recover", json!({"token": token(&first)})).await.expect(410);
    assert_eq!(stale.problem().0, "link_expired");
    let answer = phone.post("/api/v1/auth/recover", json!({"token": token(&link)})).await.expect(200);
    let phone = Actor { cookie: Some(cookie_of(&answer)), me: Some(answer.read()), ..phone };
    assert_eq!(phone.me.as_ref().unwrap().id, me.id);
    phone.post("/api/v1/auth/recover", json!({"token": token(&link)})).await.expect(410);
    // Both devices are in the room, and each sees what the other types.
    let (mut desk, mut hand) = (RoomClient::enter(&ana, class.run).await, RoomClient::enter(&phone, class.run).await);
    desk.check(class.gaps, &[("i1", text("go"))]).await.unwrap();
    hand.until("the answer of the other device", |client| !client.student().cells.is_empty()).await;
    // An account with an address doesn't need such a link.
    test.student().await.post("/api/v1/me/recovery-link", json!(null)).await.expect(403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_joins_as_itself_and_namesakes_are_told_apart() {
    let test = start().await;
    let class = Class::start(&test).await;
    let student = test.student().await;
    let path = format!("/api/v1/invitations/{}/members", class.code());
    let joined: Joined = student.post(&path, json!({"name": "Ignored"})).await.expect(201).read();
    assert_eq!(joined.me.id, student.me.as_ref().unwrap().id);
    assert!(!joined.me.guest);
    // Tokens work only where allowed, and the teacher is not a student.
    let token = test.token(&student, &[types::account::Scope::ClassesRead]).await;
    token.post(&path, json!({})).await.expect(403);
    let token = test.token(&student, &[types::account::Scope::ClassesWrite]).await;
    let again: Joined = token.post(&path, json!({})).await.expect(201).read();
    assert_eq!(again.me.id, joined.me.id);
    class.teacher.post(&path, json!({})).await.expect(403);
    let mut teacher = RoomClient::enter(&class.teacher, class.run).await;
    // Names that differ in case, spaces, invisible characters or letters that look the same.
    for name in ["Test Person", "test  person", "Te\u{200b}st Perso\u{2060}n", "Tеst Реrsоn"] {
        class.guest(name).await;
    }
    teacher.until("five members", |client| client.teacher().members.len() == 5).await;
    let ordinals: Vec<u32> = teacher.teacher().members.iter().map(|member| member.name_ordinal).collect();
    assert_eq!(ordinals, [1, 2, 3, 4, 5]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_is_cleaned_and_one_that_nobody_sees_is_none() {
    let test = start().await;
    let class = Class::start(&test).await;
    let path = format!("/api/v1/invitations/{}/members", class.code());
    for (typed, kept) in [
        ("\u{202e}annA", "annA".to_owned()),
        ("Ana\nLuz", "Ana Luz".to_owned()),
        (&format!("A{}", "\u{301}".repeat(200)), format!("\u{c1}{}", "\u{301}".repeat(4))),
    ] {
        let joined: Joined = test.anonymous().post(&path, json!({"name": typed})).await.expect(201).read();
        assert_eq!(joined.me.name, kept);
    }
    for nothing in ["\u{200b}\u{200d}", "\u{3164}", "\u{202e}\u{2066}"] {
        assert_eq!(test.anonymous().post(&path, json!({"name": nothing})).await.expect(422).problem().1, ["name"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_class_says_how_many_it_holds() {
    let settings = vec![("CLASS_MEMBERS".to_owned(), "2".to_owned())];
    let test = TestApp::start_with(Options { settings, no_workers: true, ..Options::default() }).await;
    let class = Class::start(&test).await;
    let ana = class.guest("Ana").await;
    class.guest("Ben").await;
    let path = format!("/api/v1/invitations/{}/members", class.code());
    let full = test.anonymous().post(&path, json!({"name": "Cy"})).await.expect(422);
    assert_eq!(full.problem(), ("class_full".to_owned(), vec!["members".to_owned()]));
    assert_eq!(full.json()["errors"][0]["limit"], 2);
    // A member stays a member.
    ana.post(&path, json!({})).await.expect(201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_thousand_fit_where_the_setting_says_so() {
    let settings = vec![("CLASS_MEMBERS".to_owned(), "5000".to_owned())];
    let test = TestApp::start_with(Options { settings, no_workers: true, ..Options::default() }).await;
    let class = Class::start(&test).await;
    let fill = |from: usize, to: usize| {
        format!(
            "WITH made AS (INSERT INTO users (id, name, roles) SELECT gen_random_uuid(), 'Pupil ' || n, '{{student}}' \
             FROM generate_series({from}, {to}) AS n RETURNING id, name) \
             INSERT INTO class_members (class_id, user_id, name, twin, guest, joined_at) \
             SELECT '{}', id, name, 1, true, now() FROM made",
            class.info.id
        )
    };
    store::batch(&test.database.url, &[&fill(1, 4_999)]).await.unwrap();
    class.guest("The last one").await;
    let path = format!("/api/v1/invitations/{}/members", class.code());
    let full = test.anonymous().post(&path, json!({"name": "One more"})).await.expect(422).json();
    assert_eq!(full["errors"][0]["limit"], 5_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_door_a_renewed_link_and_an_old_one_let_nobody_in() {
    let test = start().await;
    let class = Class::start(&test).await;
    let ana = class.guest("Ana").await;
    let mut teacher = RoomClient::enter(&class.teacher, class.run).await;
    let path = format!("/api/v1/invitations/{}", class.code());
    let join = format!("{path}/members");
    let nobody = test.anonymous();
    // Closed from the room, opened over REST: the room sees both.
    teacher.ask(Proposal::Door { open: false }).await.unwrap();
    assert!(!nobody.get(&path).await.expect(200).read::<InvitationInfo>().open);
    assert_eq!(nobody.post(&join, json!({"name": "Ben"})).await.expect(403).problem().0, "door_closed");
    // Members come and go.
    ana.post(&join, json!({})).await.expect(201);
    let invitation = format!("/api/v1/classes/{}/invitation", class.info.id);
    class.teacher.patch(&invitation, json!({"open": true})).await.expect(200);
    teacher.until("the door is open", |client| client.teacher().door_open).await;
    nobody.post(&join, json!({"name": "Ben"})).await.expect(201);
    let renewed: Invitation = class.teacher.patch(&invitation, json!({"renew": true})).await.expect(200).read();
    assert_ne!(renewed.code, class.code());
    nobody.get(&path).await.expect(410);
    nobody.post(&join, json!({"name": "Cy"})).await.expect(410);
    nobody.get("/api/v1/invitations/neverwasone").await.expect(404);
    nobody.get(&format!("/api/v1/invitations/{}", renewed.code.to_uppercase())).await.expect(200);
    store::batch(&test.database.url, &["UPDATE classes SET code_expires_at = now() - interval '1 minute'"])
        .await
        .unwrap();
    let path = format!("/api/v1/invitations/{}", renewed.code);
    assert_eq!(nobody.get(&path).await.expect(410).problem().0, "invitation_expired");
    let late = nobody.post(&format!("{path}/members"), json!({"name": "Dee"})).await.expect(410);
    assert_eq!(late.problem().0, "invitation_expired");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_removed_stays_out_until_the_teacher_lets_them_in() {
    let test = start().await;
    let class = Class::start(&test).await;
    let ana = class.guest("Ana").await;
    let mut teacher = RoomClient::enter(&class.teacher, class.run).await;
    let mut client = RoomClient::enter(&ana, class.run).await;
    client.check(class.gaps, &[("i1", text("go"))]).await.unwrap();
    let stranger = teacher.ask(Proposal::Remove { student: types::ids::UserId(Uuid::now_v7()) }).await;
    assert_eq!(stranger, Err(Refusal::NoSuchStudent));
    teacher.ask(Proposal::Remove { student: client.me() }).await.unwrap();
    assert_eq!(client.socket.closed().await, Some(CloseCode::Removed.code()));
    assert!(teacher.member(client.me()).unwrap().removed);
    ana.get(&format!("/api/v1/classes/{}", class.info.id)).await.expect(404);
    ana.get(&format!("/api/v1/runs/{}/socket", class.run)).await.expect(404);
    let mut refused = Socket::open(&client.address, &ana, class.run).await.unwrap();
    assert_eq!(refused.closed().await, Some(CloseCode::Removed.code()));
    // Neither the old link nor the new one admits them; the link has changed, so they can't come back as somebody else
    // either.
    let now: ClassInfo = class.teacher.get(&format!("/api/v1/classes/{}", class.info.id)).await.expect(200).read();
    let new = now.invitation.unwrap().code;
    assert_ne!(new, class.code());
    for code in [&class.code(), &new] {
        let path = format!("/api/v1/invitations/{code}");
        assert_eq!(ana.get(&path).await.expect(403).problem().0, "removed_from_class");
        let again = ana.post(&format!("{path}/members"), json!({})).await.expect(403);
        assert_eq!(again.problem().0, "removed_from_class");
    }
    let old = format!("/api/v1/invitations/{}", class.code());
    let nobody = test.anonymous();
    assert_eq!(nobody.get(&old).await.expect(410).problem().0, "invitation_expired");
    let disguised = nobody.post(&format!("{old}/members"), json!({"name": "Another"})).await.expect(410);
    assert_eq!(disguised.problem().0, "invitation_expired");
    nobody.post(&format!("/api/v1/invitations/{new}/members"), json!({"name": "Ben"})).await.expect(201);
    // Readmitted, they have all their answers back; readmitting them again changes nothing.
    let members = format!("/api/v1/classes/{}/members", class.info.id);
    let stranger = json!({"student": Uuid::now_v7()});
    class.teacher.post(&members, stranger).await.expect(404);
    for _ in 0..2 {
        class.teacher.post(&members, json!({"student": client.me()})).await.expect(204);
    }
    // A member may keep using the class's old link.
    assert!(ana.get(&old).await.expect(200).read::<InvitationInfo>().member);
    ana.post(&format!("{old}/members"), json!({})).await.expect(201);
    let back = RoomClient::enter(&ana, class.run).await;
    assert_eq!(back.student().cells.len(), 1);
    let me = back.me();
    teacher.until("back in the room", |client| !client.member(me).unwrap().removed).await;
    let log = test.app.store.events_after(class.run, 0, 100).await.unwrap();
    assert!(matches!(&log[0].body, EventBody::Joined { member } if member.id == me));
    crate::support::room::equals_database(&mut teacher, &test.app).await;
}
