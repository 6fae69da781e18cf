//! The files that arguments name, and writing a file so that no half of it is ever seen.

use crate::outcome::Failure;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// The argument that stands for standard input.
pub(crate) const STDIN: &str = "-";

/// The files behind the arguments, those of folders in order of their names, each once.
///
/// # Errors
/// [`Failure::Usage`] for a path that does not exist and for a folder without a `*.nir` file: both are slips that
/// would otherwise pass for success.
pub(crate) fn collect(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if path.as_os_str() == STDIN || !is_folder(path)? {
            files.push(path.clone());
        } else {
            walk(path, &mut files)?;
        }
    }
    let mut seen = std::collections::HashSet::new();
    files.retain(|file| seen.insert(file.clone()));
    Ok(files)
}

fn is_folder(path: &Path) -> Result<bool, Failure> {
    fs::metadata(path).map(|data| data.is_dir()).map_err(|error| unreadable(path, &error))
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let before = files.len();
    for entry in WalkDir::new(folder).sort_by_file_name().follow_links(true) {
        let entry = entry.map_err(|error| Failure::Usage(error.to_string()))?;
        if entry.file_type().is_file() && entry.path().extension().is_some_and(|extension| extension == "nir") {
            files.push(entry.into_path());
        }
    }
    match files.len() {
        found if found > before => Ok(()),
        _ => Err(Failure::Usage(format!("{}: no *.nir file in this folder", folder.display()))),
    }
}

/// The bytes of a file, or of standard input for [`STDIN`].
///
/// # Errors
/// [`Failure::Usage`] when it cannot be read.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let bytes = if path.as_os_str() == STDIN {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(path)
    };
    bytes.map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::Usage(format!("{}: cannot be read: {error}", path.display()))
}

/// How a path is shown: `<stdin>` for [`STDIN`].
pub(crate) fn display(path: &Path) -> String {
    if path.as_os_str() == STDIN { "<stdin>".to_string() } else { path.display().to_string() }
}

/// Replaces a file's contents in one step: the new contents go to a file beside it, which then takes its name. Its
/// permissions stay, and a symbolic link stays a link.
///
/// # Errors
/// [`Failure::Usage`] when the file cannot be written; it is then as it was.
pub(crate) fn replace(path: &Path, contents: &[u8]) -> Result<(), Failure> {
    try_replace(path, contents, 0o666)
        .map_err(|error| Failure::Usage(format!("{}: cannot be written: {error}", path.display())))
}

/// Replaces a file like [`replace`]; a new one may be executed.
///
/// # Errors
/// As for [`replace`].
pub(crate) fn replace_executable(path: &Path, contents: &[u8]) -> Result<(), Failure> {
    try_replace(path, contents, 0o777)
        .map_err(|error| Failure::Usage(format!("{}: cannot be written: {error}", path.display())))
}

/// `mode` has the permissions that a new file asks for; the process's mask takes some away.
fn try_replace(path: &Path, contents: &[u8], mode: u32) -> io::Result<()> {
    let (target, permissions) = match fs::metadata(path) {
        Ok(data) => (fs::canonicalize(path)?, Some(data.permissions())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => (path.to_path_buf(), None),
        Err(error) => return Err(error),
    };
    if permissions.as_ref().is_some_and(fs::Permissions::readonly) {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".nir-");
    // A new file gets the permissions that the process gives to new files, not those of a secret.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(contents)?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    file.as_file().sync_all()?;
    file.persist(&target)?;
    Ok(())
}
