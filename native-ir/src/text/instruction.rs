//! Instructions: one line each, read along the shape of the opcode.

use super::cursor::{Read, shorten, syntax};
use super::field;
use super::literal::Literal;
use super::operand::{Argument, Hint, Site};
use super::signature::Definition;
use super::{Reader, source, text_place};
use crate::opcode::{Edges, Suffix, opcode_of_name};
use crate::{
    Access, Attribute, Attributes, Condition, Diagnostic, InstData, Item, Opcode, Operand, Ordering, RegisterData,
    RmwOp, Rule, Space, Span, SpecialRegister, Symbol, Trap, Type, ValueDef,
};
use cranelift_entity::EntityRef;
use std::ops::Range;

/// The spellings of conditions, as one number each.
const CONDITIONS: [u32; Condition::ALL.len()] = conditions();

const fn conditions() -> [u32; Condition::ALL.len()] {
    let mut keys = [0; Condition::ALL.len()];
    let mut index = 0;
    while index < keys.len() {
        keys[index] = condition_key(Condition::ALL[index].name().as_bytes());
        index += 1;
    }
    keys
}

/// Up to three bytes as a number; 0 for longer texts, which no condition is.
const fn condition_key(text: &[u8]) -> u32 {
    match *text {
        [a, b] => (a as u32) << 8 | b as u32,
        [a, b, c] => (a as u32) << 16 | (b as u32) << 8 | c as u32,
        _ => 0,
    }
}

fn condition_of(word: &str) -> Option<Condition> {
    let key = condition_key(word.as_bytes());
    CONDITIONS.iter().position(|&known| known == key).map(|index| Condition::ALL[index])
}

/// What an opcode's name and suffix say.
struct Head {
    opcode: Opcode,
    suffix: Option<Type>,
    range: Range<usize>,
}

impl<'t> Reader<'t> {
    /// An instruction that begins here. Its results are defined even when the rest cannot be read.
    pub(super) fn instruction(&mut self) -> Read<()> {
        let start = self.cursor.at;
        let first_result = self.current.body.values.next_key();
        if self.cursor.peek() == b'%' {
            self.result_definitions()?;
        } else {
            self.current.results.clear();
        }
        let (head, mut data) = self.head()?;
        data.results = self.current.results.len() as u8;
        self.check_results(&head)?;
        self.operands(&head, &mut data)?;
        let span = self.attributes(&head, &mut data)?;
        if self.current.block.is_none() {
            return Err(syntax(start..self.cursor.at, "an instruction stands before the first label"));
        }
        let inst = self.current.body.insts.push(data);
        self.current.body.first_results.push(first_result);
        self.current.body.spans.push(span);
        self.current.map.insts.push(start as u32);
        if let Some(site) = self.current.inline_site.take() {
            self.current.body.inline_sites.resize(inst.index(), 0);
            self.current.body.inline_sites.push(site);
        }
        Ok(())
    }

    /// `%a: T, %b: T =`
    fn result_definitions(&mut self) -> Read<()> {
        self.current.results.clear();
        let outcome = self.read_results();
        let inst = self.current.body.insts.next_key();
        for index in 0..self.current.results.len() {
            let result = self.current.results[index];
            self.define(result, ValueDef::Result(inst));
        }
        outcome
    }

    fn read_results(&mut self) -> Read<()> {
        let start = self.cursor.at;
        loop {
            let (key, range) = self.value_name()?;
            self.cursor.expect(b':')?;
            let ty = self.read_type()?;
            self.current.results.push(Definition::new(key, ty, range));
            if self.cursor.eat(b'=') {
                let count = self.current.results.len();
                return source::limit(count, source::MAX_RESULTS, "results", start..self.cursor.at);
            }
            if !self.cursor.eat(b',') {
                return Err(self.cursor.unexpected("`,` or `=`"));
            }
        }
    }

    /// The opcode and its suffix.
    fn head(&mut self) -> Read<(Head, InstData)> {
        self.cursor.skip_blanks();
        let start = self.cursor.at;
        let word = self.cursor.word();
        if word.is_empty() {
            return Err(self.cursor.unexpected("an opcode"));
        }
        let dotted = self.cursor.peek() == b'.';
        self.cursor.at += usize::from(dotted);
        let Some(opcode) = opcode_of_name(self.cursor.since(start).as_bytes()) else {
            return Err(self.unknown_opcode(start, word, dotted));
        };
        let mut head = Head { opcode, suffix: None, range: start..self.cursor.at };
        let mut data = InstData::new(opcode);
        match opcode.shape().suffix {
            Suffix::None => {}
            Suffix::Condition => data.attributes = self.condition(opcode, start)?,
            Suffix::Type => {
                let ty = self.read_type()?;
                head.suffix = Some(ty);
                data.words[2] = ty.index() as u32;
            }
        }
        head.range.end = self.cursor.at;
        Ok((head, data))
    }

    #[cold]
    fn unknown_opcode(&mut self, start: usize, word: &str, dotted: bool) -> Box<Diagnostic> {
        if dotted {
            self.cursor.word();
        }
        let range = start..self.cursor.at;
        let shown = shorten(self.cursor.since(start));
        let error = |message| Diagnostic::new(Rule::SchemaUnknownOpcode, text_place(range), message);
        let plain = opcode_of_name(word.as_bytes()).is_some();
        let suffixed = opcode_of_name(format!("{word}.").as_bytes());
        Box::new(match (dotted, plain, suffixed.map(|opcode| opcode.shape().suffix)) {
            (true, true, _) => error(format!("`{}` takes no suffix", shorten(word))),
            (false, _, Some(Suffix::Condition)) => {
                error(format!("`{shown}` is written with a condition, such as `{shown}.eq`"))
            }
            (false, _, Some(_)) => error(format!("`{shown}` is written with a type, such as `{shown}.i32`")),
            _ => error(format!("there is no opcode `{shown}`")),
        })
    }

    fn condition(&mut self, opcode: Opcode, start: usize) -> Read<Attributes> {
        let word = self.cursor.word();
        let condition = condition_of(word).filter(|condition| {
            let shape = opcode.shape();
            let wanted = if condition.is_int() { Attribute::IntCondition } else { Attribute::FloatCondition };
            shape.has(Attribute::FlagsCondition) || shape.has(wanted)
        });
        condition.map(Attributes::of_condition).ok_or_else(|| {
            let message = format!("`{}` has no condition `{}`", opcode.shape().base, shorten(word));
            let range = start..self.cursor.at;
            Box::new(Diagnostic::new(Rule::SchemaUnknownOpcode, text_place(range), message))
        })
    }

    fn check_results(&self, head: &Head) -> Read<()> {
        let shape = head.opcode.shape();
        let (wanted, found) = (shape.results.len(), self.current.results.len());
        if shape.result_list || wanted == found {
            return Ok(());
        }
        let message = format!("`{}` has {}, not {found}", shape.base, counted(wanted, "result"));
        Err(self.wrong_count(head.range.clone(), message))
    }

    /// Operands, edges and positional attributes.
    fn operands(&mut self, head: &Head, data: &mut InstData) -> Read<()> {
        let shape = head.opcode.shape();
        if shape.variadic {
            return self.list_operands(head, data);
        }
        let count = shape.operands.len();
        if count > 0 {
            self.fixed_operands(head, data)?;
        }
        let mut written = count;
        match shape.edges {
            Edges::None => {}
            Edges::Exactly(edges) => self.edges(head, data, &mut written, edges)?,
            Edges::Cases => self.cases(head, data, &mut written)?,
        }
        for &attribute in shape.attributes {
            if attribute.is_positional() {
                self.separator(head, &mut written)?;
                self.positional(head, attribute, data)?;
            }
        }
        if self.cursor.eat(b',') {
            return Err(self.operand_count(head));
        }
        Ok(())
    }

    /// The comma before an operand that is not the first.
    #[inline]
    fn separator(&mut self, head: &Head, written: &mut usize) -> Read<()> {
        *written += 1;
        if *written == 1 || self.cursor.eat(b',') {
            return Ok(());
        }
        if self.at_operands_end() { Err(self.operand_count(head)) } else { Err(self.cursor.unexpected("`,`")) }
    }

    /// Whether a line end, a span or an attribute's name stands here.
    fn at_operands_end(&mut self) -> bool {
        self.cursor.at_line_end() || self.cursor.peek() == b'!' || self.cursor.peek().is_ascii_lowercase()
    }

    #[cold]
    fn operand_count(&mut self, head: &Head) -> Box<Diagnostic> {
        let shape = head.opcode.shape();
        let positional = shape.attributes.iter().filter(|attribute| attribute.is_positional()).count();
        let edges = match shape.edges {
            Edges::None => 0,
            Edges::Exactly(edges) => edges,
            Edges::Cases => 1,
        };
        let wanted = counted(shape.operands.len() + positional + edges, "operand");
        let least = if shape.edges == Edges::Cases { "at least " } else { "" };
        let message = format!("`{}` takes {least}{wanted}", shape.base);
        self.wrong_count(head.range.clone(), message)
    }

    fn fixed_operands(&mut self, head: &Head, data: &mut InstData) -> Read<()> {
        let patterns = head.opcode.shape().operands;
        let mut arguments = [Argument::Value(crate::Value::new(0)); 3];
        let mut literals = false;
        for (index, argument) in arguments.iter_mut().enumerate().take(patterns.len()) {
            self.separator(head, &mut { index })?;
            match self.argument()? {
                Some(read) => *argument = read,
                None if self.at_operands_end() => return Err(self.operand_count(head)),
                None => return Err(self.cursor.unexpected("a value or a literal")),
            }
            literals |= matches!(argument, Argument::Literal(_));
        }
        let arguments = &arguments[..patterns.len().min(3)];
        let hints = if literals { self.hints(head.opcode, head.suffix, arguments) } else { [Hint::Nothing; 4] };
        let inst = self.current.body.insts.next_key().as_u32();
        let mut untyped = false;
        for (index, (&argument, &pattern)) in arguments.iter().zip(patterns).enumerate() {
            let hint = match &argument {
                Argument::Literal(literal) => match self.hint_of(head.opcode, pattern, &hints, literal) {
                    // Once for each instruction.
                    Hint::Nothing if untyped => Hint::Free,
                    hint => {
                        untyped |= matches!(hint, Hint::Nothing);
                        hint
                    }
                },
                _ => Hint::Nothing,
            };
            data.words[index] = self.place(Site::Word(inst, index as u8), argument, hint);
        }
        Ok(())
    }

    fn edges(&mut self, head: &Head, data: &mut InstData, written: &mut usize, count: usize) -> Read<()> {
        data.words[1] = self.current.body.edges.len() as u32;
        for _ in 0..count {
            self.separator(head, written)?;
            if self.at_operands_end() {
                return Err(self.operand_count(head));
            }
            self.edge(None)?;
        }
        data.words[2] = count as u32;
        Ok(())
    }

    /// `^default, 1: ^one, 2: ^two(%a)`
    fn cases(&mut self, head: &Head, data: &mut InstData, written: &mut usize) -> Read<()> {
        let first = self.current.body.edges.len();
        self.separator(head, written)?;
        if self.at_operands_end() {
            return Err(self.operand_count(head));
        }
        // Before the default edge, whose arguments may be patches too.
        let hint = self.switch_hint(data.words[0]);
        self.edge(None)?;
        while self.cursor.eat(b',') {
            self.cursor.skip_blanks();
            let Some(literal) = Literal::take(&mut self.cursor)? else {
                return Err(self.cursor.unexpected("a case's number"));
            };
            self.cursor.expect(b':')?;
            let site = Site::Case(self.current.body.edges.next_key());
            let bits = self.place(site, Argument::Literal(literal), hint);
            self.edge(Operand::from_bits(bits).constant())?;
        }
        data.words[1] = first as u32;
        data.words[2] = (self.current.body.edges.len() - first) as u32;
        Ok(())
    }

    /// What says the type of a switch's cases: its operand.
    fn switch_hint(&self, word: u32) -> Hint<'t> {
        let inst = self.current.body.insts.next_key().as_u32();
        let later =
            self.current.patches.last().filter(|patch| matches!(patch.site, Site::Word(i, 0) if i == inst));
        match later {
            Some(patch) => Hint::Later(patch.key),
            None => Hint::of(self.current.body.operand_type(Operand::from_bits(word))),
        }
    }

    /// Calls and returns.
    fn list_operands(&mut self, head: &Head, data: &mut InstData) -> Read<()> {
        let shape = head.opcode.shape();
        let start = self.current.body.pool.len();
        data.words[1] = start as u32;
        if shape.has(Attribute::Symbol) {
            let symbol = self.symbol_operand()?;
            data.words[0] = symbol.as_u32();
            let callee = self.module.callee_type(symbol).map(|(ty, _)| ty);
            self.cursor.expect(b'(')?;
            self.operand_list(|reader, index| match callee {
                Some(ty) => reader.param_hint(ty, index),
                None => Hint::Free,
            })?;
        } else if shape.operands.is_empty() {
            self.returned()?;
        } else {
            self.indirect_call(head, data)?;
        }
        data.words[2] = (self.current.body.pool.len() - start) as u32;
        Ok(())
    }

    fn indirect_call(&mut self, head: &Head, data: &mut InstData) -> Read<()> {
        let callee = match self.argument()? {
            Some(callee) => callee,
            None if self.at_operands_end() => return Err(self.operand_count(head)),
            None => return Err(self.cursor.unexpected("a value")),
        };
        let inst = self.current.body.insts.next_key().as_u32();
        data.words[0] = self.place(Site::Word(inst, 0), callee, Hint::Nothing);
        self.cursor.expect(b'(')?;
        self.operand_list(|reader, index| match callee {
            Argument::Later(key) => Hint::Parameter(key, index),
            Argument::Value(value) => {
                let ty = reader.current.body.value_type(value);
                reader.module.types.as_pointer(ty).map_or(Hint::Free, |(_, ty)| reader.param_hint(ty, index))
            }
            Argument::Literal(_) => Hint::Free,
        })
    }

    /// The type of an argument of a call. An argument behind the parameters takes its own.
    pub(super) fn param_hint(&self, callee: Type, index: usize) -> Hint<'t> {
        let function = self.module.types.as_function(callee);
        let param = function.and_then(|function| function.params.get(index));
        param.map_or(Hint::Free, |param| Hint::of(param.ty))
    }

    /// The values behind `return`, as many as there are.
    fn returned(&mut self) -> Read<()> {
        let mut index = 0;
        loop {
            let Some(argument) = self.argument()? else {
                if index == 0 && self.at_operands_end() {
                    return Ok(());
                }
                return Err(self.cursor.unexpected("a value or a literal"));
            };
            let signature = self.module.functions[self.current.func].ty;
            let result = self.module.types.as_function(signature).and_then(|ty| ty.results.get(index));
            let hint = result.map_or(Hint::Free, |result| Hint::of(result.ty));
            self.push_operand(argument, hint);
            index += 1;
            if !self.cursor.eat(b',') {
                return Ok(());
            }
        }
    }

    fn symbol_operand(&mut self) -> Read<Symbol> {
        self.cursor.skip_blanks();
        let start = self.cursor.at;
        let name = self.cursor.name(b'@', "a symbol")?;
        Ok(self.symbol(&name, start..self.cursor.at))
    }

    /// An attribute that stands among the operands.
    fn positional(&mut self, head: &Head, attribute: Attribute, data: &mut InstData) -> Read<()> {
        if self.cursor.at_line_end() || self.cursor.peek() == b'!' {
            return Err(self.operand_count(head));
        }
        let start = self.cursor.at;
        match attribute {
            Attribute::Literal => {
                let Some(literal) = Literal::take(&mut self.cursor)? else {
                    return Err(self.cursor.unexpected("a literal"));
                };
                let ty = self.current.results.first().map_or(Type::ERROR, |result| result.ty);
                // A result that no such literal can have is the verifier's to report.
                let fits = self.module.types.kind(ty).is_some_and(|kind| literal.is_of(kind));
                let ty = if fits { ty } else { literal.default_type() };
                data.words[2] = self.constant(literal, ty).as_u32();
            }
            Attribute::Symbol => data.words[2] = self.symbol_operand()?.as_u32(),
            Attribute::Register => data.words[2] = self.register_operand(start)?,
            Attribute::Slot => data.words[2] = self.slot_operand()?,
            Attribute::Index => {
                let index = self.cursor.unsigned("a field's index")?;
                data.words[2] = u32::try_from(index).map_err(|_| {
                    let message = format!("no struct has a field {index}");
                    Box::new(Diagnostic::new(Rule::TypeFieldIndex, text_place(start..self.cursor.at), message))
                })?;
            }
            Attribute::Imm8 => data.attributes = Attributes(self.small_number(start, "the number", 255)?),
            Attribute::Trap => {
                let word = self.cursor.word();
                let trap = Trap::from_name(word).ok_or_else(|| {
                    let message = format!("there is no trap class `{}`", shorten(word));
                    let range = start..self.cursor.token().start.max(self.cursor.at);
                    Box::new(Diagnostic::new(Rule::TypeTrapClass, text_place(range), message))
                })?;
                data.attributes = Attributes::of_trap(trap);
            }
            Attribute::SpecialRegister => {
                let register = self.choice("the special register", SpecialRegister::ALL, SpecialRegister::name)?;
                data.attributes = Attributes(register as u16);
            }
            _ => {}
        }
        Ok(())
    }

    fn register_operand(&mut self, start: usize) -> Read<u32> {
        let symbol = self.symbol_operand()?;
        match self.module.item(symbol) {
            Item::Register(register) => Ok(register.as_u32()),
            Item::Undefined => Ok(self.undefined_register(symbol, start)),
            _ => {
                let range = start..self.cursor.at;
                let message = format!("`{}` is no register", shorten(self.cursor.since(start)));
                Err(Box::new(Diagnostic::new(Rule::SchemaUnknownSymbol, text_place(range), message)))
            }
        }
    }

    /// An entry for a register that nothing declares, which is reported: it makes one of the symbol.
    fn undefined_register(&mut self, symbol: Symbol, start: usize) -> u32 {
        self.map.registers.push(start as u32);
        let access = Access::ReadWrite;
        let register = RegisterData { symbol, ty: Type::ERROR, address: 0, access };
        let register = self.module.registers.push(register);
        self.module.symbols[symbol].item = Item::Register(register);
        register.as_u32()
    }

    fn small_number(&mut self, start: usize, what: &str, most: u64) -> Read<u16> {
        let number = self.cursor.unsigned(what)?;
        match u16::try_from(number) {
            Ok(small) if number <= most => Ok(small),
            _ => {
                let message = format!("`{what}` is in the range 0 to {most}");
                let range = start..self.cursor.at;
                Err(Box::new(Diagnostic::new(Rule::TypeLiteralRange, text_place(range), message)))
            }
        }
    }

    /// Named attributes, the span and the inlining record, to the line's end.
    fn attributes(&mut self, head: &Head, data: &mut InstData) -> Read<Span> {
        let mut seen = field::Seen::default();
        let mut written = 0_u32;
        loop {
            self.cursor.skip_blanks();
            match self.cursor.peek() {
                b'!' => {
                    self.check_required(head, written)?;
                    return self.instruction_span();
                }
                b'\n' | b';' => {
                    self.check_required(head, written)?;
                    return Ok(Span::MISSING);
                }
                _ => written |= self.attribute(head, data, &mut seen)?,
            }
        }
    }

    fn instruction_span(&mut self) -> Read<Span> {
        let source = self.current.source;
        let span = self.span(source)?;
        if self.cursor.at_line_end() {
            return Ok(span);
        }
        if self.cursor.eat_text("inlined=") {
            let start = self.cursor.at;
            let site = self.field_number("inlined")?;
            let site = u32::try_from(site).ok().and_then(|site| site.checked_add(1));
            let over = || source::over_limit(start..self.cursor.at, "a function has fewer than 2^32 - 1 records");
            self.current.inline_site = Some(site.ok_or_else(over)?);
        }
        self.cursor.expect_line_end()?;
        Ok(span)
    }

    /// The attributes without which the opcode says nothing.
    fn check_required(&self, head: &Head, written: u32) -> Read<()> {
        for &attribute in head.opcode.shape().attributes {
            let needed = matches!(attribute, Attribute::Operation | Attribute::Signal | Attribute::Mask);
            if needed && written & 1 << attribute as u32 == 0 {
                let (opcode, name) = (head.opcode.shape().base, attribute.name());
                let message = format!("`{opcode}` needs `{name}=`");
                let place = text_place(head.range.clone());
                return Err(Box::new(Diagnostic::new(Rule::SchemaMissingField, place, message)));
            }
        }
        Ok(())
    }

    /// One named attribute. Returns its bit; 0 for one that is not known, which is reported.
    fn attribute(&mut self, head: &Head, data: &mut InstData, seen: &mut field::Seen<'t>) -> Read<u32> {
        let shape = head.opcode.shape();
        let start = self.cursor.at;
        if self.cursor.eat_word("into") {
            let range = start..self.cursor.at;
            return self.destination(head, data, seen, range);
        }
        let Some((name, range)) = self.field_name() else {
            return Err(self.cursor.unexpected(if shape.terminator || shape.variadic {
                "an attribute, a span or the end of the line"
            } else {
                "`,`, an attribute, a span or the end of the line"
            }));
        };
        let known = |attribute: &&Attribute| {
            use Attribute::{AddressSpace, Align, Mask, Operation, Ordering, Signal};
            attribute.name() == name
                && matches!(attribute, Align | AddressSpace | Ordering | Operation | Signal | Mask)
        };
        let Some(&attribute) = shape.attributes.iter().find(known) else {
            let place = format!("`{}`", shape.base);
            self.report(*field::unknown(&shorten(name), &place, range));
            self.skip_field_value();
            return Ok(0);
        };
        self.once(seen, name, range);
        self.attribute_value(attribute, start, data)?;
        Ok(1 << attribute as u32)
    }

    fn attribute_value(&mut self, attribute: Attribute, start: usize, data: &mut InstData) -> Read<()> {
        match attribute {
            Attribute::Align => {
                let align = self.field_number("align")?;
                if !data.attributes.set_align(align) {
                    let message =
                        format!("the alignment {align} is no power of two up to {}", Attributes::MAX_ALIGN);
                    let place = text_place(start..self.cursor.at);
                    self.report(Diagnostic::new(Rule::TypeAlignment, place, message));
                }
            }
            Attribute::AddressSpace => {
                let space = self.choice("address_space", Space::ALL, Space::name)?;
                data.attributes.set_address_space(space);
            }
            Attribute::Ordering => {
                // The first is the default, which is not written.
                let ordering = self.choice("ordering", &Ordering::ALL[1..], Ordering::name)?;
                data.attributes.set_ordering(ordering);
            }
            Attribute::Operation => {
                let op = self.choice("op", RmwOp::ALL, RmwOp::name)?;
                data.attributes.set_rmw_op(op);
            }
            _ => data.attributes = Attributes(self.small_number(start, attribute.name(), u16::MAX.into())?),
        }
        Ok(())
    }

    /// `into %p`: the call's last operand.
    fn destination(
        &mut self,
        head: &Head,
        data: &mut InstData,
        seen: &mut field::Seen<'t>,
        range: Range<usize>,
    ) -> Read<u32> {
        if !head.opcode.shape().has(Attribute::Into) {
            let place = format!("`{}`", head.opcode.shape().base);
            return Err(field::unknown("into", &place, range));
        }
        let repeated = data.attributes.has_into();
        self.once(seen, "into", range);
        match self.argument()? {
            Some(Argument::Literal(_)) | None => return Err(self.cursor.unexpected("a value behind `into`")),
            Some(_) if repeated => {}
            Some(argument) => {
                self.push_operand(argument, Hint::Nothing);
                data.attributes.0 |= 1;
                data.words[2] += 1;
            }
        }
        Ok(1 << Attribute::Into as u32)
    }
}

fn counted(count: usize, what: &str) -> String {
    match count {
        0 => format!("no {what}s"),
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_condition_is_found_by_its_key() {
        for &condition in Condition::ALL {
            assert_eq!(condition_of(condition.name()), Some(condition));
        }
        assert_eq!([condition_of(""), condition_of("equal"), condition_of("e")], [None; 3]);
    }
}
