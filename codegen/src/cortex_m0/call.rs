//! Calls, tail calls, returns, and what arrives (AAPCS32, "Parameter Passing", "Result Return").
//!
//! All arguments are in virtual registers before the call, but for what goes to the stack, which is stored at the stack
//! pointer. Aggregates are loaded word by word into the registers they travel in.

use super::inst::{Address, Callee, Cell, Inst, Reg, Unary, Width};
use super::lower::{Known, Lower};
use super::memory::{Place, Purpose};
use artifact::Reference;
use native_ir::abi::{CallLayout, Location, Passed, Piece, Register};
use native_ir::{EntityRef, InstData, Opcode, Operand, Passing, Type, TypeKind, Value};
use std::borrow::Cow;

fn is_aggregate(passing: Passing) -> bool {
    matches!(passing, Passing::Agg | Passing::ByVal)
}

/// The core register that a piece travels in.
fn register_of(location: Location) -> Option<u8> {
    match location {
        Location::Register(Register::Core(number)) => Some(number),
        _ => None,
    }
}

impl Lower<'_> {
    /// Takes parameters from where they arrive.
    pub(super) fn arrive(&mut self) {
        let Some(layout) = self.context.call_layout(self.function.ty) else { return };
        let Some(&entry) = self.order.blocks.first() else { return };
        let mut params = Vec::new();
        // What is done behind the entry instruction, as it defines all registers at once.
        let mut later: Vec<(Value, usize)> = Vec::new();
        let mut copies: Vec<(Reg, Cell)> = Vec::new();
        if let Some(pointer) = layout.result_pointer
            && let Register::Core(number) = pointer.passed
            && self.writes_result()
        {
            let reg = self.temp();
            params.push((reg, number));
            self.result_pointer = Some(reg);
        }
        for (index, (param, passed)) in self.body.blocks[entry].params().zip(&layout.params).enumerate() {
            if !self.is_used(param) {
                continue;
            }
            later.push((param, index));
            let start = self.own;
            for piece in layout.pieces(passed) {
                let Some(number) = register_of(piece.location) else { continue };
                let reg = self.temp();
                params.push((reg, number));
                if is_aggregate(passed.passing) {
                    copies.push((reg, Cell::Own(start + piece.offset as u32)));
                } else {
                    self.know_passed(reg, passed);
                    self.define(param, piece.offset as usize / 4, reg);
                }
            }
            let in_registers = layout.pieces(passed).iter().any(|piece| register_of(piece.location).is_some());
            if is_aggregate(passed.passing) && in_registers {
                self.own += (self.context.layouts.size(passed.ty).unwrap_or(0) as u32).next_multiple_of(8);
            }
        }
        self.emit(Inst::Entry { params });
        for (reg, cell) in copies {
            self.emit(Inst::Store { src: reg, width: Width::Word, address: Address::Cell(cell) });
        }
        let mut own = 0;
        for (param, index) in later {
            if let Some(passed) = layout.params.get(index) {
                self.arrive_rest(layout, param, passed, &mut own);
            }
        }
    }

    /// What is left of a parameter when registers are taken: its words on the stack, the address of its copy, an `i1`.
    fn arrive_rest(&mut self, layout: &CallLayout, param: Value, passed: &Passed, own: &mut u32) {
        let pieces = layout.pieces(passed);
        let in_registers = pieces.iter().any(|piece| register_of(piece.location).is_some());
        if is_aggregate(passed.passing) {
            let start = match pieces.first() {
                Some(Piece { location: Location::Stack(offset), .. }) => Cell::Incoming(*offset as u32),
                _ => Cell::Own(*own),
            };
            for piece in pieces.iter().filter(|_| in_registers) {
                let Location::Stack(from) = piece.location else { continue };
                for word in 0..(piece.bytes as u32).div_ceil(4) {
                    let from = Place::Cell(Cell::Incoming(from as u32 + 4 * word));
                    let to = Place::Cell(Cell::Own(*own + piece.offset as u32 + 4 * word));
                    let reg = self.load_from(from, Width::Word);
                    self.store_to(reg, to, Width::Word);
                }
            }
            if in_registers {
                *own += (self.context.layouts.size(passed.ty).unwrap_or(0) as u32).next_multiple_of(8);
            }
            let pointer = self.temp();
            self.emit(Inst::FrameAddress { dst: pointer, cell: start });
            return self.define(param, 0, pointer);
        }
        for piece in pieces {
            let Location::Stack(from) = piece.location else { continue };
            for word in 0..(piece.bytes as u32).div_ceil(4) {
                let reg = self.load_from(Place::Cell(Cell::Incoming(from as u32 + 4 * word)), Width::Word);
                self.know_passed(reg, passed);
                self.define(param, piece.offset as usize / 4 + word as usize, reg);
            }
        }
        if self.value_kind(param) == TypeKind::I1 {
            let arrived = self.word(param.into(), 0);
            let bit = self.settled(arrived, passed.passing);
            self.define(param, 0, bit);
        }
    }

    /// What the extension of a parameter or result tells.
    fn know_passed(&mut self, reg: Reg, passed: &Passed) {
        let width = self.context.kind(passed.ty).bits(32).unwrap_or(32);
        match passed.passing {
            Passing::Zext => self.know(reg, Known::unsigned(width)),
            Passing::Sext => self.know(reg, Known::signed(width)),
            _ => reg,
        };
    }

    /// 0 or 1 of an `i1` that travelled as a byte, or extended.
    fn settled(&mut self, reg: Reg, passing: Passing) -> Reg {
        let bit = match passing {
            Passing::Zext => reg,
            Passing::Sext => self.unary(Unary::Neg, reg),
            _ => self.unary(Unary::Uxtb, reg),
        };
        self.know(bit, Known::unsigned(1))
    }

    /// Whether the function writes an aggregate result that is no `sret` parameter through a pointer.
    fn writes_result(&self) -> bool {
        let signature = self.context.module.types.as_function(self.function.ty);
        signature.is_some_and(|signature| signature.aggregate_result().is_some())
    }

    /// The layout of a call.
    fn call_layout(&self, data: &InstData) -> Option<Cow<'_, CallLayout>> {
        let ty = match data.opcode {
            Opcode::Call | Opcode::TailCall => self.context.module.callee_type(data.symbol()).map(|(ty, _)| ty)?,
            _ => self.context.module.types.as_pointer(self.body.operand_type(data.operand(0)))?.1,
        };
        let signature = self.context.module.types.as_function(ty)?;
        if !signature.varargs {
            return Some(Cow::Borrowed(self.context.call_layout(ty)?));
        }
        let (arguments, _) = self.body.call_operands(data);
        let extra = arguments.iter().skip(signature.params.len());
        let extra: Vec<Type> = extra.map(|&operand| self.body.operand_type(operand)).collect();
        Some(Cow::Owned(self.context.variable_layout(signature, &extra)?))
    }

    /// `call`, `call_indirect`
    pub(super) fn call(&mut self, data: &InstData, result: Value) {
        let Some(layout) = self.call_layout(data).map(Cow::into_owned) else { return };
        let (arguments, into) = self.body.call_operands(data);
        let mut args = self.pass(&layout, arguments, Cell::Outgoing);
        if let (Some(into), Some(pointer)) = (into, layout.result_pointer)
            && let Register::Core(number) = pointer.passed
        {
            args.push((self.reg(into), number));
        }
        // An aggregate result that comes in a register is stored behind the call; its place is known before.
        let into = into.filter(|_| layout.result_pointer.is_none()).map(|into| self.reg(into));
        let callee = match data.opcode {
            Opcode::Call => Callee::Direct(Reference::Symbol(data.symbol())),
            _ => Callee::Indirect(self.reg(data.operand(0))),
        };
        let mut results = Vec::new();
        for passed in &layout.results {
            for piece in layout.pieces(passed) {
                if let Some(number) = register_of(piece.location) {
                    results.push((self.temp(), number));
                }
            }
        }
        let pops = if layout.callee_pops { layout.stack_bytes as u32 } else { 0 };
        self.outgoing = self.outgoing.max(layout.stack_bytes as u32);
        self.emit(Inst::Call { callee, args, results: results.clone(), pops });
        match into {
            Some(into) => self.receive_aggregate(&layout, into, &results),
            None => self.receive(&layout, result, usize::from(data.results), &results),
        }
    }

    /// Puts arguments where a callee finds them: gives registers, and stores what goes to the stack in cells of the
    /// frame.
    fn pass(
        &mut self,
        layout: &CallLayout,
        arguments: &[Operand],
        area: impl Fn(u32) -> Cell + Copy,
    ) -> Vec<(Reg, u8)> {
        // Large aggregates are copied by calls: they come before anything waits in a register.
        for (&argument, passed) in arguments.iter().zip(&layout.params) {
            if is_aggregate(passed.passing) {
                self.pass_aggregate_on_stack(argument, passed, layout, area);
            }
        }
        let mut args = Vec::new();
        for (&argument, passed) in arguments.iter().zip(&layout.params) {
            let pieces = layout.pieces(passed);
            if is_aggregate(passed.passing) {
                let align = self.context.layouts.align(passed.ty).unwrap_or(1);
                let place = self.place(argument, Purpose::BLOCK);
                for piece in pieces {
                    if let Some(number) = register_of(piece.location) {
                        let from = place.offset(piece.offset as u32);
                        args.push((self.load_bytes(from, piece.bytes as u32, align), number));
                    }
                }
                continue;
            }
            for piece in pieces {
                for word in 0..(piece.bytes as u32).div_ceil(4) {
                    let reg = self.extended(argument, piece.offset as usize / 4 + word as usize, passed.passing);
                    match piece.location {
                        Location::Stack(at) => {
                            let to = Place::Cell(area(at as u32 + 4 * word));
                            self.store_to(reg, to, Width::Word);
                        }
                        location => args.extend(register_of(location).map(|number| (reg, number))),
                    }
                }
            }
        }
        args
    }

    /// A word of an argument, extended as the signature asks.
    fn extended(&mut self, argument: Operand, word: usize, passing: Passing) -> Reg {
        match passing {
            Passing::Zext => self.unsigned(argument),
            Passing::Sext => self.signed(argument),
            _ => self.word(argument, word),
        }
    }

    /// Copies what of an aggregate travels on the stack.
    fn pass_aggregate_on_stack(
        &mut self,
        argument: Operand,
        passed: &Passed,
        layout: &CallLayout,
        area: impl Fn(u32) -> Cell,
    ) {
        let align = self.context.layouts.align(passed.ty).unwrap_or(1);
        for piece in layout.pieces(passed) {
            if let Location::Stack(at) = piece.location {
                let from = self.place(argument, Purpose::BLOCK).offset(piece.offset as u32);
                self.copy_block(Place::Cell(area(at as u32)), from, piece.bytes as u32, align.min(4));
            }
        }
    }

    /// Takes results from their registers.
    fn receive(&mut self, layout: &CallLayout, first: Value, count: usize, results: &[(Reg, u8)]) {
        let mut regs = results.iter();
        for (index, passed) in layout.results.iter().enumerate().take(count) {
            let value = Value::new(first.index() + index);
            for piece in layout.pieces(passed) {
                let Some(&(reg, _)) = regs.next() else { return };
                self.know_passed(reg, passed);
                let reg = match self.value_kind(value) {
                    TypeKind::I1 => self.settled(reg, passed.passing),
                    _ => reg,
                };
                self.define(value, piece.offset as usize / 4, reg);
            }
        }
    }

    /// Stores an aggregate result that came in registers.
    fn receive_aggregate(&mut self, layout: &CallLayout, into: Reg, results: &[(Reg, u8)]) {
        let Some(passed) = layout.results.first() else { return };
        let align = self.context.layouts.align(passed.ty).unwrap_or(1);
        for (piece, &(reg, _)) in layout.pieces(passed).iter().zip(results) {
            let to = Place::Base(into, piece.offset as i64);
            self.store_bytes(reg, to, piece.bytes as u32, align);
        }
    }

    /// `return`
    pub(super) fn give_back(&mut self, data: &InstData) {
        let mut values = Vec::new();
        if let Some(layout) = self.context.call_layout(self.function.ty) {
            let list = self.body.list(data);
            let signature = self.context.module.types.as_function(self.function.ty);
            match signature.and_then(|signature| signature.aggregate_result()) {
                Some(ty) => self.give_back_aggregate(layout, ty, list, &mut values),
                None => {
                    for (&value, passed) in list.iter().zip(&layout.results) {
                        for piece in layout.pieces(passed) {
                            let reg = self.extended(value, piece.offset as usize / 4, passed.passing);
                            values.extend(register_of(piece.location).map(|number| (reg, number)));
                        }
                    }
                }
            }
        }
        self.emit(Inst::Return { values });
    }

    fn give_back_aggregate(
        &mut self,
        layout: &CallLayout,
        ty: Type,
        list: &[Operand],
        values: &mut Vec<(Reg, u8)>,
    ) {
        let Some(&pointer) = list.first() else { return };
        let bytes = self.context.layouts.size(ty).unwrap_or(0) as u32;
        let align = self.context.layouts.align(ty).unwrap_or(1);
        let from = self.place(pointer, Purpose::BLOCK);
        match self.result_pointer {
            Some(to) => self.copy_block(Place::Base(to, 0), from, bytes, align),
            None => {
                let Some(passed) = layout.results.first() else { return };
                for piece in layout.pieces(passed) {
                    let reg = self.load_bytes(from.offset(piece.offset as u32), piece.bytes as u32, align);
                    values.extend(register_of(piece.location).map(|number| (reg, number)));
                }
            }
        }
    }

    /// `tail_call`, `tail_call_indirect`. Arguments on the stack wait at the stack pointer, and move to where they
    /// belong when all of them are there, as they may come from places that they are about to take.
    pub(super) fn tail_call(&mut self, data: &InstData) {
        let Some(layout) = self.call_layout(data).map(Cow::into_owned) else { return };
        let (arguments, _) = self.body.call_operands(data);
        let bytes = layout.stack_bytes as u32;
        let own = self.context.call_layout(self.function.ty);
        let pops = own.filter(|own| own.callee_pops).map_or(0, |own| own.stack_bytes as u32);
        self.outgoing = self.outgoing.max(bytes);
        let mut args = self.pass(&layout, arguments, Cell::Outgoing);
        if let (Some(pointer), Some(reg)) = (layout.result_pointer, self.result_pointer)
            && let Register::Core(number) = pointer.passed
            && !args.iter().any(|&(_, taken)| taken == number)
        {
            args.push((reg, number));
        }
        let stays = !layout.callee_pops || bytes == pops;
        if stays {
            for word in 0..bytes / 4 {
                let reg = self.load_from(Place::Cell(Cell::Outgoing(4 * word)), Width::Word);
                self.store_to(reg, Place::Cell(Cell::Incoming(4 * word)), Width::Word);
            }
        }
        let target = match data.opcode {
            Opcode::TailCall => self.symbol(Reference::Symbol(data.symbol()), 0),
            _ => self.reg(data.operand(0)),
        };
        self.emit(Inst::TailCall { target, args, stack: (!stays).then_some(bytes) });
    }
}
