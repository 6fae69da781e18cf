//! Who checks the checker: emitted code is changed as a mistake in the emitter would change it, and must be refused.
//!
//! Each family of mistakes is made at places of many functions, drawn by a seed. A family that the checks promise to
//! find has no survivors; a family that changes values only is for the check of values (C7), and what survives of it is
//! counted. `docs/certificate.md` has the table.

mod cortex_m0;
mod program;
mod x86_64;

use artifact::{Artifact, FunctionCode};
use certify::{Check, Checks, certify};
use native_ir::{Contract, Func, Function, Module};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use verifier::{Engine, Options, Verified};

/// Mutants of a family, at most.
const EACH: usize = 24;

/// Seeds of random modules beside the fixtures: these have atomic accesses whose operands are in the frame.
const RANDOM: Range<u64> = 16..24;

/// Emitted code of a machine as a list of instructions that can be changed, and laid out again.
trait Machine: Clone + 'static {
    /// The triple.
    const TARGET: &'static str;
    /// The mistakes that are made.
    const FAMILIES: &'static [Family<Self>];
    /// Takes emitted code apart.
    fn take_apart(code: &FunctionCode) -> Self;
    /// The code again; none when an instruction cannot be encoded.
    fn put_together(&self) -> Option<FunctionCode>;
    /// How many instructions there are.
    fn lines(&self) -> usize;
}

/// A family of mistakes.
struct Family<P> {
    /// What the emitter did wrong.
    name: &'static str,
    /// Whether the checks promise to find each.
    promised: bool,
    /// Makes the mistake at a line; false where it cannot be made.
    change: fn(&mut P, usize, &Function) -> bool,
}

/// A function that is certified as it was emitted.
struct Specimen<P> {
    module: usize,
    func: Func,
    program: P,
}

struct Corpus<P> {
    modules: Vec<(Verified<Module>, Artifact)>,
    specimens: Vec<Specimen<P>>,
}

fn modules(target: &str) -> Vec<Verified<Module>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let walk = |path: &str| walkdir::WalkDir::new(root.join(path)).sort_by_file_name().into_iter();
    let entries = walk("tests/mutants").chain(walk("../fixtures")).filter_map(Result::ok);
    let options = Options { contract: Contract::embedded(), ..Options::default() };
    let read = |entry: walkdir::DirEntry| {
        let text =
            entry.path().extension().filter(|ext| *ext == "nir").and_then(|_| std::fs::read(entry.path()).ok())?;
        let parsed = native_ir::text::parse(text);
        let native = parsed.diagnostics.is_empty() && parsed.module.envelope.target == target;
        let verified = native.then(|| verifier::verify(parsed.module, &options));
        let specimen = entry.path().starts_with(root.join("tests"));
        if let (true, Some(Err(rejected))) = (specimen, &verified) {
            panic!("{}: {:?}", entry.path().display(), rejected.diagnostics);
        }
        assert!(
            !specimen || parsed.diagnostics.is_empty(),
            "{}: {:?}",
            entry.path().display(),
            parsed.diagnostics
        );
        verified?.ok()
    };
    entries.filter_map(read).chain(RANDOM.map(|seed| random(target, seed))).collect()
}

/// A random module, which has what people seldom write: values that are in the frame where atomic accesses use them.
fn random(target: &str, seed: u64) -> Verified<Module> {
    let contract = Contract::embedded();
    let target = contract.target(target).map_or(0, |(index, _)| index);
    let config = generate::Config { native: true, instructions: 40, ..generate::Config::new(contract, target) };
    let module = generate::module(&mut generate::Source::from_seed(seed), &config);
    verifier::verify(module, &Options::default()).unwrap_or_else(|_| panic!("seed {seed}: not valid"))
}

fn checks() -> Checks {
    Checks { abi: true, ..Checks::default() }
}

/// The check that refuses a function.
fn killer(module: &Verified<Module>, artifact: &Artifact, code: FunctionCode) -> Option<Check> {
    let artifact = Artifact { functions: vec![code], ..artifact.clone() };
    certify(module, artifact, &checks()).err().map(|findings| findings[0].check)
}

fn corpus<P: Machine>() -> Corpus<P> {
    let mut corpus = Corpus { modules: Vec::new(), specimens: Vec::new() };
    for module in modules(P::TARGET) {
        let native = |func: &Func| module.for_engine(Engine::Native, &[*func]).is_ok();
        let functions: Vec<_> = codegen::all_functions(&module).into_iter().filter(native).collect();
        let Ok(mut artifact) = codegen::compile(&module, &functions, &codegen::Options::default()) else {
            continue;
        };
        for code in std::mem::take(&mut artifact.functions) {
            let (func, program) = (code.func, P::take_apart(&code));
            let Some(again) = program.put_together() else { continue };
            if killer(&module, &artifact, code).is_none() && killer(&module, &artifact, again).is_none() {
                corpus.specimens.push(Specimen { module: corpus.modules.len(), func, program });
            }
        }
        corpus.modules.push((module, artifact));
    }
    corpus
}

/// Numbers from a seed (xorshift64*).
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % limit.max(1)
    }
}

/// How often each check, or none, ended the mutants of a family.
type Kills = BTreeMap<Option<Check>, usize>;

fn run<P: Machine>(corpus: &Corpus<P>, family: &Family<P>, seed: u64) -> Kills {
    let mut places = Vec::new();
    for (index, specimen) in corpus.specimens.iter().enumerate() {
        let (module, _) = &corpus.modules[specimen.module];
        places.extend((0..specimen.program.lines()).map(|line| (index, line)).filter(|&(_, line)| {
            let function = &module.functions[specimen.func];
            (family.change)(&mut specimen.program.clone(), line, function)
        }));
    }
    let mut draw = Draw(seed);
    let mut kills = Kills::new();
    for _ in 0..EACH.min(places.len()) {
        let (index, line) = places.swap_remove(draw.below(places.len()));
        let specimen = &corpus.specimens[index];
        let (module, artifact) = &corpus.modules[specimen.module];
        let mut program = specimen.program.clone();
        let function = &module.functions[specimen.func];
        (family.change)(&mut program, line, function);
        let Some(code) = program.put_together() else { continue };
        let killed = killer(module, artifact, code.clone());
        if killed.is_none() && family.promised {
            let artifact = Artifact { functions: vec![code.clone()], ..artifact.clone() };
            let listing = certify::listing(module, &artifact, code.func).unwrap_or_default();
            println!("survivor of `{}` at line {line}:\n{listing}", family.name);
        }
        *kills.entry(killed).or_default() += 1;
    }
    kills
}

fn refuses_mutants<P: Machine>() {
    let corpus = corpus::<P>();
    let (mut total, mut survivors, mut missing) = (0, 0, Vec::new());
    println!("{}: {} functions", P::TARGET, corpus.specimens.len());
    println!("| mistake | mutants | C1 | C5 | C2 | C3 | survive |\n|---|---|---|---|---|---|---|");
    for (index, family) in P::FAMILIES.iter().enumerate() {
        let kills = run(&corpus, family, 0x9e37_79b9 + index as u64);
        let of = |check| kills.get(&check).copied().unwrap_or(0);
        let count: usize = kills.values().sum();
        let checks = [Check::Decode, Check::Flow, Check::Trace, Check::Abi].map(|check| of(Some(check)));
        let [c1, c5, c2, c3] = checks;
        println!("| {} | {count} | {c1} | {c5} | {c2} | {c3} | {} |", family.name, of(None));
        total += count;
        survivors += if family.promised { of(None) } else { 0 };
        missing.extend((count == 0).then_some(family.name));
    }
    println!("{total} mutants");
    assert!(missing.is_empty(), "no mutants of {missing:?}");
    assert!(total >= 200, "{total} mutants are too few");
    assert_eq!(survivors, 0, "mutants survive that the checks promise to find");
}

#[test]
fn mutants_of_the_emitter_for_x86_64_are_refused() {
    refuses_mutants::<x86_64::Program>();
}

#[test]
fn mutants_of_the_emitter_for_cortex_m0_are_refused() {
    refuses_mutants::<cortex_m0::Program>();
}
