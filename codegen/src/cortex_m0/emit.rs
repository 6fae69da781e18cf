//! Emission: machine IR whose registers are allocated becomes Thumb code with its rows.
//!
//! Blocks are written in their order, line by line. Traps wait until the way ends somewhere near and stand there, so that
//! the code that does not trap walks by. r12 belongs to sequences that need a register more than there is, and holds
//! nothing between lines.

mod frame;
mod place;
#[cfg(test)]
mod tests;

use super::buffer::{Buffer, Demands, Label, Refusal, Word};
use super::encode;
use super::frame::Frame;
use super::inst::{
    Address, Alu, BlockIndex, Callee, Cell, Code, Cond, Inst, Other, Reg, Shift, System, Unary, Width,
    Word as Choice,
};
use artifact::{FunctionCode, Location, Place, RelocationKind};
use native_ir::{Contract, Func, Inst as Source, SpecialRegister, Trap, Value};
use rustc_hash::FxHashSet;

/// How many bytes may stand between a trap's branch and the trap before it is worth a place of its own among the code.
const NEAR: u32 = 160;

/// Where a word of a value is from a line of the code up to another. Lines are counted over all blocks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) value: Value,
    pub(crate) word: u8,
    /// The first line before which it is there.
    pub(crate) from: u32,
    /// The first line before which it is not.
    pub(crate) to: u32,
    pub(crate) place: Spot,
}

/// A place of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spot {
    /// A register, by number.
    Register(u8),
    /// A word of the frame.
    Cell(Cell),
}

/// A trap that has no code yet.
#[derive(Clone, Copy)]
struct Waiting {
    label: Label,
    trap: Trap,
    source: Option<Source>,
    /// Where the branch to it stands.
    from: u32,
}

/// The emission of one function.
struct Emitter<'a> {
    asm: &'a mut Buffer,
    frame: &'a Frame,
    /// The label of the first block; those of the others follow in order.
    labels: Label,
    /// The block behind the one that is emitted.
    next: BlockIndex,
    /// The IR instruction that is emitted.
    source: Option<Source>,
    traps: Vec<Waiting>,
    /// Constants that stand in the code.
    pooled: FxHashSet<u32>,
    /// Bytes from the stack pointer to what it is for the caller when the function has returned.
    cfa: u32,
    /// Whether unwinding has to remember the frame for the code behind.
    recall: bool,
}

/// Emits a function whose registers are allocated. With [`Demands::link`] the frame must save lr.
///
/// # Errors
/// When it has to be emitted with other demands, or is too long.
pub(crate) fn emit(
    asm: &mut Buffer,
    code: &Code,
    frame: &Frame,
    spans: &[Span],
    func: Func,
    demands: Demands,
) -> Result<FunctionCode, Refusal> {
    debug_assert!(!demands.link || frame.saved >> encode::LR & 1 == 1);
    asm.begin(demands);
    let labels = asm.labels(code.blocks.len() as u32);
    let mut emitter = Emitter {
        asm,
        frame,
        labels,
        next: 0,
        source: None,
        traps: Vec::new(),
        pooled: place::pooled(code),
        cfa: frame.pops,
        recall: false,
    };
    emitter.enter();
    let lines = emitter.blocks(code);
    emitter.write_traps();
    for span in spans {
        let at = |line: u32| lines.get(line as usize).copied().unwrap_or(emitter.asm.offset());
        let place = match span.place {
            Spot::Register(number) => Place::Core(number),
            Spot::Cell(cell) => Place::Frame(frame.offset(cell)),
        };
        let (start, end) = (at(span.from), at(span.to));
        emitter.asm.location(Location { value: span.value, word: span.word, start, end, place });
    }
    asm.finish(func, frame.claim())
}

impl Emitter<'_> {
    /// Writes all blocks; tells where each line begins.
    fn blocks(&mut self, code: &Code) -> Vec<u32> {
        let mut lines = Vec::new();
        for (number, block) in code.blocks.iter().enumerate() {
            self.resume();
            self.next = number as BlockIndex + 1;
            self.asm.bind(self.labels.nth(number as u32));
            if let Some(block) = block.block {
                self.asm.block_row(block);
            }
            for line in &block.lines {
                lines.push(self.asm.offset());
                self.source = line.source;
                self.asm.inst_row(line.source);
                self.inst(&line.inst);
            }
            let far = self.traps.first().is_some_and(|trap| trap.from + NEAR < self.asm.offset());
            if far && block.lines.last().is_some_and(|line| self.ends_the_way(&line.inst)) {
                self.write_traps();
            }
        }
        lines
    }

    /// Whether nobody walks on behind a terminator.
    fn ends_the_way(&self, inst: &Inst) -> bool {
        match *inst {
            Inst::Jump { to } => to != self.next,
            Inst::Branch { yes, no, .. } => yes != self.next && no != self.next,
            _ => true,
        }
    }

    /// Writes the traps that wait.
    fn write_traps(&mut self) {
        for trap in std::mem::take(&mut self.traps) {
            self.resume();
            self.asm.bind(trap.label);
            self.asm.inst_row(trap.source);
            self.source = trap.source;
            self.trap(trap.trap);
        }
    }

    fn trap(&mut self, trap: Trap) {
        if let Some(source) = self.source {
            self.asm.trap_row(trap, source);
        }
        self.asm.put(encode::udf(Contract::embedded().trap(trap).code.into()));
        self.asm.edge();
    }

    fn label(&self, block: BlockIndex) -> Label {
        self.labels.nth(block)
    }

    /// Emits one line.
    fn inst(&mut self, inst: &Inst) {
        match *inst {
            Inst::Entry { .. } => {}
            Inst::Const { dst, value } => self.constant(dst.number(), value),
            Inst::Symbol { dst, reference, addend } => {
                self.asm.load_word(dst.number(), Word::Address(reference, addend));
            }
            Inst::FrameAddress { dst, cell } => self.frame_address(dst.number(), cell),
            Inst::Move { dst, src } => self.copy(dst, src),
            Inst::Add { dst, a, b } if !dst.is_high() && !b.is_high() => {
                self.asm.put(encode::adds_reg(dst.number(), a.number(), b.number()));
            }
            Inst::Add { dst, a, b } => {
                debug_assert_eq!(dst, a);
                self.asm.put(encode::add_high(dst.number(), b.number()));
            }
            Inst::Sub { dst, a, b } => {
                self.asm.put(encode::subs_reg(dst.number(), a.number(), b.number()));
            }
            Inst::AddImm { dst, src, imm } => self.asm.put(add_imm(dst.number(), src.number(), imm)),
            Inst::Alu { op, dst, a, b } => {
                debug_assert_eq!(dst, a);
                self.asm.put(alu(op, dst.number(), b.number()));
            }
            Inst::Shift { op, dst, src, amount } => {
                self.asm.put(shift(op, dst.number(), src.number(), amount.into()));
            }
            Inst::Unary { op, dst, src } => self.asm.put(unary(op, dst.number(), src.number())),
            Inst::Borrow { dst } => self.asm.put(encode::sbcs(dst.number(), dst.number())),
            Inst::Cmp { a, b } => self.asm.put(encode::cmp_reg(a.number(), b.number())),
            Inst::CmpImm { a, imm } => self.asm.put(encode::cmp_imm(a.number(), imm.into())),
            Inst::Cmn { a, b } => self.asm.put(encode::cmn(a.number(), b.number())),
            Inst::Tst { a, b } => self.asm.put(encode::tst(a.number(), b.number())),
            Inst::Load { dst, width, signed, address } => self.load(dst.number(), width, signed, address),
            Inst::Store { src, width, address } => self.store(src.number(), width, address),
            Inst::Select { cond, ref words } => self.select(cond, words),
            Inst::TrapIf { cond, trap } => self.trap_if(cond, trap),
            Inst::Call { callee, pops, .. } => self.call(callee, pops),
            Inst::System(system) => self.system(system),
            Inst::ReadSpecial { dst, register } => {
                let (first, second) = encode::mrs(dst.number(), special(register));
                self.asm.put_pair(first, second);
            }
            Inst::WriteSpecial { src, register } => {
                let (first, second) = encode::msr(special(register), src.number());
                self.asm.put_pair(first, second);
            }
            Inst::Jump { to } => self.asm.jump(self.label(to)),
            Inst::Branch { cond, yes, no } => self.branch(cond, yes, no),
            Inst::Table { index, temp, ref targets } => self.table(index, temp, targets),
            Inst::Trap { trap } => self.trap(trap),
            Inst::Return { ref values } => self.leave(list(values)),
            Inst::TailCall { target, ref args, stack } => self.tail_call(target.number(), list(args), stack),
            Inst::Spill { src, cell } => self.store_at(src.number(), self.frame.offset(cell)),
            Inst::Reload { dst, cell } => self.load_at(dst.number(), self.frame.offset(cell)),
        }
    }

    fn copy(&mut self, dst: Reg, src: Reg) {
        if dst != src {
            self.asm.put(encode::mov(dst.number(), src.number()));
        }
    }

    /// A branch over moves.
    fn select(&mut self, cond: Cond, words: &[Choice]) {
        let over = self.asm.new_label();
        self.asm.jump_if(cond, over);
        for word in words {
            debug_assert_eq!(word.dst, word.then);
            match word.other {
                Other::Reg(other) => self.copy(word.dst, other),
                Other::Byte(byte) => self.asm.put(encode::movs_imm(word.dst.number(), byte.into())),
            }
        }
        self.asm.bind(over);
    }

    fn trap_if(&mut self, cond: Cond, trap: Trap) {
        let label = self.asm.new_label();
        self.traps.push(Waiting { label, trap, source: self.source, from: self.asm.offset() });
        self.asm.jump_if(cond, label);
    }

    fn call(&mut self, callee: Callee, pops: u32) {
        match callee {
            Callee::Direct(target) => {
                // The distance is filled in; that of a branch to itself stands there until then.
                let (first, second) = encode::bl(-4);
                let offset = self.asm.offset();
                self.asm.put_pair(first, second);
                self.asm.relocate(offset, RelocationKind::ThumbCall, target, -4);
            }
            Callee::Indirect(target) => {
                self.asm.put(encode::blx(target.number()));
            }
        }
        if let Some(source) = self.source {
            self.asm.call_row(source);
        }
        if pops > 0 {
            self.cfa -= pops;
            self.say_cfa();
            self.lower(pops);
        }
    }

    fn system(&mut self, system: System) {
        let (first, second) = match system {
            System::Dmb => encode::DMB,
            System::Dsb => encode::DSB,
            System::Isb => encode::ISB,
            System::Wfi => return self.asm.put(encode::WFI),
            System::Wfe => return self.asm.put(encode::WFE),
            System::Sev => return self.asm.put(encode::SEV),
            System::DisableInterrupts => return self.asm.put(encode::CPSID),
            System::EnableInterrupts => return self.asm.put(encode::CPSIE),
            System::Svc(number) => return self.asm.put(encode::svc(number.into())),
        };
        self.asm.put_pair(first, second);
    }

    fn branch(&mut self, cond: Cond, yes: BlockIndex, no: BlockIndex) {
        if yes == self.next {
            return self.asm.jump_if(cond.negate(), self.label(no));
        }
        self.asm.jump_if(cond, self.label(yes));
        if no != self.next {
            self.asm.jump(self.label(no));
        }
    }

    fn table(&mut self, index: Reg, temp: Reg, targets: &[BlockIndex]) {
        self.copy(temp, index);
        let labels: Vec<_> = targets.iter().map(|&block| self.label(block)).collect();
        // What does not belong to an instruction has no table.
        if let Some(source) = self.source {
            self.asm.switch(temp.number(), &labels, source);
        }
    }
}

/// Registers as bits by number.
fn list(registers: &[(Reg, u8)]) -> u16 {
    registers.iter().fold(0, |list, &(_, number)| list | 1 << number)
}

fn add_imm(dst: u8, src: u8, imm: i16) -> u16 {
    let amount = imm.unsigned_abs().into();
    match (imm < 0, amount <= 7 && dst != src) {
        (false, true) => encode::adds_imm3(dst, src, amount),
        (true, true) => encode::subs_imm3(dst, src, amount),
        (false, false) => encode::adds_imm8(dst, amount),
        (true, false) => encode::subs_imm8(dst, amount),
    }
}

fn alu(op: Alu, rdn: u8, rm: u8) -> u16 {
    match op {
        Alu::And => encode::ands(rdn, rm),
        Alu::Orr => encode::orrs(rdn, rm),
        Alu::Eor => encode::eors(rdn, rm),
        Alu::Bic => encode::bics(rdn, rm),
        Alu::Mul => encode::muls(rdn, rm),
        Alu::Adc => encode::adcs(rdn, rm),
        Alu::Sbc => encode::sbcs(rdn, rm),
        Alu::Lsl => encode::lsls_reg(rdn, rm),
        Alu::Lsr => encode::lsrs_reg(rdn, rm),
        Alu::Asr => encode::asrs_reg(rdn, rm),
        Alu::Ror => encode::rors(rdn, rm),
    }
}

fn shift(op: Shift, rd: u8, rm: u8, amount: u32) -> u16 {
    match op {
        Shift::Lsl => encode::lsls_imm(rd, rm, amount),
        Shift::Lsr => encode::lsrs_imm(rd, rm, amount),
        Shift::Asr => encode::asrs_imm(rd, rm, amount),
    }
}

fn unary(op: Unary, rd: u8, rm: u8) -> u16 {
    match op {
        Unary::Not => encode::mvns(rd, rm),
        Unary::Neg => encode::rsbs(rd, rm),
        Unary::Sxtb => encode::sxtb(rd, rm),
        Unary::Sxth => encode::sxth(rd, rm),
        Unary::Uxtb => encode::uxtb(rd, rm),
        Unary::Uxth => encode::uxth(rd, rm),
        Unary::Rev => encode::rev(rd, rm),
        Unary::Rev16 => encode::rev16(rd, rm),
    }
}

/// The number of a special register (ARM DDI 0419, section B5.1.1).
fn special(register: SpecialRegister) -> u8 {
    match register {
        SpecialRegister::Apsr => 0,
        SpecialRegister::Ipsr => 5,
        SpecialRegister::Msp => 8,
        SpecialRegister::Psp => 9,
        SpecialRegister::Primask => 16,
        SpecialRegister::Control => 20,
    }
}
