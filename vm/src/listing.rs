//! Bytecode as text: what `nir disasm` shows.

use crate::handlers::arithmetic::Signature;
use crate::machine::word_at;
use crate::operation::{Entry, Op};
use crate::program::Program;
use crate::word;
use native_ir::text::InstText;
use native_ir::{EntityRef, Func, Inst};
use std::fmt::Write;

/// Words of an instruction.
pub(crate) fn length(ip: *const u64, checked: bool) -> usize {
    length_of(&|index| word_at(ip, index), checked)
}

fn length_of(word: &dyn Fn(usize) -> u64, checked: bool) -> usize {
    let op = word::op(word(0));
    let entry = op.entry();
    let words = match op {
        Op::TABLE | Op::TABLE_FUEL => 4 + word(2) as usize,
        op if op.is_search() => 3 + 3 * word(1) as usize,
        _ => usize::from(entry.words),
    };
    words + usize::from(entry.checked_literal && checked)
}

impl Program {
    /// The bytecode of a function, a line an instruction, below the instruction of the IR that it does. None for a
    /// function that no entry reaches.
    pub fn disassemble(&self, func: Func) -> Option<String> {
        let code = self.code(func.index()).filter(|code| !code.blocks.is_empty())?;
        let module = self.module();
        let function = module.functions.get(func)?;
        let mut text = String::new();
        let name = module.symbol_name(function.symbol);
        let _ = writeln!(text, "@{name}: {} slots, {} words", code.frame, code.words.len());
        let (mut offset, mut marks, mut last) = (0, code.marks.iter().peekable(), None);
        while offset < code.words.len() {
            let labels = code.blocks.iter().enumerate().filter(|(_, at)| **at as usize == offset && offset > 0);
            for (index, _) in labels {
                if let Some(block) = function.body.blocks.values().nth(index) {
                    let _ = writeln!(text, "^{}:", module.names.text(block.name));
                }
            }
            while let Some(&(_, inst)) = marks.next_if(|mark| mark.0 as usize <= offset) {
                if last.replace(inst) != Some(inst) {
                    self.write_inst(&mut text, func, inst);
                }
            }
            let word = |index: usize| code.words.get(offset + index).copied().unwrap_or(0);
            let length = length_of(&word, self.settings().checked).max(1);
            let _ = write!(text, "{offset:6}  ");
            self.write_instruction(&mut text, offset, &word);
            text.push('\n');
            offset += length;
        }
        Some(text)
    }

    fn write_inst(&self, text: &mut String, func: Func, inst: Inst) {
        let module = self.module();
        let function = &module.functions[func];
        if inst.index() < function.body.insts.len() {
            let _ = writeln!(text, "        ; {}", InstText(module, function, inst));
        }
    }

    fn write_instruction(&self, text: &mut String, offset: usize, word: &dyn Fn(usize) -> u64) {
        let first = word(0);
        let entry: &Entry = word::op(first).entry();
        text.push_str(entry.name);
        for token in entry.form.split(' ').filter(|token| !token.is_empty()) {
            text.push(' ');
            let _ = match token {
                "a" => write!(text, "s{}", word::a(first)),
                "b" | "[b" => write!(text, "{}s{}", &token[..token.len() - 1], word::b(first)),
                "c" => write!(text, "s{}", word::c(first)),
                "#a" => write!(text, "{}", word::a(first) as i16),
                "#b" => write!(text, "{}", word::b(first)),
                "#c]" | "#c" => write!(text, "{}{}", word::c(first) as i16, &token[2..]),
                "#bc" | "+#bc" => write!(text, "{}{}", &token[..token.len() - 3], word::bc(first)),
                "^bc" => write!(text, "-> {}", offset as i64 + i64::from(word::bc(first))),
                "^1" => write!(text, "-> {}", offset as i64 + word(1) as i64),
                "@1" => write!(text, "{}", self.name_at(word(1))),
                "s1" | "s2" => write!(text, "s{}", word(usize::from(token == "s2") + 1) as u32),
                "1" | "2" => write!(text, "{:#x}", word(usize::from(token == "2") + 1)),
                "^1l" => write!(text, "-> {}", offset as i64 + i64::from(word(1) as i32)),
                "s1h" | "s2h" => write!(text, "s{}", (word(usize::from(token == "s2h") + 1) >> 32) as u32),
                "#1l" => write!(text, "{}", word(1) as i32),
                "#1h" => write!(text, "{}", (word(1) >> 32) as i32),
                "+c" => write!(text, "{}", word::c(first)),
                "+1h" => write!(text, "{}", word(1) >> 32),
                "]" => {
                    text.pop();
                    text.write_str("]")
                }
                "1]" => write!(text, "{} + {}]", word(1) as i32, (word(1) >> 32) as i32),
                other => text.write_str(other),
            };
        }
        if entry.name.starts_with("apply") {
            let signature = Signature::unpack(word(2));
            let _ = write!(text, " s{} ({} in, {} out)", signature.third, signature.operands, signature.results);
        }
        if entry.words == 0 {
            self.write_cases(text, offset, word);
        }
    }

    fn write_cases(&self, text: &mut String, offset: usize, word: &dyn Fn(usize) -> u64) {
        let target = |distance: u64| offset as i64 + distance as i64;
        if word::op(word(0)).is_search() {
            let _ = write!(text, ", else -> {}", target(word(2)));
            for case in 0..word(1) as usize {
                let value = u128::from(word(3 + 3 * case)) | u128::from(word(4 + 3 * case)) << 64;
                let _ = write!(text, ", {value} -> {}", target(word(5 + 3 * case)));
            }
        } else {
            let _ = write!(text, ", else -> {}", target(word(3)));
            for case in 0..word(2) as usize {
                let _ = write!(text, ", {} -> {}", word(1).wrapping_add(case as u64), target(word(4 + case)));
            }
        }
    }

    fn name_at(&self, address: u64) -> String {
        let function = address as *const crate::program::CompiledFunction;
        self.function(self.index_of(function))
            .map_or_else(|| format!("{address:#x}"), |function| self.name_of(function))
    }
}
