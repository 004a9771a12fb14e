//! Folders that only their owner can read: letters contain links that open accounts, and pictures belong to a class.

use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::Path,
};

/// Permission bits of everybody but the owner.
const OTHERS: u32 = 0o077;

/// A folder that nobody else can enter, created if missing. An existing one is tightened along with its contents.
///
/// # Errors
/// If it can't be created.
pub fn folder(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    if fs::metadata(path)?.permissions().mode() & OTHERS != 0 {
        // Contents first, the folder last: a folder that is still open shows that the work is unfinished.
        if let Err(error) = tighten(path) {
            tracing::warn!(folder = %path.display(), cause = %error, "others can read this folder, and its permissions can't be changed");
        }
    }
    Ok(())
}

/// Removes everybody else's permissions from a folder and its contents. Symbolic links are skipped, as they lead
/// elsewhere.
fn tighten(path: &Path) -> io::Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            tighten(&entry.path())?;
        } else if kind.is_file() {
            close(&entry.path(), OTHERS)?;
        }
    }
    close(path, OTHERS)
}

/// Removes permission bits.
///
/// # Errors
/// If the permissions can't be changed, for example because the path is another user's.
pub fn close(path: &Path, rights: u32) -> io::Result<()> {
    let mode = fs::metadata(path)?.permissions().mode();
    if mode & rights == 0 {
        Ok(())
    } else {
        fs::set_permissions(path, fs::Permissions::from_mode(mode & !rights & 0o777))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn an_open_folder_is_closed_with_what_is_in_it() {
        let root = std::env::temp_dir().join(format!("linguaglow-private-{}", uuid::Uuid::now_v7()));
        let (made, open) = (root.join("made"), root.join("open"));
        folder(&made).unwrap();
        assert_eq!(mode(&made), 0o700);
        fs::create_dir_all(open.join("ab")).unwrap();
        fs::write(open.join("ab/letter"), "link").unwrap();
        fs::write(root.join("elsewhere"), "").unwrap();
        std::os::unix::fs::symlink(root.join("elsewhere"), open.join("linked")).unwrap();
        for (path, open) in [
            (open.join("ab"), 0o755),
            (open.join("ab/letter"), 0o644),
            (root.join("elsewhere"), 0o644),
            (open.clone(), 0o755),
        ] {
            fs::set_permissions(path, fs::Permissions::from_mode(open)).unwrap();
        }
        folder(&open).unwrap();
        assert_eq!((mode(&open), mode(&open.join("ab")), mode(&open.join("ab/letter"))), (0o700, 0o700, 0o600));
        assert_eq!(mode(&root.join("elsewhere")), 0o644);
        fs::remove_dir_all(root).unwrap();
    }
}
