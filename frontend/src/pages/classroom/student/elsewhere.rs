//! The student's identity here, and how to continue on another device.

use leptos::prelude::*;
use types::{classroom::RecoveryLink, locale::Key};

use super::{leave::LeaveDialog, use_student};
use crate::{
    api,
    components::{Dialog, ErrorView, Menu, MenuItem, Skeleton},
    i18n::{Words, t_with, tr},
    pages::classroom::{
        full_name,
        teacher::{CopyField, LocalLink},
    },
    state::Fetched,
    web,
};

#[component]
pub fn MyMenu() -> impl IntoView {
    let student = use_student();
    let is_guest = Memo::new(move |_| student.room.with(|room| room.as_ref().is_some_and(|room| room.me.guest)));
    let open = RwSignal::new(false);
    let leaving = RwSignal::new(false);
    let leave = move |()| {
        // A guest can come back only on this device, so ask first. Others stay logged in.
        if is_guest.get_untracked() { leaving.set(true) } else { web::go_to("/") }
    };
    let name = Memo::new(move |_| {
        student
            .room
            .with(|room| room.as_ref().map(|room| full_name(&room.me.name, room.me.name_ordinal)).unwrap_or_default())
    });
    view! {
        <Menu label=Words::made(move || t_with(Key::ClassYouAre, &[("name", &name.get())]))>
            <p class="menu-name sm" role="presentation">
                {move || t_with(Key::ClassYouAre, &[("name", &name.get())])}
            </p>
            <Show when=move || is_guest.get()>
                <MenuItem icon="qr-code" label=Key::ClassOtherDevice on_pick=move |()| open.set(true) />
            </Show>
            <MenuItem icon="sign-out" label=Key::ClassLeave on_pick=leave />
        </Menu>
        <LeaveDialog open=leaving name />
        <Dialog open title=Key::ClassOtherDevice class="narrow">
            <Link />
        </Dialog>
    }
}

/// The link works once, so it is requested only on demand.
#[component]
fn Link() -> impl IntoView {
    let link = Fetched::new(api::classes::recovery_link);
    let ready = |link: RecoveryLink| {
        view! {
            <p>{tr(Key::ClassOtherDeviceText)}</p>
            <div class="qr" role="img" aria-label=tr(Key::ClassQr) inner_html=link.qr_svg></div>
            <LocalLink url=link.url.clone() />
            <CopyField text=link.url label=Key::ClassLink />
        }
        .into_any()
    };
    view! {
        <div class="dialog-body">
            {move || match link.get() {
                None => view! { <Skeleton lines=4 /> }.into_any(),
                Some(Ok(link)) => ready(link),
                Some(Err(error)) => view! { <ErrorView error retry=move |()| link.refetch() /> }.into_any(),
            }}
        </div>
    }
}
