//! How students join: the link, its QR code, the door.

use leptos::{html, prelude::*};
use types::{
    classroom::{Invitation, UpdateInvitation},
    locale::{Key, Plural},
};

use super::model::use_teacher;
use crate::{
    api,
    components::{Icon, Spinner},
    i18n::{Words, t, t_n, t_with, tr},
    state::use_app,
    web,
};

#[component]
pub fn Invite() -> impl IntoView {
    let teacher = use_teacher();
    let busy = RwSignal::new(false);
    let id = teacher.class.with_value(|class| class.id);
    let change = move |body: UpdateInvitation| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        teacher.scope.spawn(async move {
            match api::classes::update_invitation(id, body).await {
                Ok(invitation) => teacher.invitation.set(Some(invitation)),
                Err(error) => teacher.app.toasts.error(&error),
            }
            let _ = busy.try_set(false);
        });
    };
    let open = Memo::new(move |_| teacher.invitation.with(|it| it.as_ref().is_some_and(|it| it.open)));
    let shown = move || {
        let invitation: Invitation = teacher.invitation.get()?;
        let expires = invitation.expires_at;
        Some(view! {
            <div class="qr" class:shut=!invitation.open role="img" aria-label=tr(Key::ClassQr) inner_html=invitation.qr_svg></div>
            <LocalLink url=invitation.url.clone() />
            <CopyField text=invitation.url label=Key::ClassLink />
            <p class="sm muted">
                {move || {
                    let days = (expires - web::now()).num_days().max(0).unsigned_abs();
                    t_n(Plural::ClassLinkDays, days)
                }}
            </p>
        })
    };
    view! {
        <div class="dialog-body">
            <p>{move || t(if open.get() { Key::ClassInviteText } else { Key::ClassInviteShut })}</p>
            {shown}
            <div class="row wrap">
                <label class="switch">
                    <input
                        type="checkbox"
                        role="switch"
                        prop:checked=move || open.get()
                        on:change=move |event| change(UpdateInvitation { renew: false, open: Some(event_target_checked(&event)) })
                    />
                    <span>{tr(Key::ClassDoorOpen)}</span>
                </label>
                <button class="btn sm push" type="button" on:click=move |_| change(UpdateInvitation { renew: true, open: None })>
                    <Show when=move || busy.get() fallback=|| view! { <Icon name="arrows-clockwise" /> }>
                        <Spinner />
                    </Show>
                    {tr(Key::ClassRenewLink)}
                </button>
            </div>
            <p class="sm muted">{tr(Key::ClassRenewText)}</p>
        </div>
    }
}

/// A warning about an address that works only on this computer: a phone would look for a server on itself.
#[component]
pub fn LocalLink(url: String) -> impl IntoView {
    local_host(&url).map(|host| {
        view! {
            <div class="banner warn" role="note">
                <Icon name="warning-circle" />
                <p class="banner-body">
                    <b>{move || t_with(Key::ClassLocalLink, &[("host", &host)])}</b>
                    " "
                    {tr(Key::ClassLocalLinkMend)}
                </p>
            </div>
        }
    })
}

/// The host of an address that refers to the computer that opens it.
fn local_host(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let is_local = host.eq_ignore_ascii_case("localhost")
        || host.to_ascii_lowercase().ends_with(".localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback() || ip.is_unspecified());
    is_local.then(|| host.to_owned())
}

/// A text with a copy button, which can also be selected by hand.
#[component]
pub fn CopyField(text: String, #[prop(into)] label: Words) -> impl IntoView {
    let app = use_app();
    let scope = crate::state::Scope::new();
    let node = NodeRef::<html::Input>::new();
    let copied = text.clone();
    let copy = move |_| {
        let text = copied.clone();
        let input = node.get_untracked();
        scope.spawn(async move {
            if web::copy(&text, input).await {
                app.toasts.say(t(Key::CommonCopied));
            }
        });
    };
    view! {
        <div class="row copy-field">
            <input class="input grow" readonly aria-label=label.show() node_ref=node prop:value=text dir="ltr" />
            <button class="btn" type="button" on:click=copy>
                <Icon name="copy" />
                {tr(Key::CommonCopy)}
            </button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_others_cant_open_is_known() {
        for url in [
            "http://localhost:8080/join/x",
            "http://127.0.0.1/join/x",
            "http://[::1]:8080/",
            "http://0.0.0.0:1/",
            "http://lg.localhost/",
        ] {
            assert!(local_host(url).is_some(), "{url}");
        }
        for url in [
            "https://school.example/join/x",
            "http://192.168.1.5:8080/join/x",
            "http://[fe80::1]/",
            "http://localhost.example/",
        ] {
            assert_eq!(local_host(url), None, "{url}");
        }
    }
}
