//! Small drawings of the templates for the palette, on a canvas of 80 × 56. The skill gives the colour.

use leptos::prelude::*;

pub fn frame(inside: impl IntoView + 'static) -> AnyView {
    view! {
        <svg viewBox="0 0 80 56" fill="currentColor" aria-hidden="true">
            {inside}
        </svg>
    }
    .into_any()
}

/// A bar that stands for text.
pub fn text(x: u32, y: u32, w: u32) -> AnyView {
    view! { <rect class="p-text" x=x y=y width=w height="5" rx="2.5"></rect> }.into_any()
}

pub fn solid(x: u32, y: u32, w: u32, h: u32) -> AnyView {
    view! { <rect x=x y=y width=w height=h rx="4"></rect> }.into_any()
}

/// An empty box to write in or to fill.
pub fn hollow(x: u32, y: u32, w: u32, h: u32) -> AnyView {
    view! { <rect class="p-box" x=x y=y width=w height=h rx="4"></rect> }.into_any()
}

pub fn dashed(x: u32, y: u32, w: u32, h: u32) -> AnyView {
    view! { <rect class="p-dashed" x=x y=y width=w height=h rx="4"></rect> }.into_any()
}

/// The one element that is being held.
pub fn glowing(x: u32, y: u32, w: u32, h: u32) -> AnyView {
    view! { <rect class="p-glow" x=x y=y width=w height=h rx="4"></rect> }.into_any()
}

pub fn line(d: &'static str) -> AnyView {
    view! { <path class="p-line" d=d></path> }.into_any()
}

pub fn word_bank() -> AnyView {
    frame(
        [
            glowing(8, 8, 18, 11),
            hollow(30, 8, 22, 11),
            hollow(56, 8, 16, 11),
            text(10, 32, 14),
            dashed(27, 28, 24, 13),
            text(55, 32, 16),
        ]
        .into_iter()
        .collect_view(),
    )
}

pub fn matching() -> AnyView {
    frame(
        [
            hollow(8, 9, 22, 11),
            hollow(50, 9, 22, 11),
            line("M30 14.5h20"),
            glowing(8, 36, 22, 11),
            glowing(50, 36, 22, 11),
            line("M30 41.5h20"),
        ]
        .into_iter()
        .collect_view(),
    )
}

pub fn cards() -> AnyView {
    frame(
        [
            view! { <rect class="p-text" x="24" y="7" width="44" height="32" rx="5"></rect> }.into_any(),
            hollow(18, 11, 46, 33),
            solid(27, 20, 28, 6),
            text(31, 31, 20),
        ]
        .into_iter()
        .collect_view(),
    )
}

pub fn typed_gaps() -> AnyView {
    frame(
        [text(10, 14, 22), hollow(36, 10, 26, 12), line("M42 12.5v7"), text(10, 32, 34), hollow(48, 28, 22, 12)]
            .into_iter()
            .collect_view(),
    )
}

pub fn inline_choice() -> AnyView {
    frame(
        [
            text(8, 12, 20),
            solid(32, 8, 26, 13),
            line("m50 13 3 3 3-3"),
            text(62, 12, 10),
            text(8, 38, 12),
            hollow(24, 34, 26, 13),
            line("m42 39 3 3 3-3"),
            text(54, 38, 18),
        ]
        .into_iter()
        .collect_view(),
    )
}

pub fn single_choice() -> AnyView {
    frame(
        [
            view! { <circle class="p-box" cx="17" cy="14" r="4.5"></circle> }.into_any(),
            text(28, 11, 36),
            view! { <circle cx="17" cy="28" r="5.3"></circle> }.into_any(),
            solid(28, 25, 30, 6),
            view! { <circle class="p-box" cx="17" cy="42" r="4.5"></circle> }.into_any(),
            text(28, 39, 40),
        ]
        .into_iter()
        .collect_view(),
    )
}

pub fn multiple_choice() -> AnyView {
    frame(
        [
            solid(12, 9, 10, 10),
            text(28, 11, 36),
            hollow(12, 23, 10, 10),
            text(28, 25, 30),
            solid(12, 37, 10, 10),
            text(28, 39, 40),
        ]
        .into_iter()
        .collect_view(),
    )
}

pub fn true_false() -> AnyView {
    frame(
        [
            text(10, 16, 32),
            solid(50, 11, 20, 14),
            view! { <path class="p-tick" d="m55 18 3 3 6-6"></path> }.into_any(),
            text(10, 35, 28),
            hollow(50, 31, 20, 14),
            line("m57 35 6 6m0-6-6 6"),
        ]
        .into_iter()
        .collect_view(),
    )
}

pub fn ordering() -> AnyView {
    frame(
        [
            solid(10, 9, 8, 8),
            text(24, 10, 44),
            solid(10, 24, 8, 8),
            text(24, 25, 34),
            solid(10, 39, 8, 8),
            text(24, 40, 40),
        ]
        .into_iter()
        .collect_view(),
    )
}

pub fn sorting() -> AnyView {
    frame(
        [
            dashed(8, 8, 19, 40),
            dashed(31, 8, 19, 40),
            dashed(54, 8, 19, 40),
            solid(11, 14, 13, 8),
            solid(34, 14, 13, 8),
            glowing(34, 26, 13, 8),
            solid(57, 14, 13, 8),
        ]
        .into_iter()
        .collect_view(),
    )
}

pub fn sentence() -> AnyView {
    frame(
        [
            solid(9, 9, 17, 11),
            solid(29, 9, 12, 11),
            view! { <path class="p-dashed" d="M8 24h64"></path> }.into_any(),
            hollow(12, 33, 15, 11),
            glowing(31, 33, 20, 11),
            hollow(55, 33, 13, 11),
        ]
        .into_iter()
        .collect_view(),
    )
}

pub fn article() -> AnyView {
    frame(
        [hollow(14, 6, 52, 44), solid(21, 13, 24, 6), text(21, 24, 38), text(21, 32, 38), text(21, 40, 26)]
            .into_iter()
            .collect_view(),
    )
}
