//! The runtime functions: what `runtime-abi.tsv` says the VM provides. The match over them comes from the table; a new
//! row does not compile until a method of its name stands here.

use crate::memory::{Access, Kind, Tag};
use crate::native::Stop;
use crate::service::Done;
use crate::vm::{Outcome, Vm};
use native_ir::{EntityRef, Import, Space, Trap};
use std::io::{Read, Write};

include!(concat!(env!("OUT_DIR"), "/runtime.rs"));

/// What a runtime function gives.
enum Answer {
    /// Nothing.
    None,
    /// A number.
    Word(u64),
    /// A pointer to an object.
    Pointer(u64, Tag),
    /// The end of the program.
    Exit(u8),
}

impl Vm {
    /// Does the runtime function that an import names. Its parameters are in the first slots of its frame, one each.
    pub(crate) fn runtime(&mut self, import: usize) -> Result<Done, Trap> {
        let program = self.program.clone();
        let module = program.module();
        let import = module.imports.get(Import::new(import)).ok_or(Trap::Unreachable)?;
        let primitive = Primitive::of(module.symbol_name(import.symbol)).ok_or(Trap::Unreachable)?;
        let parameters = module.types.as_function(import.ty).map_or(0, |ty| ty.params.len());
        let arguments: Vec<u64> = (0..parameters as u16).map(|slot| self.get(slot)).collect();
        if (0..parameters as u16).any(|slot| self.is_undefined(slot)) {
            return Err(Trap::Uninitialized);
        }
        let argument = |index: usize| arguments.get(index).copied().unwrap_or(0);
        match self.primitive(primitive, &argument)? {
            Answer::None => {}
            Answer::Word(word) => self.put(0, self.narrowed(word)),
            Answer::Pointer(address, tag) => self.put_tagged(0, address, tag.0),
            Answer::Exit(status) => return Ok(Done::Over(Outcome::Exited(status))),
        }
        Ok(Done::Next(1))
    }

    /// Does the runtime function that an import names, for machine code.
    ///
    /// # Errors
    /// How the program ended.
    pub(crate) fn call_import(&mut self, import: usize, arguments: &[u64]) -> Result<Vec<u64>, Stop> {
        let program = self.program.clone();
        let module = program.module();
        let import = module.imports.get(Import::new(import));
        let primitive = import.and_then(|import| Primitive::of(module.symbol_name(import.symbol)));
        let argument = |index: usize| arguments.get(index).copied().unwrap_or(0);
        let Some(primitive) = primitive else {
            let name = import.map_or("", |import| module.symbol_name(import.symbol));
            let detail = format!("nothing is linked in for `@{name}`");
            return Err(Stop::trap(Trap::Unreachable, Some(detail), Vec::new()));
        };
        match self.primitive(primitive, &argument) {
            Ok(Answer::None) => Ok(Vec::new()),
            Ok(Answer::Word(word) | Answer::Pointer(word, _)) => Ok(vec![word]),
            Ok(Answer::Exit(status)) => Err(Stop::Exited(status)),
            Err(trap) => {
                let detail = self.pending.take().and_then(|pending| pending.detail);
                Err(Stop::trap(trap, detail, Vec::new()))
            }
        }
    }

    /// A number as wide as a pointer.
    fn narrowed(&self, word: u64) -> u64 {
        if self.pointer_bytes() == 4 { u64::from(word as u32) } else { word }
    }

    /// Whether a buffer in slot 1 may be accessed.
    fn buffer(&mut self, address: u64, len: u64, write: bool) -> Result<(), Trap> {
        let tag = self.tag(1);
        if len > 0 {
            self.check(tag, address, len, Access::new(Space::Generic, write, 1))?;
        }
        Ok(())
    }

    fn zero_write(&mut self, argument: &dyn Fn(usize) -> u64) -> Result<Answer, Trap> {
        let (descriptor, address, len) = (argument(0), argument(1), argument(2));
        self.buffer(address, len, false)?;
        if let (Some(checked), Some(offset)) = (&self.checked, self.region.offset(address))
            && checked.shadow.first_undefined(offset, len).is_some()
        {
            return Err(Trap::Uninitialized);
        }
        let Some(bytes) = self.region.read(address, len) else { return Err(self.stray(address)) };
        let result = match descriptor {
            1 => self.host.output.write_all(bytes),
            2 => self.host.error.write_all(bytes),
            _ => return Ok(Answer::Word(u64::MAX)),
        };
        Ok(Answer::Word(if result.is_ok() { len } else { u64::MAX }))
    }

    fn zero_read(&mut self, argument: &dyn Fn(usize) -> u64) -> Result<Answer, Trap> {
        let (descriptor, address, len) = (argument(0), argument(1), argument(2));
        if descriptor != 0 {
            return Ok(Answer::Word(u64::MAX));
        }
        self.buffer(address, len, true)?;
        // What was written so far is seen before the program waits.
        let _ = self.host.output.flush();
        let Some(bytes) = self.region.slice_mut(address, len) else { return Err(self.stray(address)) };
        match self.host.input.read(bytes) {
            Ok(count) => {
                if let (Some(checked), Some(offset)) = (&mut self.checked, self.region.offset(address)) {
                    checked.shadow.fill(offset, count as u64, 0);
                    checked.shadow.clear_tags(offset, count as u64);
                }
                Ok(Answer::Word(count as u64))
            }
            Err(_) => Ok(Answer::Word(u64::MAX)),
        }
    }

    fn zero_exit(&mut self, argument: &dyn Fn(usize) -> u64) -> Result<Answer, Trap> {
        Ok(Answer::Exit(argument(0) as u8))
    }

    fn zero_alloc(&mut self, argument: &dyn Fn(usize) -> u64) -> Result<Answer, Trap> {
        let (size, align) = (argument(0), argument(1));
        if !align.is_power_of_two() || align > 1 << 16 {
            return Ok(Answer::Word(0));
        }
        let Some(address) = self.heap.alloc(size.max(1), align) else { return Ok(Answer::Word(0)) };
        let site = self.caller_site();
        let Some(checked) = &mut self.checked else { return Ok(Answer::Word(address)) };
        if let Some(offset) = self.region.offset(address) {
            checked.shadow.fill(offset, size, 0xff);
        }
        Ok(Answer::Pointer(address, checked.objects.create(address, size, Kind::Heap, false, site)))
    }

    fn zero_free(&mut self, argument: &dyn Fn(usize) -> u64) -> Result<Answer, Trap> {
        let address = argument(0);
        if address == 0 {
            return Ok(Answer::None);
        }
        let (site, tag) = (self.caller_site(), Tag(self.tag(0)));
        if let Some(checked) = &mut self.checked
            && let Err(violation) = checked.objects.release(tag, address, site)
        {
            return Err(self.violate(*violation));
        }
        // Without checks, what was never allocated is left alone.
        let _ = self.heap.free(address);
        Ok(Answer::None)
    }

    fn zero_argument_count(&mut self, _: &dyn Fn(usize) -> u64) -> Result<Answer, Trap> {
        Ok(Answer::Word(self.host.arguments.len() as u64))
    }

    fn zero_argument_pointer(&mut self, argument: &dyn Fn(usize) -> u64) -> Result<Answer, Trap> {
        self.place_arguments();
        let place = self.arguments.get(argument(0) as usize).copied();
        let tag = place.and_then(|(address, _)| self.checked.as_ref()?.objects.find(address));
        Ok(place.map_or(Answer::Word(0), |(address, _)| Answer::Pointer(address, tag.unwrap_or(Tag::NONE))))
    }

    fn zero_argument_length(&mut self, argument: &dyn Fn(usize) -> u64) -> Result<Answer, Trap> {
        let bytes = self.host.arguments.get(argument(0) as usize);
        Ok(Answer::Word(bytes.map_or(0, |bytes| bytes.len() as u64)))
    }

    /// Puts the arguments into guest memory, each with a zero behind it.
    fn place_arguments(&mut self) {
        if !self.arguments.is_empty() {
            return;
        }
        for bytes in self.host.arguments.clone() {
            let len = bytes.len() as u64;
            let Some(address) = self.heap.alloc(len + 1, 1) else { return };
            // The heap lies inside the region.
            let _ = self.region.write(address, &bytes);
            if let Some(checked) = &mut self.checked {
                checked.objects.create(address, len + 1, Kind::Data, false, crate::memory::Site::Engine);
            }
            self.arguments.push((address, len));
        }
    }

    /// The call of the runtime function.
    fn caller_site(&self) -> crate::memory::Site {
        use crate::memory::Site;
        if !self.checked() {
            return Site::Engine;
        }
        let caller =
            self.fiber(self.current).map(|fiber| self.header(fiber, fiber.stack.index(self.fp)).return_ip);
        match caller.and_then(|ip| self.program.inst(ip.wrapping_sub(2))) {
            Some((func, Some(inst))) => Site::Inst(func, inst),
            _ => Site::Engine,
        }
    }
}
