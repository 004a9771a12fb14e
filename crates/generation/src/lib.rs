//! From (topic, level, language, context) to checked tasks: the planner, the built-in generator over the topic pack,
//! the client of a language model, and the quality gate.
//!
//! Nothing here depends on HTTP handlers, a database or a browser. The planner and the gate are pure; only the model's
//! client does network I/O, and only if a model is configured.

mod builtin;
mod cut;
mod drill;
pub mod gate;
mod generator;
mod job;
mod labels;
mod made;
mod measure;
mod model;
mod plan;
mod planner;
mod prose;
mod registry;
mod source;
mod tasks;
mod typed_topic;
mod without_lines;
mod writer;

pub use gate::GateInput;
pub use generator::Generator;
pub use job::{PartFailure, PartJob, WrittenTask};
pub use measure::check;
pub use model::{Model, ModelConfig};
pub use planner::{
    LessonPlan, Offer, PACK_LANGUAGE, PlanError, PlannedPart, generated_kinds, plan, plan_again, plan_one, topics,
};
pub use registry::{prepare, taught_words};
