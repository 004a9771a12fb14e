//! The persistent journal (IndexedDB), in case the page goes before the server has answered.

use js_sys::{Array, Promise};
use serde::{Deserialize, Serialize};
use types::{
    classroom::Proposal,
    ids::{ClassRunId, ProposalId, UserId},
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbKeyRange, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransactionMode};

const NAME: &str = "linguaglow-class";
const STORE: &str = "proposals";

/// A stored proposal. `tab`: the page that sends it while that page lives.
#[derive(Serialize, Deserialize)]
pub struct Kept {
    pub id: ProposalId,
    pub tab: String,
    pub what: Proposal,
}

/// The stored proposals of one person in one run.
pub struct Database {
    inner: IdbDatabase,
    prefix: String,
}

async fn answer(request: &IdbRequest) -> Result<JsValue, JsValue> {
    let mut wait = |resolve: js_sys::Function, reject: js_sys::Function| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    };
    JsFuture::from(Promise::new(&mut wait)).await?;
    request.result()
}

impl Database {
    /// Returns `None` if the browser stores nothing (some private windows): the journal then lives as long as the page.
    pub async fn open(person: UserId, run: ClassRunId) -> Option<Self> {
        let request: IdbOpenDbRequest = web_sys::window()?.indexed_db().ok()??.open_with_u32(NAME, 1).ok()?;
        let made = request.clone();
        let on_upgrade = Closure::once_into_js(move || {
            if let Ok(database) = made.result().and_then(JsCast::dyn_into::<IdbDatabase>) {
                let _ = database.create_object_store(STORE);
            }
        });
        request.set_onupgradeneeded(Some(on_upgrade.unchecked_ref()));
        let inner = answer(&request).await.ok()?.dyn_into().ok()?;
        Some(Self { inner, prefix: format!("{person}/{run}/") })
    }

    fn store(&self, mode: IdbTransactionMode) -> Option<IdbObjectStore> {
        self.inner.transaction_with_str_and_mode(STORE, mode).ok()?.object_store(STORE).ok()
    }

    fn key(&self, id: ProposalId) -> JsValue {
        JsValue::from_str(&format!("{}{id}", self.prefix))
    }

    /// Stores a proposal; the browser finishes the write even if the page goes now.
    pub fn put(&self, kept: &Kept) {
        if let (Some(store), Ok(text)) = (self.store(IdbTransactionMode::Readwrite), serde_json::to_string(kept)) {
            let _ = store.put_with_key(&JsValue::from_str(&text), &self.key(kept.id));
        }
    }

    pub fn delete(&self, ids: &[ProposalId]) {
        if let Some(store) = self.store(IdbTransactionMode::Readwrite) {
            for id in ids {
                let _ = store.delete(&self.key(*id));
            }
        }
    }

    /// All stored proposals, oldest first.
    pub async fn all(&self) -> Vec<Kept> {
        let read = async {
            let store = self.store(IdbTransactionMode::Readonly)?;
            let (from, to) = (self.prefix.as_str(), format!("{}\u{ffff}", self.prefix));
            let range = IdbKeyRange::bound(&from.into(), &to.into()).ok()?;
            let found = answer(&store.get_all_with_key(&range).ok()?).await.ok()?;
            Some(Array::from(&found).iter().filter_map(|text| types::json::from_str(&text.as_string()?).ok()).collect())
        };
        read.await.unwrap_or_default()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.inner.close();
    }
}
