//! A handler that runs in the middle of functions, before each volatile access and before each instruction, changes
//! nothing for them: neither results nor their accesses to hardware registers.

use devices::{Access, Bus, Plain, Width};
use elf::firmware::{Handler, Memory};
use emulator::cortex_m0::{Clock, Console, Event, Limits};
use native_ir::Func;
use program::{Board, Callable, End, How, Manner, function};
use verifier::{Options, Verified, verify_text};

/// The interrupt line of the handler, and its vector.
const LINE: u16 = 5;
const VECTOR: u16 = 16 + LINE;
/// The register of the handler alone.
const OWN: u64 = 0x4000_2000;
/// The controller of interrupts, whose first register enables lines.
const CONTROLLER: u64 = 0xe000_e100;
/// Instructions that no call here comes to.
const MOST: u64 = 100_000;

/// What a call did.
#[derive(Debug, PartialEq)]
struct Seen {
    end: End,
    /// Accesses of the function, without the handler's.
    accesses: Vec<Access>,
}

struct World {
    module: Verified<native_ir::Module>,
    callable: Callable,
    board: Board,
}

impl World {
    /// A board on which time is that of the VM (`Accesses`), or cycles.
    fn new(clock: Clock) -> World {
        let report = verify_text(include_bytes!("work.nir"), &Options::default());
        let module = report.module.unwrap_or_else(|| panic!("{:#?}", report.diagnostics));
        let find = |name| function(&module, name).expect("it is there");
        let calls = ["accesses", "pairs", "calls"].map(find);
        let handlers = vec![Handler { vector: VECTOR, func: find("handler") }];
        let memory = Memory::of_target(&module).expect("it is firmware");
        let callable = Callable::new(&module, &calls, handlers, memory, &How::default()).expect("an image");
        let manner = Manner { clock, ..Manner::default() };
        let board = Board::new(&callable, &module, manner).expect("a board");
        World { module, callable, board }
    }

    /// Calls a function on a bus where the handler's line is on; with how often the handler ran, and how many
    /// instructions all took.
    fn call(&mut self, func: Func, argument: u128, prepare: impl FnOnce(&mut Bus)) -> (Seen, usize, u64) {
        let mut bus = Bus::new();
        bus.map_controller(CONTROLLER).expect("the bus is empty");
        bus.map("work", 0x4000_0000, 0x4000_ffff, Box::new(Plain::new()), None).expect("nothing is there");
        bus.write(CONTROLLER, Width::Four, 1 << LINE).expect("the controller takes it");
        bus.record(MOST as usize);
        prepare(&mut bus);
        let limits = Limits { instructions: Some(MOST), ..Limits::default() };
        let world = (bus, Console::default());
        let (end, bus) = self
            .board
            .call(&self.callable, &self.module, (func, &[argument]), world, &limits)
            .expect("it can be called");
        let (own, accesses): (Vec<Access>, Vec<Access>) =
            bus.trace().iter().copied().partition(|access| access.address == OWN);
        (Seen { end, accesses }, own.len(), self.board.machine().instructions())
    }
}

#[test]
fn a_handler_before_any_instruction_changes_nothing() {
    let mut world = World::new(Clock::Cycles);
    let mut injected = 0;
    for (name, argument) in [("accesses", 9), ("pairs", 3), ("calls", 9)] {
        let func = function(&world.module, name).expect("it is there");
        world.board.machine().clear_plan();
        let (alone, none, count) = world.call(func, argument, |_| {});
        assert!(matches!(alone.end, End::Returned(_)), "{name}: {:?}", alone.end);
        assert_eq!((none, alone.accesses.is_empty()), (0, name != "accesses"), "{name}");
        for before in 1..=count {
            let machine = world.board.machine();
            machine.clear_plan();
            machine.plan(before, Event::Interrupt(LINE));
            let (seen, ran, _) = world.call(func, argument, |_| {});
            assert_eq!(ran, 1, "{name}: the handler before instruction {before} of {count}");
            assert_eq!(seen, alone, "{name}: an interrupt before instruction {before} of {count}");
            injected += 1;
        }
    }
    assert!(injected > 1500, "{injected} interrupts say little");
}

#[test]
fn a_handler_before_any_volatile_access_changes_nothing() {
    let mut world = World::new(Clock::Accesses);
    let func = function(&world.module, "accesses").expect("it is there");
    let (alone, none, _) = world.call(func, 40, |_| {});
    assert_eq!((none, alone.accesses.len()), (0, 3 + 3 * 40));
    for before in 1..=alone.accesses.len() as u64 {
        // The controller's register was the first access.
        let (seen, ran, _) = world.call(func, 40, |bus| bus.inject(before + 1, LINE).expect("the line is there"));
        assert_eq!((ran, &seen), (1, &alone), "an interrupt before access {before}");
    }
}
