//! Metadata: the nodes that say where code comes from. Others are known to be there and have no content.

use super::Name;
use rustc_hash::FxHashMap;

/// A metadata node by its number in the text, `!12`; from 2^31 on one that is written where it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Node(pub u32);

impl Node {
    /// The number of the first node that is written where it is used.
    pub const INLINE: u32 = 1 << 31;
}

/// `!DILocation(line: L, column: C, scope: !S, inlinedAt: !I)`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    /// The line; 0 for compiler-made code.
    pub line: u32,
    /// The column; 0 where it is not known. Larger ones are 65,535.
    pub column: u16,
    /// The scope.
    pub scope: Node,
    /// The location of the call into which this was inlined.
    pub inlined_at: Option<Node>,
}

/// A node that means something here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record<'t> {
    /// A location.
    Location(Location),
    /// `!DIFile`: its name, its folder, the SHA-256 checksum if it has that kind.
    File {
        /// The name, which may be a path.
        name: Name<'t>,
        /// The folder it is relative to.
        directory: Name<'t>,
        /// `checksumkind: CSK_SHA256`.
        sha256: Option<[u8; 32]>,
    },
    /// `!DISubprogram`
    Subprogram {
        /// The name in the source.
        name: Name<'t>,
        /// The symbol, where it differs.
        linkage_name: Option<Name<'t>>,
        /// The file.
        file: Option<Node>,
        /// The line of its declaration.
        line: u32,
    },
    /// `!DILexicalBlock`, `!DILexicalBlockFile`, `!DICommonBlock`, `!DINamespace` …: what is between a location and its
    /// subprogram.
    Scope {
        /// The scope around it.
        scope: Option<Node>,
        /// The file.
        file: Option<Node>,
    },
    /// `!{!…}`: a list of nodes; those that are no nodes are left out.
    List(Vec<Node>),
    /// Anything else.
    Other,
}

/// The metadata of a file.
#[derive(Debug, Default)]
pub struct Metadata<'t> {
    /// The nodes by number; there are few gaps.
    pub nodes: Vec<Record<'t>>,
    /// The nodes that are written where they are used, by number less [`Node::INLINE`].
    pub inline: Vec<Record<'t>>,
    /// The lists with names, such as `!llvm.module.flags`.
    pub named: FxHashMap<Name<'t>, Vec<Node>>,
}

impl<'t> Metadata<'t> {
    /// A node; [`Record::Other`] for one that is not there.
    pub fn get(&self, node: Node) -> &Record<'t> {
        let record = match node.0.checked_sub(Node::INLINE) {
            Some(index) => self.inline.get(index as usize),
            None => self.nodes.get(node.0 as usize),
        };
        record.unwrap_or(&Record::Other)
    }

    /// A node without a number in the text.
    pub fn add(&mut self, record: Record<'t>) -> Node {
        self.inline.push(record);
        Node(Node::INLINE + self.inline.len() as u32 - 1)
    }
}
