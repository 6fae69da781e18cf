//! Attributes of functions, calls, parameters and results: few mean something here, all have to be known.

use super::{Reader, Result};
use crate::syntax::{FunctionAttributes, ParamAttributes, Place, Type};

impl FunctionAttributes {
    /// These and others.
    pub(super) fn with(self, other: FunctionAttributes) -> FunctionAttributes {
        FunctionAttributes {
            always_inline: self.always_inline | other.always_inline,
            no_inline: self.no_inline | other.no_inline,
            no_return: self.no_return | other.no_return,
            naked: self.naked | other.naked,
            strict_float: self.strict_float | other.strict_float,
            interrupt: self.interrupt | other.interrupt,
            returns_twice: self.returns_twice | other.returns_twice,
            no_memory: self.no_memory | other.no_memory,
            no_write: self.no_write | other.no_write,
            refused: self.refused.or(other.refused),
        }
    }
}

/// Attributes of functions that mean nothing here, without parameters or with ones in brackets.
fn is_idle_function_attribute(word: &str) -> bool {
    matches!(
        word,
        "allockind"
            | "allocsize"
            | "alloc-family"
            | "builtin"
            | "cold"
            | "convergent"
            | "coro_elide_safe"
            | "coro_only_destroy_when_complete"
            | "disable_sanitizer_instrumentation"
            | "flatten_depth"
            | "fn_ret_thunk_extern"
            | "hot"
            | "hybrid_patchable"
            | "inlinehint"
            | "jumptable"
            | "minsize"
            | "mustprogress"
            | "nobuiltin"
            | "nocallback"
            | "nocf_check"
            | "noconvergent"
            | "nocreateundeforpoison"
            | "nodivergencesource"
            | "noduplicate"
            | "nofree"
            | "noimplicitfloat"
            | "nomerge"
            | "nonlazybind"
            | "nooutline"
            | "noprofile"
            | "norecurse"
            | "noredzone"
            | "nosanitize_bounds"
            | "nosanitize_coverage"
            | "nosync"
            | "nounwind"
            | "null_pointer_is_valid"
            | "optdebug"
            | "optforfuzzing"
            | "optnone"
            | "optsize"
            | "presplitcoroutine"
            | "safestack"
            | "sanitize_address"
            | "sanitize_alloc_token"
            | "sanitize_hwaddress"
            | "sanitize_memory"
            | "sanitize_memtag"
            | "sanitize_numerical_stability"
            | "sanitize_realtime"
            | "sanitize_realtime_blocking"
            | "sanitize_thread"
            | "sanitize_type"
            | "shadowcallstack"
            | "skipprofile"
            | "speculatable"
            | "speculative_load_hardening"
            | "ssp"
            | "sspreq"
            | "sspstrong"
            | "uwtable"
            | "vscale_range"
            | "willreturn"
    )
}

/// Attributes of parameters and results that mean nothing here, without parameters or with ones in brackets.
fn is_idle_param_attribute(word: &str) -> bool {
    matches!(
        word,
        "allocalign"
            | "allocptr"
            | "captures"
            | "dead_on_return"
            | "dead_on_unwind"
            | "dereferenceable"
            | "dereferenceable_or_null"
            | "elementtype"
            | "immarg"
            | "initializes"
            | "noalias"
            | "nocapture"
            | "noext"
            | "nofpclass"
            | "nofree"
            | "nonnull"
            | "noundef"
            | "range"
            | "readnone"
            | "readonly"
            | "returned"
            | "writable"
            | "writeonly"
    )
}

/// Attributes of parameters that change how they are passed and are refused.
fn refused_param_attribute(word: &str) -> Option<&'static str> {
    const REFUSED: [&str; 9] = [
        "alignstack",
        "byref",
        "inalloca",
        "inreg",
        "nest",
        "preallocated",
        "swiftasync",
        "swifterror",
        "swiftself",
    ];
    REFUSED.into_iter().find(|&refused| refused == word)
}

impl Reader<'_> {
    /// The attributes of a parameter, argument or result that stand here.
    #[inline]
    pub(super) fn param_attributes(&mut self) -> Result<ParamAttributes> {
        let mut attributes = ParamAttributes::default();
        while matches!(self.cursor.peek(), b'a'..=b'z' | b'"') {
            if !self.param_attribute(&mut attributes)? {
                break;
            }
        }
        Ok(attributes)
    }

    fn param_attribute(&mut self, attributes: &mut ParamAttributes) -> Result<bool> {
        if self.cursor.byte(0) == b'"' {
            self.string_attribute()?;
            return Ok(true);
        }
        let mark = self.cursor.mark();
        match self.cursor.label_word() {
            "zeroext" => attributes.zext = true,
            "signext" => attributes.sext = true,
            "byval" => attributes.byval = Some(self.bracketed_type()?),
            "sret" => attributes.sret = Some(self.bracketed_type()?),
            "align" => {
                let bracket = self.cursor.eat(b'(');
                attributes.align = Some(self.alignment()?);
                if bracket {
                    self.expect(b')')?;
                }
            }
            word if is_idle_param_attribute(word) => self.attribute_parameters(),
            word => match refused_param_attribute(word) {
                Some(refused) => {
                    attributes.refused = attributes.refused.or(Some(refused));
                    self.attribute_parameters();
                }
                None => {
                    self.cursor.rewind(mark);
                    return Ok(false);
                }
            },
        }
        Ok(true)
    }

    fn attribute_parameters(&mut self) {
        if self.cursor.byte(0) == b'(' {
            self.cursor.skip_group();
        }
    }

    fn bracketed_type(&mut self) -> Result<Type> {
        self.expect(b'(')?;
        let ty = self.memory_type()?;
        self.expect(b')')?;
        Ok(ty)
    }

    /// `"key"`, `"key"="value"`: the key.
    fn string_attribute(&mut self) -> Result<&str> {
        self.cursor.skip();
        let key = match self.cursor.quoted() {
            Ok(key) => key,
            Err(bad) => return Err(self.bad(bad, "an attribute")),
        };
        if self.cursor.eat(b'=') {
            self.cursor.skip();
            if let Err(bad) = self.cursor.quoted() {
                return Err(self.bad(bad, "the value of an attribute"));
            }
        }
        Ok(key)
    }

    /// One attribute of a function or call, if one stands here. Groups are called `group` with number and place.
    pub(super) fn function_attribute(
        &mut self,
        attributes: &mut FunctionAttributes,
        groups: &mut Vec<(u32, Place)>,
    ) -> Result<bool> {
        match self.cursor.peek() {
            // Behind a call a debug record may stand.
            b'#' if self.cursor.byte(1).is_ascii_digit() => {
                let place = self.cursor.place();
                self.cursor.at += 1;
                let group = self.u32("the number of an attribute group")?;
                groups.push((group, place));
                return Ok(true);
            }
            b'"' => {
                attributes.interrupt |= self.string_attribute()? == "interrupt";
                return Ok(true);
            }
            b'a'..=b'z' => {}
            _ => return Ok(false),
        }
        let mark = self.cursor.mark();
        let word = self.cursor.label_word();
        // A word before a colon is the label of the next block.
        let known = self.cursor.byte(0) != b':' && self.worded_attribute(word, attributes)?;
        if !known {
            self.cursor.rewind(mark);
        }
        Ok(known)
    }

    fn worded_attribute(&mut self, word: &str, attributes: &mut FunctionAttributes) -> Result<bool> {
        match word {
            "alwaysinline" => attributes.always_inline = true,
            "noinline" => attributes.no_inline = true,
            "noreturn" => attributes.no_return = true,
            "naked" => attributes.naked = true,
            "strictfp" => attributes.strict_float = true,
            "returns_twice" => attributes.returns_twice = true,
            "memory" => self.memory_attribute(attributes)?,
            "alignstack" | "preallocated" => {
                if self.cursor.eat(b'=') {
                    self.u64("a number of bytes")?;
                } else {
                    self.attribute_parameters();
                }
            }
            "readnone" | "readonly" => {
                // What versions before 16 write for `memory(none)` and `memory(read)`.
                attributes.no_write = true;
                attributes.no_memory |= word == "readnone";
            }
            _ if is_idle_function_attribute(word) => self.attribute_parameters(),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// `memory(argmem: read, inaccessiblemem: none)`; the word is taken already.
    fn memory_attribute(&mut self, attributes: &mut FunctionAttributes) -> Result<()> {
        self.expect(b'(')?;
        let (mut reads, mut writes) = (false, false);
        loop {
            let place = self.cursor.here();
            let mut access = self.cursor.word();
            if self.cursor.eat(b':') {
                access = self.cursor.word();
            }
            match access {
                "none" => {}
                "read" => reads = true,
                "write" => writes = true,
                "readwrite" => (reads, writes) = (true, true),
                _ => {
                    let message = "expected `none`, `read`, `write` or `readwrite`".to_owned();
                    return Err(self.wrong_at(place, "LLVM/attribute", message));
                }
            }
            if !self.cursor.eat(b',') {
                break;
            }
        }
        attributes.no_memory = !reads && !writes;
        attributes.no_write = !writes;
        self.expect(b')')
    }

    /// `attributes #0 = { … }`; the first word is taken already.
    pub(super) fn attribute_group(&mut self) -> Result<()> {
        self.expect(b'#')?;
        let number = self.u32("the number of an attribute group")?;
        self.expect(b'=')?;
        self.expect(b'{')?;
        let mut attributes = FunctionAttributes::default();
        let mut groups = Vec::new();
        while self.cursor.peek() != b'}' {
            let place = self.cursor.here();
            if !self.function_attribute(&mut attributes, &mut groups)? {
                // Groups hold attributes of parameters too when they are those of call sites.
                let word = self.cursor.describe();
                return Err(self.wrong_at(place, "LLVM/attribute", format!("unknown attribute {word}")));
            }
            if let Some(&(_, place)) = groups.first() {
                let message = "an attribute group names no other".to_owned();
                return Err(self.wrong_at(place, "LLVM/attribute", message));
            }
        }
        self.cursor.at += 1;
        let known = self.groups.entry(number).or_default();
        *known = known.with(attributes);
        Ok(())
    }
}
