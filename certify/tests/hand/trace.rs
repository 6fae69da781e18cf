//! C2.

use crate::emit::{Emit, Patch, accept, reject};
use artifact::{Place, Reference, RelocationKind};
use certify::Check;
use iced_x86::code_asm::*;
use iced_x86::{Code, Register};
use native_ir::Symbol;

type Done = Result<(), iced_x86::IcedError>;
type Code1<'a> = &'a dyn Fn(&mut Emit) -> Done;

/// 0 `register`, 1 `load`, 2 `register`, 3 `store`, 4 `return`.
const MMIO: &str = "register @in : ptr[mmio,i32] = 0x40000400\nregister @out : ptr[mmio,i32] = 0x40000404\n\
    fn pub @f() -> () effects(read, write, hardware) {\n^entry:\n%p: ptr[mmio,i32] = register @in\n\
    %v: i32 = load.i32 %p address_space=mmio ordering=volatile\n%q: ptr[mmio,i32] = register @out\n\
    store.i32 %v, %q address_space=mmio ordering=volatile\nreturn\n}";

/// [`MMIO`] with code for the load and for the store; the value lives in esi, the pointers nowhere.
fn mmio(e: &mut Emit, load: Code1, store: Code1) -> Done {
    e.place(1, Place::Core(6));
    e.block(0);
    e.inst(1);
    load(e)?;
    e.inst(3);
    store(e)?;
    e.inst(4).ret()
}

fn load(e: &mut Emit) -> Done {
    e.a.mov(esi, dword_ptr(0x4000_0400))
}

fn store(e: &mut Emit) -> Done {
    e.a.mov(ecx, 0x4000_0404)?;
    e.a.mov(dword_ptr(rcx), esi)
}

#[test]
fn each_volatile_access_is_one_access() {
    accept(MMIO, |e| mmio(e, &load, &store));
    let wrong: &[(&str, Code1)] = &[
        ("no access", &|e| e.a.nop()),
        ("more than one", &|e| {
            load(e)?;
            load(e)
        }),
        ("another width", &|e| e.a.movzx(esi, word_ptr(0x4000_0400))),
        ("another width", &|e| e.a.mov(rsi, qword_ptr(0x4000_0400))),
        ("another address", &|e| e.a.mov(esi, dword_ptr(0x4000_0404))),
        ("another address", &|e| e.a.mov(esi, dword_ptr(rcx))),
        ("does not come to", &|e| e.a.mov(edi, dword_ptr(0x4000_0400))),
        ("does not come to", &|e| {
            load(e)?;
            e.a.xor(esi, esi)
        }),
        ("instruction does not have", &|e| {
            e.a.mov(ecx, 1)?;
            e.a.mov(dword_ptr(0x4000_0400), ecx)
        }),
        ("a branch in code", &|e| {
            let mut skip = e.a.create_label();
            e.a.je(skip)?;
            load(e)?;
            e.a.set_label(&mut skip)?;
            e.a.nop()
        }),
    ];
    for (words, load) in wrong {
        reject(MMIO, Check::Trace, words, |e| mmio(e, load, &store));
    }
}

#[test]
fn a_volatile_store_stores_its_value() {
    let right: &[Code1] = &[
        &|e| e.a.mov(dword_ptr(0x4000_0404), esi),
        &|e| {
            e.a.mov(ecx, esi)?;
            e.a.mov(dword_ptr(0x4000_0404), ecx)
        },
        &|e| {
            e.a.mov(ecx, 0x4000_0000)?;
            e.a.mov(dword_ptr(rcx + 0x404), esi)
        },
        &|e| {
            e.a.mov(ecx, 0x4000_0400)?;
            e.a.add(rcx, 4)?;
            e.a.mov(dword_ptr(rcx), esi)
        },
    ];
    for store in right {
        accept(MMIO, |e| mmio(e, &load, store));
    }
    let wrong: &[(&str, Code1)] = &[
        ("another value", &|e| e.a.mov(dword_ptr(0x4000_0404), edi)),
        ("another value", &|e| e.a.mov(dword_ptr(0x4000_0404), 7)),
        ("another value", &|e| {
            e.a.add(esi, 1)?;
            e.a.mov(dword_ptr(0x4000_0404), esi)
        }),
        ("more than one", &|e| {
            e.a.mov(word_ptr(0x4000_0404), si)?;
            e.a.mov(word_ptr(0x4000_0406), si)
        }),
        ("another address", &|e| e.a.mov(dword_ptr(0x4000_0408), esi)),
        ("another width", &|e| e.a.mov(qword_ptr(0x4000_0404), rsi)),
        ("does not have", &|e| e.a.add(dword_ptr(0x4000_0404), esi)),
        ("another address", &|e| {
            e.a.mov(ecx, 0x4000_0404)?;
            e.a.mov(dword_ptr(rcx + rdx * 4), esi)
        }),
    ];
    for (words, store) in wrong {
        reject(MMIO, Check::Trace, words, |e| mmio(e, &load, store));
    }
}

#[test]
fn volatile_accesses_keep_their_order_and_number() {
    // Swapped: the rows say so.
    reject(MMIO, Check::Flow, "not next", |e| {
        e.place(1, Place::Core(6));
        e.block(0);
        e.inst(3);
        store(e)?;
        e.inst(1);
        load(e)?;
        e.inst(4).ret()
    });
    // Swapped, with rows that do not say so.
    reject(MMIO, Check::Trace, "does not have", |e| mmio(e, &store, &load));
    // Dropped.
    let finding = reject(MMIO, Check::Trace, "has no code", |e| {
        e.place(1, Place::Core(6));
        e.block(0);
        e.inst(1);
        load(e)?;
        e.inst(4).ret()
    });
    assert!(finding.instruction.is_some_and(|text| text.starts_with("store")));
    // Added: a row of an instruction that accesses nothing.
    reject(MMIO, Check::Trace, "does not have", |e| {
        e.place(1, Place::Core(6));
        e.block(0);
        e.inst(1);
        load(e)?;
        e.inst(2);
        load(e)?;
        e.inst(3);
        store(e)?;
        e.inst(4).ret()
    });
}

#[test]
fn spilled_values_are_read_from_their_cells() {
    let spilled = |e: &mut Emit, cell: i32| {
        e.frame.bytes = 24;
        e.place(1, Place::Frame(8));
        e.place(2, Place::Frame(16));
        e.prologue().sub(rsp, 24)?;
        e.block(0);
        e.inst(1);
        e.a.mov(edx, dword_ptr(0x4000_0400))?;
        e.a.mov(dword_ptr(rsp + 8), edx)?;
        e.inst(2).mov(ecx, 0x4000_0404)?;
        e.a.mov(qword_ptr(rsp + 16), rcx)?;
        e.inst(3).mov(rcx, qword_ptr(rsp + 16))?;
        e.a.mov(eax, dword_ptr(rsp + cell))?;
        e.a.mov(dword_ptr(rcx), eax)?;
        e.inst(4).add(rsp, 24)?;
        e.a.ret()
    };
    accept(MMIO, |e| spilled(e, 8));
    reject(MMIO, Check::Trace, "another value", |e| spilled(e, 16));
    reject(MMIO, Check::Trace, "more than one", |e| spilled(e, 0));
    reject(MMIO, Check::Trace, "return address", |e| spilled(e, 24));
}

#[test]
fn constants_are_where_the_claim_has_them() {
    let placed = |e: &mut Emit, address: u32, to: Gpr32| {
        e.place(0, Place::Core(2));
        e.place(1, Place::Core(6));
        e.block(0);
        e.inst(0);
        e.a.mov(to, address)?;
        e.inst(1).mov(esi, dword_ptr(rdx))?;
        e.inst(3);
        store(e)?;
        e.inst(4).ret()
    };
    accept(MMIO, |e| placed(e, 0x4000_0400, edx));
    reject(MMIO, Check::Trace, "another constant", |e| placed(e, 0x4000_0408, edx));
    reject(MMIO, Check::Trace, "another constant", |e| placed(e, 0x4000_0400, eax));
    reject(MMIO, Check::Trace, "has no code", |e| {
        e.place(0, Place::Core(2));
        mmio(e, &load, &store)
    });
}

type Gpr32 = AsmRegister32;

/// 0 `register`, 1 `element`, 2 `load`, 3 `element`, 4 `load`, 5 `return`.
const ARRAY: &str = "register @pins : ptr[mmio,array[i32,32]] = 0x50000700\n\
    fn pub @f(%i: i64) -> () effects(read, hardware) {\n^entry:\n%p: ptr[mmio,array[i32,32]] = register @pins\n\
    %e: ptr[mmio,i32] = element %p, 3\n%v: i32 = load.i32 %e address_space=mmio ordering=volatile\n\
    return\n}";

#[test]
fn elements_of_register_arrays_have_their_addresses() {
    let array = |e: &mut Emit, address: u64| {
        e.block(0);
        e.inst(2).mov(ecx, dword_ptr(address))?;
        e.inst(3).ret()
    };
    accept(ARRAY, |e| array(e, 0x5000_070c));
    reject(ARRAY, Check::Trace, "another address", |e| array(e, 0x5000_0703));
}

/// 0 `load`, 1 `iadd`, 2 `store`, 3 `return`; parameters in rdi and rsi.
const PLAIN: &str = "fn pub @f(%p: ptr[heap,i32], %a: i32) -> () effects(read, write) {\n^entry:\n%v: i32 = load.i32 %p\n\
    %s: i32 = iadd %v, %a\nstore.i32 %s, %p\nreturn\n}";

fn plain(e: &mut Emit, add: Code1, store: Code1) -> Done {
    e.block(0);
    e.inst(0).mov(eax, dword_ptr(rdi))?;
    e.inst(1);
    add(e)?;
    e.inst(2);
    store(e)?;
    e.inst(3).ret()
}

#[test]
fn only_instructions_that_access_memory_do() {
    let add = |e: &mut Emit| e.a.add(eax, esi);
    let store = |e: &mut Emit| e.a.mov(dword_ptr(rdi), eax);
    accept(PLAIN, |e| plain(e, &add, &store));
    let wrong: &[(&str, Code1)] = &[
        ("does not have", &|e| e.a.add(eax, dword_ptr(rdi))),
        ("does not have", &|e| e.a.add(dword_ptr(rdi), eax)),
        ("does not have", &|e| e.a.mov(dword_ptr(rsp + rdx), eax)),
        ("block operation", &|e| e.a.rep().stosb()),
        ("stack pointer", &|e| e.a.push(rax)),
        ("stack pointer", &|e| e.a.sub(rsp, 8)),
        ("outside the frame", &|e| e.a.mov(dword_ptr(rsp - 8), eax)),
        ("return address", &|e| e.a.mov(dword_ptr(rsp), eax)),
    ];
    for (words, add) in wrong {
        reject(PLAIN, Check::Trace, words, |e| plain(e, add, &store));
    }
    // An argument on the stack, and the red zone.
    accept(PLAIN, |e| plain(e, &|e| e.a.add(eax, dword_ptr(rsp + 8)), &store));
    accept(PLAIN, |e| {
        e.frame.below = 8;
        plain(e, &|e| e.a.mov(dword_ptr(rsp - 8), eax), &store)
    });
}

#[test]
fn plain_stores_write_what_their_type_has() {
    let add = |e: &mut Emit| e.a.add(eax, esi);
    reject(PLAIN, Check::Trace, "another width", |e| plain(e, &add, &|e| e.a.mov(qword_ptr(rdi), rax)));
    reject(PLAIN, Check::Trace, "another width", |e| plain(e, &add, &|e| e.a.mov(byte_ptr(rdi), al)));
    reject(PLAIN, Check::Trace, "another width", |e| plain(e, &add, &|e| e.a.nop()));
    reject(PLAIN, Check::Trace, "has no code", |e| {
        e.block(0);
        e.inst(0).mov(eax, dword_ptr(rdi))?;
        e.inst(3).ret()
    });
}

/// 0 `slot`, 1 `store`, 2 `iadd`, 3 `return`.
const SLOT: &str = "fn pub @f(%a: i32) -> (i32) effects(write) {\nslot $x: i32 !1:1\nslot $y: i64 !1:1\n^entry:\n\
    %p: ptr[stack,i32] = slot $x\nstore.i32 %a, %p\n%s: i32 = iadd %a, 1\nreturn %s\n}";

fn slot(e: &mut Emit, store: i32, spill: i32) -> Done {
    e.frame.bytes = 24;
    e.slot(0, 4);
    e.slot(1, 8);
    e.prologue().sub(rsp, 24)?;
    e.block(0);
    e.inst(1).mov(dword_ptr(rsp + store), edi)?;
    e.inst(2).lea(eax, dword_ptr(rdi + 1))?;
    e.a.mov(dword_ptr(rsp + spill), eax)?;
    e.inst(3).add(rsp, 24)?;
    e.a.ret()
}

#[test]
fn slots_are_apart_from_cells() {
    accept(SLOT, |e| slot(e, 4, 16));
    for spill in [4, 6, 8, 12] {
        reject(SLOT, Check::Trace, "stack slot", |e| slot(e, 4, spill));
    }
    reject(SLOT, Check::Trace, "stack slot", |e| slot(e, 8, 16));
    let patches: [(&str, Patch); 5] = [
        ("not aligned", |code| code.claim.frame.slots[0].1 = 2),
        ("same bytes", |code| code.claim.frame.slots[0].1 = 8),
        ("outside the frame", |code| code.claim.frame.slots[0].1 = 24),
        ("outside the frame", |code| code.claim.frame.outgoing = 8),
        ("does not have", |code| code.claim.frame.slots[0].0 = native_ir::Slot::from_u32(9)),
    ];
    for (words, patch) in patches {
        reject(SLOT, Check::Trace, words, |e| {
            e.patch = Some(Box::new(patch));
            slot(e, 4, 16)
        });
    }
}

/// 0 `load` from memory that is not hardware.
const ORDERED: &str = "data @d : f64 = 1.0\nfn pub @f() -> (f64) effects(read) {\n^entry:\n%p: ptr[static,f64] = address @d\n\
    %v: f64 = load.f64 %p ordering=ordered\nreturn %v\n}";

#[test]
fn ordered_accesses_to_symbols_and_of_floats() {
    let ordered = |e: &mut Emit, addend: i64, code: Code| {
        e.place(1, Place::Vector(0));
        e.block(0);
        e.inst(1);
        e.relocate(4, RelocationKind::Relative32, Reference::Symbol(Symbol::from_u32(0)), addend);
        e.relative(code, Register::XMM0, 64)?;
        e.inst(2).ret()
    };
    accept(ORDERED, |e| ordered(e, -4, Code::Movsd_xmm_xmmm64));
    accept(ORDERED, |e| ordered(e, -4, Code::Movq_xmm_xmmm64));
    reject(ORDERED, Check::Trace, "another address", |e| ordered(e, 0, Code::Movsd_xmm_xmmm64));
    reject(ORDERED, Check::Trace, "another width", |e| ordered(e, -4, Code::Movss_xmm_xmmm32));
    reject(ORDERED, Check::Trace, "another width", |e| ordered(e, -4, Code::Movups_xmm_xmmm128));
    reject(ORDERED, Check::Trace, "does not come to", |e| ordered(e, -4, Code::Addsd_xmm_xmmm64));
}

fn rmw(op: &str) -> String {
    format!(
        "fn pub @f(%p: ptr[heap,i32], %a: i32) -> (i32) effects(read, write) {{\n^entry:\n\
         %v: i32 = atomic_rmw %p, %a op={op} ordering=seqcst\nreturn %v\n}}"
    )
}

fn update(e: &mut Emit, code: Code1) -> Done {
    e.place(0, Place::Core(7));
    e.place(1, Place::Core(6));
    e.place(2, Place::Core(0));
    e.block(0);
    e.inst(0);
    code(e)?;
    e.inst(1).ret()
}

fn retry(e: &mut Emit) -> Done {
    let mut again = e.a.create_label();
    e.a.mov(eax, dword_ptr(rdi))?;
    e.a.set_label(&mut again)?;
    e.a.mov(ecx, eax)?;
    e.a.xor(ecx, esi)?;
    e.a.lock().cmpxchg(dword_ptr(rdi), ecx)?;
    e.a.jne(again)
}

#[test]
fn atomic_updates_are_one_locked_instruction() {
    let add = |e: &mut Emit| {
        e.a.mov(eax, esi)?;
        e.a.lock().xadd(dword_ptr(rdi), eax)
    };
    accept(&rmw("add"), |e| update(e, &add));
    accept(&rmw("xor"), |e| update(e, &retry));
    accept(&rmw("xchg"), |e| {
        update(e, &|e| {
            e.a.mov(eax, esi)?;
            e.a.xchg(dword_ptr(rdi), eax)
        })
    });
    let wrong: &[(&str, Code1)] = &[
        ("without a locked", &|e| e.a.xadd(dword_ptr(rdi), eax)),
        ("more than one, or of another width", &|e| {
            add(e)?;
            add(e)
        }),
        ("another width", &|e| e.a.lock().xadd(qword_ptr(rdi), rax)),
        ("not the atomic update's", &|e| e.a.lock().and(dword_ptr(rdi), esi)),
        ("beside", &|e| {
            e.a.mov(eax, dword_ptr(rdi))?;
            add(e)
        }),
        ("another address", &|e| e.a.lock().xadd(dword_ptr(rsi), eax)),
        ("does not come to", &|e| {
            e.a.mov(ecx, esi)?;
            e.a.lock().xadd(dword_ptr(rdi), ecx)
        }),
        ("another value", &|e| e.a.lock().xadd(dword_ptr(rdi), eax)),
    ];
    for (words, code) in wrong {
        reject(&rmw("add"), Check::Trace, words, |e| update(e, code));
    }
    reject(&rmw("xor"), Check::Trace, "retry", |e| {
        update(e, &|e| {
            let mut again = e.a.create_label();
            e.a.mov(eax, dword_ptr(rdi))?;
            e.a.set_label(&mut again)?;
            e.a.mov(ecx, eax)?;
            e.a.lock().cmpxchg(dword_ptr(rdi), ecx)?;
            e.a.je(again)
        })
    });
}

fn atomic(line: &str) -> String {
    format!("fn pub @f(%p: ptr[heap,i32], %a: i32) -> () effects(read, write) {{\n^entry:\n{line}\nreturn\n}}")
}

#[test]
fn sequential_stores_and_fences_are_fenced() {
    let store = atomic("atomic_store.i32 %a, %p ordering=seqcst");
    let plain = |e: &mut Emit| e.a.mov(dword_ptr(rdi), esi);
    accept(&store, |e| update(e, &|e| e.a.xchg(dword_ptr(rdi), esi)));
    accept(&store, |e| {
        update(e, &|e| {
            plain(e)?;
            e.a.mfence()
        })
    });
    reject(&store, Check::Trace, "not fenced", |e| update(e, &plain));
    accept(&atomic("atomic_store.i32 %a, %p ordering=release"), |e| update(e, &plain));
    let fence = atomic("fence ordering=seqcst");
    accept(&fence, |e| update(e, &|e| e.a.mfence()));
    reject(&fence, Check::Trace, "fences", |e| update(e, &|e| e.a.nop()));
    accept(&atomic("fence ordering=acquire"), |e| {
        e.block(0);
        e.inst(1).ret()
    });
}

#[test]
fn compare_exchange_is_one() {
    let cas = "fn pub @f(%p: ptr[heap,i32], %a: i32, %b: i32) -> (i32) effects(read, write) {\n^entry:\n\
        %v: i32 = atomic_cas %p, %a, %b ordering=seqcst\nreturn %v\n}";
    let code = |e: &mut Emit, locked: bool| {
        e.place(0, Place::Core(7));
        e.block(0);
        e.inst(0).mov(eax, esi)?;
        if locked {
            e.a.lock().cmpxchg(dword_ptr(rdi), edx)?;
        } else {
            e.a.cmpxchg(dword_ptr(rdi), edx)?;
        }
        e.inst(1).ret()
    };
    accept(cas, |e| code(e, true));
    reject(cas, Check::Trace, "without a locked", |e| code(e, false));
}

/// 0 `call`, 1 `return`.
const CALL: &str = "import ffi @g : fn() -> () effects(io)\nfn pub native @f() -> () effects(io) {\n^entry:\ncall @g()\nreturn\n}";

#[test]
fn calls_are_done_once() {
    let calls = |e: &mut Emit, count: usize| {
        e.block(0);
        e.inst(0).sub(rsp, 8)?;
        for _ in 0..count {
            e.call(0, 0)?;
        }
        e.inst(1).add(rsp, 8)?;
        e.a.ret()
    };
    accept(CALL, |e| calls(e, 1));
    reject(CALL, Check::Trace, "exactly once", |e| calls(e, 0));
    reject(CALL, Check::Trace, "exactly once", |e| calls(e, 2));
    reject(CALL, Check::Trace, "has no code", |e| {
        e.block(0);
        e.inst(1).ret()
    });
}

/// 0 `call`, 1 `return`; the argument travels in 16 bytes at the stack pointer.
const COPY: &str = "type @L = struct{i64, i64, i64}\nimport ffi @g : fn(byval(@L)) -> () effects(io)\n\
    fn pub native @f(%p: ptr[heap,@L]) -> () effects(read, io) {\n^entry:\ncall @g(%p)\nreturn\n}";

#[test]
fn no_branch_goes_over_a_call() {
    let copied = |e: &mut Emit, skip: bool, again: bool| {
        let (mut over, mut back) = (e.a.create_label(), e.a.create_label());
        e.frame.bytes = 24;
        e.prologue().sub(rsp, 24)?;
        e.block(0);
        e.inst(0).xor(ecx, ecx)?;
        e.a.set_label(&mut back)?;
        e.a.mov(rax, qword_ptr(rdi + rcx * 8))?;
        e.a.mov(qword_ptr(rsp + rcx * 8), rax)?;
        e.a.inc(rcx)?;
        e.a.cmp(rcx, 3)?;
        if skip {
            e.a.jb(over)?;
        } else if !again {
            e.a.jb(back)?;
        }
        e.call(0, 0)?;
        if again {
            e.a.jb(back)?;
        }
        e.a.set_label(&mut over)?;
        e.a.nop()?;
        e.inst(1).add(rsp, 24)?;
        e.a.ret()
    };
    accept(COPY, |e| copied(e, false, false));
    reject(COPY, Check::Trace, "over a call", |e| copied(e, true, false));
    reject(COPY, Check::Trace, "over a call", |e| copied(e, false, true));
}

/// 0 `slot`, 1 `memset`, 2 `return`; the slot has 8 bytes, of which 16 are set.
const BEYOND: &str = "fn pub @f() -> () effects(write) {\nslot $x: i64 !1:1\n^entry:\n%p: ptr[stack,i64] = slot $x\n\
    memset %p, 0, 16\nreturn\n}";

#[test]
fn what_the_program_names_beyond_a_slot_is_its_own() {
    let set = |e: &mut Emit, at: i32| {
        e.checks.abi = true;
        e.frame.bytes = 8;
        e.slot(0, 0);
        e.prologue().sub(rsp, 8)?;
        e.unwind(artifact::UnwindOp::Cfa(16));
        e.block(0);
        e.inst(1).xor(eax, eax)?;
        e.a.mov(qword_ptr(rsp), rax)?;
        e.a.mov(qword_ptr(rsp + at), rax)?;
        e.inst(2).add(rsp, 8)?;
        e.unwind(artifact::UnwindOp::Cfa(8));
        e.a.ret()
    };
    // The return address: the program says so.
    accept(BEYOND, |e| set(e, 8));
    reject(BEYOND, Check::Trace, "return address", |e| set(e, 9));
    reject(&BEYOND.replace("16", "8"), Check::Trace, "return address", |e| set(e, 8));
    reject(
        &BEYOND.replace("memset %p, 0, 16", "%v: i64 = load.i64 %p").replace("write", "read"),
        Check::Trace,
        "",
        |e| set(e, 8),
    );
}

#[test]
fn atomic_accesses_read_their_operands_from_cells() {
    let spilled = |e: &mut Emit, cell: i32, again: bool| {
        e.frame.bytes = 24;
        e.place(0, Place::Core(7));
        e.place(1, Place::Frame(8));
        e.place(2, Place::Core(0));
        e.prologue().sub(rsp, 24)?;
        e.block(0);
        let mut label = e.a.create_label();
        e.inst(0).mov(eax, dword_ptr(rdi))?;
        e.a.set_label(&mut label)?;
        e.a.mov(ecx, dword_ptr(rsp + cell))?;
        e.a.and(ecx, eax)?;
        if again {
            e.a.lea(rdi, qword_ptr(rdi + 8))?;
        }
        e.a.lock().cmpxchg(dword_ptr(rdi), ecx)?;
        e.a.jne(label)?;
        e.inst(1).add(rsp, 24)?;
        e.a.ret()
    };
    accept(&rmw("and"), |e| spilled(e, 8, false));
    reject(&rmw("and"), Check::Trace, "more than one", |e| spilled(e, 16, false));
    reject(&rmw("and"), Check::Trace, "retry", |e| spilled(e, 8, true));
}

/// An index that other instructions made of a parameter in rdi: 0 `trunc`, 1 `register`, 2 `element`, 3 `return`.
const INDEX: &str = "register @pins : ptr[mmio,array[i32,32]] = 0x50000700\n\
    fn pub @f(%a: i64) -> (ptr[mmio,i32]) effects(trap, hardware) {\n^entry:\n%i: i32 = trunc %a\n\
    %p: ptr[mmio,array[i32,32]] = register @pins\n%e: ptr[mmio,i32] = element %p, %i\nreturn %e\n}";

#[test]
fn an_index_of_registers_is_compared_with_their_number() {
    let index = |e: &mut Emit, check: Code1, row: bool| {
        e.place(0, Place::Core(7));
        e.place(3, Place::Core(0));
        e.block(0);
        let mut trap = e.a.create_label();
        e.inst(2);
        check(e)?;
        e.a.jae(trap)?;
        e.a.lea(rax, qword_ptr(rcx * 4 + 0x5000_0700))?;
        e.inst(3).ret()?;
        e.a.set_label(&mut trap)?;
        if row { e.trap(2, native_ir::Trap::Bounds) } else { e.inst(2).ud2() }
    };
    let extend = |e: &mut Emit| e.a.movsxd(rcx, edi);
    accept(INDEX, |e| index(e, &|e| extend(e).and_then(|()| e.a.cmp(rcx, 32)), true));
    accept(INDEX, |e| {
        let check = |e: &mut Emit| {
            extend(e)?;
            e.a.mov(eax, 32)?;
            e.a.cmp(rcx, rax)
        };
        index(e, &check, true)
    });
    let wrong: &[Code1] = &[
        &|e| extend(e).and_then(|()| e.a.cmp(rcx, 33)),
        &|e| extend(e).and_then(|()| e.a.cmp(ecx, 32)),
        &|e| extend(e).and_then(|()| e.a.test(rcx, rcx)),
        &|e| e.a.mov(ecx, edi).and_then(|()| e.a.cmp(rcx, 32)),
        &|e| e.a.movsxd(rcx, esi).and_then(|()| e.a.cmp(rcx, 32)),
    ];
    for check in wrong {
        reject(INDEX, Check::Trace, "not compared with its length", |e| index(e, check, true));
    }
    reject(INDEX, Check::Flow, "without a row", |e| {
        index(e, &|e| extend(e).and_then(|()| e.a.cmp(rcx, 32)), false)
    });
    reject(INDEX, Check::Trace, "has no code", |e| {
        e.block(0);
        e.inst(3).ret()
    });
}
