//! One statement over one JSON document, prepared once a connection: `sql_query` would be parsed and planned anew each
//! time, which costs more than the writing.

use diesel::{
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{Integer, Jsonb},
};
use serde_json::Value;

/// `before`, the document as a parameter, `after`.
pub(crate) struct JsonStatement<'a> {
    pub before: &'static str,
    pub document: &'a Value,
    pub after: &'static str,
}

impl QueryFragment<Pg> for JsonStatement<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(self.before);
        out.push_bind_param::<Jsonb, _>(self.document)?;
        out.push_sql(self.after);
        Ok(())
    }
}

/// Told apart by its text.
impl QueryId for JsonStatement<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for JsonStatement<'_> {
    type SqlType = Integer;
}
