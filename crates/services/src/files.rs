//! The bytes of files, in a folder. Metadata and access rights are in the database.
//!
//! Each object belongs to one row: its name is the SHA-256 of its bytes and the row's id. If rows shared an object,
//! database and store would have to change together whenever a row is deleted while the same bytes are uploaded again.

use std::path::PathBuf;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::StreamExt;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload, local::LocalFileSystem, path::Path};
use thiserror::Error;
use types::ids::FileId;

/// Why bytes could not be stored or read.
#[derive(Debug, Error)]
pub enum FilesError {
    #[error("the folder of the files could not be made: {0}")]
    Folder(#[from] std::io::Error),
    #[error("the store of the files failed: {0}")]
    Store(#[from] object_store::Error),
}

/// The store of uploaded files.
#[derive(Debug)]
pub struct Files {
    store: Box<dyn ObjectStore>,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn name(sha256: &[u8], id: FileId) -> Path {
    let hash = hex(sha256);
    // Spread over subfolders: a folder with many thousands of files is slow to search.
    Path::from(format!("{}/{hash}-{id}", &hash[..hash.len().min(2)]))
}

/// The row that an object belongs to.
fn owner(name: &Path) -> Option<FileId> {
    name.filename()?.split_once('-')?.1.parse().ok()
}

impl Files {
    /// A store in a folder, which is created if missing and closed to other users.
    ///
    /// # Errors
    /// If it can't be created.
    pub fn folder(folder: PathBuf) -> Result<Self, FilesError> {
        crate::private::folder(&folder)?;
        Ok(Self { store: Box::new(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true)) })
    }

    /// Stores bytes. They are on the disk when this returns.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn put(&self, sha256: &[u8], id: FileId, bytes: Bytes) -> Result<(), FilesError> {
        self.store.put(&name(sha256, id), PutPayload::from_bytes(bytes)).await?;
        Ok(())
    }

    /// The bytes of a file; `None` if they are gone.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn get(&self, sha256: &[u8], id: FileId) -> Result<Option<Bytes>, FilesError> {
        match self.store.get(&name(sha256, id)).await {
            Ok(found) => Ok(Some(found.bytes().await?)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The objects written before `before`, with their rows' ids, in chunks of at most `at_once`.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn older_than(&self, before: DateTime<Utc>, at_once: usize) -> Result<Vec<Vec<Kept>>, FilesError> {
        let mut all = Vec::new();
        let mut list = self.store.list(None);
        while let Some(object) = list.next().await {
            let object = object?;
            if object.last_modified < before
                && let Some(id) = owner(&object.location)
            {
                all.push(Kept { id, name: object.location });
            }
        }
        Ok(all.chunks(at_once.max(1)).map(<[Kept]>::to_vec).collect())
    }

    /// Deletes an object. One that is already gone is no error.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn delete(&self, kept: &Kept) -> Result<(), FilesError> {
        match self.store.delete(&kept.name).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// An object in the store.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The row that it belongs to.
    pub id: FileId,
    name: Path,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn an_object_names_its_row() {
        let id = FileId(Uuid::now_v7());
        assert_eq!(owner(&name(&[0xab; 32], id)), Some(id));
        assert_eq!(owner(&Path::from("ab/left-by-somebody")), None);
    }
}
