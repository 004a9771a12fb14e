//! All routes. Handlers are added with `service`, from which the OpenAPI document is generated.

use actix_web::web;
use utoipa_actix_web::{scope, service_config::ServiceConfig};

use crate::handlers::{
    accounts, class_runs, classes, courses, files, generation, health, invitations, lessons, me, sections, tasks,
};

/// The operations under `/api/v1`.
pub fn v1(config: &mut ServiceConfig<'_>) {
    config
        .service(accounts::setup)
        .service(accounts::register)
        .service(accounts::login)
        .service(accounts::logout)
        .service(accounts::confirm_email)
        .service(accounts::resend_confirmation)
        .service(accounts::forgot_password)
        .service(accounts::check_link)
        .service(accounts::reset_password)
        .service(accounts::first_admin)
        .service(accounts::recover)
        .service(me::me)
        .service(me::update)
        .service(me::change_password)
        .service(me::sessions)
        .service(me::end_session)
        .service(me::end_other_sessions)
        .service(me::tokens)
        .service(me::create_token)
        .service(me::revoke_token)
        .service(me::recovery_link)
        .service(courses::list)
        .service(courses::create)
        .service(courses::update)
        .service(courses::delete)
        .service(courses::restore)
        .service(lessons::list)
        .service(lessons::create)
        .service(lessons::read)
        .service(lessons::update)
        .service(lessons::delete)
        .service(lessons::restore)
        .service(lessons::duplicate)
        .service(lessons::pdf)
        .service(lessons::printable)
        .service(sections::create)
        .service(sections::update)
        .service(sections::relocate)
        .service(sections::delete)
        .service(sections::restore)
        .service(tasks::create)
        .service(tasks::read)
        .service(tasks::update)
        .service(tasks::relocate)
        .service(tasks::delete)
        .service(tasks::restore)
        .service(tasks::duplicate)
        .service(tasks::student_view)
        .service(tasks::mark)
        .service(tasks::hint)
        .service(files::upload)
        .service(files::read)
        .service(generation::options)
        .service(generation::create)
        .service(generation::read)
        .service(generation::stop)
        .service(generation::retry)
        .service(generation::dismiss)
        .service(generation::of_lesson)
        .service(generation::generate_task)
        .service(generation::regenerate)
        .service(classes::list)
        .service(classes::create)
        .service(classes::read)
        .service(classes::start_run)
        .service(classes::update_invitation)
        .service(classes::let_back_in)
        .service(invitations::read)
        .service(invitations::join)
        .service(class_runs::list)
        .service(class_runs::report)
        .service(class_runs::attempts)
        .service(class_runs::end)
        .service(class_runs::socket);
}

/// All operations in the document.
pub fn all(config: &mut ServiceConfig<'_>) {
    config
        .service(health::healthz)
        .service(health::readyz)
        .service(scope::scope("/api/v1").configure(v1).default_service(web::to(crate::openapi::no_such_operation)));
}
