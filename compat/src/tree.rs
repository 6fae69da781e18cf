//! The source tree that the gate looks at.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// A source tree, by the path of its root. Texts are read once.
#[derive(Debug)]
pub struct Tree {
    root: PathBuf,
    texts: Mutex<HashMap<String, Option<String>>>,
}

impl Tree {
    /// The tree with a root.
    pub fn new(root: impl Into<PathBuf>) -> Tree {
        Tree { root: root.into(), texts: Mutex::default() }
    }

    /// The tree that a folder is in: the nearest one above it that holds the tables.
    pub fn around(folder: &Path) -> Option<Tree> {
        let holds = |folder: &&Path| folder.join("native-ir/opcodes.tsv").is_file();
        folder.ancestors().find(holds).map(Tree::new)
    }

    /// The path of a file.
    pub fn path(&self, file: &str) -> PathBuf {
        self.root.join(file)
    }

    /// A file's bytes.
    ///
    /// # Errors
    /// A sentence with the file's name.
    pub(crate) fn bytes(&self, file: &str) -> Result<Vec<u8>, String> {
        fs::read(self.path(file)).map_err(|error| format!("{file}: cannot be read: {error}"))
    }

    /// A file's text; nothing when there is no such file, or when it is no text.
    pub(crate) fn text(&self, file: &str) -> Option<String> {
        // A panic while the lock is held cannot leave the map half changed.
        let mut texts = self.texts.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        texts.entry(file.to_string()).or_insert_with(|| fs::read_to_string(self.path(file)).ok()).clone()
    }
}
