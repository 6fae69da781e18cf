//! C3: the platform's rules of calls (AAPCS32, sections 6.1 and 6.2).
//!
//! At a return, and at a jump to another function, the stack pointer is where it was at the entry but for what is popped,
//! r4–r11 have their values again, and control goes to the return address. At a call the stack pointer is a multiple of
//! 8. Nothing lies below the stack pointer (C2). At *every* instruction the rows for unwinding lead to the caller's frame,
//! to the return address and to the caller's values of r4–r11.

use super::arrival::{call_layout, layout, popped_area};
use super::decode::Decoded;
use super::held::Held;
use super::state::State;
use super::term::{Base, Term};
use crate::finding::{Check, Fault};
use crate::piece::{Class, Piece, fault};
use crate::rows::Rows;
use crate::subject::Subject;
use artifact::UnwindOp;
use native_ir::Opcode;
use thumb::{Inst, Reg, RegSet};

/// The registers that callees preserve: r4–r11.
const SAVED: RegSet = RegSet(0x0ff0);

/// What the stack pointer is a multiple of at a call.
const STACK_ALIGN: i32 = 8;

/// What the rows for unwinding say before an instruction.
#[derive(Clone, Copy, Debug, Default)]
struct Rules {
    /// How far the caller's stack pointer is from the function's.
    frame: u32,
    /// How far below it registers lie.
    cells: [Option<u32>; 16],
}

/// The check of a function, instruction by instruction.
pub(crate) struct Calls<'a> {
    subject: Subject<'a>,
    insts: &'a [Decoded],
    rows: &'a Rows,
    /// The bytes of arguments that the function takes away.
    own_area: u32,
    rules: Rules,
    kept: Vec<Rules>,
    /// The next row for unwinding.
    next: usize,
}

impl<'a> Calls<'a> {
    pub(crate) fn new(subject: Subject<'a>, insts: &'a [Decoded], rows: &'a Rows) -> Calls<'a> {
        let signature = subject.context.module.signature(subject.function);
        let own_area = popped_area(layout(subject, signature, &[]).as_ref());
        Calls { subject, insts, rows, own_area, rules: Rules::default(), kept: Vec::new(), next: 0 }
    }

    fn fault(&self, index: usize, message: impl Into<String>) -> Fault {
        fault(Check::Abi, &self.insts[index], message)
    }

    /// Checks an instruction. They come in the order of the code; those that no path leads to are left out.
    pub(crate) fn visit(&mut self, index: usize, state: &State) -> Result<(), Fault> {
        self.advance(index)?;
        self.check_rules(index, state)?;
        let inst = &self.insts[index];
        match inst.class() {
            Class::Call | Class::CallIndirect => self.check_call(index, state),
            Class::Return => {
                let mut after = state.clone();
                after.advance(self.subject, inst, super::state::Step::default());
                let back = self.popped(inst, state);
                self.check_leave(index, &after, back, 0)
            }
            Class::JumpIndirect => self.check_jump(index, state),
            _ => Ok(()),
        }
    }

    /// The term that a pop puts into pc, which stands last.
    fn popped<'s>(&self, inst: &Decoded, state: &'s State) -> &'s Held {
        let Inst::Pop { list } = inst.raw else { return Held::unknown() };
        let first = state.get(Reg::SP).as_stack();
        first.map_or(Held::unknown(), |at| state.cell(at.wrapping_add(4 * (list.len() as i32 - 1))))
    }

    fn check_call(&self, index: usize, state: &State) -> Result<(), Fault> {
        match state.depth() {
            Some(depth) if depth % STACK_ALIGN == 0 => Ok(()),
            _ => Err(self.fault(index, "the stack pointer is no multiple of 8 at a call")),
        }
    }

    /// A return by `BX`, or a tail call; jumps through tables stay.
    fn check_jump(&self, index: usize, state: &State) -> Result<(), Fault> {
        let row = self.rows.rows[self.insts[index].row() as usize];
        let data = row.inst().and_then(|inst| self.subject.function.body.insts.get(inst));
        let Inst::BranchReg { rm } = self.insts[index].raw else { return Ok(()) };
        match data.map(|data| (data.opcode, data)) {
            Some((Opcode::TailCall | Opcode::TailCallIndirect, data)) => {
                let taken = popped_area(call_layout(self.subject, data).as_ref());
                self.check_leave(index, state, state.get(Reg::LR), taken)
            }
            _ => self.check_leave(index, state, state.get(rm), 0),
        }
    }

    /// The function is left: for its caller, or for one that takes away bytes of arguments in its place.
    fn check_leave(&self, index: usize, state: &State, back: &Held, taken: u32) -> Result<(), Fault> {
        let wanted = self.own_area.wrapping_sub(taken) as i32;
        // A return leaves its own arguments where they are unless it takes them away.
        let sp = state.get(Reg::SP).as_stack();
        if sp != Some(wanted) {
            let off = sp.unwrap_or(0).wrapping_sub(wanted);
            return Err(self.fault(index, format!("the stack pointer is off by {off} bytes")));
        }
        if !back.is(Term::new(Base::Entry(Reg::LR.number()), 0)) {
            return Err(self.fault(index, "control does not go back to the return address"));
        }
        let lost = |register: &Reg| !state.get(*register).is(Term::new(Base::Entry(register.number()), 0));
        match SAVED.iter().find(lost) {
            None => Ok(()),
            Some(register) => Err(self.fault(index, format!("the caller's {register} is not given back"))),
        }
    }

    /// Takes the rows for unwinding up to an instruction.
    fn advance(&mut self, index: usize) -> Result<(), Fault> {
        let offset = self.insts[index].offset();
        while let Some(row) = self.subject.code.unwind.get(self.next).filter(|row| row.offset <= offset) {
            let at = crate::piece::fault;
            let begins = self.insts.binary_search_by_key(&row.offset, Piece::offset).is_ok();
            if !begins {
                return Err(at(Check::Abi, &self.insts[index], "a row for unwinding where no instruction begins"));
            }
            self.next += 1;
            self.apply(row.op).map_err(|message| self.fault(index, message))?;
        }
        Ok(())
    }

    fn apply(&mut self, op: UnwindOp) -> Result<(), &'static str> {
        let rules = &mut self.rules;
        let cell = |register: u8| match register {
            4..=11 | 14 => Ok(usize::from(register)),
            _ => Err("a row for unwinding of a register that callees do not preserve"),
        };
        match op {
            UnwindOp::Cfa(bytes) => rules.frame = bytes,
            UnwindOp::Return(_) => return Err("a row for a return address on the stack, where none is"),
            UnwindOp::Saved(register, below) => rules.cells[cell(register)?] = Some(below),
            UnwindOp::Restored(register) => rules.cells[cell(register)?] = None,
            UnwindOp::Remember => self.kept.push(*rules),
            UnwindOp::Recall => *rules = self.kept.pop().ok_or("a row for unwinding recalls what was not kept")?,
        }
        Ok(())
    }

    fn check_rules(&self, index: usize, state: &State) -> Result<(), Fault> {
        let lowest = state.get(Reg::SP).as_stack().unwrap_or(i32::MAX);
        let frame = lowest.wrapping_add(self.rules.frame as i32);
        if frame != self.own_area as i32 {
            let off = frame.wrapping_sub(self.own_area as i32);
            return Err(self.fault(index, format!("unwinding finds the caller {off} bytes off")));
        }
        for register in SAVED.with(Reg::LR).iter() {
            let held = match self.rules.cells[usize::from(register.number())] {
                None => state.get(register),
                Some(below) => {
                    let at = frame.wrapping_sub(below as i32);
                    // Below the stack pointer interrupts write.
                    if at < lowest { Held::unknown() } else { state.cell(at) }
                }
            };
            if !held.is(Term::new(Base::Entry(register.number()), 0)) {
                return Err(self.fault(index, format!("unwinding does not find the caller's {register}")));
            }
        }
        Ok(())
    }

    /// All rows for unwinding belong to instructions. One behind the last belongs to what would follow an epilogue.
    pub(crate) fn finish(&mut self) -> Result<(), Fault> {
        let rows = self.subject.code.unwind.get(self.next..).unwrap_or(&[]);
        match rows.iter().find(|row| row.offset != self.subject.code.literals) {
            None => Ok(()),
            Some(row) => Err(Fault::at(Check::Abi, row.offset, "a row for unwinding behind the last instruction")),
        }
    }
}
