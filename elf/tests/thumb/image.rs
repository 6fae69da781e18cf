//! Images of memory: what lies where, what is linked, and how they run.

use super::common::{Made, thumb_envelope, verified};
use super::qemu::{execute, tool};
use elf::firmware::{Firmware, FirmwareOptions, Memory, Region, SymbolKind, firmware, handlers};
use elf::{DwarfVersion, Error};
use native_ir::text;

/// Writes to both streams and adds up data with values, data without, and a constant.
pub(super) const HELLO: &str = "\
import module @zero_write : fn(i32, ptr[generic,i8], addr) -> (addr) effects(read, io)
data @text : array[i8,6] readonly = \"hello\\n\"
data @forty : i32 = 40
data @bytes : array[i8,3] = [1, 0, 1]
data @zeros : array[i32,5] = zero
data @table : array[ptr[static,i32],1] readonly = [@forty]

fn pub @main() -> (i32) effects(read, write, io) source=0 !1:1 {
^entry:
    %text: ptr[static,array[i8,6]] = address @text !2:3
    %start: ptr[static,i8] = cast %text !2:3
    %from: ptr[generic,i8] = cast %start !2:3
    %six: i32 = iconst 6 !2:3
    %length: addr = int_to_addr %six !2:3
    %written: addr = call @zero_write(1, %from, %length) !2:3
    %five: i32 = iconst 5 !2:3
    %short: addr = int_to_addr %five !2:3
    %again: addr = call @zero_write(2, %from, %short) !2:3
    %none: addr = call @zero_write(3, %from, %length) !2:3
    %cell: ptr[static,array[ptr[static,i32],1]] = address @table !3:3
    %first: ptr[static,ptr[static,i32]] = element %cell, 0 !3:3
    %forty: ptr[static,i32] = load.ptr[static,i32] %first !3:3
    %a: i32 = load.i32 %forty !3:3
    %bytes: ptr[static,array[i8,3]] = address @bytes !3:3
    %last: ptr[static,i8] = element %bytes, 2 !3:3
    %byte: i8 = load.i8 %last !3:3
    %b: i32 = zext %byte !3:3
    %zeros: ptr[static,array[i32,5]] = address @zeros !3:3
    %end: ptr[static,i32] = element %zeros, 4 !3:3
    %c: i32 = load.i32 %end !3:3
    store.i32 77, %end !3:3
    %n: i32 = addr_to_int %none !4:3
    %w: i32 = addr_to_int %written !4:3
    %ab: i32 = iadd %a, %b !4:3
    %abc: i32 = iadd %ab, %c !4:3
    %sum: i32 = iadd %abc, %n !4:3
    %all: i32 = iadd %sum, %w !4:3
    return %all !5:3
}
";

pub(super) fn module(text: &str) -> Made {
    Made::of(verified(&(thumb_envelope("prog") + text)), &codegen::Options::default())
}

fn memory() -> Memory {
    Memory::parse("flash 0 256K\nram 0x20000000 16K\n").expect("it is right")
}

/// Links a program that begins with `main`.
pub(super) fn link(made: &Made, change: impl FnOnce(&mut FirmwareOptions)) -> Result<Firmware, Error> {
    let host = elf::host("sim-cortex-m0").expect("there is one");
    let host = Made::of(verified(&text::print(host)), &codegen::Options::default());
    let mut options = FirmwareOptions::new(Some(made.func("main")), memory());
    change(&mut options);
    firmware(made.unit(), &[host.unit()], &options)
}

/// Writes the ELF file of a program and gives what it did, with what it wrote to both streams.
fn run(image: &Firmware) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("image.elf");
    std::fs::write(&path, image.elf().expect("it can be written")).expect("the folder can be written");
    let ended = execute(&path);
    (ended.status, ended.out, ended.err)
}

#[test]
fn data_has_its_values_and_the_result_is_the_status() {
    let image = link(&module(HELLO), |_| {}).expect("it fits");
    // 40 + 1 + 0 - 1 + 6
    assert_eq!(run(&image), (Some(46), "hello\n".to_string(), "hello".to_string()));
    let word = |vector: usize| {
        let bytes = &image.sections[0].bytes[vector * 4..vector * 4 + 4];
        u32::from_le_bytes(bytes.try_into().expect("4 bytes"))
    };
    let address = |name: &str| image.symbol(name).expect(name).address;
    assert_eq!((image.sections[0].name, image.sections[0].address, image.sections[0].size), (".vectors", 0, 192));
    assert_eq!((word(0), word(1)), (0x2000_4000, address("__nir_reset") | 1));
    assert_eq!((word(3), word(4)), (address("__nir_fault") | 1, 0));
    for vector in [2, 11, 14, 15, 16, 47] {
        assert_eq!(word(vector), address("__nir_unexpected") | 1);
    }
    let section = |name: &str| image.sections.iter().find(|section| section.name == name).expect(name);
    assert_eq!((section(".data").address, section(".data").size), (0x2000_0000, 8));
    let constants = section(".rodata");
    assert_eq!(section(".data").load, (constants.address + constants.size).next_multiple_of(4));
    assert_eq!(section(".bss").address, 0x2000_0008);
    let stack = section(".stack");
    assert_eq!(stack.address + stack.size, 0x2000_4000);
}

#[test]
fn no_more_is_linked_than_is_reached() {
    let text = "data @unused : i32 = 5\n\
                fn pub @main() -> () effects(hardware) source=0 !1:1 {\n^entry:\n    jump ^sleep !2:2\n\
                ^sleep:\n    wait_interrupt !2:3\n    jump ^sleep !2:4\n}\n";
    let image = link(&module(text), |_| {}).expect("it fits");
    let names: Vec<&str> = image
        .symbols
        .iter()
        .filter(|symbol| symbol.kind != SymbolKind::Mapping)
        .map(|symbol| symbol.name.as_str())
        .collect();
    assert_eq!(names, ["main", "__nir_vectors", "__nir_reset", "__nir_fault", "__nir_unexpected"]);
    let bytes = image.binary().len();
    assert!(bytes < 220, "{bytes} bytes");
}

#[test]
fn a_trap_is_told_with_its_place() {
    let text = "data @zero : i32 = 0\n\
                fn @divide(%a: i32, %b: i32) -> (i32) effects(trap) inline=never source=0 !1:1 {\n^entry:\n    \
                %c: i32 = udiv %a, %b !1:2\n    return %c !1:3\n}\n\
                fn pub @main() -> (i32) effects(read, trap) source=0 !2:1 {\n^entry:\n    \
                %p: ptr[static,i32] = address @zero !2:2\n    %z: i32 = load.i32 %p !2:2\n    \
                %r: i32 = call @divide(7, %z) !2:3\n    return %r !2:4\n}\n";
    let made = module(text);
    let library = Made::of(
        verified(&text::print(runtime::module("sim-cortex-m0").expect("there is one"))),
        &codegen::Options::default(),
    );
    let host = elf::host("sim-cortex-m0").expect("there is one");
    let host = Made::of(verified(&text::print(host)), &codegen::Options::default());
    let link = |change: &dyn Fn(&mut FirmwareOptions)| {
        let mut options = FirmwareOptions::new(Some(made.func("main")), memory());
        change(&mut options);
        firmware(made.unit(), &[library.unit(), host.unit()], &options).expect("it fits")
    };
    let image = link(&|_| {});
    let (status, out, err) = run(&image);
    assert_eq!((status, out.as_str()), (Some(64), ""));
    let place = err.strip_prefix("trap: integer division by zero\n  at 0x").expect(&err);
    let place = u32::from_str_radix(place.trim_end(), 16).expect("eight digits");
    let divide = image.symbol("pn::prog::divide$fn(i32;i32,i32)").expect("it is linked");
    assert!((divide.address..divide.address + divide.size).contains(&place), "{place:#x} {divide:?}");
    let names = ["__nir_trapped", "__nir_trap_table", "zero_write"];
    assert!(names.iter().all(|name| image.symbol(name).is_some()));
    let image = link(&|options| options.reports = false);
    assert!(names.iter().all(|name| image.symbol(name).is_none()));
}

#[test]
fn faults_outside_of_the_code_and_unexpected_exceptions_are_told() {
    let head = "fn @trap_me(%a: i1) -> () effects(trap) source=0 !1:1 {\n^entry:\n    trap_if %a, assertion !1:2\n    return !1:3\n}\n";
    // A pointer to where no memory is; the processor's exception SVCall, which nothing handles.
    let read = "    %n: i32 = iconst 0x30000000 !2:2\n    %a: addr = int_to_addr %n !2:2\n    \
                %p: ptr[generic,i32] = addr_to_ptr %a !2:2\n    %v: i32 = load.i32 %p !2:2\n    return %v !2:3\n}\n";
    let call = "    supervisor_call 1 !2:2\n    return 0 !2:3\n}\n";
    for (body, status, message) in
        [(read, 76, "access outside the object"), (call, 67, "unreachable code was reached")]
    {
        let text = format!(
            "{head}fn pub @main() -> (i32) effects(read, write, trap, hardware) source=0 !2:1 {{\n^entry:\n    \
             call @trap_me(0) !2:1\n{body}"
        );
        let image = link(&module(&text), |_| {}).expect("it fits");
        let (ended, _, err) = run(&image);
        assert_eq!(ended, Some(status), "{err}");
        assert!(err.starts_with(&format!("trap: {message}\n  at 0x0000")), "{err}");
    }
}

const HANDLERS: &str = "\
data @calls : i32 = 0
fn pub interrupt @SVC_Handler() -> () effects(read, write) source=0 !1:1 {
^entry:
    %p: ptr[static,i32] = address @calls !1:2
    %n: i32 = load.i32 %p ordering=ordered !1:2
    %m: i32 = iadd %n, 20 !1:2
    store.i32 %m, %p ordering=ordered !1:2
    return !1:3
}

fn pub @main() -> (i32) effects(read, write, hardware) source=0 !2:1 {
^entry:
    supervisor_call 1 !2:2
    supervisor_call 2 !2:2
    %p: ptr[static,i32] = address @calls !2:2
    %n: i32 = load.i32 %p ordering=ordered !2:2
    return %n !2:3
}
";

#[test]
fn handlers_stand_in_the_vector_table() {
    let made = module(HANDLERS);
    let found = handlers(made.unit().module, &[]).expect("they have names of handlers");
    assert_eq!(found.iter().map(|handler| handler.vector).collect::<Vec<_>>(), [11]);
    let image = link(&made, |options| options.handlers = found).expect("it fits");
    assert_eq!(run(&image).0, Some(40));
    let made = module(&HANDLERS.replace("SVC_Handler", "SVCall_Handler"));
    let error = handlers(made.unit().module, &[(2, "UART0")]).expect_err("no exception has this name");
    let names = "NMI_Handler, HardFault_Handler, SVC_Handler, PendSV_Handler, SysTick_Handler, IRQ0_Handler to \
                 IRQ31_Handler, UART0_IRQHandler";
    let message =
        "`SVCall_Handler` is marked `interrupt`, but handles no exception of the machine: name it as one of ";
    assert_eq!(error.to_string(), format!("{message}{names}"));
    let both = "fn pub interrupt @IRQ2_Handler() -> () source=0 !1:1 {\n^entry:\n    return !1:2\n}\n";
    let made = module(&(both.to_string() + &both.replace("IRQ2_Handler", "UART0_IRQHandler")));
    let error = handlers(made.unit().module, &[(2, "UART0")]).expect_err("one line has two");
    assert_eq!(error.to_string(), "`IRQ2_Handler` and `UART0_IRQHandler` handle the same exception");
}

/// The report runs in the mode that the program was in: in a handler, and with the process stack.
#[test]
fn a_trap_is_told_wherever_it_happens() {
    let handler = "fn pub interrupt @SVC_Handler() -> () effects(trap) source=0 !1:1 {\n^entry:\n    trap assertion !1:2\n}\n\
                   fn pub @main() -> () effects(hardware) source=0 !2:1 {\n^entry:\n    supervisor_call 1 !2:2\n    \
                   return !2:3\n}\n";
    let process = "fn pub @main() -> () effects(hardware, trap) source=0 !2:1 {\n^entry:\n    \
                   %sp: i32 = iconst 0x20002000 !2:2\n    special_write %sp, psp !2:2\n    \
                   special_write 2, control !2:2\n    barrier_instruction !2:2\n    trap assertion !2:3\n}\n";
    for text in [handler, process] {
        let made = module(text);
        let image = link(&made, |options| {
            options.handlers = handlers(made.unit().module, &[]).expect("they have names of handlers");
        });
        let (status, _, err) = run(&image.expect("it fits"));
        assert_eq!(status, Some(69), "{err}");
        assert!(err.starts_with("trap: assertion failed\n  at 0x0000"), "{err}");
    }
}

#[test]
fn an_image_without_entry_waits_to_be_called() {
    let made = module(HELLO);
    let image = link(&made, |options| {
        options.entry = None;
        options.calls = vec![made.func("main")];
    });
    let image = image.expect("it fits");
    let ready = image.ready.expect("it waits");
    let text = &image.sections[1];
    let at = (ready - text.address) as usize;
    assert_eq!(text.bytes[at..at + 2], [0xfe, 0xe7]);
    assert_eq!(image.function(made.func("main")), image.symbol("main").map(|symbol| symbol.address));
    assert!(image.symbol("zero_exit").is_none());
}

#[test]
fn what_does_not_fit_is_shown_with_the_budget() {
    let text = "data @large : array[i8,5000] = zero\ndata @values : array[i8,100] = [7]\n\
                fn pub @main() -> (i32) effects(read) source=0 !1:1 {\n^entry:\n    \
                %p: ptr[static,array[i8,5000]] = address @large !1:2\n    %q: ptr[static,i8] = element %p, 1 !1:2\n    \
                %r: ptr[static,array[i8,100]] = address @values !1:2\n    %s: ptr[static,i8] = element %r, 1 !1:2\n    \
                %a: i8 = load.i8 %q !1:2\n    %b: i8 = load.i8 %s !1:2\n    %c: i8 = iadd %a, %b !1:2\n    \
                %d: i32 = zext %c !1:2\n    return %d !1:3\n}\n";
    let text = text.replace("[7]", &format!("[{}]", ["7"; 100].join(", ")));
    let made = module(&text);
    let error = link(&made, |options| options.memory.ram.bytes = 4096).expect_err("RAM is too small");
    let shown = error.to_string();
    for line in [
        "the program does not fit in RAM: it takes 1004 bytes too many\n",
        "  RAM      .data                           100\n           .bss                           5000\n",
        "           total                          5100 of 4096\n",
        "  largest in RAM:\n        5000  pn::prog::large$data(,array[i8,5000])\n",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
    let error = link(&made, |options| options.memory.flash.bytes = 256).expect_err("flash is too small");
    assert!(error.to_string().starts_with("the program does not fit in flash: it takes "), "{error}");
    let error = link(&made, |options| options.memory.stack = 12_000).expect_err("no room for the stack");
    assert!(
        error.to_string().starts_with("the program does not fit in RAM: it takes 720 bytes too many"),
        "{error}"
    );
}

#[test]
fn every_format_has_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let high = Region { start: 0x1_8000, bytes: 0x2_8000 };
    for flash in [memory().flash, high] {
        let image = link(&module(HELLO), |options| options.memory.flash = flash).expect("it fits");
        let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).expect("a file");
        write("image.elf", &image.elf().expect("it can be written"));
        write("image.hex", image.hex().as_bytes());
        tool(folder.path(), "arm-none-eabi-objcopy", &["-O", "binary", "image.elf", "elf.bin"]);
        tool(folder.path(), "arm-none-eabi-objcopy", &["-I", "ihex", "-O", "binary", "image.hex", "hex.bin"]);
        let read = |name: &str| std::fs::read(folder.path().join(name)).expect("it was made");
        assert_eq!(read("elf.bin"), image.binary());
        assert_eq!(read("hex.bin"), image.binary());
        let start = tool(folder.path(), "arm-none-eabi-objdump", &["-f", "image.hex"]);
        assert!(start.contains(&format!("start address 0x{:08x}", image.reset | 1)), "{start}");
    }
}

#[test]
fn tools_read_images() {
    let folder = tempfile::tempdir().expect("a folder");
    for version in [DwarfVersion::V4, DwarfVersion::V5] {
        let image = link(&module(HELLO), |options| options.debug = Some(version)).expect("it fits");
        let bytes = image.elf().expect("it can be written");
        std::fs::write(folder.path().join("image.elf"), &bytes).expect("the folder can be written");
        let text = tool(folder.path(), "arm-none-eabi-readelf", &["-a", "image.elf"]);
        assert!(!text.to_lowercase().contains("warning"), "{text}");
        for line in ["0x5000200, Version5 EABI, soft-float ABI", "Tag_CPU_arch: v6S-M", ".stack            NOBITS"]
        {
            assert!(text.contains(line), "{line}\n{text}");
        }
        let text = tool(folder.path(), "llvm-dwarfdump-19", &["--verify", "image.elf"]);
        assert!(text.contains("No errors."), "{text}");
        let text = tool(folder.path(), "arm-none-eabi-objdump", &["-d", "image.elf"]);
        assert!(!text.contains("<UNDEFINED>"), "{text}");
        assert!(text.contains("bkpt\t0x00ab") || text.contains("bkpt\t0xab"), "{text}");
        // Debug information changes nothing that runs.
        assert_eq!(image.binary(), link(&module(HELLO), |_| {}).expect("it fits").binary());
    }
    let map = link(&module(HELLO), |_| {}).expect("it fits").map();
    for line in
        ["  flash    .vectors                        192\n", "  0x00000000        192  object    __nir_vectors\n"]
    {
        assert!(map.contains(line), "{line}\n{map}");
    }
}

#[test]
fn other_targets_have_no_images() {
    let text = "fn pub @main() -> () source=0 !1:1 {\n^entry:\n    return !1:2\n}\n";
    let made = Made::compiled("prog", text, artifact::RelocationModel::Static);
    let options = FirmwareOptions::new(Some(made.func("main")), memory());
    let error = firmware(made.unit(), &[], &options).expect_err("it runs under Linux");
    assert_eq!(error, Error::NoFirmware("x86_64-unknown-linux-elf".to_string()));
}
