//! What is looked at before each instruction that Unicorn executes.

use super::Stop;
use super::code::{Kind, Known};
use super::machine::CORE;
use super::state::{Engine, Pause, State};
use thumb::{AccessOffset, Inst, Reg};
use unicorn_engine::{RegisterARM, Unicorn, uc_error};

/// Where volatile accesses go to devices: the architecture's peripherals, and its private registers (ARM DDI 0419, B3.1).
pub(super) const DEVICES: [(u64, u64); 2] = [(0x4000_0000, 0x2000_0000), (0xe000_0000, 0x10_0000)];

/// Hooks come first: the emulator does not show them code that it has already translated.
pub(super) fn add_hooks(engine: &mut Engine) -> Result<(), uc_error> {
    engine.add_code_hook(1, 0, |engine, address, _| before(engine, address as u32))?;
    engine.add_intr_hook(|engine, number| {
        engine.get_data_mut().course.exception = Some(number);
        stop(engine);
    })?;
    Ok(())
}

/// Stops the emulator; whether it stops is seen by what was noted.
pub(super) fn stop(engine: &mut Unicorn<'_, State>) {
    let _ = engine.emu_stop();
}

/// Before an instruction: counts the one before it, and stops if there is something to do that is not Unicorn's.
fn before(engine: &mut Unicorn<'_, State>, address: u32) {
    let state = engine.get_data_mut();
    let course = &state.course;
    if course.refused.is_some() || course.exception.is_some() {
        stop(engine);
        return;
    }
    let moved = matches!(state.course.current, Some((_, known)) if known.moves_stack);
    state.retire(address);
    if moved && is_overflown(engine) {
        let course = &mut engine.get_data_mut().course;
        course.stop = Some(Stop::StackOverflow(address));
        course.pause = Some((address, Pause::Look));
        stop(engine);
        return;
    }
    let known = known(engine, address);
    let state = engine.get_data_mut();
    let course = &mut state.course;
    let look = course.cycles >= course.alarm || course.instructions >= course.last || address == course.until;
    if look || matches!(known.kind, Kind::Special | Kind::Illegal | Kind::Unknown) {
        course.pause = Some((address, Pause::Look));
        stop(engine);
        return;
    }
    let passed = course.passed.take() == Some(address);
    if course.watch && known.kind == Kind::Access && !passed && is_device(engine, address) {
        engine.get_data_mut().course.pause = Some((address, Pause::BeforeAccess));
        stop(engine);
        return;
    }
    engine.get_data_mut().course.current = Some((address, known));
}

/// Whether the main stack is in use, and has grown below its limit.
fn is_overflown(engine: &Unicorn<'_, State>) -> bool {
    let state = engine.get_data();
    let stack = engine.reg_read(RegisterARM::SP).unwrap_or(0) as u32;
    stack < state.stack_limit && state.core.uses_main_stack()
}

/// The instruction at an address; none when it is none, or nothing is there.
pub(super) fn instruction(engine: &Unicorn<'_, State>, address: u32) -> Option<Inst> {
    let mut bytes = [0; 4];
    if engine.mem_read(address.into(), &mut bytes).is_ok() {
        return thumb::decode_bytes(&bytes);
    }
    engine.mem_read(address.into(), &mut bytes[..2]).ok()?;
    thumb::decode_bytes(&bytes[..2])
}

/// What is known of the instruction at an address.
pub(super) fn known(engine: &mut Unicorn<'_, State>, address: u32) -> Known {
    let kept = engine.get_data_mut().code.at(address).map(|known| *known);
    if let Some(known) = kept.filter(|known| known.kind != Kind::Unknown) {
        return known;
    }
    let inst = instruction(engine, address);
    let state = engine.get_data_mut();
    let known = Known::new(inst, state.multiply);
    if let Some(kept) = state.code.at(address) {
        *kept = known;
    }
    known
}

/// Whether an instruction that loads or stores one register reaches a device.
fn is_device(engine: &Unicorn<'_, State>, address: u32) -> bool {
    let Some(access) = instruction(engine, address).and_then(|inst| inst.access()) else { return false };
    let value = |register: Reg| {
        let register = CORE.get(usize::from(register.number()));
        register.and_then(|&register| engine.reg_read(register).ok()).unwrap_or(0) as u32
    };
    let place = match access.offset {
        AccessOffset::Imm(imm) => value(access.base).wrapping_add_signed(imm),
        AccessOffset::Reg(register) => value(access.base).wrapping_add(value(register)),
    };
    engine.get_data().is_device(place)
}
