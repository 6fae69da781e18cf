//! Operands: values, literals and edges, and which types the literals have.
//!
//! A literal is typed by what its instruction already says: the suffix, then the values beside it, then the results.
//! When the only value beside it is defined further down, the literal waits for the end of the function.

use super::cursor::Read;
use super::literal::Literal;
use super::resolve::Key;
use super::{Reader, text_place};
use crate::opcode::TypePattern;
use crate::{Block, BlockData, Constant, Diagnostic, Edge, EdgeData, Opcode, Operand, Rule, Type, Value};
use cranelift_entity::EntityRef;

/// An operand as it is read.
#[derive(Clone, Copy)]
pub(super) enum Argument<'t> {
    Value(Value),
    /// A value that is not defined yet.
    Later(Key<'t>),
    Literal(Literal<'t>),
}

/// Where an operand stands in the body.
#[derive(Clone, Copy)]
pub(super) enum Site {
    /// A word of an instruction.
    Word(u32, u8),
    Pool(u32),
    /// The constant of an edge.
    Case(Edge),
    /// The location of a debug variable.
    Variable(u32),
}

/// A use of a value that is not defined yet.
#[derive(Clone, Copy)]
pub(super) struct Patch<'t> {
    pub(super) site: Site,
    pub(super) key: Key<'t>,
}

/// A literal whose type is that of a value which is not defined yet, or that of a parameter of the function it
/// points to.
#[derive(Clone, Copy)]
pub(super) struct Pending<'t> {
    pub(super) site: Site,
    pub(super) literal: Literal<'t>,
    pub(super) key: Key<'t>,
    pub(super) parameter: Option<usize>,
}

/// What is known of a type.
#[derive(Clone, Copy)]
pub(super) enum Hint<'t> {
    /// Nothing in the instruction says it.
    Nothing,
    /// Nothing says it, and nothing has to: what should is a mistake that is reported elsewhere, or the literal is an
    /// argument behind the parameters of a function that takes any number.
    Free,
    /// The type of a value that is not defined yet.
    Later(Key<'t>),
    /// The type of a parameter of what a value points to that is not defined yet.
    Parameter(Key<'t>, usize),
    Known(Type),
}

impl<'t> Hint<'t> {
    /// A type, unless it could not be read.
    pub(super) fn of(ty: Type) -> Hint<'t> {
        if ty == Type::ERROR { Hint::Free } else { Hint::Known(ty) }
    }

    fn or(self, other: Hint<'t>) -> Hint<'t> {
        let rank = |hint: &Hint<'_>| match hint {
            Hint::Nothing => 0,
            Hint::Free => 1,
            Hint::Later(_) | Hint::Parameter(..) => 2,
            Hint::Known(_) => 3,
        };
        if rank(&other) > rank(&self) { other } else { self }
    }
}

impl<'t> Reader<'t> {
    /// A value or a literal, if one stands here, after blanks.
    #[inline]
    pub(super) fn argument(&mut self) -> Read<Option<Argument<'t>>> {
        self.cursor.skip_blanks();
        if self.cursor.peek() == b'%' {
            self.cursor.at += 1;
            let key = self.key_here('%')?;
            return Ok(Some(match self.current.values.get(key) {
                Some(value) => Argument::Value(Value::from_u32(value)),
                None => Argument::Later(key),
            }));
        }
        Ok(Literal::take(&mut self.cursor)?.map(Argument::Literal))
    }

    /// The types of an opcode's operands, as far as the instruction says them.
    pub(super) fn hints(&self, opcode: Opcode, suffix: Option<Type>, arguments: &[Argument<'t>]) -> [Hint<'t>; 4] {
        let shape = opcode.shape();
        let mut hints = [Hint::Nothing; 4];
        let mut bind = |pattern: &TypePattern, hint: Hint<'t>| {
            if let TypePattern::Var(variable) = *pattern
                && let Some(known) = hints.get_mut(usize::from(variable))
            {
                *known = known.or(hint);
            }
        };
        if let Some(ty) = suffix {
            bind(&TypePattern::Var(shape.suffix_var), Hint::of(ty));
        }
        for (pattern, argument) in shape.operands.iter().zip(arguments) {
            match *argument {
                Argument::Value(value) => bind(pattern, Hint::of(self.current.body.value_type(value))),
                Argument::Later(key) => bind(pattern, Hint::Later(key)),
                Argument::Literal(_) => {}
            }
        }
        for (pattern, result) in shape.results.iter().zip(&self.current.results) {
            bind(pattern, Hint::of(result.ty));
        }
        hints
    }

    /// What is known of the type of an operand of a pattern.
    pub(super) fn hint_of(
        &self,
        opcode: Opcode,
        pattern: TypePattern,
        hints: &[Hint<'t>; 4],
        literal: &Literal<'t>,
    ) -> Hint<'t> {
        let variable = match pattern {
            TypePattern::Fixed(kind) => return Hint::Known(Type::of_kind(kind)),
            TypePattern::Var(variable) => usize::from(variable),
        };
        match hints.get(variable).copied().unwrap_or(Hint::Nothing) {
            Hint::Nothing if types_itself(opcode, variable) => Hint::Known(literal.default_type()),
            hint => hint,
        }
    }

    /// The bits of an operand that stands at a site, or that will once its name or its type is known.
    #[inline]
    pub(super) fn place(&mut self, site: Site, argument: Argument<'t>, hint: Hint<'t>) -> u32 {
        match argument {
            Argument::Value(value) => Operand::from(value).bits(),
            Argument::Later(key) => {
                self.current.patches.push(Patch { site, key });
                0
            }
            Argument::Literal(literal) => match self.typed(site, literal, hint) {
                Some(constant) => Operand::from(constant).bits(),
                None => 0,
            },
        }
    }

    /// The constant of a literal; none when its type is not known yet.
    fn typed(&mut self, site: Site, literal: Literal<'t>, hint: Hint<'t>) -> Option<Constant> {
        let (key, parameter) = match hint {
            Hint::Known(ty) => return Some(self.constant(literal, ty)),
            Hint::Later(key) => (key, None),
            Hint::Parameter(key, index) => (key, Some(index)),
            Hint::Nothing => {
                self.untyped_literal(literal);
                return Some(self.constant(literal, literal.default_type()));
            }
            Hint::Free => return Some(self.constant(literal, literal.default_type())),
        };
        self.current.pending.push(Pending { site, literal, key, parameter });
        None
    }

    /// Puts an operand behind the others of the pool.
    #[inline]
    pub(super) fn push_operand(&mut self, argument: Argument<'t>, hint: Hint<'t>) {
        let site = Site::Pool(self.current.body.pool.len() as u32);
        let bits = self.place(site, argument, hint);
        self.current.body.pool.push(Operand::from_bits(bits));
    }

    /// Operands in parentheses, of which the first stands open.
    pub(super) fn operand_list(&mut self, hint: impl Fn(&Self, usize) -> Hint<'t>) -> Read<()> {
        if self.cursor.eat(b')') {
            return Ok(());
        }
        let mut index = 0;
        loop {
            let Some(argument) = self.argument()? else {
                return Err(self.cursor.unexpected("a value or a literal"));
            };
            let hint = match argument {
                Argument::Literal(_) => hint(self, index),
                _ => Hint::Nothing,
            };
            self.push_operand(argument, hint);
            index += 1;
            if !self.comma_or(b')')? {
                return Ok(());
            }
        }
    }

    /// `^block` or `^block(arguments)`, after blanks.
    pub(super) fn edge(&mut self, case: Option<Constant>) -> Read<Edge> {
        if !self.cursor.eat(b'^') {
            return Err(self.cursor.unexpected("a block's name"));
        }
        let key = self.key_here('^')?;
        let block = self.target(key);
        let start = self.current.body.pool.len();
        if self.cursor.eat(b'(') {
            self.operand_list(|reader, index| reader.block_param_hint(block, index))?;
        }
        let args = start..self.current.body.pool.len();
        Ok(self.current.body.edges.push(EdgeData::new(block, args, case)))
    }

    /// The block of a name. One that is not defined gets an entry behind all others; the verifier reports it.
    fn target(&mut self, key: Key<'t>) -> Block {
        if let Some(block) = self.current.blocks.get(key) {
            return Block::from_u32(block);
        }
        let name = self.undefined_name(key);
        let block = self.current.body.blocks.push(BlockData::undefined(name));
        self.current.blocks.set(key, block.as_u32());
        block
    }

    fn block_param_hint(&self, block: Block, index: usize) -> Hint<'t> {
        let Some(label) = self.current.labels.get(block.index()) else { return Hint::Free };
        let params = &self.current.label_params[label.params.clone()];
        params.get(index).map_or(Hint::Free, |param| Hint::of(param.ty))
    }

    /// What an opcode gives when it has the wrong number of operands or results.
    pub(super) fn wrong_count(&self, range: std::ops::Range<usize>, message: String) -> Box<Diagnostic> {
        Box::new(Diagnostic::new(Rule::TypeOperandCount, text_place(range), message))
    }
}

/// Whether a literal that nothing types takes a type by its size: as an index, or as a number of bytes.
fn types_itself(opcode: Opcode, variable: usize) -> bool {
    let last = match opcode {
        Opcode::Element | Opcode::Offset | Opcode::Memset => 1,
        Opcode::Memcpy | Opcode::Memmove => 2,
        _ => return false,
    };
    variable == last
}
