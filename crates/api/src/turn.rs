//! Rate limiting by address, as an extractor.

use std::marker::PhantomData;

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};

use crate::{
    address::{self, host},
    error::{ApiError, ApiResult},
    limits::{ByAddress, Limits},
    state::App,
};

/// Proof that the caller's address is within its rate limit. As a handler's argument it must precede the body, so that
/// the body of a refused request is not read.
#[derive(Debug)]
pub struct Turn<T>(PhantomData<T>);

impl<T: ByAddress> FromRequest for Turn<T> {
    type Error = ApiError;
    type Future = std::future::Ready<ApiResult<Self>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let turn = request.app_data::<web::Data<App>>().ok_or_else(|| ApiError::internal("no state")).and_then(|app| {
            let address = address::address(request, app.config.trust_proxy);
            Limits::count(T::limiter(&app.limits), &host(address))
        });
        std::future::ready(turn.map(|()| Self(PhantomData)))
    }
}
