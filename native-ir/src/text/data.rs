//! Data objects. An initial value is typed by the object's type while it is read, with an explicit stack of the lists
//! that stand open. Inside brackets it may go over several lines.

use super::cursor::{Read, shorten};
use super::field::{self, Seen};
use super::literal::Literal;
use super::{Reader, source, text_place};
use crate::{Data, Diagnostic, InitNode, Initializer, Rule, Type, TypeData, TypeKind};
use std::ops::Range;

/// A list of values that stands open.
struct List {
    ty: Type,
    start: usize,
    /// The byte that closes it.
    close: u8,
    /// How many values it has so far, and how many it must have.
    count: u64,
    wanted: u64,
    /// Its node, and for an array of scalars where its bytes begin.
    node: usize,
    scalars: Option<usize>,
}

impl<'t> Reader<'t> {
    pub(super) fn data_item(&mut self, entity: Option<u32>) -> Read<()> {
        self.cursor.word();
        let Some(data) = entity.map(Data::from_u32) else {
            while !self.cursor.word().is_empty() {}
            self.cursor.name(b'@', "the object's name")?;
            return Ok(());
        };
        self.data_marks(data)?;
        self.cursor.name(b'@', "the object's name")?;
        self.cursor.expect(b':')?;
        let ty = self.read_type()?;
        self.module.data[data].ty = ty;
        self.data_clauses(data)?;
        self.cursor.expect(b'=')?;
        let init = self.initializer(ty)?;
        self.module.data[data].init = init;
        self.cursor.expect_line_end()
    }

    fn data_marks(&mut self, data: Data) -> Read<()> {
        let mut seen = Seen::default();
        loop {
            self.cursor.skip_blanks();
            let range = self.cursor.token();
            let word = self.cursor.word();
            match word {
                "" => return Ok(()),
                "pub" => self.module.data[data].public = true,
                "weak" => self.module.data[data].weak = true,
                _ => return Err(field::unknown(&shorten(word), "a data object", range)),
            }
            self.once(&mut seen, word, range);
        }
    }

    fn data_clauses(&mut self, data: Data) -> Read<()> {
        let mut seen = Seen::default();
        loop {
            if let Some((name, range)) = self.field_name() {
                if !matches!(name, "align" | "section") {
                    self.report(*field::unknown(&shorten(name), "a data object", range));
                    self.skip_field_value();
                    continue;
                }
                self.once(&mut seen, name, range);
                match name {
                    "align" => self.module.data[data].align = Some(self.align()?),
                    _ => self.module.data[data].section = Some(self.section()?),
                }
                continue;
            }
            self.cursor.skip_blanks();
            let range = self.cursor.token();
            match self.cursor.word() {
                "readonly" => {
                    self.module.data[data].readonly = true;
                    self.once(&mut seen, "readonly", range);
                }
                "" => return Ok(()),
                word => return Err(field::unknown(&shorten(word), "a data object", range)),
            }
        }
    }

    fn initializer(&mut self, ty: Type) -> Read<Initializer> {
        let mut init = Initializer::default();
        let mut open: Vec<List> = Vec::new();
        let mut ty = ty;
        loop {
            self.skip_in_list(&open);
            let opened = self.initial_value(ty, &mut init, &mut open)?;
            if opened && open.last().is_some_and(|list| list.wanted > 0) {
                // An empty list of something is closed below, where it is too short.
                self.cursor.skip_space();
                if !matches!(self.cursor.peek(), b']' | b'}') {
                    ty = self.next_type(&open);
                    continue;
                }
            }
            if !self.after_value(&mut init, &mut open, opened)? {
                return Ok(init);
            }
            ty = self.next_type(&open);
        }
    }

    fn skip_in_list(&mut self, open: &[List]) {
        if open.is_empty() {
            self.cursor.skip_blanks();
        } else {
            self.cursor.skip_space();
        }
    }

    /// Goes behind the comma after a value, and behind what closes lists. Returns whether a value follows.
    fn after_value(&mut self, init: &mut Initializer, open: &mut Vec<List>, opened: bool) -> Read<bool> {
        let mut ended = !opened;
        while let Some(list) = open.last_mut() {
            list.count += u64::from(ended);
            self.cursor.skip_space();
            let close = list.close;
            if self.cursor.eat(close) {
                let list = open.pop();
                if let Some(list) = list {
                    self.close(list, init)?;
                }
                ended = true;
                continue;
            }
            if ended && self.cursor.eat(b',') {
                return Ok(true);
            }
            let wanted = if ended { format!("`,` or `{}`", char::from(close)) } else { "a value".to_string() };
            return Err(self.cursor.unexpected(&wanted));
        }
        Ok(false)
    }

    /// The type of the next value of the innermost list.
    fn next_type(&self, open: &[List]) -> Type {
        let Some(list) = open.last() else { return Type::ERROR };
        match self.module.types.resolved(list.ty) {
            TypeData::Array { element, .. } => *element,
            TypeData::Struct { fields, .. } => usize::try_from(list.count)
                .ok()
                .and_then(|index| fields.get(index))
                .copied()
                .unwrap_or(Type::ERROR),
            _ => Type::ERROR,
        }
    }

    /// A value, or the beginning of a list; then it returns true.
    fn initial_value(&mut self, ty: Type, init: &mut Initializer, open: &mut Vec<List>) -> Read<bool> {
        if let Some(list) = open.last()
            && list.count >= list.wanted
            && list.ty != Type::ERROR
        {
            let message = format!("there are more than {} here", values(list.wanted));
            return Err(misfit(self.cursor.token(), message));
        }
        let start = self.cursor.at;
        match self.cursor.peek() {
            b'[' | b'{' => return self.open_list(ty, init, open).map(|()| true),
            b'"' => self.initial_string(ty, init, open)?,
            b'@' => self.initial_address(init, open)?,
            b'z' if self.cursor.eat_word("zero") => self.push_zero(ty, init, open),
            _ => match Literal::take(&mut self.cursor)? {
                Some(literal) => self.initial_scalar(ty, literal, init, open)?,
                None => return Err(self.cursor.unexpected("a value")),
            },
        }
        source::limit(init.bytes.len(), source::MAX_INITIAL_BYTES, "bytes of scalars", start..self.cursor.at)?;
        Ok(false)
    }

    fn open_list(&mut self, ty: Type, init: &mut Initializer, open: &mut Vec<List>) -> Read<()> {
        let start = self.cursor.at;
        let (bracket, wanted, scalars) = match self.module.types.resolved(ty) {
            TypeData::Array { element, length } => (b'[', *length, self.scalar_width(*element).is_some()),
            TypeData::Struct { fields, .. } => (b'{', fields.len() as u64, false),
            TypeData::Error => (self.cursor.peek(), u64::MAX, false),
            _ => return Err(misfit(start..start + 1, format!("a value of type `{}` is no list", self.shown(ty)))),
        };
        if self.cursor.peek() != bracket {
            let (ty, bracket) = (self.shown(ty), char::from(bracket));
            return Err(misfit(start..start + 1, format!("a value of type `{ty}` begins with `{bracket}`")));
        }
        self.cursor.at += 1;
        self.spread_parent(init, open);
        let node = init.nodes.len();
        let bytes = init.bytes.len();
        init.nodes.push(match scalars {
            true => InitNode::Scalars { start: bytes as u32, len: 0 },
            false => InitNode::List(0),
        });
        let close = if bracket == b'{' { b'}' } else { b']' };
        open.push(List { ty, start, close, count: 0, wanted, node, scalars: scalars.then_some(bytes) });
        Ok(())
    }

    fn close(&mut self, list: List, init: &mut Initializer) -> Read<()> {
        let known = list.ty != Type::ERROR && !matches!(self.module.types.resolved(list.ty), TypeData::Error);
        if known && list.count < list.wanted {
            let message = format!("`{}` has {}, not {}", self.shown(list.ty), values(list.wanted), list.count);
            return Err(misfit(list.start..self.cursor.at, message));
        }
        init.nodes[list.node] = match list.scalars {
            Some(start) => InitNode::Scalars { start: start as u32, len: (init.bytes.len() - start) as u32 },
            None => InitNode::List(u32::try_from(list.count).unwrap_or(u32::MAX)),
        };
        Ok(())
    }

    /// Makes the innermost list one of nodes when it is one of scalars, because one of its values is no scalar.
    fn spread_parent(&self, init: &mut Initializer, open: &mut [List]) {
        let Some(list) = open.last_mut() else { return };
        let Some(start) = list.scalars.take() else { return };
        init.nodes[list.node] = InitNode::List(0);
        let width = (init.bytes.len() - start).checked_div(list.count as usize).unwrap_or(0);
        for index in 0..list.count as usize {
            let start = (start + index * width) as u32;
            init.nodes.push(InitNode::Scalars { start, len: width as u32 });
        }
    }

    /// How many bytes a scalar takes in an initial value.
    fn scalar_width(&self, ty: Type) -> Option<usize> {
        Some(match self.module.types.kind(ty)? {
            TypeKind::I1 | TypeKind::I8 => 1,
            TypeKind::I16 | TypeKind::F16 => 2,
            TypeKind::I32 | TypeKind::F32 => 4,
            TypeKind::I64 | TypeKind::F64 | TypeKind::Addr => 8,
            TypeKind::I128 | TypeKind::F128 => 16,
            _ => return None,
        })
    }

    fn initial_scalar(
        &mut self,
        ty: Type,
        literal: Literal<'t>,
        init: &mut Initializer,
        open: &mut [List],
    ) -> Read<()> {
        if ty == Type::ERROR {
            init.nodes.push(InitNode::Zero);
            return Ok(());
        }
        let kind = self.module.types.kind(ty).filter(|&kind| literal.is_of(kind));
        let (Some(width), Some(_)) = (self.scalar_width(ty), kind) else {
            let message = format!("this is no value of type `{}`", self.shown(ty));
            return Err(misfit(literal.range(), message));
        };
        let bits = self.literal_bits(literal, ty).unwrap_or(0);
        push_scalar(init, open, &bits.to_le_bytes()[..width]);
        Ok(())
    }

    /// `zero`: a scalar among scalars, else a node.
    fn push_zero(&mut self, ty: Type, init: &mut Initializer, open: &mut [List]) {
        match self.scalar_width(ty) {
            Some(width) if open.last().is_some_and(|list| list.scalars.is_some()) => {
                push_scalar(init, open, &[0; 16][..width]);
            }
            _ => init.nodes.push(InitNode::Zero),
        }
    }

    /// The bytes of an `array[i8,N]`.
    fn initial_string(&mut self, ty: Type, init: &mut Initializer, open: &mut [List]) -> Read<()> {
        let start = self.cursor.at;
        let bytes = self.cursor.byte_string()?;
        let range = start..self.cursor.at;
        match *self.module.types.resolved(ty) {
            TypeData::Array { element: Type::I8, length } if length == bytes.len() as u64 => {}
            TypeData::Array { element: Type::I8, length } => {
                let message = format!("the text has {} bytes, and its type {length}", bytes.len());
                return Err(misfit(range, message));
            }
            TypeData::Error => {}
            _ => {
                let message = format!("a value of type `{}` is no text; an array[i8,N] is", self.shown(ty));
                return Err(misfit(range, message));
            }
        }
        self.spread_parent(init, open);
        let (start, len) = (init.bytes.len() as u32, bytes.len() as u32);
        init.bytes.extend_from_slice(&bytes);
        init.nodes.push(InitNode::Scalars { start, len });
        Ok(())
    }

    /// `@symbol + 4`
    fn initial_address(&mut self, init: &mut Initializer, open: &mut [List]) -> Read<()> {
        let start = self.cursor.at;
        let name = self.cursor.name(b'@', "a symbol")?;
        let symbol = self.symbol(&name, start..self.cursor.at);
        let mut addend = 0;
        self.cursor.skip_blanks();
        let at = self.cursor.at;
        let sign = self.cursor.peek();
        if matches!(sign, b'+' | b'-') {
            self.cursor.at += 1;
            let number = i128::from(self.cursor.unsigned("the addend")?);
            let number = if sign == b'-' { -number } else { number };
            addend = i64::try_from(number).map_err(|_| {
                source::over_limit(at..self.cursor.at, "an addend is not in the range -2^63 to 2^63 - 1")
            })?;
        }
        self.spread_parent(init, open);
        init.nodes.push(InitNode::Address { symbol, addend });
        Ok(())
    }

    fn shown(&self, ty: Type) -> String {
        super::TypeText(&self.module, ty).to_string()
    }
}

/// Appends a scalar: to the list of scalars that stands open, or as a node of its own.
fn push_scalar(init: &mut Initializer, open: &[List], bytes: &[u8]) {
    let start = init.bytes.len() as u32;
    init.bytes.extend_from_slice(bytes);
    if open.last().is_none_or(|list| list.scalars.is_none()) {
        init.nodes.push(InitNode::Scalars { start, len: bytes.len() as u32 });
    }
}

fn values(count: u64) -> String {
    if count == 1 { "1 value".to_string() } else { format!("{count} values") }
}

fn misfit(range: Range<usize>, message: String) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(Rule::TypeInitializer, text_place(range), message))
}
