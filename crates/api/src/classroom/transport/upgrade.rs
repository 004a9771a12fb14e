//! The request that becomes a socket, and its response.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use actix_http::ws;
use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    body::{BodySize, BoxBody, MessageBody},
    web::Payload,
};
use bytes::Bytes;
use futures::StreamExt;
use tokio::runtime::Handle;
use types::problem::ProblemCode;

use super::{ReceiveHalf, SendHalf, handover::Claim, outbox::Outbox, websocket::WebSocket};
use crate::{
    connections::Passed,
    error::{ApiError, ApiResult},
};

/// A request for a socket.
pub struct Upgrade {
    response: actix_http::ResponseBuilder,
    claim: Claim,
    passed: Option<Passed>,
}

impl Upgrade {
    /// Reads the request.
    ///
    /// # Errors
    /// `malformed` if it is not an upgrade; `unavailable` if its connection can't be handed over.
    pub fn of(request: &HttpRequest) -> ApiResult<Self> {
        let response = ws::handshake(request.head()).map_err(|_| ApiError::new(ProblemCode::Malformed))?;
        let claim = request.conn_data::<Claim>().ok_or_else(|| ApiError::new(ProblemCode::Unavailable))?.clone();
        Ok(Self { response, claim, passed: request.extensions().get::<Passed>().cloned() })
    }

    /// Accepts it. Returns the response and the halves of the socket, which opens on the thread of `rooms` once the
    /// response's head is sent.
    ///
    /// # Errors
    /// If the response can't be built.
    pub fn accept(
        mut self,
        payload: Payload,
        rooms: Handle,
    ) -> ApiResult<(HttpResponse, Arc<dyn SendHalf>, impl ReceiveHalf)> {
        let outbox = Outbox::new(rooms);
        let handed_over = self.claim.take();
        let body = UpgradeBody { outbox: Arc::clone(&outbox), claim: self.claim, payload };
        let response = self.response.message_body(BoxBody::new(body)).map_err(ApiError::internal)?;
        let receiver = WebSocket::new(Arc::clone(&outbox), handed_over, self.passed);
        Ok((response.into(), outbox, receiver))
    }
}

/// The response's body: empty, and pending until the socket ends.
struct UpgradeBody {
    outbox: Arc<Outbox>,
    claim: Claim,
    payload: Payload,
}

impl MessageBody for UpgradeBody {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        let this = self.get_mut();
        while let Poll::Ready(Some(Ok(bytes))) = this.payload.poll_next_unpin(cx) {
            this.claim.early(&bytes);
        }
        // The server polls the body once it has put the head into its buffer.
        this.claim.headed();
        if this.outbox.poll_gone(cx).is_ready() {
            this.claim.over();
            return Poll::Ready(None);
        }
        Poll::Pending
    }
}

impl Drop for UpgradeBody {
    fn drop(&mut self) {
        self.outbox.gone();
    }
}
