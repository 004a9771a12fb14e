//! Keyed lists, in which unchanged rows stay.

use std::{
    any::Any,
    hash::{Hash, Hasher},
    sync::Arc,
};

use leptos::prelude::*;

/// Like Leptos' `For`, but compiled once instead of once for each list's types.
#[component]
pub fn Each<T, K, N, I>(
    /// The items, one row each.
    each: impl Fn() -> I + Send + 'static,
    /// The key that identifies a row. A row is rendered only when its key is new, else it stays as it is.
    key: impl Fn(&T) -> K + Send + 'static,
    /// Renders a row.
    children: impl Fn(T) -> N + Send + Sync + 'static,
) -> impl IntoView
where
    T: Send + 'static,
    K: Eq + Hash + Send + Sync + 'static,
    N: IntoView + 'static,
    I: IntoIterator<Item = T>,
{
    let draw: Draw<T> = Arc::new(move |item| children(item).into_any());
    erased(Box::new(move || {
        let row = |item: T| {
            let key = RowKey(Arc::new(key(&item)));
            let draw = draw.clone();
            Row { key, draw: Box::new(move || draw(item)) }
        };
        each().into_iter().map(row).collect()
    }))
}

type Draw<T> = Arc<dyn Fn(T) -> AnyView + Send + Sync>;

struct Row {
    key: RowKey,
    draw: Box<dyn FnOnce() -> AnyView + Send>,
}

fn erased(rows: Box<dyn Fn() -> Vec<Row> + Send>) -> AnyView {
    view! { <For each=rows key=|row: &Row| row.key.clone() children=|row: Row| (row.draw)() /> }.into_any()
}

#[derive(Clone)]
struct RowKey(Arc<dyn SomeKey + Send + Sync>);

impl PartialEq for RowKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.is(other.0.as_any())
    }
}

impl Eq for RowKey {}

impl Hash for RowKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.feed(state);
    }
}

/// A type-erased key. All keys of one list have the same type.
trait SomeKey {
    fn is(&self, other: &dyn Any) -> bool;
    fn feed(&self, state: &mut dyn Hasher);
    fn as_any(&self) -> &dyn Any;
}

impl<K: Eq + Hash + 'static> SomeKey for K {
    fn is(&self, other: &dyn Any) -> bool {
        other.downcast_ref::<K>() == Some(self)
    }

    fn feed(&self, mut state: &mut dyn Hasher) {
        self.hash(&mut state);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn keys_are_told_apart_by_their_values() {
        let key = |text: &str| RowKey(Arc::new(text.to_owned()));
        let keys: HashSet<RowKey> = [key("a"), key("b"), key("a")].into();
        assert_eq!(keys.len(), 2);
        assert!(keys.contains(&key("b")) && !keys.contains(&key("c")));
        assert!(RowKey(Arc::new(1_u8)) != RowKey(Arc::new(1_u16)));
    }
}
