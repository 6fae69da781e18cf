//! Functions: what stands before the body, and the order of what is in it.

use super::cursor::Id;
use super::globals::Prefix;
use super::locals::{Label, LocalNames};
use super::{Reader, Result};
use crate::syntax::{
    Block, Body, FunctionAttributes, Global, GlobalKind, Inst, InstData, Local, Name, Node, Operand,
    ParamAttributes, Place, Prototype, Type,
};
use cranelift_entity::PrimaryMap;
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;

/// The state of reading a function's body.
pub(super) struct Function<'t> {
    pub(super) body: Body<'t>,
    pub(super) names: LocalNames<'t>,
    /// Values that are used and not yet defined, with their first use.
    pub(super) undefined: FxHashMap<Local, Place>,
    /// Values whose definition is wrong.
    pub(super) broken: FxHashSet<Local>,
    /// The blocks in the order of their first mentions.
    pub(super) labels: Vec<Label>,
    /// Edges: from a block to one by its first mention.
    pub(super) edges: Vec<(Block, Block)>,
    /// The type of the result.
    pub(super) result: Type,
    pub(super) global: Option<Global>,
    pub(super) has_phi: bool,
    /// The cases of the `switch` that is being read.
    pub(super) seen: FxHashSet<u128>,
    /// The attribute groups of the call that is being read.
    pub(super) groups: Vec<(u32, Place)>,
    /// The name of the result of the instruction that is being read.
    pending: Option<Id<'t>>,
}

impl<'t> Function<'t> {
    pub(super) fn new(result: Type) -> Function<'t> {
        Function {
            body: Body::default(),
            names: LocalNames::default(),
            undefined: FxHashMap::default(),
            broken: FxHashSet::default(),
            labels: Vec::new(),
            edges: Vec::new(),
            result,
            global: None,
            has_phi: false,
            seen: FxHashSet::default(),
            groups: Vec::new(),
            pending: None,
        }
    }

    fn clear(&mut self, result: Type) {
        self.body = Body {
            // Small functions then take no second allocation.
            insts: PrimaryMap::with_capacity(32),
            locals: PrimaryMap::with_capacity(32),
            names: Vec::with_capacity(32),
            ..Body::default()
        };
        self.names.clear();
        self.undefined.clear();
        self.broken.clear();
        self.labels.clear();
        self.edges.clear();
        self.result = result;
        self.global = None;
        self.has_phi = false;
        self.pending = None;
    }
}

/// What a function's header says.
struct Header<'t> {
    id: Id<'t>,
    place: Place,
    prefix: Prefix,
    prototype: Prototype<'t>,
    groups: Vec<(u32, Place)>,
    section: Option<Name<'t>>,
    align: Option<u32>,
    debug: Option<Node>,
}

/// The names of calling conventions other than C's.
const CONVENTIONS: [&str; 61] = [
    "aarch64_sme_preservemost_from_x0",
    "aarch64_sme_preservemost_from_x1",
    "aarch64_sme_preservemost_from_x2",
    "aarch64_sve_vector_pcs",
    "aarch64_vector_pcs",
    "amdgpu_cs",
    "amdgpu_cs_chain",
    "amdgpu_cs_chain_preserve",
    "amdgpu_es",
    "amdgpu_gfx",
    "amdgpu_gfx_whole_wave",
    "amdgpu_gs",
    "amdgpu_hs",
    "amdgpu_kernel",
    "amdgpu_ls",
    "amdgpu_ps",
    "amdgpu_vs",
    "anyregcc",
    "arm_aapcs_vfpcc",
    "arm_aapcscc",
    "arm_apcscc",
    "avr_intrcc",
    "avr_signalcc",
    "cfguard_checkcc",
    "cheriot_compartmentcallcc",
    "cheriot_compartmentcalleecc",
    "cheriot_librarycallcc",
    "coldcc",
    "cxx_fast_tlscc",
    "fastcc",
    "ghccc",
    "graalcc",
    "hhvm_ccc",
    "hhvmcc",
    "intel_ocl_bicc",
    "m68k_rtdcc",
    "msp430_intrcc",
    "preserve_allcc",
    "preserve_mostcc",
    "preserve_nonecc",
    "ptx_device",
    "ptx_kernel",
    "riscv_vector_cc",
    "riscv_vls_cc",
    "spir_func",
    "spir_kernel",
    "swiftcc",
    "swiftcorocc",
    "swifttailcc",
    "tailcc",
    "webkit_jscc",
    "win64cc",
    "x86_64_sysvcc",
    "x86_fastcallcc",
    "x86_intrcc",
    "x86_regcallcc",
    "x86_stdcallcc",
    "x86_thiscallcc",
    "x86_vectorcallcc",
    "x86_64_win64cc",
    "device_kernel",
];

impl<'t> Reader<'t> {
    /// `declare …`; the word is taken already.
    pub(super) fn declare(&mut self, place: Place) -> Result<()> {
        let mut debug = None;
        while self.cursor.peek() == b'!' {
            debug = self.attachment()?.or(debug);
        }
        let mut header = self.header(place, false)?;
        header.debug = header.debug.or(debug);
        self.define_function(header).map(drop)
    }

    /// `define … { … }`; the word is taken already.
    pub(super) fn define(&mut self, place: Place) -> Result<()> {
        let before = self.diagnostics.len();
        let header = self.header(place, true)?;
        let global = self.define_function(header)?;
        self.function.global = Some(global);
        self.expect(b'{')?;
        self.statements();
        self.check_defined();
        if self.diagnostics.len() == before {
            self.settle_edges();
        }
        let mut body = std::mem::take(&mut self.function.body);
        body.insts.shrink_to_fit();
        body.locals.shrink_to_fit();
        body.names.shrink_to_fit();
        if let GlobalKind::Function(prototype) = &mut self.module.globals[global].kind {
            prototype.body = Some(Box::new(body));
        }
        Ok(())
    }

    fn define_function(&mut self, header: Header<'t>) -> Result<Global> {
        let global = self.define_global(header.id, header.place, &header.prefix)?;
        let groups = header.groups.into_iter().map(|(group, place)| (global, group, place));
        self.global_names.function_groups.extend(groups);
        let data = &mut self.module.globals[global];
        (data.section, data.align, data.debug) = (header.section, header.align, header.debug);
        data.kind = GlobalKind::Function(Box::new(header.prototype));
        Ok(global)
    }

    /// What stands before a body.
    fn header(&mut self, place: Place, defined: bool) -> Result<Header<'t>> {
        let prefix = self.prefix()?;
        self.check_linkage(&prefix, defined, place)?;
        let convention = self.convention()?;
        let result = self.param_attributes()?;
        let result_place = self.cursor.here();
        let result_type = self.ty()?;
        self.check_result_type(result_type, result_place)?;
        let place = self.cursor.here();
        let id = match self.cursor.eat(b'@') {
            true => self.id("the name of a function")?,
            false if self.cursor.byte(0) == b'(' => self.next_global(),
            false => return Err(self.unexpected("the name of a function")),
        };
        self.global_names.current = Some(id.clone());
        self.function.clear(result_type);
        let (params, varargs) = self.parameters(defined)?;
        let ty = self.module.types.intern_function(result_type, &self.types, varargs);
        self.types.clear();
        let attributes = FunctionAttributes::default();
        let mut header = Header {
            id,
            place,
            prefix,
            prototype: Prototype { ty, convention, result, params, attributes, body: None },
            groups: Vec::new(),
            section: None,
            align: None,
            debug: None,
        };
        while self.function_property(&mut header)? {}
        Ok(header)
    }

    fn check_linkage(&mut self, prefix: &Prefix, defined: bool, place: Place) -> Result<()> {
        use crate::syntax::Linkage::{Appending, Common, ExternWeak, External};
        let fits = match prefix.linkage {
            External => true,
            ExternWeak => !defined,
            Common | Appending => false,
            _ => defined,
        };
        if fits {
            return Ok(());
        }
        let what = if defined { "definition" } else { "declaration" };
        let message = format!("no {what} of a function has this linkage");
        Err(self.wrong_at(place, "LLVM/linkage", message))
    }

    /// The calling convention: none for C's.
    pub(super) fn convention(&mut self) -> Result<Option<Name<'t>>> {
        if !self.cursor.peek().is_ascii_lowercase() {
            return Ok(None);
        }
        let mark = self.cursor.mark();
        let word = self.cursor.word();
        if word == "ccc" {
            return Ok(None);
        }
        let number = word.strip_prefix("cc");
        if let Some(digits) = number
            && (digits.is_empty() || digits.bytes().all(|byte| byte.is_ascii_digit()))
        {
            let number = match digits.parse() {
                Ok(number) => number,
                Err(_) if digits.is_empty() => self.u32("the number of a calling convention")?,
                Err(_) => u32::MAX,
            };
            // 0 is C's.
            return Ok((number != 0).then(|| Cow::Owned(format!("cc {number}"))));
        }
        let known = CONVENTIONS.into_iter().find(|&name| name == word);
        if known.is_none() {
            self.cursor.rewind(mark);
        }
        Ok(known.map(Cow::Borrowed))
    }

    /// The parameters in brackets; their types go to the stack of types.
    fn parameters(&mut self, defined: bool) -> Result<(Vec<ParamAttributes>, bool)> {
        self.expect(b'(')?;
        let mut list = Vec::new();
        if self.cursor.eat(b')') {
            return Ok((list, false));
        }
        loop {
            if self.cursor.eat_word("...") {
                self.expect(b')')?;
                return Ok((list, true));
            }
            let place = self.cursor.here();
            let ty = self.first_class()?;
            if ty == self.common.label {
                return Err(self.wrong_at(place, "LLVM/type", "no parameter is a `label`".to_owned()));
            }
            self.types.push(ty);
            list.push(self.param_attributes()?);
            self.parameter_name(ty, defined)?;
            if !self.cursor.eat(b',') {
                self.expect(b')')?;
                return Ok((list, false));
            }
        }
    }

    fn parameter_name(&mut self, ty: Type, defined: bool) -> Result<()> {
        let place = self.cursor.here();
        let id = match self.cursor.eat(b'%') {
            true => self.id("the name of a parameter")?,
            false => self.next_local(),
        };
        if defined {
            self.define_local(id, ty, place)?;
            self.function.body.params += 1;
        }
        Ok(())
    }

    /// What may stand behind the parameters, one of it.
    fn function_property(&mut self, header: &mut Header<'t>) -> Result<bool> {
        if self.cursor.peek() == b'!' {
            // Behind a declaration the next item may be metadata.
            let mark = self.cursor.mark();
            let definition = self.is_metadata_definition();
            self.cursor.rewind(mark);
            if definition {
                return Ok(false);
            }
            header.debug = self.attachment()?.or(header.debug);
            return Ok(true);
        }
        let mark = self.cursor.mark();
        match self.cursor.word() {
            "unnamed_addr" | "local_unnamed_addr" => {}
            "section" => header.section = Some(self.string("the name of a section")?),
            "partition" => drop(self.string("the name of a partition")?),
            "comdat" => self.comdat_of()?,
            "align" => header.align = Some(self.alignment()?),
            "gc" => {
                self.string("the name of a collector")?;
                header.prototype.attributes.refused.get_or_insert("gc");
            }
            word @ ("prefix" | "prologue" | "personality") => {
                let name = match word {
                    "prefix" => "prefix",
                    "prologue" => "prologue",
                    _ => "personality",
                };
                self.typed_constant()?;
                header.prototype.attributes.refused.get_or_insert(name);
            }
            "addrspace" => {
                self.cursor.rewind(mark);
                match self.optional_address_space()? {
                    Some(space) => header.prefix.address_space = space,
                    None => return Err(self.unexpected("`addrspace(N)`")),
                }
            }
            _ => {
                self.cursor.rewind(mark);
                return self.function_attribute(&mut header.prototype.attributes, &mut header.groups);
            }
        }
        Ok(true)
    }

    fn is_metadata_definition(&mut self) -> bool {
        self.cursor.at += 1;
        while self.cursor.byte(0) == b'\\' || !self.cursor.label_word_here().is_empty() {
            self.cursor.at += usize::from(self.cursor.byte(0) == b'\\');
        }
        self.cursor.peek() == b'='
    }

    /// Everything up to the bracket that closes the body.
    fn statements(&mut self) {
        // Whether a block is open, that is, not yet ended.
        let mut open = false;
        // Whether the open block may have lost its end to an error.
        let mut damaged = false;
        while !self.is_full() {
            if self.cursor.at_end() {
                self.wrong("LLVM/syntax", "the `}` that closes the body is missing".to_owned());
                return;
            }
            if self.cursor.byte(0) == b'}' {
                if self.function.body.blocks.is_empty() {
                    self.wrong("LLVM/syntax", "a body has a block at least".to_owned());
                } else if open && !damaged {
                    self.wrong("LLVM/syntax", "the last block has no terminator".to_owned());
                }
                self.cursor.at += 1;
                return;
            }
            let began = self.cursor.place();
            match self.statement(&mut open, &mut damaged) {
                Ok(()) => {}
                Err(_) => {
                    self.reset();
                    if let Some(id) = self.function.pending.take() {
                        self.define_broken(id);
                    }
                    damaged = true;
                    if !self.skip_to_statement(began) {
                        return;
                    }
                }
            }
        }
    }

    /// Goes to the next line that may begin a statement. Tells whether it is one of the same body.
    fn skip_to_statement(&mut self, began: Place) -> bool {
        const WORDS: [&str; 16] = [
            "store",
            "br",
            "ret",
            "call",
            "tail",
            "musttail",
            "notail",
            "switch",
            "unreachable",
            "fence",
            "invoke",
            "callbr",
            "resume",
            "indirectbr",
            "uselistorder",
            "uselistorder_bb",
        ];
        self.cursor.leave_line(began);
        loop {
            if self.cursor.at >= self.cursor.len() {
                return true;
            }
            // What stands at the beginning of a line is a label or no part of a body.
            let outside = matches!(self.cursor.byte(0), b'@' | b'!' | b'^');
            let first_column = self.cursor.byte(0).is_ascii_lowercase();
            let mark = self.cursor.mark();
            self.cursor.skip();
            let word = self.cursor.label_word_here();
            let label = !word.is_empty() && self.cursor.byte(0) == b':';
            let sign = if word.is_empty() { self.cursor.byte(0) } else { 0 };
            self.cursor.rewind(mark);
            if outside || first_column && matches!(word, "define" | "declare" | "attributes") && !label {
                return false;
            }
            if label || WORDS.contains(&word) || matches!(sign, b'}' | b'%' | b'"' | b'#') {
                return true;
            }
            self.cursor.skip_line();
        }
    }

    /// A label, an instruction, or what means nothing.
    fn statement(&mut self, open: &mut bool, damaged: &mut bool) -> Result<()> {
        let place = self.cursor.place();
        let mut name = "";
        match self.cursor.byte(0) {
            b'%' => {
                self.cursor.at += 1;
                let result = self.id("the name of a value")?;
                self.expect(b'=')?;
                self.function.pending = Some(result);
                name = self.cursor.label_word();
            }
            b'"' => {
                let name = self.string("a label")?;
                self.expect(b':')?;
                return self.label(Id::Name(name.clone()), name, place, open, damaged);
            }
            b'#' => return self.debug_record(),
            _ => {
                let word = self.cursor.label_word_here();
                if self.cursor.byte(0) == b':' {
                    self.cursor.at += 1;
                    return self.written_label(word, place, open, damaged);
                }
                if matches!(word, "uselistorder" | "uselistorder_bb") {
                    self.cursor.skip_statement();
                    return Ok(());
                }
                if !word.is_empty() {
                    name = word;
                }
            }
        }
        if !*open {
            let id = self.next_local();
            let name = match &id {
                Id::Number(number) => Cow::Owned(number.to_string()),
                Id::Name(name) => name.clone(),
            };
            self.define_block(id, name, place)?;
            (*open, *damaged) = (true, false);
        }
        self.instruction_line(name, place, open)
    }

    fn instruction_line(&mut self, word: &str, place: Place, open: &mut bool) -> Result<()> {
        let Some((inst, ty)) = self.instruction(word, place)? else {
            self.function.pending = None;
            return self.attachments().map(drop);
        };
        let debug = self.attachments()?;
        let id = self.function.pending.take();
        let result = if ty == self.common.void {
            if id.is_some() {
                let message = "this has no result that could have a name".to_owned();
                return Err(self.wrong_at(place, "LLVM/syntax", message));
            }
            None
        } else {
            let id = match id {
                Some(id) => id,
                None => self.next_local(),
            };
            Some(self.define_local(id, ty, place)?)
        };
        let inst = self.function.body.insts.push(InstData { inst, ty, result, place, debug });
        *open = !self.function.body.insts[inst].inst.is_terminator();
        let end = Inst::from_u32(self.function.body.insts.len() as u32);
        if let Some(block) = self.current_block() {
            self.function.body.blocks[block].end = end;
        }
        Ok(())
    }

    fn written_label(&mut self, word: &'t str, place: Place, open: &mut bool, damaged: &mut bool) -> Result<()> {
        let number = word.bytes().all(|byte| byte.is_ascii_digit());
        let id = match word.parse() {
            Ok(number) if number < u32::MAX => Id::Number(number),
            _ if number => {
                let message = "the number of a block is below 4294967295".to_owned();
                return Err(self.wrong_at(place, "LLVM/limit", message));
            }
            _ => Id::Name(Cow::Borrowed(word)),
        };
        self.label(id, Cow::Borrowed(word), place, open, damaged)
    }

    fn label(
        &mut self,
        id: Id<'t>,
        name: Name<'t>,
        place: Place,
        open: &mut bool,
        damaged: &mut bool,
    ) -> Result<()> {
        if *open && !*damaged {
            self.wrong_at(place, "LLVM/syntax", "the block before this label has no terminator".to_owned());
        }
        (*open, *damaged) = (true, false);
        self.define_block(id, name, place)
    }

    /// `#dbg_value(…)`
    fn debug_record(&mut self) -> Result<()> {
        if !self.cursor.starts_with("#dbg_") {
            return Err(self.unexpected("an instruction"));
        }
        self.cursor.at += 1;
        self.cursor.label_word_here();
        if self.cursor.peek() != b'(' {
            return Err(self.unexpected("`(`"));
        }
        self.cursor.skip_group();
        Ok(())
    }

    /// The block to which instructions are added.
    #[inline]
    pub(super) fn current_block(&self) -> Option<Block> {
        self.function.body.blocks.last().map(|(block, _)| block)
    }

    /// A value of a type: one of the function or a constant.
    #[inline]
    pub(super) fn operand(&mut self, ty: Type) -> Result<Operand> {
        if self.cursor.peek() == b'%' {
            return self.local(ty);
        }
        self.constant(ty).map(Operand::constant)
    }

    /// A type and a value of it.
    #[inline]
    pub(super) fn typed_operand(&mut self) -> Result<(Type, Operand)> {
        let ty = self.first_class()?;
        Ok((ty, self.operand(ty)?))
    }

    /// The type of an operand.
    #[inline]
    pub(super) fn operand_type(&self, operand: Operand) -> Type {
        match operand.as_local() {
            Some(local) => self.function.body.locals[local],
            None => operand.as_constant().map_or(self.common.void, |constant| self.module.constants.ty(constant)),
        }
    }
}
