//! Memory functions, in place and in the runtime library.

use crate::form::HEADER;
use crate::numbers::Random;
use crate::{machine, verified};
use codegen::all_functions;
use std::fmt::Write;

const SIZE: usize = 512;
/// Where the variable size stands in the input.
const COUNT: usize = 496;

const PARAMETERS: &str = "(%in: ptr[generic,i8], %out: ptr[generic,i8]) -> () effects(read, write) !0:0";

/// A memory function, how far behind the output's first byte its ranges begin, and what type its size has: none for a
/// constant.
#[derive(Clone, Copy, Debug)]
struct Block {
    opcode: &'static str,
    to: usize,
    /// From the input, or from the output itself.
    from: Option<usize>,
    bytes: usize,
    size: Option<&'static str>,
}

fn blocks() -> Vec<Block> {
    let mut blocks = Vec::new();
    for bytes in (0..=70).chain([100, 127, 128, 200, 255, 300]) {
        for size in [None, Some("i32"), Some("i64"), Some("addr")] {
            blocks.push(Block { opcode: "memcpy", to: 7, from: None, bytes, size });
            blocks.push(Block { opcode: "memset", to: 9, from: None, bytes, size });
            blocks.push(Block { opcode: "memmove", to: 11, from: None, bytes, size });
            blocks.push(Block { opcode: "memmove", to: 16, from: Some(16 + 5), bytes, size });
            blocks.push(Block { opcode: "memmove", to: 16 + 13, from: Some(16), bytes, size });
        }
    }
    blocks
}

fn function(name: usize, block: &Block) -> String {
    let mut text = format!("fn @f{name}{PARAMETERS} {{\n^entry:\n");
    let mut line = |line: String| writeln!(text, "    {line} !0:0").expect("text grows");
    line(format!("%to: ptr[generic,i8] = offset %out, {}", block.to));
    let from = match block.from {
        Some(from) => format!("offset %out, {from}"),
        None => String::from("offset %in, 3"),
    };
    line(format!("%from: ptr[generic,i8] = {from}"));
    line(format!("%at: ptr[generic,i8] = offset %in, {COUNT}"));
    let size = match block.size {
        Some(size) => {
            line(format!("%n: {size} = load.{size} %at align=1"));
            String::from("%n")
        }
        None => block.bytes.to_string(),
    };
    match block.opcode {
        "memset" => {
            line(String::from("%byte: i8 = load.i8 %in align=1"));
            line(format!("memset %to, %byte, {size}"));
        }
        opcode => line(format!("{opcode} %to, %from, {size}")),
    }
    line(String::from("return"));
    text + "}\n"
}

fn expected(block: &Block, input: &[u8], output: &mut [u8]) {
    let Block { to, bytes, .. } = *block;
    match (block.opcode, block.from) {
        ("memset", _) => output[to..to + bytes].fill(input[0]),
        (_, Some(from)) => output.copy_within(from..from + bytes, to),
        (_, None) => output[to..to + bytes].copy_from_slice(&input[3..3 + bytes]),
    }
}

#[test]
fn memory_functions() {
    let blocks = blocks();
    let mut source = String::from(HEADER);
    for (name, block) in blocks.iter().enumerate() {
        source += &function(name, block);
    }
    let module = verified(&source);
    let machine = machine(&module, &[]);
    let mut random = Random(2);
    for (func, block) in all_functions(&module).into_iter().zip(&blocks) {
        let mut input = [0; SIZE];
        input.chunks_mut(8).for_each(|word| word.copy_from_slice(&random.next().to_le_bytes()));
        input[COUNT..COUNT + 8].copy_from_slice(&(block.bytes as u64).to_le_bytes());
        let mut output = [0; SIZE];
        output.chunks_mut(8).for_each(|word| word.copy_from_slice(&random.next().to_le_bytes()));
        let mut wanted = output;
        expected(block, &input, &mut wanted);
        machine.call(func, &input, &mut output).expect("nothing traps");
        assert_eq!(output, wanted, "{block:?}{}", machine.listing(func));
    }
}
