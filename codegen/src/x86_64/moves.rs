//! Many moves at once: arguments of edges and calls, parameters that arrive.
//!
//! All sources are read before any destination is written, as far as anyone can tell. A move is emitted when no other
//! waits to read its destination. What is left then are circles, in which each destination is read by exactly one
//! move; a circle is opened by putting one destination's old content aside. Linear time.

use super::address::{Address, Rm};
use super::emit::Emitter;
use super::encode::{Float, Size};
use super::operand::{float_of, move_size};
use super::register::{Gpr, RAX, RCX, XMM14, XMM15, Xmm};
use artifact::Place;
use native_ir::{Operand, TypeKind};

/// Where a move reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// A value's place, or one like it.
    Place(Place),
    /// A constant, or an address that no register is part of.
    Operand(Operand),
}

/// A move of a value of a kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Move {
    pub(super) to: Place,
    pub(super) from: Source,
    pub(super) kind: TypeKind,
}

/// Moves that wait. Filled again for each group, it allocates nothing once it is large enough.
#[derive(Debug, Default)]
pub(crate) struct Moves {
    list: Vec<Move>,
    /// By place: how many moves wait to read it.
    readers: Vec<u32>,
    /// By place: the move that writes it, plus one.
    writers: Vec<u32>,
    ready: Vec<u32>,
}

impl Moves {
    /// Adds a move, unless it is from a place to itself or to nowhere.
    pub(super) fn push(&mut self, one: Move) {
        if one.to != Place::Nowhere && one.from != Source::Place(one.to) {
            self.list.push(one);
        }
    }

    /// Counts readers and writers; what nobody reads may be written.
    fn prepare(&mut self) {
        for (index, one) in self.list.iter().enumerate() {
            let to = key(one.to);
            let from = source_key(one);
            // At least all registers: what opens a circle is not in the list.
            let len = to.max(from.unwrap_or(0)).max(31) + 1;
            if self.readers.len() < len {
                self.readers.resize(len, 0);
                self.writers.resize(len, 0);
            }
            self.writers[to] = index as u32 + 1;
            if let Some(from) = from {
                self.readers[from] += 1;
            }
        }
        self.ready.clear();
        let unread = |(index, one): (usize, &Move)| (self.readers[key(one.to)] == 0).then_some(index as u32);
        self.ready.extend(self.list.iter().enumerate().filter_map(unread));
    }

    /// Notes that a move has been emitted; the writer of what it read may be ready by that.
    fn emitted(&mut self, index: u32) {
        let one = self.list[index as usize];
        self.writers[key(one.to)] = 0;
        if let Some(from) = source_key(&one) {
            self.readers[from] -= 1;
            if self.readers[from] == 0 && self.writers[from] != 0 {
                self.ready.push(self.writers[from] - 1);
            }
        }
    }

    fn is_waiting(&self, index: u32) -> bool {
        self.writers[key(self.list[index as usize].to)] == index + 1
    }
}

/// A dense number for a place.
fn key(place: Place) -> usize {
    match place {
        Place::Core(register) => usize::from(register & 15),
        Place::Vector(register) => 16 + usize::from(register & 15),
        Place::Frame(offset) => 32 + offset as usize / 8,
        Place::Nowhere => 0,
    }
}

fn source_key(one: &Move) -> Option<usize> {
    match one.from {
        Source::Place(place) => Some(key(place)),
        Source::Operand(_) => None,
    }
}

fn is_wide(kind: TypeKind) -> bool {
    matches!(kind, TypeKind::I128 | TypeKind::F128)
}

impl Emitter<'_> {
    /// Emits the moves that wait. Uses rax, xmm15 to open circles, and rcx and xmm14 when it moves in memory. Changes no
    /// flags, but for vector zeros, which change none either.
    pub(super) fn move_all(&mut self) {
        match self.moves.list[..] {
            [] => return,
            [one] => self.emit_move(one),
            _ => self.move_many(),
        }
        self.moves.list.clear();
    }

    fn move_many(&mut self) {
        self.moves.prepare();
        self.move_ready();
        for index in 0..self.moves.list.len() as u32 {
            if self.moves.is_waiting(index) {
                self.open_circle(index);
            }
        }
    }

    fn move_ready(&mut self) {
        while let Some(index) = self.moves.ready.pop() {
            self.emit_move(self.moves.list[index as usize]);
            self.moves.emitted(index);
        }
    }

    /// Puts the destination of a move aside, and lets the one that waits to read it read that.
    fn open_circle(&mut self, index: u32) {
        let one = self.moves.list[index as usize];
        let aside = match one.to {
            Place::Vector(_) => Place::Vector(XMM15.0),
            _ if is_wide(one.kind) => Place::Vector(XMM15.0),
            _ => Place::Core(RAX.0),
        };
        let kind = match one.to {
            Place::Vector(_) if !is_wide(one.kind) => TypeKind::F64,
            _ if is_wide(one.kind) => one.kind,
            _ => TypeKind::I64,
        };
        self.emit_move(Move { to: aside, from: Source::Place(one.to), kind });
        let reader = (0..self.moves.list.len()).find(|&other| {
            self.moves.list[other].from == Source::Place(one.to) && self.moves.is_waiting(other as u32)
        });
        let Some(reader) = reader else { return };
        self.moves.readers[key(one.to)] -= 1;
        self.moves.list[reader].from = Source::Place(aside);
        let aside = key(aside);
        self.moves.readers[aside] += 1;
        self.moves.ready.push(index);
        self.move_ready();
    }

    /// Emits one move.
    pub(super) fn emit_move(&mut self, one: Move) {
        let size = move_size(one.kind);
        match (one.to, one.from) {
            (Place::Nowhere, _) => {}
            (Place::Core(to), Source::Operand(operand)) => self.core_into(operand, Gpr(to)),
            (Place::Vector(to), Source::Operand(operand)) if is_wide(one.kind) => {
                let bytes = self.constant(operand).unwrap_or(0).to_le_bytes();
                let literal = self.asm.literal(&bytes, 16);
                self.asm.load_vector(Xmm(to), Address::literal(literal));
            }
            (Place::Vector(to), Source::Operand(operand)) => self.vector_into(operand, Xmm(to)),
            (Place::Frame(to), Source::Operand(operand)) => self.store_operand(operand, to, one.kind),
            (Place::Core(to), Source::Place(Place::Core(from))) => self.asm.mov_rr(size, Gpr(to), Gpr(from)),
            (Place::Core(to), Source::Place(Place::Frame(from))) => self.asm.load(size, Gpr(to), self.cell(from)),
            (Place::Core(to), Source::Place(Place::Vector(from))) => {
                self.asm.move_from_xmm(Size::Quad, Gpr(to), Xmm(from));
            }
            (Place::Vector(to), Source::Place(Place::Core(from))) => {
                self.asm.move_to_xmm(Size::Quad, Xmm(to), Rm::Reg(Gpr(from)));
            }
            (Place::Vector(to), Source::Place(Place::Vector(from))) => self.asm.move_xmm(Xmm(to), Xmm(from)),
            (Place::Vector(to), Source::Place(Place::Frame(from))) if is_wide(one.kind) => {
                self.asm.load_vector(Xmm(to), self.cell(from));
            }
            (Place::Vector(to), Source::Place(Place::Frame(from))) => {
                self.asm.load_float(float_of(one.kind), Xmm(to), self.cell(from));
            }
            (Place::Frame(to), Source::Place(Place::Core(from))) => {
                self.asm.store(Size::Quad, self.cell(to), Gpr(from));
            }
            (Place::Frame(to), Source::Place(Place::Vector(from))) if is_wide(one.kind) => {
                self.asm.store_vector(self.cell(to), Xmm(from));
            }
            (Place::Frame(to), Source::Place(Place::Vector(from))) => {
                self.asm.store_float(Float::Double, self.cell(to), Xmm(from));
            }
            (Place::Frame(to), Source::Place(Place::Frame(from))) if is_wide(one.kind) => {
                self.asm.load_vector(XMM14, self.cell(from));
                self.asm.store_vector(self.cell(to), XMM14);
            }
            (Place::Frame(to), Source::Place(Place::Frame(from))) => {
                self.asm.load(Size::Quad, RCX, self.cell(from));
                self.asm.store(Size::Quad, self.cell(to), RCX);
            }
            // Nothing is there to be read.
            (_, Source::Place(Place::Nowhere)) => {}
        }
    }

    /// Stores a constant or an address into the frame.
    fn store_operand(&mut self, operand: Operand, to: u32, kind: TypeKind) {
        let halves = if is_wide(kind) { 2 } else { 1 };
        let Some(bits) = self.constant(operand) else {
            self.core_into(operand, RCX);
            return self.asm.store(Size::Quad, self.cell(to), RCX);
        };
        for half in 0..halves {
            let bits = (bits >> (64 * half)) as i64;
            let to = self.cell(to + 8 * half);
            match i32::try_from(bits) {
                Ok(value) => self.asm.store_imm(Size::Quad, to, value),
                Err(_) => {
                    self.asm.mov_ri(Size::Quad, RCX, bits as u64);
                    self.asm.store(Size::Quad, to, RCX);
                }
            }
        }
    }

    /// Where a move reads an operand.
    pub(super) fn source(&self, operand: Operand) -> Source {
        match self.place(operand) {
            place @ (Place::Core(_) | Place::Vector(_) | Place::Frame(_)) if self.folded(operand).is_none() => {
                Source::Place(place)
            }
            _ => Source::Operand(operand),
        }
    }
}
