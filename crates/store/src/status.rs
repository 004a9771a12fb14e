//! Statuses as stored in their columns.

use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, Output, ToSql},
    sql_types::Text,
};

macro_rules! statuses {
    ($($(#[$doc:meta])* $name:ident for $sent:path { $($variant:ident $text:literal),+ $(,)? })+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, AsExpression, FromSqlRow)]
            #[diesel(sql_type = Text)]
            pub(crate) enum $name {
                $($variant,)+
                /// Written by a later build.
                Unknown,
            }

            impl ToSql<Text, Pg> for $name {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                    let text = match self {
                        $(Self::$variant => $text,)+
                        Self::Unknown => return Err("a status that is not known can't be written".into()),
                    };
                    <str as ToSql<Text, Pg>>::to_sql(text, out)
                }
            }

            impl FromSql<Text, Pg> for $name {
                fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                    Ok(match value.as_bytes() {
                        $(text if text == $text.as_bytes() => Self::$variant,)+
                        _ => Self::Unknown,
                    })
                }
            }

            impl From<$name> for $sent {
                fn from(status: $name) -> Self {
                    match status {
                        $($name::$variant => Self::$variant,)+
                        $name::Unknown => Self::Unknown,
                    }
                }
            }
        )+
    };
}

statuses! {
    /// Status of a generation run.
    RunStatus for types::generation::RunStatus { Running "running", Done "done", Stopped "stopped" }
    /// Status of a part of a generation run.
    PartStatus for types::generation::PartStatus {
        Waiting "waiting",
        Writing "writing",
        Ready "ready",
        Failed "failed",
        Stopped "stopped",
    }
}

impl PartStatus {
    /// Statuses of parts that are not finished.
    pub const OPEN: [Self; 2] = [Self::Waiting, Self::Writing];
}
