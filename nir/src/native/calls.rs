//! A program whose functions are called from outside, one call a run: the module with one more function, which makes the
//! call that is wanted and hands its results to the host runtime's `call.nir`.
//!
//! Arguments stand in a data object and are loaded from it, so that every bit of every type gets through; results go the
//! same way back. Each takes [`STRIDE`] bytes.

use directive::values::{CallTypes, NO_AGGREGATES};
use native_ir::text::{self, SymbolText, TypeText};
use native_ir::{Effect, EffectSet, Func, Module, Type};
use std::fmt::Write;
use verifier::{Options, Verified};

/// Bytes of an argument and of a result.
const STRIDE: usize = 16;

/// A call of a function with the bits of its arguments.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call<'a> {
    pub(crate) func: Func,
    pub(crate) arguments: &'a [u128],
}

/// A module with an entry that makes calls.
pub(crate) struct Callable {
    /// The module.
    pub(crate) module: Verified<Module>,
    /// The entry.
    pub(crate) entry: Func,
}

/// Adds the entry. The calls are numbered in their order.
///
/// # Errors
/// A function cannot be called from outside.
pub(crate) fn callable(module: &Module, calls: &[Call<'_>]) -> Result<Callable, String> {
    let writer = Writer::new(module, calls)?;
    let parsed = text::parse(text::print(module) + &writer.text());
    let wrong = |errors: &[native_ir::Diagnostic]| {
        errors
            .first()
            .map_or("no entry".to_string(), |error| format!("cannot be called from outside: {}", error.message))
    };
    if !parsed.diagnostics.is_empty() {
        return Err(wrong(&parsed.diagnostics));
    }
    let module = verifier::verify(parsed.module, &Options { threads: 1, ..Options::default() });
    let module = module.map_err(|rejected| wrong(&rejected.diagnostics))?;
    let entry = program::function(&module, "__nir_call").ok_or("the entry is missing")?;
    Ok(Callable { module, entry })
}

/// The bits of results from the bytes that a program wrote; none when some are missing.
pub(crate) fn results(count: usize, bytes: &[u8]) -> Option<Vec<u128>> {
    let each = bytes.get(..count * STRIDE)?.chunks_exact(STRIDE);
    Some(each.map(|bytes| bytes.try_into().map_or(0, u128::from_le_bytes)).collect())
}

struct Writer<'a> {
    module: &'a Module,
    calls: Vec<(Call<'a>, CallTypes)>,
}

impl<'a> Writer<'a> {
    fn new(module: &'a Module, calls: &[Call<'a>]) -> Result<Writer<'a>, String> {
        let types = calls.iter().map(|call| {
            if module.functions[call.func].interrupt {
                return Err("an interrupt handler cannot be called".to_string());
            }
            let types = CallTypes::of(module, call.func).map_err(|why| format!("{why}; {NO_AGGREGATES}"))?;
            Ok((*call, types))
        });
        Ok(Writer { module, calls: types.collect::<Result<_, _>>()? })
    }

    fn text(&self) -> String {
        let bytes: String = self.arguments().iter().map(|byte| format!("\\x{byte:02x}")).collect();
        let (given, most) = (bytes.len() / 4, self.most_results());
        let mut text = format!(
            "import module @__nir_case : fn() -> (i64) effects(read)\n\
             import module @__nir_results : fn(ptr[generic,i8], i64) -> () effects(read, write, io)\n\
             data @__nir_given : array[i8,{given}] align=16 = \"{bytes}\"\n\
             data @__nir_taken : array[i8,{most}] align=16 = zero\n\
             fn pub @__nir_call() -> (){}{} source=0 {{\n^entry:\n    \
             %given: ptr[static,array[i8,{given}]] = address @__nir_given !0:0\n    \
             %taken: ptr[static,array[i8,{most}]] = address @__nir_taken !0:0\n    \
             %case: i64 = call @__nir_case() !0:0\n    switch %case, ^done(0)",
            effects(self.effects()),
            if self.is_strict() { " float=strict" } else { "" },
        );
        for index in 0..self.calls.len() {
            let _ = write!(text, ", {index}: ^call{index}");
        }
        text.push_str(" !0:0\n");
        let mut at = 0;
        for (index, (call, types)) in self.calls.iter().enumerate() {
            let _ = writeln!(text, "^call{index}:");
            self.call(&mut text, index, at, call.func, types);
            at += types.parameters.len() * STRIDE;
        }
        text.push_str(
            "^done(%bytes: i64):\n    %start: ptr[static,i8] = cast %taken !0:0\n    \
             %from: ptr[generic,i8] = cast %start !0:0\n    call @__nir_results(%from, %bytes) !0:0\n    \
             return !0:0\n}\n",
        );
        text
    }

    /// One call: arguments from the byte `at` on, results from the first byte on.
    fn call(&self, text: &mut String, index: usize, at: usize, func: Func, types: &CallTypes) {
        for (number, &ty) in types.parameters.iter().enumerate() {
            self.load(text, &format!("{index}_{number}"), at + number * STRIDE, ty);
        }
        let name = SymbolText(self.module, self.module.functions[func].symbol);
        let given: Vec<String> = (0..types.parameters.len()).map(|number| format!("%a{index}_{number}")).collect();
        let taken = types.results.iter().enumerate();
        let taken: Vec<String> =
            taken.map(|(number, &ty)| format!("%r{index}_{number}: {}", TypeText(self.module, ty))).collect();
        let equals = if taken.is_empty() { "" } else { " = " };
        let _ = writeln!(text, "    {}{equals}call {name}({}) !0:0", taken.join(", "), given.join(", "));
        for (number, &ty) in types.results.iter().enumerate() {
            self.store(text, &format!("{index}_{number}"), number * STRIDE, ty);
        }
        let _ = writeln!(text, "    jump ^done({}) !0:0", types.results.len() * STRIDE);
    }

    fn load(&self, text: &mut String, name: &str, at: usize, ty: Type) {
        let _ = writeln!(text, "    %b{name}: ptr[static,i8] = element %given, {at} !0:0");
        if ty == Type::I1 {
            let _ = writeln!(text, "    %v{name}: i8 = load.i8 %b{name} !0:0");
            let _ = writeln!(text, "    %a{name}: i1 = trunc %v{name} !0:0");
            return;
        }
        let ty = TypeText(self.module, ty);
        let _ = writeln!(text, "    %p{name}: ptr[static,{ty}] = cast %b{name} !0:0");
        let _ = writeln!(text, "    %a{name}: {ty} = load.{ty} %p{name} !0:0");
    }

    fn store(&self, text: &mut String, name: &str, at: usize, ty: Type) {
        let _ = writeln!(text, "    %c{name}: ptr[static,i8] = element %taken, {at} !0:0");
        if ty == Type::I1 {
            let _ = writeln!(text, "    %w{name}: i8 = zext %r{name} !0:0");
            let _ = writeln!(text, "    store.i8 %w{name}, %c{name} !0:0");
            return;
        }
        let ty = TypeText(self.module, ty);
        let _ = writeln!(text, "    %q{name}: ptr[static,{ty}] = cast %c{name} !0:0");
        let _ = writeln!(text, "    store.{ty} %r{name}, %q{name} !0:0");
    }

    /// The bytes of all arguments, and one more, since no object is empty.
    fn arguments(&self) -> Vec<u8> {
        let all = self.calls.iter().flat_map(|(call, _)| call.arguments);
        all.flat_map(|bits| bits.to_le_bytes()).chain([0]).collect()
    }

    fn most_results(&self) -> usize {
        let most = self.calls.iter().map(|(_, types)| types.results.len()).max();
        most.unwrap_or(0).max(1) * STRIDE
    }

    fn effects(&self) -> EffectSet {
        let own = [Effect::Read, Effect::Write, Effect::Io].into_iter().collect();
        let signatures =
            self.calls.iter().filter_map(|(call, _)| self.module.signature(&self.module.functions[call.func]));
        signatures.fold(own, |all: EffectSet, ty| all.union(ty.effects))
    }

    /// Whether a function looks at the floating-point status: such are called by strict ones.
    fn is_strict(&self) -> bool {
        self.effects().contains(Effect::Fenv)
    }
}

fn effects(effects: EffectSet) -> String {
    format!(" effects({})", effects.iter().map(Effect::name).collect::<Vec<_>>().join(", "))
}
