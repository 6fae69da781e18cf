//! The builder: how a compiler's front end makes a module without writing text.
//!
//! [`ModuleBuilder`] declares what a module holds; [`FunctionBuilder`] writes one function, with a method for each
//! opcode. Values get their types from their operands, literals from the operands beside them, and each instruction
//! inherits the span that was set last. Blocks are filled in any order; [`FunctionBuilder::finish`] lays them out and
//! renumbers everything as [`crate::Body`] wants it, so ids of values and blocks are the builder's own until then.
//!
//! Nothing here panics on misuse and nothing here judges types: what cannot be written down at all is a
//! [`BuildError`] from [`ModuleBuilder::finish`], everything else is for the verifier.
//!
//! # A recursive function
//!
//! ```
//! use native_ir::builder::ModuleBuilder;
//! use native_ir::{Condition, FunctionType, Type};
//!
//! let mut m = ModuleBuilder::for_target("fib", "x86_64-unknown-linux-elf");
//! m.source("fib.zero", 5);
//! let fib = m.declare("fib", FunctionType::new(&[Type::I64], &[Type::I64]));
//!
//! let mut b = m.define(fib);
//! b.set_public(true);
//! let n = b.param(0);
//! b.set_name(n, "n");
//! let small = b.named_block("small");
//! let large = b.named_block("large");
//! b.at(2, 5);
//! let c = b.icmp(Condition::Ult, n, 2);
//! b.branch(c, small, large);
//!
//! b.switch_to(small);
//! b.ret(n);
//!
//! b.switch_to(large);
//! b.at(4, 5);
//! let before = b.isub(n, 1);
//! let x = b.call(fib, before).one();
//! let before = b.isub(n, 2);
//! let y = b.call(fib, before).one();
//! let sum = b.iadd(x, y);
//! b.ret(sum);
//! b.finish();
//!
//! let module = m.finish()?;
//! assert!(native_ir::text::print(&module).contains("icmp.ult %n, 2 !2:5"));
//! # Ok::<(), native_ir::builder::BuildErrors>(())
//! ```
//!
//! # Firmware that blinks
//!
//! ```
//! use native_ir::builder::{DataOptions, Init, MemoryAccess, ModuleBuilder};
//! use native_ir::{Access, Effect, FunctionType, Type};
//!
//! let mut m = ModuleBuilder::for_target("blinky", "sim-cortex-m0");
//! m.source("blinky.zero", 12);
//! let gpio = m.register("gpio_out", Type::I32, 0x5000_0504, Access::ReadWrite);
//! let cells = m.types().array(Type::I32, 4);
//! let pattern = m.data("pattern", cells, DataOptions::READONLY, Init::array([1, 0, 1, 1]));
//! let effects = [Effect::Read, Effect::Hardware].into_iter().collect();
//! let main = m.declare("main", FunctionType::new(&[], &[]).with_effects(effects));
//!
//! let mut b = m.define(main);
//! b.set_public(true);
//! let head = b.named_block("loop");
//! let i = b.append_param(head, Type::I32);
//! b.at(6, 1);
//! b.jump(head, 0);
//!
//! b.switch_to(head);
//! b.at(7, 5);
//! let led = b.register(gpio);
//! let base = b.address(pattern);
//! let cell = b.element(base, i);
//! let on = b.load(Type::I32, cell);
//! b.store_with(Type::I32, on, led, MemoryAccess::MMIO);
//! b.at(8, 9);
//! let j = b.iadd(i, 1);
//! let next = b.and(j, 3);
//! b.jump(head, next);
//! b.finish();
//!
//! let module = m.finish()?;
//! # assert!(native_ir::text::print(&module).contains("address_space=mmio ordering=volatile !7:5"));
//! # Ok::<(), native_ir::builder::BuildErrors>(())
//! ```

mod argument;
mod control;
mod error;
mod function;
mod initializer;
mod layout;
mod literal;
mod module;
mod operation;

pub use argument::{Arg, Args, SymbolRef, Target};
pub use error::{BuildError, BuildErrors, Misuse};
pub use function::FunctionBuilder;
pub use initializer::{Init, Scalar};
pub use module::{DataOptions, ModuleBuilder};
pub use operation::{MemoryAccess, Results};
