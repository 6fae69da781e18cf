//! Calls, tail calls, returns, and what arrives: psABI 3.2.3.
//!
//! Arguments that travel on the stack are stored first, then those in registers are moved all at once. Aggregates that
//! travel in registers are copied to the end of the argument area before, and loaded from there with the others.
//! Indirect calls go through r11, which carries no argument.

use super::X86;
use super::address::{Address, Rm};
use super::emit::Emitter;
use super::encode::{Alu, Size, Unary};
use super::frame::callee_type;
use super::memory::size_of_bytes;
use super::moves::{Move, Source};
use super::register::{Gpr, R10, R11, RAX, RCX, RDX, RSP, Xmm};
use crate::context::Class;
use crate::target::Target;
use artifact::{Place, Reference, UnwindOp};
use native_ir::abi::{CallLayout, Location, Passed, Piece, Register};
use native_ir::{EntityRef, InstData, Opcode, Operand, Passing, Type, TypeKind, Value};
use std::borrow::Cow;

/// The place that a register is.
fn place_of(register: Register) -> Place {
    match register {
        Register::Core(number) => Place::Core(number),
        Register::Vector(number) => Place::Vector(number),
    }
}

fn is_aggregate(passing: Passing) -> bool {
    matches!(passing, Passing::Agg | Passing::ByVal)
}

/// Where the argument area of a call begins.
#[derive(Clone, Copy)]
struct Area {
    /// Distance from the frame's lowest byte.
    start: u32,
    /// Distance to where aggregates for registers wait.
    staged: u32,
}

impl Emitter<'_> {
    /// Moves parameters from where they arrive to their places.
    pub(super) fn arrive(&mut self) {
        let Some(layout) = self.context.call_layout(self.function.ty) else { return };
        let Some(&entry) = self.order.blocks.first() else { return };
        let body = self.body;
        let params = || body.blocks[entry].params().zip(&layout.params);
        self.arrive_in_memory(layout);
        for (param, passed) in params() {
            if let [piece] = layout.pieces(passed)
                && let Location::Register(register) = piece.location
                && !is_aggregate(passed.passing)
            {
                let kind = self.value_kind(param);
                match (X86::class(kind), self.places[param.index()]) {
                    (Class::Wide, Place::Frame(_)) => {}
                    (_, to) => self.moves.push(Move { to, from: Source::Place(place_of(register)), kind }),
                }
            }
        }
        self.move_all();
        for (index, (param, passed)) in params().enumerate() {
            self.arrive_from_stack(layout, index, param, passed);
            self.settle(param, passed);
        }
    }

    /// Makes 0 or 1 of an `i1` that travelled as 0 or -1.
    fn settle(&mut self, value: Value, passed: &Passed) {
        let placed = matches!(self.places[value.index()], Place::Core(_) | Place::Frame(_));
        if placed && passed.passing == Passing::Sext && self.value_kind(value) == TypeKind::I1 {
            let target = self.target(value, RAX);
            self.core_into(value.into(), target);
            self.asm.alu_imm(Alu::And, Size::Long, target, 1);
            self.finish(value, target);
        }
    }

    /// What arrives in registers and lives in the frame by its nature: values of 128 bits, aggregates, the pointer for
    /// an aggregate result.
    fn arrive_in_memory(&mut self, layout: &CallLayout) {
        let Some(&entry) = self.order.blocks.first() else { return };
        for (index, (param, passed)) in self.body.blocks[entry].params().zip(&layout.params).enumerate() {
            let start = match self.places[param.index()] {
                _ if is_aggregate(passed.passing) => self.frame.copies.get(index).copied(),
                Place::Frame(offset) if X86::class(self.value_kind(param)) == Class::Wide => Some(offset),
                _ => None,
            };
            let Some(start) = start else { continue };
            for piece in layout.pieces(passed) {
                let to = self.cell(start + piece.offset as u32);
                match piece.location {
                    Location::Register(Register::Core(number)) => self.asm.store(Size::Quad, to, Gpr(number)),
                    Location::Register(Register::Vector(number)) if piece.bytes > 8 => {
                        self.asm.store_vector(to, Xmm(number));
                    }
                    Location::Register(Register::Vector(number)) => {
                        self.asm.store_float(super::encode::Float::Double, to, Xmm(number));
                    }
                    Location::Stack(_) => {}
                }
            }
        }
        if let (Some(offset), Some(pointer)) = (self.frame.result_pointer, layout.result_pointer)
            && let Register::Core(number) = pointer.passed
        {
            self.asm.store(Size::Quad, self.cell(offset), Gpr(number));
        }
    }

    /// What arrives on the stack, and pointers to aggregates.
    fn arrive_from_stack(&mut self, layout: &CallLayout, index: usize, param: Value, passed: &Passed) {
        let to = self.places[param.index()];
        let first = layout.pieces(passed).first().map(|piece| piece.location);
        let incoming = match first {
            Some(Location::Stack(offset)) => Some(self.frame.incoming() + offset as u32),
            _ => None,
        };
        if is_aggregate(passed.passing) {
            let start = incoming.or(self.frame.copies.get(index).copied()).unwrap_or(0);
            let target = self.target(param, RAX);
            self.asm.lea(target, self.cell(start));
            self.finish(param, target);
        } else if let Some(from) = incoming {
            let kind = self.value_kind(param);
            self.emit_move(Move { to, from: Source::Place(Place::Frame(from)), kind });
        }
    }

    /// The layout of a call, and the type of its callee.
    fn call_layout(&self, data: &InstData) -> Option<(Cow<'_, CallLayout>, Type)> {
        let ty = callee_type(self.context, self.function, data)?;
        let signature = self.context.module.types.as_function(ty)?;
        if !signature.varargs {
            return Some((Cow::Borrowed(self.context.call_layout(ty)?), ty));
        }
        let (arguments, _) = self.body.call_operands(data);
        let extra = arguments.iter().skip(signature.params.len());
        let extra: Vec<Type> = extra.map(|&operand| self.body.operand_type(operand)).collect();
        Some((Cow::Owned(self.context.variable_layout(signature, &extra)?), ty))
    }

    pub(super) fn call(&mut self, data: &InstData, result: Value) {
        let body = self.body;
        let Some((layout, _)) = self.call_layout(data).map(|(layout, ty)| (layout.into_owned(), ty)) else {
            return;
        };
        let (arguments, into) = body.call_operands(data);
        self.uncover_status();
        self.pass(data, &layout, arguments, into, Area { start: 0, staged: layout.stack_bytes as u32 });
        if let Some(registers) = layout.vector_registers {
            self.asm.mov_ri(Size::Long, RAX, u64::from(registers));
        }
        match data.opcode {
            Opcode::Call => self.asm.call(Reference::Symbol(data.symbol())),
            _ => self.asm.call_rm(R11),
        }
        self.asm.call_row(self.inst);
        if layout.callee_pops && layout.stack_bytes > 0 {
            let cfa = self.frame.cfa();
            self.asm.unwind_row(UnwindOp::Cfa(cfa - layout.stack_bytes as u32));
            self.asm.alu_imm(Alu::Sub, Size::Quad, RSP, layout.stack_bytes as i32);
            self.asm.unwind_row(UnwindOp::Cfa(cfa));
        }
        self.cover_status();
        match into {
            Some(into) => self.receive_aggregate(&layout, into),
            None => self.receive(&layout, result, usize::from(data.results)),
        }
    }

    /// Puts arguments where a callee finds them.
    fn pass(
        &mut self,
        data: &InstData,
        layout: &CallLayout,
        arguments: &[Operand],
        into: Option<Operand>,
        area: Area,
    ) {
        let mut staged = area.staged;
        for (&argument, passed) in arguments.iter().zip(&layout.params) {
            let pieces = layout.pieces(passed);
            if !is_aggregate(passed.passing) {
                self.pass_on_stack(argument, passed.passing, pieces, area.start);
            } else if let Some(&Piece { location: Location::Stack(offset), .. }) = pieces.first() {
                self.copy_aggregate(argument, passed.ty, area.start + offset as u32);
            } else if !pieces.is_empty() {
                self.copy_aggregate(argument, passed.ty, staged);
                staged += 16;
            }
        }
        staged = area.staged;
        for (&argument, passed) in arguments.iter().zip(&layout.params) {
            let pieces = layout.pieces(passed);
            if is_aggregate(passed.passing) {
                let in_registers = pieces.iter().any(|piece| matches!(piece.location, Location::Register(_)));
                for piece in pieces {
                    self.push_piece(piece, Source::Place(Place::Frame(staged + piece.offset as u32)));
                }
                staged += if in_registers { 16 } else { 0 };
            } else {
                self.pass_in_registers(argument, pieces);
            }
        }
        if let (Some(into), Some(pointer)) = (into, layout.result_pointer) {
            let from = self.source(into);
            self.moves.push(Move { to: place_of(pointer.passed), from, kind: TypeKind::I64 });
        }
        if matches!(data.opcode, Opcode::CallIndirect | Opcode::TailCallIndirect) {
            let from = self.source(data.operand(0));
            self.moves.push(Move { to: Place::Core(R11.0), from, kind: TypeKind::I64 });
        }
        self.move_all();
        for (&argument, passed) in arguments.iter().zip(&layout.params) {
            self.extend_argument(argument, passed, layout);
        }
    }

    fn push_piece(&mut self, piece: &Piece, from: Source) {
        if let Location::Register(register) = piece.location {
            let kind = match register {
                Register::Core(_) => TypeKind::I64,
                Register::Vector(_) if piece.bytes > 8 => TypeKind::F128,
                Register::Vector(_) => TypeKind::F64,
            };
            self.moves.push(Move { to: place_of(register), from, kind });
        }
    }

    /// A value in one register, or 128 bits of an integer in two.
    fn pass_in_registers(&mut self, argument: Operand, pieces: &[Piece]) {
        match pieces {
            [piece] => {
                if let Location::Register(register) = piece.location {
                    let kind = self.kind(argument);
                    self.moves.push(Move { to: place_of(register), from: self.source(argument), kind });
                }
            }
            _ => {
                for piece in pieces {
                    // Constants are loaded behind the moves, as no operand is half of one.
                    if let (None, Place::Frame(offset)) = (self.constant(argument), self.place(argument)) {
                        self.push_piece(piece, Source::Place(Place::Frame(offset + piece.offset as u32)));
                    }
                }
            }
        }
    }

    /// What is done to an argument in a register behind the moves: extension to 32 bits; constants of 128 bits.
    fn extend_argument(&mut self, argument: Operand, passed: &Passed, layout: &CallLayout) {
        let pieces = layout.pieces(passed);
        if let (Some(bits), [_, _]) = (self.constant(argument), pieces)
            && !is_aggregate(passed.passing)
        {
            for piece in pieces {
                if let Location::Register(Register::Core(number)) = piece.location {
                    self.asm.mov_ri(Size::Quad, Gpr(number), (bits >> (8 * piece.offset)) as u64);
                }
            }
        }
        if let [Piece { location: Location::Register(Register::Core(number)), .. }] = *pieces {
            self.extend(Gpr(number), self.kind(argument), passed.passing);
        }
    }

    /// Extends a narrow value to 32 bits, if it is passed so; an `i1` is a byte 0 or 1 in any case.
    fn extend(&mut self, register: Gpr, kind: TypeKind, passing: Passing) {
        let size = Size::of(kind);
        match passing {
            Passing::Sext if kind == TypeKind::I1 => {
                self.asm.movzx(Size::Byte, register, register);
                self.asm.unary(Unary::Neg, Size::Long, register);
            }
            Passing::Sext => self.asm.load_signed(size, Size::Long, register, register),
            Passing::Zext => self.asm.movzx(size, register, register),
            _ => {}
        }
    }

    /// Stores the pieces of a value that travel on the stack.
    fn pass_on_stack(&mut self, argument: Operand, passing: Passing, pieces: &[Piece], start: u32) {
        for piece in pieces {
            let Location::Stack(offset) = piece.location else { continue };
            let to = start + offset as u32;
            let kind = self.kind(argument);
            match passing {
                Passing::Zext | Passing::Sext => {
                    self.core_into(argument, RAX);
                    self.extend(RAX, kind, passing);
                    self.asm.store(Size::Quad, self.cell(to), RAX);
                }
                _ => {
                    let from = self.source(argument);
                    self.emit_move(Move { to: Place::Frame(to), from, kind });
                }
            }
        }
    }

    /// Copies an aggregate from where an argument points into the frame.
    fn copy_aggregate(&mut self, pointer: Operand, ty: Type, to: u32) {
        let bytes = self.context.layouts.size(ty).unwrap_or(0);
        let from = self.address(pointer, RCX, RDX);
        self.copy_many(self.cell(to), from, bytes);
    }

    /// Copies any number of bytes, in a loop when they are many. Uses rax, rcx, rdx and xmm15.
    fn copy_many(&mut self, to: Address, from: Address, bytes: u64) {
        const UNROLLED: u64 = 128;
        if bytes <= UNROLLED {
            return self.copy_bytes(to, from, bytes);
        }
        let words = bytes / 8;
        self.asm.lea(RCX, from);
        self.asm.mov_ri(Size::Quad, RDX, 0);
        let again = self.asm.new_label();
        self.asm.bind(again);
        self.asm.load(Size::Quad, RAX, Address::indexed(RCX, RDX, 3, 0));
        let base = match to.base {
            super::address::Base::Gpr(base) => base,
            _ => RSP,
        };
        self.asm.store(Size::Quad, Address::indexed(base, RDX, 3, to.disp), RAX);
        self.asm.unary(Unary::Inc, Size::Quad, RDX);
        self.asm.alu_imm(Alu::Cmp, Size::Quad, RDX, words as i32);
        self.asm.jcc(super::condition::Cc::Below, again);
        let done = (words * 8) as i32;
        if let Some(rest) = to.offset(done) {
            self.copy_bytes(rest, Address::base(RCX, done), bytes % 8);
        }
    }

    /// Takes results from their registers.
    pub(super) fn receive(&mut self, layout: &CallLayout, first: Value, results: usize) {
        for (index, passed) in layout.results.iter().enumerate().take(results) {
            let value = Value::new(first.index() + index);
            let kind = self.value_kind(value);
            match (layout.pieces(passed), self.places[value.index()]) {
                ([piece], to) => {
                    if let Location::Register(register) = piece.location {
                        self.moves.push(Move { to, from: Source::Place(place_of(register)), kind });
                    }
                }
                (pieces, Place::Frame(start)) => {
                    for piece in pieces {
                        if let Location::Register(register) = piece.location {
                            let to = Place::Frame(start + piece.offset as u32);
                            self.moves.push(Move {
                                to,
                                from: Source::Place(place_of(register)),
                                kind: TypeKind::I64,
                            });
                        }
                    }
                }
                _ => {}
            }
        }
        self.move_all();
        for (index, passed) in layout.results.iter().enumerate().take(results) {
            self.settle(Value::new(first.index() + index), passed);
        }
    }

    /// Stores an aggregate result that came in registers.
    fn receive_aggregate(&mut self, layout: &CallLayout, into: Operand) {
        let Some(passed) = layout.results.first() else { return };
        let pieces = layout.pieces(passed);
        if pieces.is_empty() {
            return;
        }
        let to = self.address(into, RCX, RCX);
        for piece in pieces {
            let Some(to) = to.offset(piece.offset as i32) else { return };
            match piece.location {
                Location::Register(Register::Core(number)) => self.store_bytes(to, Gpr(number), piece.bytes),
                Location::Register(Register::Vector(number)) => {
                    self.store_vector_bytes(to, Xmm(number), piece.bytes)
                }
                Location::Stack(_) => {}
            }
        }
    }

    fn store_vector_bytes(&mut self, to: Address, from: Xmm, bytes: u64) {
        use super::encode::Float::{Double, Single};
        match bytes {
            16 => self.asm.store_vector(to, from),
            8 => self.asm.store_float(Double, to, from),
            4 => self.asm.store_float(Single, to, from),
            _ => {
                self.asm.move_from_xmm(Size::Quad, RAX, from);
                self.store_bytes(to, RAX, bytes);
            }
        }
    }

    /// `return`
    pub(super) fn give_back(&mut self, data: &InstData) {
        self.uncover_status();
        if let Some(layout) = self.context.call_layout(self.function.ty) {
            let values = self.body.list(data);
            let signature = self.context.module.types.as_function(self.function.ty);
            match signature.and_then(|signature| signature.aggregate_result()) {
                Some(ty) => self.give_back_aggregate(layout, ty, values),
                None => self.give_back_values(layout, values),
            }
        }
        self.leave();
        match self.frame.pops {
            0 => self.asm.ret(),
            bytes => match u16::try_from(bytes) {
                Ok(bytes) => self.asm.ret_pop(bytes),
                // More than a return can take off.
                Err(_) => {
                    self.remember();
                    self.asm.load(Size::Quad, RCX, Address::base(RSP, 0));
                    self.asm.store(Size::Quad, Address::base(RSP, bytes as i32), RCX);
                    self.asm.unwind_row(UnwindOp::Return(8));
                    self.asm.alu_imm(Alu::Add, Size::Quad, RSP, bytes as i32);
                    self.asm.unwind_row(UnwindOp::Cfa(8));
                    self.asm.ret();
                }
            },
        }
    }

    fn give_back_values(&mut self, layout: &CallLayout, values: &[Operand]) {
        for (&value, passed) in values.iter().zip(&layout.results) {
            self.pass_in_registers(value, layout.pieces(passed));
        }
        self.move_all();
        for (&value, passed) in values.iter().zip(&layout.results) {
            self.extend_argument(value, passed, layout);
        }
        // An `sret` pointer comes back in rax.
        if let Some(pointer) = layout.result_pointer.and_then(|pointer| pointer.returned)
            && let Register::Core(number) = pointer
            && let Some(param) =
                self.order.blocks.first().and_then(|&entry| self.body.blocks[entry].params().next())
        {
            match self.frame.result_pointer {
                Some(offset) => self.asm.load(Size::Quad, Gpr(number), self.cell(offset)),
                None => self.core_into(param.into(), Gpr(number)),
            }
        }
    }

    fn give_back_aggregate(&mut self, layout: &CallLayout, ty: Type, values: &[Operand]) {
        let Some(&pointer) = values.first() else { return };
        let bytes = self.context.layouts.size(ty).unwrap_or(0);
        if let Some(offset) = self.frame.result_pointer {
            // Through two registers, as source and destination may be the same object.
            let from = self.address(pointer, RCX, RCX);
            self.asm.lea(RCX, from);
            self.asm.load(Size::Quad, RDX, self.cell(offset));
            self.copy_result(bytes);
            self.asm.load(Size::Quad, RAX, self.cell(offset));
            return;
        }
        let Some(passed) = layout.results.first() else { return };
        let from = self.address(pointer, RCX, RCX);
        self.asm.lea(RCX, from);
        for piece in layout.pieces(passed) {
            let at = Address::base(RCX, piece.offset as i32);
            match piece.location {
                Location::Register(Register::Core(number)) => self.load_bytes(Gpr(number), at, piece.bytes),
                Location::Register(Register::Vector(number)) if piece.bytes == 16 => {
                    self.asm.load_vector(Xmm(number), at);
                }
                Location::Register(Register::Vector(number)) if piece.bytes == 8 => {
                    self.asm.load_float(super::encode::Float::Double, Xmm(number), at);
                }
                Location::Register(Register::Vector(number)) if piece.bytes == 4 => {
                    self.asm.load_float(super::encode::Float::Single, Xmm(number), at);
                }
                // One or three f16.
                Location::Register(Register::Vector(number)) => {
                    self.load_bytes(R10, at, piece.bytes);
                    self.asm.move_to_xmm(Size::Quad, Xmm(number), Rm::Reg(R10));
                }
                Location::Stack(_) => {}
            }
        }
    }

    /// Copies from rcx to rdx, in whatever order, as no value lives any more.
    fn copy_result(&mut self, bytes: u64) {
        const UNROLLED: u64 = 128;
        if bytes <= UNROLLED {
            return self.copy_bytes(Address::base(RDX, 0), Address::base(RCX, 0), bytes);
        }
        self.asm.mov_rr(Size::Quad, super::register::RSI, RCX);
        self.asm.mov_rr(Size::Quad, super::register::RDI, RDX);
        self.asm.mov_ri(Size::Quad, RCX, bytes);
        self.asm.rep_movs(Size::Byte);
    }

    /// Loads any number of bytes up to 8 into the low bytes of a register, and none behind them. Uses r11, which holds
    /// no value where a function returns.
    fn load_bytes(&mut self, to: Gpr, from: Address, bytes: u64) {
        let last = match bytes {
            1 | 2 | 4 | 8 => return self.asm.load(size_of_bytes(bytes), to, from),
            bytes => 1u64 << bytes.ilog2(),
        };
        // The parts overlap where that is needed; the last one is put on top.
        self.asm.load(size_of_bytes(last), to, from);
        let mut at = last;
        while at < bytes {
            let step = 1u64 << (bytes - at).ilog2();
            if let Some(from) = from.offset(at as i32) {
                self.asm.load(size_of_bytes(step), R11, from);
                self.asm.shift_imm(super::encode::Shift::Shl, Size::Quad, R11, (8 * at) as u8);
                self.asm.alu(Alu::Or, Size::Quad, to, R11);
            }
            at += step;
        }
    }

    /// `tail_call` and `tail_call_indirect`: the frame is gone before the callee starts.
    pub(super) fn tail_call(&mut self, data: &InstData) {
        let Some((layout, _)) = self.call_layout(data).map(|(layout, ty)| (layout.into_owned(), ty)) else {
            return;
        };
        let (arguments, _) = self.body.call_operands(data);
        self.uncover_status();
        let own = self.frame.incoming();
        let (bytes, pops) = (layout.stack_bytes as u32, self.frame.pops);
        if bytes == 0 && pops == 0 || !layout.callee_pops || bytes == pops {
            self.pass(data, &layout, arguments, None, Area { start: own, staged: 0 });
            self.pass_result_pointer(&layout);
            self.leave();
        } else {
            self.pass(data, &layout, arguments, None, Area { start: 0, staged: bytes });
            self.pass_result_pointer(&layout);
            self.leave_upwards(bytes, pops);
        }
        match data.opcode {
            Opcode::TailCall => self.asm.jmp_symbol(Reference::Symbol(data.symbol())),
            _ => self.asm.jmp_rm(R11),
        }
    }

    /// A function that writes its result through a pointer passes that on.
    fn pass_result_pointer(&mut self, layout: &CallLayout) {
        if let (Some(offset), Some(pointer)) = (self.frame.result_pointer, layout.result_pointer)
            && let Register::Core(number) = pointer.passed
        {
            self.asm.load(Size::Quad, Gpr(number), self.cell(offset));
        }
    }

    /// Leaves a frame whose argument area has another size than the callee's: the return address and the callee's
    /// arguments, which wait at the stack pointer, go to the upper end of the area. The return address goes first, as
    /// arguments may take its old place; its new place is clear of them (`frame::outgoing`).
    fn leave_upwards(&mut self, bytes: u32, pops: u32) {
        let end = self.frame.incoming() + pops;
        let start = end - bytes;
        self.remember();
        for saved in self.frame.claim().saved {
            self.asm.load(Size::Quad, Gpr(saved.register), self.cell(saved.offset));
            self.asm.unwind_row(UnwindOp::Restored(saved.register));
        }
        self.asm.load(Size::Quad, RAX, self.cell(self.frame.bytes()));
        self.asm.store(Size::Quad, self.cell(start - 8), RAX);
        self.asm.unwind_row(UnwindOp::Return(bytes + 8));
        for word in 0..bytes / 8 {
            self.asm.load(Size::Quad, RAX, self.cell(8 * word));
            self.asm.store(Size::Quad, self.cell(start + 8 * word), RAX);
        }
        self.asm.lea(RSP, self.cell(start - 8));
        self.asm.unwind_row(UnwindOp::Cfa(bytes + 8));
    }
}
