//! `NATIVE_IR_TYPE`, the part that rows of `opcodes.tsv` drive: operand and result types, edges, returns, switches,
//! conversions, conditions, traps; and which types may stand where.

use crate::body::Checker;
use crate::context::{Context, TypeFault, variable_mask};
use crate::feature;
use native_ir::contract::opcodes::ExtraRule;
use native_ir::{
    BlockData, Constant, Diagnostic, EdgeData, EntityRef, HeaderPart, Inst, InstData, Opcode, Param, Part,
    Passing, Place, Rule, Space, Type, TypeData, TypeKind, TypePattern, TypeTable, ValueDef,
};
use std::collections::HashMap;

/// A position in an instruction that has a type: an operand or a result.
#[derive(Clone, Copy)]
struct Typed {
    part: Part,
    ty: Type,
    pattern: TypePattern,
}

impl Checker<'_, '_> {
    /// What a value's type may not be, at its definition; true when the type is fine.
    pub(crate) fn check_value_type(&mut self, ty: Type, place: Place) -> bool {
        if self.context.is_value(ty) {
            return true;
        }
        let diagnostic = fault_diagnostic(self.context, ty, place.clone()).or_else(|| {
            let fine = self.context.fault(ty).is_none();
            fine.then(|| {
                let text = self.type_text(ty);
                let message = format!("a value of type `{text}` cannot stand here");
                Diagnostic::new(Rule::TypeInvalidType, place, message).label("not a type of values")
            })
        });
        self.diagnostics.extend(diagnostic);
        false
    }

    pub(crate) fn check_block_parameters(&mut self, data: &BlockData) {
        let values = self.values;
        let first = self.block_first_value as usize;
        for (index, value) in values[first..first + data.params as usize].iter().enumerate() {
            if !self.context.is_value(value.ty) {
                self.check_value_type(value.ty, Place::BlockParameter(self.func, self.block, index as u32));
            }
        }
    }

    /// The entry block's parameters are the function's.
    pub(crate) fn check_entry_parameters(&mut self, data: &BlockData) {
        let params = &self.signature.params;
        let expected = params.iter().map(|param| (param.passing, param.ty));
        let types = &self.context.module.types;
        let fits = |(value, (passing, ty)): (native_ir::Value, (Passing, Type))| {
            let actual = self.values[value.index()].ty;
            match passing {
                Passing::Value | Passing::Zext | Passing::Sext => actual == ty,
                Passing::Agg | Passing::ByVal => types.as_pointer(actual) == Some((Space::Stack, ty)),
                Passing::SRet => types.as_pointer(actual) == Some((Space::Generic, ty)),
            }
        };
        let holds = data.params as usize == params.len() && data.params().zip(expected).all(fits);
        if !holds && !self.body.damaged {
            let place = Place::Function(self.func, HeaderPart::Name);
            let message = "the entry block's parameters are not the function's";
            self.push(Diagnostic::new(Rule::SchemaStructure, place, message));
        }
    }

    /// Looks again at an instruction whose types do not fit its row, and says which one is wrong.
    #[cold]
    pub(crate) fn report_types(&mut self, inst: Inst, instruction: &InstData) {
        let positions = self.typed_positions(instruction);
        let before = self.diagnostics.len();
        for position in &positions {
            if matches!(position.part, Part::Result(_)) {
                let place = self.place(inst, position.part);
                self.diagnostics.extend(fault_diagnostic(self.context, position.ty, place));
            }
        }
        let silent = |ty: Type| self.context.fault(ty).is_some();
        if self.diagnostics.len() > before || positions.iter().any(|position| silent(position.ty)) {
            return;
        }
        for position in &positions {
            if let TypePattern::Fixed(kind) = position.pattern
                && position.ty != Type::of_kind(kind)
            {
                return self.report_mismatch(inst, *position, Type::of_kind(kind));
            }
        }
        let row = self.context.contract.opcode(instruction.opcode);
        for variable in 0..row.typevars.len() {
            let own = TypePattern::Var(variable as u8);
            let of_variable: Vec<_> = positions.iter().filter(|p| p.pattern == own).copied().collect();
            let Some(expected) = majority(&of_variable) else { continue };
            if let Some(odd) = of_variable.iter().find(|position| position.ty != expected) {
                return self.report_mismatch(inst, *odd, expected);
            }
            let kind = self.context.module.types.kind(expected);
            let mask = variable_mask(row, self.context.target, variable);
            if kind.is_some_and(|kind| mask & 1 << kind.index() == 0) {
                return self.report_class(inst, instruction, variable, of_variable[0], kind);
            }
        }
    }

    fn typed_positions(&self, instruction: &InstData) -> Vec<Typed> {
        let shape = instruction.opcode.shape();
        let operands = shape.operands.iter().enumerate().map(|(index, &pattern)| Typed {
            part: Part::Operand(index as u32),
            ty: self.type_of(instruction.operand(index)),
            pattern,
        });
        let results = shape.results.iter().enumerate().map(|(index, &pattern)| Typed {
            part: Part::Result(index as u32),
            ty: self.result_type(index as u32),
            pattern,
        });
        operands.chain(results.take(usize::from(instruction.results))).collect()
    }

    fn report_mismatch(&mut self, inst: Inst, position: Typed, expected: Type) {
        let (actual, expected) = (self.type_text(position.ty), self.type_text(expected));
        let opcode = self.opcode(inst);
        let (rule, message) = match position.part {
            Part::Result(_) => {
                (Rule::TypeResultMismatch, format!("`{opcode}` gives `{expected}` here, not `{actual}`"))
            }
            _ => (Rule::TypeOperandMismatch, format!("`{opcode}` takes `{expected}` here, not `{actual}`")),
        };
        let diagnostic = Diagnostic::new(rule, self.place(inst, position.part), message)
            .label(format!("this is `{actual}`"))
            .row("opcodes.tsv", opcode.name());
        self.push(diagnostic);
    }

    /// A type variable's type is of no class that the row allows, or rejected on the target.
    fn report_class(
        &mut self,
        inst: Inst,
        instruction: &InstData,
        variable: usize,
        position: Typed,
        kind: Option<TypeKind>,
    ) {
        let opcode = instruction.opcode;
        let row = self.context.contract.opcode(opcode);
        let in_class = kind.zip(row.typevars.get(variable)).is_some_and(|(kind, mask)| mask.contains(kind));
        if in_class {
            let place = self.place(inst, Part::Opcode);
            self.diagnostics.extend(feature::opcode_diagnostic(self.context, opcode, kind, place));
            return;
        }
        let classes =
            row.signature.typevars.get(variable).map_or(String::new(), |(_, classes)| classes.join(" or "));
        let actual = self.type_text(position.ty);
        let rule = match position.part {
            Part::Result(_) => Rule::TypeResultMismatch,
            _ => Rule::TypeOperandMismatch,
        };
        let message = format!("`{opcode}` does not work on `{actual}`");
        self.push(
            Diagnostic::new(rule, self.place(inst, position.part), message)
                .label(format!("this is `{actual}`"))
                .help(format!("the row wants a type of class {classes}"))
                .row("opcodes.tsv", opcode.name()),
        );
    }

    #[cold]
    pub(crate) fn report_result_count(&mut self, inst: Inst, instruction: &InstData) {
        let expected = instruction.opcode.shape().results.len();
        let message = format!("`{}` has {expected} results, not {}", instruction.opcode, instruction.results);
        self.push(
            Diagnostic::new(Rule::TypeOperandCount, self.place(inst, Part::Opcode), message)
                .label("wrong number of results")
                .row("opcodes.tsv", instruction.opcode.name()),
        );
    }

    pub(crate) fn check_edge_arguments(
        &mut self,
        inst: Inst,
        edge_index: u32,
        edge: &EdgeData,
        target: &BlockData,
    ) {
        let Some(args) = self.body.pool.get(edge.args()) else {
            self.report_structure(inst, Part::Edge(edge_index), "arguments beyond the function's pool");
            return;
        };
        if args.len() != target.params as usize {
            for (index, &arg) in args.iter().enumerate() {
                self.use_part(arg, inst, Part::EdgeArgument(edge_index, index as u32));
            }
            return self.report_edge_count(inst, edge_index, edge, args.len(), target);
        }
        for (index, (&arg, param)) in (0..).zip(args.iter().zip(target.params())) {
            let ty = self.use_at(arg, inst, self.next_value, || Part::EdgeArgument(edge_index, index));
            let expected = self.body.value_type(param);
            if ty != expected {
                self.report_edge_argument(inst, edge_index, index, edge, expected, ty);
            }
        }
    }

    #[cold]
    fn report_edge_count(&mut self, inst: Inst, index: u32, edge: &EdgeData, count: usize, target: &BlockData) {
        if target.damaged {
            return;
        }
        let name = native_ir::text::BlockText(self.context.module, self.function, edge.block).to_string();
        let message = format!("block `{name}` takes {} arguments, not {count}", target.params);
        self.push(
            Diagnostic::new(Rule::TypeBlockArgumentMismatch, self.place(inst, Part::Edge(index)), message)
                .label("wrong number of arguments")
                .also(Place::Block(self.func, edge.block), "declared here"),
        );
    }

    #[cold]
    fn report_edge_argument(
        &mut self,
        inst: Inst,
        edge: u32,
        index: u32,
        data: &EdgeData,
        expected: Type,
        actual: Type,
    ) {
        if self.context.fault(expected).is_some() || self.context.fault(actual).is_some() {
            return;
        }
        let name = native_ir::text::BlockText(self.context.module, self.function, data.block).to_string();
        let (expected, actual) = (self.type_text(expected), self.type_text(actual));
        let message = format!("block `{name}` takes `{expected}` here, not `{actual}`");
        self.push(
            Diagnostic::new(
                Rule::TypeBlockArgumentMismatch,
                self.place(inst, Part::EdgeArgument(edge, index)),
                message,
            )
            .label(format!("this is `{actual}`"))
            .also(Place::BlockParameter(self.func, data.block, index), "declared here"),
        );
    }

    pub(crate) fn check_switch_cases(&mut self, inst: Inst, instruction: &InstData) {
        let ty = self.type_of(instruction.operand(0));
        let mut seen: HashMap<Constant, u32> = HashMap::new();
        // A range beyond the function's edges is reported with the targets.
        let edges = self.body.edges.values().as_slice().get(instruction.edge_range()).unwrap_or(&[]);
        for (index, edge) in edges.iter().enumerate().skip(1) {
            let Some(case) = edge.case() else {
                self.report_structure(inst, Part::Edge(index as u32), "a case without constant");
                continue;
            };
            let Some(data) = self.body.constants.get(case).copied() else {
                self.report_structure(inst, Part::Edge(index as u32), "a constant of another function");
                continue;
            };
            if data.ty != ty {
                self.report_structure(inst, Part::Edge(index as u32), "a case of another type than the operand");
            }
            // Equal constants are one constant of the pool.
            if let Some(first) = seen.insert(case, index as u32) {
                let message = format!("the switch has two cases for {}", data.bits());
                self.push(
                    Diagnostic::new(Rule::TypeSwitchCase, self.place(inst, Part::Edge(index as u32)), message)
                        .label("this edge is never taken")
                        .also(self.place(inst, Part::Edge(first)), "the first case"),
                );
            }
        }
    }

    pub(crate) fn check_return(&mut self, inst: Inst, instruction: &InstData) {
        let operands = self.body.list(instruction);
        let results = self.signature.results.as_slice();
        for (index, &operand) in operands.iter().enumerate() {
            let ty = self.use_operand(operand, inst, index as u32);
            match results.get(index) {
                Some(result) if operands.len() == results.len() => {
                    self.check_returned(inst, index as u32, ty, *result)
                }
                _ => {}
            }
        }
        if operands.len() != results.len() {
            let message = format!("the function has {} results, not {}", results.len(), operands.len());
            let header = Place::Function(self.func, HeaderPart::Results);
            self.push(
                Diagnostic::new(Rule::TypeReturnMismatch, self.place(inst, Part::Opcode), message)
                    .label("wrong number of values")
                    .also(header, "declared here"),
            );
        }
    }

    fn check_returned(&mut self, inst: Inst, index: u32, ty: Type, result: Param) {
        if result.passing == Passing::Agg {
            self.check_aggregate_return(inst, index, ty, result.ty);
        } else if ty != result.ty {
            self.report_return(inst, index, ty, self.type_text(result.ty), result.ty);
        } else {
            self.check_returned_pointer(inst, index, ty);
        }
    }

    fn check_aggregate_return(&mut self, inst: Inst, index: u32, ty: Type, aggregate: Type) {
        let readable = |space: Space| !matches!(space, Space::Code | Space::Mmio);
        match self.context.pointer(ty) {
            Some((space, pointee)) if pointee == aggregate && readable(space) => {}
            _ => {
                let expected = format!("a pointer to {}", self.type_text(aggregate));
                self.report_return(inst, index, ty, expected, aggregate);
            }
        }
    }

    fn report_return(&mut self, inst: Inst, index: u32, actual: Type, expected: String, result: Type) {
        if self.context.fault(actual).is_some() || self.context.fault(result).is_some() {
            return;
        }
        let actual = self.type_text(actual);
        let message = format!("the function returns `{expected}` here, not `{actual}`");
        let header = Place::Function(self.func, HeaderPart::Results);
        self.push(
            Diagnostic::new(Rule::TypeReturnMismatch, self.place(inst, Part::Operand(index)), message)
                .label(format!("this is `{actual}`"))
                .also(header, "declared here"),
        );
    }

    pub(crate) fn check_conversion(&mut self, rule: ExtraRule, inst: Inst, instruction: &InstData) {
        let (from, to) = (self.type_of(instruction.operand(0)), self.result_type(0));
        let (Some(from_bits), Some(to_bits)) = (self.context.bits(from), self.context.bits(to)) else { return };
        let (fits, word) = match rule {
            ExtraRule::Wider => (to_bits > from_bits, "wider than"),
            ExtraRule::Narrower => (to_bits < from_bits, "narrower than"),
            _ => (to_bits == from_bits, "as wide as"),
        };
        if !fits {
            let (from, to) = (self.type_text(from), self.type_text(to));
            let message = format!("`{}` makes a type {word} `{from}`, which `{to}` is not", instruction.opcode);
            self.push(
                Diagnostic::new(Rule::TypeConversionSize, self.place(inst, Part::Result(0)), message)
                    .label(format!("this is `{to}`"))
                    .row("opcodes.tsv", instruction.opcode.name()),
            );
        }
    }

    /// The constant of `iconst` and `fconst` is of the result's type, and has no bits beyond it.
    pub(crate) fn check_constant(&mut self, inst: Inst, instruction: &InstData) {
        let fits = match self.body.constants.get(instruction.literal()) {
            Some(data) => data.ty == self.result_type(0),
            None => false,
        };
        if !fits && !self.body.damaged {
            self.report_structure(inst, Part::Whole, "a constant of another type or function");
        }
    }

    /// A condition on flags fits the compare that made them.
    pub(crate) fn check_flags_condition(&mut self, inst: Inst, instruction: &InstData) {
        let Some(flags) = instruction.operand(0).value() else { return };
        let Some(ValueDef::Result(source)) = self.values.get(flags.index()).map(|value| value.def()) else {
            return;
        };
        let condition = instruction.attributes.condition();
        let ints = match self.body.insts.get(source).map(|data| data.opcode) {
            Some(Opcode::Compare) => true,
            Some(Opcode::Fcompare) => false,
            _ => return,
        };
        if condition.is_int() != ints {
            let (made, wanted) = if ints { ("integers", "an integer") } else { ("floats", "a float") };
            let message = format!("condition `{}` tests flags of a compare of {made}", condition.name());
            self.push(
                Diagnostic::new(Rule::TypeFlagsCondition, self.place(inst, Part::Opcode), message)
                    .label(format!("needs {wanted} condition"))
                    .also(self.place(source, Part::Whole), "the compare"),
            );
        }
    }

    pub(crate) fn check_trap_class(&mut self, inst: Inst, instruction: &InstData) {
        let trap = instruction.attributes.trap();
        let row = self.context.contract.trap(trap);
        if !row.raised_by_program {
            let message = format!("programs cannot raise the trap class `{trap}`");
            self.push(
                Diagnostic::new(
                    Rule::TypeTrapClass,
                    self.place(inst, Part::Attribute(native_ir::Attribute::Trap)),
                    message,
                )
                .label("not for programs")
                .row("traps.tsv", trap.name()),
            );
        }
    }

    /// The structure behind a type, named types resolved.
    pub(crate) fn resolved(&self, ty: Type) -> &TypeData {
        self.context.module.types.resolved(ty)
    }
}

/// The type that most positions have; the first one's when none has more.
fn majority(positions: &[Typed]) -> Option<Type> {
    let count = |ty: Type| positions.iter().filter(|position| position.ty == ty).count();
    let mut best = positions.first()?.ty;
    for position in positions {
        if count(position.ty) > count(best) {
            best = position.ty;
        }
    }
    Some(best)
}

/// The diagnostic of a type that may not be used, at the place that uses it; nothing when that was said elsewhere.
pub(crate) fn fault_diagnostic(context: &Context<'_>, ty: Type, place: Place) -> Option<Diagnostic> {
    let text = |ty| context.type_text(ty);
    let row = |part: Type| context.module.types.kind(part).map_or("", TypeKind::name);
    Some(match context.fault(ty)? {
        TypeFault::Silent => return None,
        TypeFault::Deferred(part) => Diagnostic::new(
            Rule::TypeDeferredType,
            place,
            format!("type `{}` is deferred: it has no meaning yet", text(part)),
        )
        .label("deferred type")
        .row("machine-types.tsv", row(part)),
        TypeFault::Rejected(part) => feature::type_diagnostic(context, part, place),
        TypeFault::Misplaced(part) => {
            let message = format!("type `{}` may not stand inside `{}`", text(part), text(ty));
            Diagnostic::new(Rule::TypeInvalidType, place, message)
                .label("misplaced type")
                .help("flags, fibers and i1 do not live in memory; only a ptr[code,fn…] points to a function, and to nothing else")
        }
        TypeFault::TooDeep => {
            let (depth, parts) = (TypeTable::MAX_DEPTH, TypeTable::MAX_PARTS);
            let message = format!("a type is nested more than {depth} deep, or spells more than {parts} types");
            Diagnostic::new(Rule::TypeInvalidType, place, message).label("too large").help("name an inner type")
        }
        TypeFault::Unpassable(part) => return crate::abi::unpassable(context, part, place),
        TypeFault::TooLarge => {
            let message =
                format!("type `{}` is larger than the address space of {}", text(ty), context.row.triple);
            Diagnostic::new(Rule::TypeInvalidType, place, message).label("too large").help("use a shorter array")
        }
    })
}
