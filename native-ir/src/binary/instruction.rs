//! Instructions: opcode, attributes and number of results; words, lists and edges.

use super::code::{Code, rows};
use super::error::Found;
use super::read::{Read, Reader};
use super::write::Writer;
use crate::{
    Attribute, Attributes, Block, Body, Constant, EdgeData, Edges, InstData, Opcode, Operand, Shape, Suffix, Type,
};
use std::sync::LazyLock;

rows! { Opcode "a row of opcodes.tsv"; }

/// Results that the number before the attributes counts; this many and more have a number of their own.
const MANY_RESULTS: u64 = 3;

/// Opcode, then attributes and number of results in one number.
pub(super) fn put_head(data: &InstData, w: &mut Writer) {
    data.opcode.put(w);
    let results = u64::from(data.results);
    w.number(u64::from(data.attributes.0) << 2 | results.min(MANY_RESULTS));
    if results >= MANY_RESULTS {
        w.number(results);
    }
}

pub(super) fn get_head(r: &mut Reader<'_>) -> Read<InstData> {
    let opcode = Opcode::get(r)?;
    let place = r.place();
    let bits = r.number_to(u64::from(u16::MAX) << 2 | MANY_RESULTS, "attributes")?;
    let attributes = Attributes((bits >> 2) as u16);
    if !means_something(opcode.shape(), attributes) {
        return Err(r.error(place, "attributes that the opcode can have", Found::Number(bits >> 2)));
    }
    let results = match bits & MANY_RESULTS {
        MANY_RESULTS => r.number_to(u8::MAX.into(), "the number of results")?,
        few => few,
    };
    Ok(InstData { opcode, results: results as u8, attributes, words: [0; 3] })
}

/// Whether each attribute that the opcode has is one of its vocabulary. Accessors of [`Attributes`] give something of
/// the vocabulary for any bits; bits that do not come back from that are of none.
fn means_something(shape: &Shape, attributes: Attributes) -> bool {
    let low = Attributes(attributes.0 & 0xff);
    attributes.0 == 0
        || shape.attributes.iter().all(|attribute| {
            let mut again = attributes;
            match attribute {
                Attribute::IntCondition | Attribute::FloatCondition | Attribute::FlagsCondition => {
                    return Attributes::of_condition(low.condition()) == low;
                }
                Attribute::Trap => return Attributes::of_trap(low.trap()) == low,
                Attribute::SpecialRegister => return low.special_register() as u16 == low.0,
                Attribute::Align => return attributes.align().is_none_or(|align| again.set_align(align)),
                Attribute::Ordering => again.set_ordering(attributes.ordering()),
                Attribute::Operation => again.set_rmw_op(attributes.rmw_op()),
                Attribute::AddressSpace => match attributes.address_space() {
                    Some(space) => again.set_address_space(space),
                    // No space is written as 0; other bits that give none are of no space either.
                    None => return attributes.0 >> 9 & 0xf == 0,
                },
                _ => {}
            }
            again == attributes
        })
}

/// What stands in a word of an instruction, beside its lists.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Nothing,
    Operand,
    /// The number of a symbol, register, slot, constant or field.
    Number,
    Type,
}

/// What stands in the words of each opcode.
static WORDS: LazyLock<Vec<[Word; 3]>> =
    LazyLock::new(|| Opcode::ALL.iter().map(|op| words(op.shape())).collect());

fn words(shape: &Shape) -> [Word; 3] {
    let mut words = [Word::Nothing; 3];
    for word in words.iter_mut().take(shape.operands.len()) {
        *word = Word::Operand;
    }
    let numbers = [Attribute::Literal, Attribute::Symbol, Attribute::Register, Attribute::Slot, Attribute::Index];
    if shape.suffix == Suffix::Type {
        words[2] = Word::Type;
    } else if numbers.into_iter().any(|number| shape.has(number)) {
        words[if shape.has_list() { 0 } else { 2 }] = Word::Number;
    }
    words
}

fn words_of(opcode: Opcode) -> [Word; 3] {
    WORDS.get(opcode.index()).copied().unwrap_or([Word::Nothing; 3])
}

/// What stands in the words, then the list of operands, then the edges. `first` is the number of the instruction's
/// first result, from which values are counted back.
pub(super) fn put_operands(body: &Body, data: &InstData, first: u32, w: &mut Writer) {
    for (what, word) in words_of(data.opcode).into_iter().zip(data.words) {
        match what {
            Word::Nothing => {}
            Word::Operand => put_operand(Operand::from_bits(word), first, w),
            Word::Number => word.put(w),
            Word::Type => Type::from_index(word).put(w),
        }
    }
    let shape = data.opcode.shape();
    if shape.variadic {
        put_list(body.list(data), first, w);
    }
    if shape.edges != Edges::None {
        let edges = body.edges.values().as_slice().get(data.edge_range()).unwrap_or(&[]);
        w.count(edges.len());
        for edge in edges {
            edge.block.put(w);
            if shape.edges == Edges::Cases {
                edge.case().map_or(0, |case| case.as_u32() + 1).put(w);
            }
            put_list(body.edge_args(edge), first, w);
        }
    }
}

pub(super) fn get_operands(body: &mut Body, data: &mut InstData, first: u32, r: &mut Reader<'_>) -> Read<()> {
    for (what, word) in words_of(data.opcode).into_iter().zip(&mut data.words) {
        *word = match what {
            Word::Nothing => continue,
            Word::Operand => get_operand(first, r)?.bits(),
            Word::Number => u32::get(r)?,
            Word::Type => Type::get(r)?.index() as u32,
        };
    }
    let shape = data.opcode.shape();
    if shape.variadic {
        (data.words[1], data.words[2]) = get_list(body, first, r)?;
    }
    if shape.edges != Edges::None {
        let count = r.count("the number of edges")?;
        (data.words[1], data.words[2]) = (body.edges.len() as u32, count as u32);
        for _ in 0..count {
            let block = Block::get(r)?;
            let case = if shape.edges == Edges::Cases { u32::get(r)? } else { 0 };
            let (start, length) = get_list(body, first, r)?;
            let args = start as usize..start as usize + length as usize;
            body.edges.push(EdgeData::new(block, args, case.checked_sub(1).map(Constant::from_u32)));
        }
    }
    Ok(())
}

/// Operands behind their number.
fn put_list(list: &[Operand], first: u32, w: &mut Writer) {
    w.count(list.len());
    for &operand in list {
        put_operand(operand, first, w);
    }
}

/// Start and length of the list in the body's pool.
fn get_list(body: &mut Body, first: u32, r: &mut Reader<'_>) -> Read<(u32, u32)> {
    let start = body.pool.len();
    let count = r.count("the number of operands")?;
    for _ in 0..count {
        body.pool.push(get_operand(first, r)?);
    }
    Ok((start as u32, count as u32))
}

/// Twice the distance from the value to `first`, modulo 2^32; or twice the number of the constant, and one more.
fn put_operand(operand: Operand, first: u32, w: &mut Writer) {
    let (number, constant) = match operand.constant() {
        Some(constant) => (constant.as_u32(), 1),
        None => (first.wrapping_sub(operand.bits()), 0),
    };
    w.number(u64::from(number) << 1 | constant);
}

fn get_operand(first: u32, r: &mut Reader<'_>) -> Read<Operand> {
    let place = r.place();
    let number = r.number_to(u64::from(u32::MAX) << 1 | 1, "an operand")?;
    let index = (number >> 1) as u32;
    let (index, top) = if number & 1 == 0 { (first.wrapping_sub(index), 0) } else { (index, 1 << 31) };
    if index >> 31 != 0 {
        return Err(r.error(place, "an operand", Found::Number(number)));
    }
    Ok(Operand::from_bits(index | top))
}
