//! Tokens for programs that use the REST API on the user's behalf. A secret is shown once.

use leptos::{html, prelude::*};
use types::{
    account::{ApiToken, CreateApiToken, CreatedApiToken, Scope as TokenScope},
    locale::Key,
};

use crate::{
    api::{self, Answer},
    components::{
        Banner, BannerKind, CheckField, Dialog, DialogFoot, FormFailure, Icon, Skeleton, SubmitButton, TextField,
        loaded,
    },
    forms::Form,
    i18n::{t, t_with, tr},
    state::{Fetched, Scope, use_app},
    web, words,
};

type List = Fetched<Answer<Vec<ApiToken>>>;

#[component]
pub fn Tokens() -> impl IntoView {
    let app = use_app();
    let tokens: List = Fetched::new(api::account::tokens);
    let creating = RwSignal::new(false);
    let revoke = move |token: &ApiToken| {
        let (id, name) = (token.id, token.name.clone());
        app.scope.spawn(async move {
            match api::account::revoke_token(id).await {
                Ok(()) => {
                    app.toasts.say(t_with(Key::SettingsTokenRevoked, &[("name", &name)]));
                    web::keep_focus();
                    tokens.change(|answer| {
                        if let Ok(list) = answer {
                            list.retain(|token| token.id != id);
                        }
                    });
                }
                Err(error) => app.toasts.error(&error),
            }
        });
    };
    let list = move |list: Vec<ApiToken>| {
        (!list.is_empty()).then(|| {
            view! { <ul class="list">{list.into_iter().map(|token| one(token, revoke)).collect_view()}</ul> }
        })
    };
    view! {
        <section class="card" aria-labelledby="tokens">
            <div class="stack g-1">
                <h2 id="tokens">{tr(Key::SettingsTokens)}</h2>
                <p class="muted sm">
                    {tr(Key::SettingsTokensText)} " "
                    <a href="/api/docs/" rel="external" target="_blank">
                        {tr(Key::SettingsApiDocs)}
                    </a>
                </p>
            </div>
            {loaded(tokens, || view! { <Skeleton lines=1 /> }.into_any(), list)}
            <button class="btn start" type="button" on:click=move |_| creating.set(true)>
                <Icon name="key" />
                {tr(Key::SettingsNewToken)}
            </button>
        </section>
        <Dialog open=creating title=Key::SettingsNewToken class="narrow">
            <NewToken tokens open=creating />
        </Dialog>
    }
}

fn one(token: ApiToken, revoke: impl Fn(&ApiToken) + Copy + 'static) -> impl IntoView {
    let (scopes, used_at, expires_at) = (token.scopes.clone(), token.used_at, token.expires_at);
    let about = move || {
        let scopes = scopes.iter().map(|scope| t(scope_key(*scope))).collect::<Vec<_>>().join(", ");
        let used = match used_at {
            Some(then) => t_with(Key::SettingsTokenUsed, &[("when", &words::moment(then))]),
            None => t(Key::SettingsTokenUnused).to_owned(),
        };
        let until = words::with_day(Key::SettingsTokenUntil, expires_at);
        format!("{scopes}. {used}. {until}")
    };
    let name = token.name.clone();
    view! {
        <li>
            <Icon name="key" />
            <div class="grow">
                <b class="anywhere">{token.name.clone()}</b>
                <p class="sm muted">{about}</p>
            </div>
            <button
                class="btn sm danger"
                type="button"
                aria-label=move || t_with(Key::SettingsRevokeNamed, &[("name", &name)])
                on:click=move |_| revoke(&token)
            >
                {tr(Key::SettingsRevoke)}
            </button>
        </li>
    }
}

fn scope_key(scope: TokenScope) -> Key {
    match scope {
        TokenScope::LessonsRead => Key::SettingsScopeLessonsRead,
        TokenScope::LessonsWrite => Key::SettingsScopeLessonsWrite,
        TokenScope::Generate => Key::SettingsScopeGenerate,
        TokenScope::ClassesRead => Key::SettingsScopeClassesRead,
        TokenScope::ClassesWrite => Key::SettingsScopeClassesWrite,
    }
}

#[component]
fn NewToken(tokens: List, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new();
    let name = RwSignal::new(String::new());
    let scopes = RwSignal::new(vec![TokenScope::LessonsRead]);
    let created = RwSignal::new(None::<CreatedApiToken>);
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let name = name.get_untracked().trim().to_owned();
        let body = CreateApiToken { name, scopes: scopes.get_untracked(), expires_in_days: None };
        form.send(body.validate(), api::account::create_token(body), move |answer: CreatedApiToken| {
            let token = answer.token.clone();
            tokens.change(|list| {
                if let Ok(list) = list {
                    list.push(token);
                }
            });
            created.set(Some(answer));
        });
    };
    let boxes = move || {
        TokenScope::ALL.map(|scope| {
            view! {
                <CheckField
                    label=scope_key(scope)
                    checked=Signal::derive(move || scopes.with(|all| all.contains(&scope)))
                    on_change=move |on| {
                        form.touch("scopes");
                        scopes.update(|all| toggle(all, scope, on));
                    }
                />
            }
        })
    };
    move || match created.get() {
        Some(created) => view! { <Secret secret=created.secret open /> }.into_any(),
        None => view! {
            <form novalidate on:submit=on_submit>
                <div class="dialog-body">
                    <TextField
                        form
                        path="name"
                        label=Key::SettingsTokenName
                        hint=Key::SettingsTokenNameHint
                        value=name
                        autofocus=true
                    />
                    <fieldset class="field">
                        <legend class="label">{tr(Key::SettingsTokenMay)}</legend>
                        {boxes().into_iter().collect_view()}
                        {move || {
                            form.error_at("scopes")
                                .map(|error| {
                                    view! {
                                        <p class="error" role="alert">
                                            <Icon name="warning-circle" />
                                            <span>{error}</span>
                                        </p>
                                    }
                                })
                        }}
                    </fieldset>
                    <FormFailure form />
                </div>
                <DialogFoot>
                    <button class="btn" type="button" on:click=move |_| open.set(false)>
                        {tr(Key::CommonCancel)}
                    </button>
                    <SubmitButton form label=Key::SettingsCreateToken />
                </DialogFoot>
            </form>
        }
        .into_any(),
    }
}

/// Adds or removes a scope; the scopes stay in the order of the list, each once.
fn toggle(scopes: &mut Vec<TokenScope>, scope: TokenScope, on: bool) {
    scopes.retain(|known| *known != scope);
    if on {
        scopes.push(scope);
    }
    scopes.sort_by_key(|scope| TokenScope::ALL.iter().position(|known| known == scope));
}

#[component]
fn Secret(secret: String, open: RwSignal<bool>) -> impl IntoView {
    let toasts = use_app().toasts;
    let scope = Scope::new();
    let input = NodeRef::<html::Input>::new();
    let text = secret.clone();
    let copy = move |_| {
        let text = text.clone();
        scope.spawn(async move {
            if web::copy(&text, input.get_untracked()).await {
                toasts.say(t(Key::CommonCopied));
            }
        });
    };
    Effect::new(move || {
        if let Some(input) = input.get() {
            let _ = input.focus();
            input.select();
        }
    });
    view! {
        <div class="dialog-body">
            <Banner kind=BannerKind::Glow>{tr(Key::SettingsSecretOnce)}</Banner>
            <div class="secret">
                <input class="input" type="text" readonly aria-label=tr(Key::SettingsSecret) node_ref=input value=secret />
                <button class="btn" type="button" on:click=copy>
                    <Icon name="copy" />
                    {tr(Key::CommonCopy)}
                </button>
            </div>
        </div>
        <DialogFoot>
            <button class="btn primary" type="button" on:click=move |_| open.set(false)>
                {tr(Key::CommonDone)}
            </button>
        </DialogFoot>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_keep_their_order_and_stand_once() {
        let mut scopes = vec![TokenScope::Generate];
        toggle(&mut scopes, TokenScope::LessonsRead, true);
        toggle(&mut scopes, TokenScope::LessonsRead, true);
        assert_eq!(scopes, [TokenScope::LessonsRead, TokenScope::Generate]);
        toggle(&mut scopes, TokenScope::Generate, false);
        assert_eq!(scopes, [TokenScope::LessonsRead]);
    }
}
