//! Metadata: what says where code comes from is kept, the rest is passed over.

use super::cursor;
use super::{Reader, Result};
use crate::syntax::{ConstantData, List, Location, Name, Node, Record};

/// A value of a field of a node.
enum Field<'t> {
    Node(Node),
    Number(u64),
    Text(Name<'t>),
    Word(&'t str),
    Other,
}

impl<'t> Reader<'t> {
    /// `!12 = …`, `!name = !{…}`
    pub(super) fn metadata_definition(&mut self) -> Result<()> {
        self.cursor.at += 1;
        if !self.cursor.byte(0).is_ascii_digit() {
            let name = self.metadata_name()?;
            self.expect(b'=')?;
            self.expect(b'!')?;
            let list = self.node_list()?;
            self.module.metadata.named.insert(name, list);
            return Ok(());
        }
        let place = self.cursor.here();
        let number = self.u32("the number of a metadata node")?;
        // Each node takes some bytes: what is far beyond that has gaps that are not worth their memory.
        if number as usize > self.cursor.len() / 4 + 1024 {
            let message = format!("the numbers of metadata nodes have gaps: {number} is too large");
            return Err(self.wrong_at(place, "LLVM/limit", message));
        }
        self.expect(b'=')?;
        self.cursor.eat_word("distinct");
        let record = self.record()?;
        let nodes = &mut self.module.metadata.nodes;
        if nodes.len() == number as usize {
            nodes.push(record);
            return Ok(());
        }
        if nodes.len() < number as usize {
            nodes.resize(number as usize + 1, Record::Other);
        }
        if nodes[number as usize] != Record::Other {
            return Err(self.wrong_at(place, "LLVM/syntax", format!("`!{number}` is defined a second time")));
        }
        nodes[number as usize] = record;
        Ok(())
    }

    /// The name behind a `!`: of letters and escapes, or in quotes.
    fn metadata_name(&mut self) -> Result<Name<'t>> {
        let start = self.cursor.at;
        while self.cursor.byte(0) == b'\\' || !self.cursor.label_word_here().is_empty() {
            self.cursor.at += usize::from(self.cursor.byte(0) == b'\\');
        }
        match self.cursor.since(start) {
            "" => Err(self.unexpected("the name of metadata")),
            name => match cursor::unescaped(name) {
                Ok(name) => Ok(name),
                Err(bad) => Err(self.bad(bad, "the name of metadata")),
            },
        }
    }

    /// `!12`
    fn node(&mut self) -> Result<Node> {
        let place = self.cursor.place();
        self.cursor.at += 1;
        let number = self.u32("the number of a metadata node")?;
        if number >= Node::INLINE {
            let message = "the number of a metadata node is below 2^31".to_owned();
            return Err(self.wrong_at(place, "LLVM/limit", message));
        }
        Ok(Node(number))
    }

    /// A node that is written out: `!{…}`, `!DILocation(…)`, `!"…"`, `i32 1` …
    fn record(&mut self) -> Result<Record<'t>> {
        if self.cursor.peek() != b'!' {
            return Err(self.unexpected("a metadata node"));
        }
        self.cursor.at += 1;
        match self.cursor.byte(0) {
            b'{' => self.node_list().map(Record::List),
            _ => self.specialised(),
        }
    }

    fn specialised(&mut self) -> Result<Record<'t>> {
        let name = self.cursor.word();
        if name.is_empty() || self.cursor.peek() != b'(' {
            return Err(self.unexpected("a metadata node"));
        }
        match name {
            "DILocation" => self.location().map(Record::Location),
            "DIFile" => self.source_file(),
            "DISubprogram" => self.subprogram(),
            "DILexicalBlock" | "DILexicalBlockFile" | "DICommonBlock" | "DINamespace" | "DIModule" => self.scope(),
            _ => {
                self.cursor.skip_group();
                Ok(Record::Other)
            }
        }
    }

    /// `{!1, null, !"…", i32 4}`: the nodes.
    fn node_list(&mut self) -> Result<Vec<Node>> {
        if self.cursor.peek() != b'{' {
            return Err(self.unexpected("`{`"));
        }
        let mark = self.cursor.mark();
        self.cursor.skip_group();
        let end = self.cursor.at;
        self.cursor.rewind(mark);
        self.cursor.at += 1;
        let mut nodes = Vec::new();
        while self.cursor.at < end {
            match self.cursor.peek() {
                b'!' if self.cursor.byte(1).is_ascii_digit() => {
                    let node = self.node()?;
                    nodes.push(node);
                }
                b'(' | b'[' | b'{' | b'<' => self.cursor.skip_group(),
                _ => self.cursor.pass(),
            }
        }
        Ok(nodes)
    }

    /// The fields of a node, each given to `take`.
    fn fields(&mut self, mut take: impl FnMut(&str, Field<'t>)) -> Result<()> {
        self.expect(b'(')?;
        if self.cursor.eat(b')') {
            return Ok(());
        }
        loop {
            let name = self.cursor.word();
            self.expect(b':')?;
            let value = self.field()?;
            take(name, value);
            if !self.cursor.eat(b',') {
                return self.expect(b')');
            }
        }
    }

    fn field(&mut self) -> Result<Field<'t>> {
        match self.cursor.peek() {
            b'!' if self.cursor.byte(1).is_ascii_digit() => self.node().map(Field::Node),
            b'!' => {
                self.nested(Reader::record)?;
                Ok(Field::Other)
            }
            b'"' => self.string("a string").map(Field::Text),
            b'0'..=b'9' => self.u64("a number").map(Field::Number),
            b'-' => {
                self.cursor.number();
                Ok(Field::Other)
            }
            _ => match self.cursor.word() {
                "" => Err(self.unexpected("the value of a field")),
                word => {
                    while self.cursor.eat(b'|') {
                        self.cursor.word();
                    }
                    Ok(Field::Word(word))
                }
            },
        }
    }

    /// A location as it is mostly written: line, column and scope with one blank between them.
    fn plain_location(&mut self) -> Option<Location> {
        let line = self.plain_field("(line: ")?;
        let column = self.plain_field(", column: ")?;
        let scope = Node(self.plain_field(", scope: !")?);
        let inlined_at = self.plain_field(", inlinedAt: !").map(Node);
        let node = |node: Node| node.0 < Node::INLINE;
        if self.cursor.byte(0) != b')' || !node(scope) || !inlined_at.is_none_or(node) {
            return None;
        }
        self.cursor.at += 1;
        Some(Location { line, column: column.min(u32::from(u16::MAX)) as u16, scope, inlined_at })
    }

    fn plain_field(&mut self, name: &str) -> Option<u32> {
        if !self.cursor.starts_with(name) {
            return None;
        }
        self.cursor.at += name.len();
        self.cursor.digits().and_then(|number| u32::try_from(number).ok())
    }

    fn location(&mut self) -> Result<Location> {
        let mark = self.cursor.mark();
        if let Some(location) = self.plain_location() {
            return Ok(location);
        }
        self.cursor.rewind(mark);
        let place = self.cursor.here();
        let mut location = Location { line: 0, column: 0, scope: Node(0), inlined_at: None };
        let mut scoped = false;
        self.fields(|name, value| match (name, value) {
            ("line", Field::Number(line)) => location.line = line.min(u64::from(u32::MAX)) as u32,
            ("column", Field::Number(column)) => location.column = column.min(u64::from(u16::MAX)) as u16,
            ("scope", Field::Node(node)) => (location.scope, scoped) = (node, true),
            ("inlinedAt", Field::Node(node)) => location.inlined_at = Some(node),
            _ => {}
        })?;
        if !scoped {
            return Err(self.wrong_at(place, "LLVM/syntax", "a location has a scope".to_owned()));
        }
        Ok(location)
    }

    fn source_file(&mut self) -> Result<Record<'t>> {
        let (mut name, mut directory) = (Name::default(), Name::default());
        let (mut kind, mut checksum) = ("", Name::default());
        self.fields(|field, value| match (field, value) {
            ("filename", Field::Text(text)) => name = text,
            ("directory", Field::Text(text)) => directory = text,
            ("checksumkind", Field::Word(word)) => kind = word,
            ("checksum", Field::Text(text)) => checksum = text,
            _ => {}
        })?;
        let sha256 = if kind == "CSK_SHA256" { digest(&checksum) } else { None };
        Ok(Record::File { name, directory, sha256 })
    }

    fn subprogram(&mut self) -> Result<Record<'t>> {
        let (mut name, mut linkage_name, mut file, mut line) = (Name::default(), None, None, 0);
        self.fields(|field, value| match (field, value) {
            ("name", Field::Text(text)) => name = text,
            ("linkageName", Field::Text(text)) => linkage_name = Some(text),
            ("file", Field::Node(node)) => file = Some(node),
            ("line", Field::Number(number)) => line = number.min(u64::from(u32::MAX)) as u32,
            _ => {}
        })?;
        Ok(Record::Subprogram { name, linkage_name, file, line })
    }

    fn scope(&mut self) -> Result<Record<'t>> {
        let (mut scope, mut file) = (None, None);
        self.fields(|field, value| match (field, value) {
            ("scope", Field::Node(node)) => scope = Some(node),
            ("file", Field::Node(node)) => file = Some(node),
            _ => {}
        })?;
        Ok(Record::Scope { scope, file })
    }

    /// `!dbg !12`, `!tbaa !3` …: the node of a `!dbg`.
    pub(super) fn attachment(&mut self) -> Result<Option<Node>> {
        self.expect(b'!')?;
        let debug = self.metadata_name()? == "dbg";
        if self.cursor.peek() == b'!' && self.cursor.byte(1).is_ascii_digit() {
            let node = self.node()?;
            return Ok(debug.then_some(node));
        }
        let record = self.record()?;
        Ok(debug.then(|| self.module.metadata.add(record)))
    }

    /// What is behind a call's `metadata`: a node, a string, a value.
    pub(super) fn metadata_operand(&mut self) -> Result<ConstantData> {
        if self.cursor.peek() != b'!' {
            let (_, _) = self.typed_operand()?;
            return Ok(ConstantData::Metadata(None));
        }
        match self.cursor.byte(1) {
            b'0'..=b'9' => self.node().map(|node| ConstantData::Metadata(Some(node))),
            b'"' => {
                self.cursor.at += 1;
                let text = self.string("a string")?;
                let bytes = &mut self.module.constants.bytes;
                let list = List { start: bytes.len() as u32, len: text.len() as u32 };
                bytes.extend_from_slice(text.as_bytes());
                Ok(ConstantData::MetadataText(list))
            }
            _ => {
                let record = self.record()?;
                Ok(ConstantData::Metadata(Some(self.module.metadata.add(record))))
            }
        }
    }

    /// Attachments, each behind a comma: the node of `!dbg`.
    #[inline]
    pub(super) fn attachments(&mut self) -> Result<Option<Node>> {
        let mut debug = None;
        while self.cursor.eat(b',') {
            // The form in which nearly all stand.
            if self.cursor.starts_with(" !dbg !") && self.cursor.byte(7).is_ascii_digit() {
                self.cursor.at += 6;
                debug = Some(self.node()?);
                continue;
            }
            debug = self.attachment()?.or(debug);
        }
        Ok(debug)
    }
}

fn digest(text: &str) -> Option<[u8; 32]> {
    let mut digest = [0; 32];
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, digits) in digest.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = super::cursor::hex(digits[0]) << 4 | super::cursor::hex(digits[1]);
    }
    Some(digest)
}
