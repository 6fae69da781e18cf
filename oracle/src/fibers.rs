//! Fibers of the model: each a list of frames, with the state that `docs/native-ir.md` gives it.

use crate::machine::{Frame, Model};
use crate::value::{Stop, Value};
use native_ir::{Contract, Func, Trap};

const ERROR: u16 = 1 << 15;
const FUEL: u16 = 1 << 14;

/// A fiber's status, with the numbers of `fiber_status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    New = 0,
    Running = 1,
    Paused = 2,
    Dead = 3,
    Error = 4,
}

/// What becomes of the value that a fiber is resumed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waiting {
    /// Nothing: the instruction is still to be done.
    Nothing,
    /// It is the result of the instruction, of so many bits.
    Value(u32),
    /// Nothing: the instruction has no result, and is done.
    Done,
}

/// A fiber.
#[derive(Debug)]
pub(crate) struct Fiber {
    pub(crate) frames: Vec<Frame>,
    pub(crate) status: Status,
    /// The result of a dead fiber, the trap's code of one in error.
    pub(crate) value: Value,
    /// The instructions that are left; [`u64::MAX`] without end.
    pub(crate) fuel: u64,
    pub(crate) parent: Option<usize>,
    mask: u16,
    /// The fiber that goes on when this one is resumed.
    innermost: usize,
    waiting: Waiting,
    /// It is behind a trap: how much of its segment is paid for is the engine's business.
    trapped: bool,
}

impl Fiber {
    pub(crate) fn new(fuel: u64) -> Fiber {
        Fiber {
            frames: Vec::new(),
            status: Status::Running,
            value: Value::default(),
            fuel,
            parent: None,
            mask: 0,
            innermost: 0,
            waiting: Waiting::Nothing,
            trapped: false,
        }
    }
}

impl Model<'_> {
    pub(crate) fn spawn(&mut self, func: Func, argument: Value) -> Result<usize, Stop> {
        let (id, spawner) = (self.fibers.len(), self.current);
        let fuel = self.fuel_at_start;
        self.fibers.push(Fiber { status: Status::New, innermost: id, ..Fiber::new(fuel) });
        self.current = id;
        self.enter(func, &[argument], None)?;
        self.current = spawner;
        Ok(id)
    }

    pub(crate) fn resume_fiber(&mut self, id: usize, value: Value, mask: u16) -> Result<(), Stop> {
        let answer = match self.fibers[id].status {
            Status::New | Status::Paused => {
                let innermost = self.fibers[id].innermost;
                (self.fibers[id].parent, self.fibers[id].mask) = (Some(self.current), mask);
                for fiber in self.chain(innermost, id) {
                    self.fibers[fiber].status = Status::Running;
                }
                self.current = innermost;
                let waiting = std::mem::replace(&mut self.fibers[innermost].waiting, Waiting::Nothing);
                self.fibers[innermost].trapped = false;
                self.deliver(waiting, value);
                return Ok(());
            }
            Status::Dead => (self.fibers[id].value, 0),
            Status::Error => (self.fibers[id].value, ERROR),
            Status::Running => return Err(Stop::Unclear("a fiber that resumes one that waits for it")),
        };
        self.define(&[answer.0, Value::new(answer.1.into())]);
        Ok(())
    }

    /// The fibers from one to another that it was resumed by, at the end of a chain.
    fn chain(&self, from: usize, to: usize) -> Vec<usize> {
        let mut chain = vec![from];
        while let Some(&last) = chain.last().filter(|&&last| last != to) {
            match self.fibers[last].parent {
                Some(parent) => chain.push(parent),
                None => break,
            }
        }
        chain
    }

    /// The outermost fiber that pauses for a signal.
    fn outermost(&self, bits: u16) -> Option<usize> {
        let mut at = self.current;
        loop {
            let fiber = &self.fibers[at];
            fiber.parent?;
            if fiber.mask & bits != 0 {
                return Some(at);
            }
            at = fiber.parent?;
        }
    }

    /// Pauses fibers for a signal. False when nobody covers it.
    fn signal(&mut self, bits: u16, value: Value, waiting: Waiting) -> bool {
        let Some(outermost) = self.outermost(bits) else { return false };
        let innermost = self.current;
        for fiber in self.chain(innermost, outermost) {
            self.fibers[fiber].status = Status::Paused;
        }
        self.fibers[innermost].waiting = waiting;
        self.fibers[outermost].innermost = innermost;
        self.answer(outermost, value, bits);
        true
    }

    /// Goes on in the fiber that resumed `id`, behind its `fiber_resume`.
    fn answer(&mut self, id: usize, value: Value, bits: u16) {
        self.current = self.fibers[id].parent.unwrap_or(0);
        self.define(&[value, Value::new(bits.into())]);
    }

    pub(crate) fn emit(&mut self, bits: u16, value: Value) -> Result<(), Stop> {
        match self.signal(bits, value, Waiting::Value(64)) {
            true => Ok(()),
            false => Err(Stop::Trap(Trap::UncaughtSignal)),
        }
    }

    /// The fuel is used up. False when that ends the run.
    pub(crate) fn starve(&mut self) -> bool {
        self.starved = true;
        self.signal(FUEL, Value::new(0), Waiting::Nothing)
    }

    /// A fiber's function has returned.
    pub(crate) fn finish_fiber(&mut self, value: Value) -> Result<(), Stop> {
        if value.undefined != 0 {
            return Err(Stop::Unclear("an undefined result of a fiber"));
        }
        let id = self.current;
        (self.fibers[id].status, self.fibers[id].value) = (Status::Dead, value);
        self.answer(id, value, 0);
        Ok(())
    }

    /// Whether a trap is caught; then the fibers are as it leaves them.
    pub(crate) fn catch(&mut self, trap: Trap) -> Result<bool, &'static str> {
        // A signal that nobody covers ends the program; no resume catches that.
        if trap == Trap::UncaughtSignal || self.outermost(ERROR).is_none() {
            return Ok(false);
        }
        self.caught = true;
        let code = Value::new(Contract::embedded().trap(trap).code.into());
        loop {
            let id = self.current;
            if self.fibers[id].mask & ERROR != 0 {
                let waiting = if self.at_terminator() {
                    // It traps again, at no cost.
                    self.takes()?;
                    self.frame_mut().paid = true;
                    Waiting::Nothing
                } else {
                    self.takes()?.map_or(Waiting::Done, Waiting::Value)
                };
                (self.fibers[id].waiting, self.fibers[id].trapped) = (waiting, true);
                (self.fibers[id].status, self.fibers[id].innermost) = (Status::Paused, id);
                self.answer(id, code, ERROR);
                return Ok(true);
            }
            (self.fibers[id].status, self.fibers[id].value) = (Status::Error, code);
            self.end_frames(id);
            // The resumer's `fiber_resume` traps with the same class.
            self.current = self.fibers[id].parent.unwrap_or(0);
        }
    }

    fn end_frames(&mut self, id: usize) {
        let current = std::mem::replace(&mut self.current, id);
        while !self.fibers[id].frames.is_empty() {
            self.drop_frame();
        }
        self.current = current;
    }

    pub(crate) fn cancel(&mut self, id: usize) {
        if !matches!(self.fibers[id].status, Status::New | Status::Paused) {
            return;
        }
        for fiber in self.chain(self.fibers[id].innermost, id) {
            (self.fibers[fiber].status, self.fibers[fiber].value) = (Status::Dead, Value::new(0));
            self.end_frames(fiber);
        }
    }

    pub(crate) fn refuel(&mut self, id: usize, fuel: u64) -> Result<(), Stop> {
        if self.fibers[self.fibers[id].innermost].trapped {
            return Err(Stop::Unclear("fuel for a fiber that is behind a trap"));
        }
        let fuel = if fuel > i64::MAX as u64 / 2 { u64::MAX } else { fuel };
        for fiber in [id, self.fibers[id].innermost] {
            self.fibers[fiber].fuel = fuel;
        }
        Ok(())
    }

    /// Gives the fiber that runs, or starves, so much fuel.
    pub fn set_fuel(&mut self, fuel: u64) {
        self.fibers[self.current].fuel = fuel;
    }

    /// Whether the program made a fiber.
    pub fn has_fibers(&self) -> bool {
        self.fibers.len() > 1
    }
}
