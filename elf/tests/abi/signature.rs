//! Signatures in both languages.
//!
//! Each signature has two structures in memory, `args` and `got`, whose field 0 is the result and whose other fields are
//! the parameters. Integers narrower than 32 bits stand there as 32-bit integers, extended as they travel.

use generate::Source;

/// The most parameters.
const PARAMS: usize = 20;

/// A scalar type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scalar {
    pub(crate) ir: &'static str,
    pub(crate) c: &'static str,
    pub(crate) bytes: u64,
    pub(crate) narrow: Narrow,
}

/// How a narrow integer is extended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Narrow {
    Not,
    Zext,
    Sext,
}

impl Narrow {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Narrow::Not => "",
            Narrow::Zext => "zext",
            Narrow::Sext => "sext",
        }
    }
}

const fn wide(ir: &'static str, c: &'static str, bytes: u64) -> Scalar {
    Scalar { ir, c, bytes, narrow: Narrow::Not }
}

const fn narrow(ir: &'static str, c: &'static str, bytes: u64, narrow: Narrow) -> Scalar {
    Scalar { ir, c, bytes, narrow }
}

/// The scalar types of a target's C.
#[derive(Debug)]
pub(crate) struct Scalars {
    /// Those that travel as they are.
    wide: &'static [Scalar],
    /// What C passes behind `...` as it is.
    variable: &'static [Scalar],
    /// What comes back as one of two results, where C's structures of two do so; else nothing.
    halves: &'static [Scalar],
    /// Whether a structure may be in memory by its declaration, and not by its size alone.
    has_memory: bool,
}

/// Of x86-64.
pub(crate) const X86_64: Scalars = Scalars { wide: &WIDE, variable: &VARIABLE, halves: &HALVES, has_memory: true };

/// Of Cortex-M0: AAPCS32 passes all structures alike, and has results of more than a word in memory.
pub(crate) const CORTEX_M0: Scalars =
    Scalars { wide: &WIDE_32, variable: &VARIABLE_32, halves: &[], has_memory: false };

const WIDE_32: [Scalar; 6] = [
    wide("i32", "int", 4),
    wide("i64", "long long", 8),
    wide("f32", "float", 4),
    wide("f64", "double", 8),
    wide("addr", "unsigned long", 4),
    wide("ptr[generic,i8]", "void *", 4),
];

const VARIABLE_32: [Scalar; 4] = [WIDE_32[0], WIDE_32[1], WIDE_32[3], WIDE_32[5]];

const WIDE: [Scalar; 9] = [
    wide("i32", "int", 4),
    wide("i64", "long", 8),
    wide("i128", "__int128", 16),
    wide("f16", "_Float16", 2),
    wide("f32", "float", 4),
    wide("f64", "double", 8),
    wide("f128", "__float128", 16),
    wide("addr", "unsigned long", 8),
    wide("ptr[generic,i8]", "void *", 8),
];

const NARROW: [Scalar; 5] = [
    narrow("i1", "_Bool", 1, Narrow::Zext),
    narrow("i8", "signed char", 1, Narrow::Sext),
    narrow("i8", "unsigned char", 1, Narrow::Zext),
    narrow("i16", "short", 2, Narrow::Sext),
    narrow("i16", "unsigned short", 2, Narrow::Zext),
];

const VARIABLE: [Scalar; 7] = [WIDE[0], WIDE[1], WIDE[2], WIDE[5], WIDE[5], WIDE[6], WIDE[8]];

const HALVES: [Scalar; 2] = [WIDE[1], WIDE[5]];

/// Bytes of a structure that hold a value: offset and length.
pub(crate) type Leaf = (u64, u64);

/// A structure.
#[derive(Clone, Debug)]
pub(crate) struct Aggregate {
    /// Its definitions in both languages, those of what is in it before.
    pub(crate) ir: String,
    pub(crate) c: String,
    pub(crate) name: String,
    pub(crate) bytes: u64,
    align: u64,
    leaves: Vec<Leaf>,
    /// Whether it is packed, or something in it is.
    packed: bool,
}

/// A field of one: both types, and how many of it are there.
struct Field {
    ir: String,
    c: String,
    bytes: u64,
    align: u64,
    leaves: Vec<Leaf>,
    count: Option<u64>,
}

impl Aggregate {
    /// One with fields; of up to so many bytes.
    fn random(name: &str, scalars: &Scalars, most: u64, depth: usize, random: &mut Source<'_>) -> Aggregate {
        let packed = random.chance(15);
        let mut made = Aggregate {
            ir: String::new(),
            c: String::new(),
            name: name.to_string(),
            bytes: 0,
            align: 1,
            leaves: Vec::new(),
            packed,
        };
        let (mut ir, mut c) = (Vec::new(), String::new());
        for index in 0..random.between(1, 5) {
            let field = made.field(&format!("{name}_{index}"), scalars, most, depth, random);
            let count = field.count.unwrap_or(1);
            let align = if packed { 1 } else { field.align };
            let at = made.bytes.next_multiple_of(align);
            if at + field.bytes * count > most && index > 0 {
                continue;
            }
            made.bytes = at + field.bytes * count;
            made.align = made.align.max(align);
            for element in 0..count {
                let start = at + element * field.bytes;
                made.leaves.extend(field.leaves.iter().map(|&(offset, bytes)| (start + offset, bytes)));
            }
            let dimension = field.count.map(|count| format!("[{count}]")).unwrap_or_default();
            c += &format!("{} f{index}{dimension}; ", field.c);
            ir.push(match field.count {
                Some(count) => format!("array[{},{count}]", field.ir),
                None => field.ir,
            });
        }
        made.bytes = made.bytes.next_multiple_of(made.align);
        let (word, attribute) = if packed { ("packed", " __attribute__((packed))") } else { ("struct", "") };
        made.ir += &format!("type @{name} = {word}{{{}}}\n", ir.join(", "));
        made.c += &format!("struct{attribute} {name} {{ {c}}};\n");
        made.c += &format!("_Static_assert(sizeof(struct {name}) == {}, \"\");\n", made.bytes);
        made
    }

    fn field(&mut self, name: &str, scalars: &Scalars, most: u64, depth: usize, random: &mut Source<'_>) -> Field {
        let count = random.chance(25).then(|| random.between(1, 4) as u64);
        if depth > 0 && random.chance(20) {
            let inner = Aggregate::random(name, scalars, most / 2, depth - 1, random);
            self.ir += &inner.ir;
            self.c += &inner.c;
            self.packed |= inner.packed;
            // Each field of each element counts, and unaligned ones are in memory, say the psABI and clang. gcc gives all
            // eightbytes the classes of the first element, also where elements lie across their borders.
            let repeats = inner.align >= 8 || inner.bytes == inner.align;
            let count = count.filter(|_| !inner.packed && repeats);
            return Field {
                ir: format!("@{name}"),
                c: format!("struct {name}"),
                bytes: inner.bytes,
                align: inner.align,
                leaves: inner.leaves,
                count,
            };
        }
        // Truth values are not stored.
        let all = [scalars.wide, &NARROW[1..]].concat();
        let scalar = random.pick(&all).unwrap_or(WIDE[0]);
        Field {
            ir: scalar.ir.to_string(),
            c: scalar.c.to_string(),
            bytes: scalar.bytes,
            align: scalar.bytes,
            leaves: vec![(0, scalar.bytes)],
            count,
        }
    }
}

/// A parameter or result.
#[derive(Clone, Debug)]
pub(crate) enum Passed {
    Scalar(Scalar),
    /// `agg`.
    Classified(Aggregate),
    /// `byval` as a parameter, `sret` as a result.
    Memory(Aggregate),
    /// As a result: two results here, a structure there.
    Pair([Scalar; 2]),
    /// As a result: none.
    Nothing,
}

impl Passed {
    fn random(name: &str, scalars: &Scalars, random: &mut Source<'_>) -> Passed {
        match random.below(10) {
            0..=3 => Passed::Scalar(random.pick(scalars.wide).unwrap_or(WIDE[0])),
            4 | 5 => Passed::Scalar(random.pick(&NARROW).unwrap_or(NARROW[0])),
            _ => {
                let most = [8, 16, 16, 24, 64][random.below(5)];
                let aggregate = Aggregate::random(name, scalars, most, 2, random);
                // What is larger is in memory in any case.
                match scalars.has_memory && aggregate.bytes > 16 && random.chance(50) {
                    true => Passed::Memory(aggregate),
                    false => Passed::Classified(aggregate),
                }
            }
        }
    }

    /// The type in a structure in memory, in the intermediate representation and in C.
    pub(crate) fn stored(&self) -> (String, String) {
        match self {
            Passed::Scalar(Scalar { narrow: Narrow::Not, ir, c, .. }) => (ir.to_string(), c.to_string()),
            Passed::Scalar(_) | Passed::Nothing => ("i32".to_string(), "int".to_string()),
            Passed::Classified(of) | Passed::Memory(of) => {
                (format!("@{}", of.name), format!("struct {}", of.name))
            }
            Passed::Pair([one, two]) => {
                (format!("struct{{{}, {}}}", one.ir, two.ir), format!("struct {{ {} a; {} b; }}", one.c, two.c))
            }
        }
    }

    /// The bytes that count in such a structure.
    pub(crate) fn leaves(&self) -> Vec<Leaf> {
        match self {
            Passed::Scalar(Scalar { narrow: Narrow::Not, bytes, .. }) => vec![(0, *bytes)],
            Passed::Scalar(_) => vec![(0, 4)],
            Passed::Nothing => Vec::new(),
            Passed::Classified(of) | Passed::Memory(of) => of.leaves.clone(),
            Passed::Pair(_) => vec![(0, 16)],
        }
    }

    pub(crate) fn aggregate(&self) -> Option<&Aggregate> {
        match self {
            Passed::Classified(of) | Passed::Memory(of) => Some(of),
            _ => None,
        }
    }

    pub(crate) fn scalar(&self) -> Option<Scalar> {
        match self {
            Passed::Scalar(scalar) => Some(*scalar),
            _ => None,
        }
    }
}

/// A signature.
#[derive(Clone, Debug)]
pub(crate) struct Signature {
    pub(crate) index: usize,
    pub(crate) result: Passed,
    pub(crate) params: Vec<Passed>,
    /// How many of them stand before `...`, if that is in it. Such a function is C's.
    pub(crate) fixed: Option<usize>,
}

impl Signature {
    /// One of all that there are; whether an `i128` may stand where the registers end.
    pub(crate) fn random(index: usize, scalars: &Scalars, split: bool, random: &mut Source<'_>) -> Signature {
        let result = match random.below(10) {
            0 => Passed::Nothing,
            1 if !scalars.halves.is_empty() => {
                Passed::Pair([0, 1].map(|_| random.pick(scalars.halves).unwrap_or(HALVES[0])))
            }
            _ => Passed::random(&format!("R{index}"), scalars, random),
        };
        let most = [4, 8, PARAMS][random.below(3)];
        let count = random.below(most + 1);
        let mut params: Vec<Passed> =
            (0..count).map(|param| Passed::random(&format!("P{index}_{param}"), scalars, random)).collect();
        let fixed = (count > 1 && random.chance(12)).then(|| random.between(1, count - 1));
        for param in params.iter_mut().skip(fixed.unwrap_or(count)) {
            *param = Passed::Scalar(random.pick(scalars.variable).unwrap_or(WIDE[0]));
        }
        for param in params.iter_mut().skip(if split { count } else { 2 }) {
            if param.scalar() == Some(WIDE[2]) {
                *param = Passed::Scalar(WIDE[1]);
            }
        }
        Signature { index, result, params, fixed }
    }

    /// The result and the parameters, as the fields of the structures in memory.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &Passed> {
        std::iter::once(&self.result).chain(&self.params)
    }
}
