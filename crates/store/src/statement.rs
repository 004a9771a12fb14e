//! One statement over one JSON document, prepared once a connection: `sql_query` would be parsed and planned anew each
//! time, which costs more than the writing.

use std::{io::Write, marker::PhantomData};

use diesel::{
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    result::Error,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{Integer, Jsonb},
};
use serde::Serialize;

/// A document as it goes to the database.
#[derive(Debug)]
pub(crate) struct Json(Vec<u8>);

impl Json {
    /// # Errors
    /// If it can't be serialized.
    pub(crate) fn of(document: &impl Serialize) -> QueryResult<Self> {
        // The version of the format comes first.
        let mut bytes = vec![1];
        serde_json::to_writer(&mut bytes, document).map_err(|error| Error::SerializationError(error.into()))?;
        Ok(Self(bytes))
    }
}

impl ToSql<Jsonb, Pg> for Json {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&self.0)?;
        Ok(IsNull::No)
    }
}

/// The words around the document.
pub(crate) trait Words: 'static {
    const BEFORE: &'static str;
    const AFTER: &'static str;
}

/// The words around a document, which is the parameter.
pub(crate) struct JsonStatement<'a, W> {
    document: &'a Json,
    words: PhantomData<W>,
}

impl<'a, W: Words> JsonStatement<'a, W> {
    pub(crate) fn new(document: &'a Json) -> Self {
        Self { document, words: PhantomData }
    }
}

impl<W: Words> QueryFragment<Pg> for JsonStatement<'_, W> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(W::BEFORE);
        out.push_bind_param::<Jsonb, _>(self.document)?;
        out.push_sql(W::AFTER);
        Ok(())
    }
}

/// Told apart by the type of the words: by the words themselves, all of them would be hashed each time.
impl<W: Words> QueryId for JsonStatement<'_, W> {
    type QueryId = W;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<W: Words> Query for JsonStatement<'_, W> {
    type SqlType = Integer;
}
