//! The side panel for the selected task: the gate's report, the answers, the origin.

use leptos::prelude::*;
use types::{
    evidence::{Finding, FindingCode, GateReport},
    lesson::Task,
    locale::{Key, Plural},
};

use super::{
    evidence::{self, Outcome},
    model::use_builder,
    outline::EntryId,
    places,
};
use crate::{
    components::{Empty, Icon},
    i18n::{locale, t, t_n, t_with, tr},
    tasks::{answers_of, kind_info},
    web, words,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tab {
    Quality,
    Answers,
    About,
}

const TABS: [(Tab, Key); 3] =
    [(Tab::Quality, Key::BuilderQuality), (Tab::Answers, Key::BuilderAnswers), (Tab::About, Key::BuilderAbout)];

#[component]
pub fn SidePane() -> impl IntoView {
    let builder = use_builder();
    let tab = RwSignal::new(Tab::Quality);
    let id = web::unique_id("side");
    let panel_id = format!("{id}-panel");
    let task = Memo::new(move |_| {
        let id = builder.current()?;
        builder.lesson.with(|lesson| places::task(lesson, id).cloned())
    });
    let step = move |event: web_sys::KeyboardEvent| {
        let at = TABS.iter().position(|(t, _)| *t == tab.get_untracked()).unwrap_or_default();
        let to = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => (at + 1) % TABS.len(),
            "ArrowLeft" | "ArrowUp" => (at + TABS.len() - 1) % TABS.len(),
            _ => return,
        };
        event.prevent_default();
        tab.set(TABS[to].0);
        let list = event_target::<web_sys::Element>(&event).closest("[role='tablist']").ok().flatten();
        web::focus_later(list, "[aria-selected='true']");
    };
    view! {
        <div class="tabs" role="tablist" on:keydown=step>
            {TABS
                .map(|(this, label)| {
                    view! {
                        <button
                            type="button"
                            role="tab"
                            aria-selected=move || (tab.get() == this).to_string()
                            aria-controls=panel_id.clone()
                            tabindex=move || if tab.get() == this { "0" } else { "-1" }
                            on:click=move |_| tab.set(this)
                        >
                            {tr(label)}
                        </button>
                    }
                })
                .into_iter()
                .collect_view()}
        </div>
        <div class="side-panel" role="tabpanel" id=panel_id.clone() aria-label=move || panel_label(tab.get())>
            {move || match task.get() {
                None => view! { <Empty icon="seal-check" title=Key::BuilderNothingSelected /> }.into_any(),
                Some(task) => {
                    let number = builder.number(EntryId::Task(task.id));
                    match tab.get() {
                        Tab::Quality => quality(&task, number),
                        Tab::Answers => answers(&task, number),
                        Tab::About => about(&task, number),
                    }
                }
            }}
        </div>
    }
}

fn panel_label(tab: Tab) -> &'static str {
    TABS.iter().find(|(this, _)| *this == tab).map(|(_, label)| t(*label)).unwrap_or_default()
}

fn outcome_icon(outcome: Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Good => ("check-circle-fill", "st-ok"),
        Outcome::Look => ("warning-circle-fill", "st-warn"),
        Outcome::Fault => ("warning-fill", "st-bad"),
    }
}

fn quality(task: &Task, number: usize) -> AnyView {
    let report = &task.evidence;
    if report.version == 0 {
        return view! { <Empty icon="seal-check" title=Key::EvidenceNotMeasured text=Key::EvidenceNotMeasuredText /> }
            .into_any();
    }
    let items = task.body.items();
    let summary = evidence::summary(report, items.len());
    let heading = match summary.worst {
        Outcome::Good => Key::EvidenceReady,
        Outcome::Look => Key::EvidenceAlmost,
        Outcome::Fault => Key::EvidenceNotYet,
    };
    let ring = match summary.worst {
        Outcome::Good => "ring good",
        Outcome::Look => "ring look",
        Outcome::Fault => "ring fault",
    };
    let percent = summary.passed * 100 / summary.of.max(1);
    let others: Vec<AnyView> = report
        .findings
        .iter()
        .filter(|finding| !evidence::is_level(finding.code))
        .map(|finding| finding_row(finding, &items))
        .collect();
    let nothing = (summary.open == 0).then(|| view! { <p class="sm muted">{tr(Key::EvidenceNothing)}</p> });
    view! {
        <div class="qual g-0">
            <div class="row qual-head">
                <span class=ring style:--v=percent.to_string() aria-hidden="true">
                    {format!("{}/{}", summary.passed, summary.of)}
                </span>
                <div class="grow">
                    <b>{t_with(heading, &[("n", &number.to_string())])}</b>
                    {match summary.open {
                        0 => nothing.into_any(),
                        open => {
                            view! { <p class="sm muted">{t_n(Plural::EvidenceToLookAt, open as u64)}</p> }.into_any()
                        }
                    }}
                </div>
            </div>
            <div>
                {level_row(report)}
                {report.single_answers.map(|single| single_row(single as usize, items.len()))}
                {others}
                <div class="qrow">
                    <div class="row st-ok">
                        <Icon name="check-circle-fill" />
                        <b class="qname">{tr(Key::EvidenceReadingTime)}</b>
                        <span class="num">{evidence::reading_time(locale(), report.word_count)}</span>
                    </div>
                </div>
            </div>
        </div>
    }
    .into_any()
}

fn level_row(report: &GateReport) -> Option<AnyView> {
    let findings: Vec<&Finding> = report.findings.iter().filter(|finding| evidence::is_level(finding.code)).collect();
    if findings.iter().any(|finding| finding.code == FindingCode::NoLevelData) {
        return Some(
            view! {
                <div class="qrow">
                    <div class="row">
                        <Icon name="info" />
                        <span class="grow">{tr(Key::EvidenceNoLevelData)}</span>
                    </div>
                </div>
            }
            .into_any(),
        );
    }
    let level = report.level.as_ref()?;
    let worst = findings.iter().map(|finding| evidence::outcome(finding.severity)).max().unwrap_or(Outcome::Good);
    let (icon, class) = outcome_icon(worst);
    let bar = match worst {
        Outcome::Good => "bar ok",
        Outcome::Look => "bar warn",
        Outcome::Fault => "bar bad",
    };
    let percent = level.percent_within();
    let target = level.target.as_str();
    let above = (level.above > 0).then(|| {
        let said = crate::i18n::t_n_with(Plural::EvidenceAbove, u64::from(level.above), &[("level", target)]);
        view! { <p class="sm muted">{said}</p> }
    });
    let words = findings
        .iter()
        .filter(|finding| finding.code == FindingCode::WordAboveLevel)
        .filter_map(|finding| {
            let word = finding.text.clone()?;
            let level = finding.other.clone();
            Some(view! {
                <li class="wordhit">
                    <b>{word}</b>
                    {level.map(|level| view! { <span class="chip warn">{level}</span> })}
                </li>
            })
        })
        .collect_view();
    let rest = findings
        .iter()
        .filter(|finding| matches!(finding.code, FindingCode::TooHard | FindingCode::LongSentences))
        .map(|finding| view! { <p class="sm muted">{evidence::sentence(locale(), finding, &[])}</p> })
        .collect_view();
    Some(
        view! {
            <div class="qrow">
                <div class=format!("row {class}")>
                    <Icon name=icon />
                    <b class="qname">{t_with(Key::EvidenceLevel, &[("level", target)])}</b>
                    <span class="num">{t_with(Key::EvidenceWithin, &[("n", &percent.to_string()), ("level", target)])}</span>
                </div>
                <div class=bar style:--v=format!("{percent}%")>
                    <i></i>
                </div>
                {above}
                <ul class="stack g-1">{words}</ul>
                {rest}
            </div>
        }
        .into_any(),
    )
}

fn single_row(single: usize, items: usize) -> AnyView {
    let (icon, class) = outcome_icon(if single >= items { Outcome::Good } else { Outcome::Look });
    view! {
        <div class="qrow">
            <div class=format!("row {class}")>
                <Icon name=icon />
                <b class="qname">{tr(Key::EvidenceSingle)}</b>
                <span class="num">
                    {t_with(Key::TasksOf, &[("n", &single.min(items).to_string()), ("of", &items.to_string())])}
                </span>
            </div>
            <p class="sm muted">{tr(Key::EvidenceSingleText)}</p>
        </div>
    }
    .into_any()
}

fn finding_row(finding: &Finding, items: &[types::ids::ItemId]) -> AnyView {
    let outcome = evidence::outcome(finding.severity);
    let (icon, class) = if outcome == Outcome::Good { ("info", "") } else { outcome_icon(outcome) };
    view! {
        <div class="qrow">
            <div class="row finding">
                <Icon name=icon class=class />
                <span class="grow">{evidence::sentence(locale(), finding, items)}</span>
            </div>
        </div>
    }
    .into_any()
}

/// Alternative right answers, shown separately: a slash between them would read as a fraction, or as part of them.
fn any_of(answers: Vec<String>) -> AnyView {
    let answer = |(n, answer): (usize, String)| {
        view! {
            {(n > 0).then(|| view! { <span class="muted">{move || format!(" {} ", t(Key::TasksOr))}</span> })}
            <b dir="auto">{answer}</b>
        }
    };
    answers.into_iter().enumerate().map(answer).collect_view().into_any()
}

fn answers(task: &Task, number: usize) -> AnyView {
    let rows = answers_of(&task.body);
    if rows.is_empty() {
        return view! { <Empty icon="key" title=Key::BuilderNoAnswers /> }.into_any();
    }
    let rows = rows
        .into_iter()
        .map(|row| {
            view! {
                <li>
                    {row.prompt.map(|prompt| view! { <span class="muted" dir="auto">{prompt}</span> })}
                    {any_of(row.answers)}
                </li>
            }
        })
        .collect_view();
    view! {
        <h2 class="side-title">{t_with(Key::BuilderAnswersOf, &[("n", &number.to_string())])}</h2>
        <ol class="answers">{rows}</ol>
    }
    .into_any()
}

fn about(task: &Task, number: usize) -> AnyView {
    let kind = kind_info(task.body.kind()).map_or_else(|| task.body.kind().to_owned(), |info| t(info.name).to_owned());
    let row = |label: Key, value: String| {
        view! {
            <div>
                <dt>{tr(label)}</dt>
                <dd dir="auto">{value}</dd>
            </div>
        }
    };
    let items = task.body.items().len();
    view! {
        <h2 class="side-title">{t_with(Key::BuilderAboutOf, &[("n", &number.to_string())])}</h2>
        <dl class="facts">
            {row(Key::BuilderTemplate, kind)}
            {row(Key::BuilderWritten, evidence::written_by(locale(), &task.origin))}
            {task.origin.model.clone().map(|model| row(Key::BuilderModel, model))}
            {(items > 0).then(|| row(Key::BuilderItems, items.to_string()))}
            {row(Key::BuilderChanged, words::moment(task.updated_at))}
        </dl>
    }
    .into_any()
}
