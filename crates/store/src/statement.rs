//! A statement whose only parameter is a JSON document, prepared once per connection. `sql_query` would be parsed and
//! planned each time, which costs more than the write itself.

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

/// A document in the database's binary format.
#[derive(Debug)]
pub(crate) struct Json(Vec<u8>);

impl Json {
    /// # Errors
    /// If it can't be serialized.
    pub(crate) fn of(document: &impl Serialize) -> QueryResult<Self> {
        // The format starts with its version.
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

/// The SQL before and after the document.
pub(crate) trait Words: 'static {
    const BEFORE: &'static str;
    const AFTER: &'static str;
}

/// A statement with a document as its parameter.
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

/// The type of the words serves as the id: an id made from the SQL text would be hashed on every use.
impl<W: Words> QueryId for JsonStatement<'_, W> {
    type QueryId = W;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<W: Words> Query for JsonStatement<'_, W> {
    type SqlType = Integer;
}
