//! Calls.

use super::{Reader, Result};
use crate::syntax::{
    CallData, Callee, ConstantData, FunctionAttributes, GlobalKind, InlineAsm, List, Name, Op, Operand, Place,
    Tail, Type, TypeData,
};

impl<'t> Reader<'t> {
    /// `call`, whose word is taken already; none for calls that only tell debuggers something.
    pub(super) fn call(&mut self, tail: Tail) -> Result<Option<(Op, Type)>> {
        self.float_flags();
        let Some((call, result)) = self.call_data(tail)? else { return Ok(None) };
        Ok(Some((Op::Call(call), result)))
    }

    /// `invoke … to label %a unwind label %b`
    pub(super) fn invoke(&mut self) -> Result<(Op, Type)> {
        let result = self.refused_call()?;
        self.expect_word("to")?;
        self.target_block()?;
        self.expect_word("unwind")?;
        self.target_block()?;
        Ok((Op::Refused("invoke"), result))
    }

    /// `callbr … to label %a [label %b]`
    pub(super) fn callbr(&mut self) -> Result<(Op, Type)> {
        let result = self.refused_call()?;
        self.expect_word("to")?;
        self.target_block()?;
        self.block_list()?;
        Ok((Op::Refused("callbr"), result))
    }

    fn refused_call(&mut self) -> Result<Type> {
        let place = self.cursor.here();
        match self.call_data(Tail::None)? {
            Some((_, result)) => Ok(result),
            None => Err(self.wrong_at(place, "LLVM/syntax", "this function is only called by `call`".to_owned())),
        }
    }

    /// A call from its convention to its bundles: its index, the type of its result.
    fn call_data(&mut self, tail: Tail) -> Result<Option<(u32, Type)>> {
        let convention = self.convention()?;
        let result = self.param_attributes()?;
        let space = self.optional_address_space()?.unwrap_or(0);
        let type_place = self.cursor.here();
        let ty = self.ty()?;
        let callee = self.callee(space)?;
        if self.is_debug_intrinsic(&callee) {
            return self.skip_debug_call();
        }
        let args = self.function.body.operands.len();
        let attributes = self.function.body.attributes.len();
        let base = self.types.len();
        self.arguments()?;
        let ty = match self.module.types.written(ty) {
            TypeData::Function(..) => {
                self.check_arguments(ty, base, type_place)?;
                ty
            }
            _ => {
                self.check_result_type(ty, type_place)?;
                self.module.types.intern_function(ty, &self.types[base..], false)
            }
        };
        let len = (self.types.len() - base) as u32;
        self.types.truncate(base);
        self.note_intrinsic(&callee, ty);
        let result_type = match *self.module.types.written(ty) {
            TypeData::Function(result, ..) => result,
            _ => self.common.void,
        };
        let index = self.function.body.calls.len() as u32;
        let function = self.call_attributes(index)?;
        let bundle = self.bundle()?;
        self.function.body.calls.push(CallData {
            callee,
            ty,
            convention,
            tail,
            args: List { start: args as u32, len },
            attributes: List { start: attributes as u32, len },
            result,
            function,
            bundle,
        });
        Ok(Some((index, result_type)))
    }

    fn callee(&mut self, space: u32) -> Result<Callee<'t>> {
        if self.cursor.peek() == b'a' && self.cursor.eat_word("asm") {
            return self.inline_asm().map(|asm| Callee::Asm(Box::new(asm)));
        }
        let pointer = match space {
            0 => self.common.ptr,
            _ => self.module.types.intern(TypeData::Ptr(space)),
        };
        self.operand(pointer).map(Callee::Operand)
    }

    /// `asm sideeffect "template", "constraints"`; the first word is taken already.
    fn inline_asm(&mut self) -> Result<InlineAsm<'t>> {
        let mut side_effect = false;
        loop {
            let mark = self.cursor.mark();
            match self.cursor.word() {
                "sideeffect" => side_effect = true,
                "alignstack" | "inteldialect" | "unwind" => {}
                _ => {
                    self.cursor.rewind(mark);
                    break;
                }
            }
        }
        let template = self.string("assembly")?;
        self.expect(b',')?;
        let constraints = self.string("the constraints of assembly")?;
        Ok(InlineAsm { template, constraints, side_effect })
    }

    /// The name of the function that is called.
    fn callee_name(&self, callee: &Callee<'t>) -> Option<(crate::syntax::Global, &Name<'t>)> {
        let Callee::Operand(operand) = callee else { return None };
        match self.module.constants.get(operand.as_constant()?) {
            ConstantData::Global(global) => Some((global, &self.module.globals[global].name)),
            _ => None,
        }
    }

    fn is_debug_intrinsic(&self, callee: &Callee<'t>) -> bool {
        self.callee_name(callee).is_some_and(|(_, name)| name.starts_with("llvm.dbg."))
    }

    fn skip_debug_call(&mut self) -> Result<Option<(u32, Type)>> {
        if self.cursor.peek() != b'(' {
            return Err(self.unexpected("`(`"));
        }
        self.cursor.skip_group();
        let mut ignored = FunctionAttributes::default();
        while self.function_attribute(&mut ignored, &mut Vec::new())? {}
        Ok(None)
    }

    /// Remembers the type of an intrinsic, which needs no declaration.
    #[inline]
    fn note_intrinsic(&mut self, callee: &Callee<'t>, ty: Type) {
        if let Some((global, name)) = self.callee_name(callee)
            && matches!(self.module.globals[global].kind, GlobalKind::Unknown)
            && name.starts_with("llvm.")
        {
            self.global_names.called.entry(global).or_insert(ty);
        }
    }

    /// The arguments in brackets; their types go to the stack of types.
    fn arguments(&mut self) -> Result<()> {
        self.expect(b'(')?;
        if self.cursor.eat(b')') {
            return Ok(());
        }
        loop {
            if self.cursor.byte(0) == b'.' || self.cursor.peek() == b'.' {
                let message = "passing on the variable arguments of the caller, `...`, is not taken".to_owned();
                return Err(self.wrong("LLVM/varargs", message));
            }
            self.argument()?;
            if !self.cursor.eat(b',') {
                return self.expect(b')');
            }
        }
    }

    #[inline]
    fn argument(&mut self) -> Result<()> {
        let ty = self.first_class()?;
        let (attributes, operand) = if ty == self.common.metadata {
            let data = self.nested(Reader::metadata_operand)?;
            let constant = self.module.constants.list.push((ty, data));
            (Default::default(), Operand::constant(constant))
        } else {
            let attributes = self.param_attributes()?;
            (attributes, self.operand(ty)?)
        };
        self.types.push(ty);
        self.function.body.attributes.push(attributes);
        self.function.body.operands.push(operand);
        Ok(())
    }

    /// Holds the types of arguments against those of the function type, `varargs` aside.
    fn check_arguments(&mut self, ty: Type, base: usize, place: Place) -> Result<()> {
        let TypeData::Function(_, params, varargs) = self.module.types.written(ty) else { return Ok(()) };
        let found = &self.types[base..];
        let fits = found.starts_with(params) && (*varargs || found.len() == params.len());
        if fits {
            return Ok(());
        }
        let message = format!("the arguments are not those of the function type `{}`", self.show(ty));
        Err(self.wrong_at(place, "LLVM/type", message))
    }

    fn call_attributes(&mut self, call: u32) -> Result<FunctionAttributes> {
        let mut attributes = FunctionAttributes::default();
        let mut groups = std::mem::take(&mut self.function.groups);
        groups.clear();
        while matches!(self.cursor.peek(), b'#' | b'"' | b'a'..=b'z')
            && self.function_attribute(&mut attributes, &mut groups)?
        {}
        if let Some(global) = self.function.global {
            let list = groups.iter().map(|&(group, place)| (global, call, group, place));
            self.global_names.call_groups.extend(list);
        }
        self.function.groups = groups;
        Ok(attributes)
    }

    /// `[ "tag"(…), … ]`: the first tag.
    fn bundle(&mut self) -> Result<Option<Name<'t>>> {
        if self.cursor.peek() != b'[' {
            return Ok(None);
        }
        let mark = self.cursor.mark();
        self.cursor.at += 1;
        if self.cursor.eat(b']') {
            return Ok(None);
        }
        let tag = self.string("the tag of an operand bundle")?;
        self.cursor.rewind(mark);
        self.cursor.skip_group();
        Ok(Some(tag))
    }
}
