//! Dragging by mouse or pen, as an extra: whatever can be dragged can also be tapped. A finger scrolls instead.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, PointerEvent};

/// Distance in pixels that the pointer must move before a press becomes a drag.
const SLACK: f64 = 6.0;

#[derive(Clone)]
struct Hold {
    /// The pressed element.
    element: HtmlElement,
    from: (f64, f64),
    dragging: bool,
}

/// Dragging one of a player's chips.
#[derive(Clone, Copy)]
pub struct Drag {
    hold: StoredValue<Option<Hold>, LocalStorage>,
    /// The browser turns a drop into a click too; that click is ignored.
    dropped: StoredValue<bool>,
}

fn element(event: &PointerEvent) -> Option<HtmlElement> {
    event.current_target().and_then(|target| target.dyn_into().ok())
}

fn point(event: &PointerEvent) -> (f64, f64) {
    (f64::from(event.client_x()), f64::from(event.client_y()))
}

fn is_far(from: (f64, f64), to: (f64, f64)) -> bool {
    (to.0 - from.0).hypot(to.1 - from.1) > SLACK
}

impl Drag {
    #[expect(clippy::new_without_default, reason = "it belongs to the current owner")]
    pub fn new() -> Self {
        Self { hold: StoredValue::new_local(None), dropped: StoredValue::new(false) }
    }

    pub fn down(self, event: &PointerEvent) {
        self.dropped.set_value(false);
        // A finger drags only by a grip, which doesn't scroll.
        let by_grip = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|target| target.closest(".grip").ok().flatten())
            .is_some();
        let may = event.button() == 0 && (event.pointer_type() != "touch" || by_grip);
        if may && let Some(element) = element(event) {
            // Captures all further moves: a fast pointer is over another element by the first of them.
            let _ = element.set_pointer_capture(event.pointer_id());
            self.hold.set_value(Some(Hold { element, from: point(event), dragging: false }));
        }
    }

    pub fn is_dragging(self) -> bool {
        self.hold.with_value(|hold| hold.as_ref().is_some_and(|hold| hold.dragging))
    }

    /// Moves the drag along. Returns `true` once, when the press becomes a drag.
    pub fn moved(self, event: &PointerEvent) -> bool {
        let Some(mut hold) = self.hold.get_value() else { return false };
        let to = point(event);
        let begins = !hold.dragging && is_far(hold.from, to);
        if begins {
            hold.dragging = true;
            self.hold.set_value(Some(hold.clone()));
            let _ = hold.element.class_list().add_1("dragging");
        }
        if hold.dragging {
            event.prevent_default();
            let by = format!("{}px {}px", to.0 - hold.from.0, to.1 - hold.from.1);
            let _ = hold.element.style().set_property("translate", &by);
        }
        begins
    }

    /// Ends the drag. Returns what `selector` matches under the pointer, or `None` if it was no drag.
    pub fn up(self, event: &PointerEvent, selector: &str) -> Option<Option<Element>> {
        let hold = self.hold.get_value()?;
        self.let_go();
        if !hold.dragging {
            return None;
        }
        self.dropped.set_value(true);
        Some(under(event, selector))
    }

    /// Cancels the drag, also when the browser takes the pointer away.
    pub fn let_go(self) {
        if let Some(hold) = self.hold.get_value() {
            let _ = hold.element.style().remove_property("translate");
            let _ = hold.element.class_list().remove_1("dragging");
        }
        self.hold.set_value(None);
    }

    /// Whether this click is the end of a drag. Returns `true` once per drag.
    pub fn swallows_click(self) -> bool {
        let swallows = self.dropped.get_value();
        self.dropped.set_value(false);
        swallows
    }
}

/// The element that matches `selector` under the pointer, ignoring what is being dragged.
pub fn under(event: &PointerEvent, selector: &str) -> Option<Element> {
    #[expect(clippy::cast_precision_loss, reason = "pixels of a window")]
    let (x, y) = (event.client_x() as f32, event.client_y() as f32);
    document()
        .elements_from_point(x, y)
        .iter()
        .filter_map(|item| item.dyn_into::<Element>().ok())
        .filter(|element| !element.class_list().contains("dragging"))
        .find_map(|element| element.closest(selector).ok().flatten())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shaky_press_is_no_drag() {
        assert!(!is_far((10.0, 10.0), (14.0, 13.0)));
        assert!(is_far((10.0, 10.0), (10.0, 17.0)));
    }
}
