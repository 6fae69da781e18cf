//! Function types: how LLVM's parameters and results become those of native IR.
//!
//! First-class structs and arrays are passed as their leaves, as LLVM's calling conventions do. A float vector of at
//! most 8 bytes is an `agg` of its array, a result struct of such vectors and floats an `agg` of the struct, results
//! that the ABI has no registers for are an `agg` of their type; `byval` and `sret` keep their names.

use super::context::{Context, Refusal};
use super::layout::{Layouts, Scalar, Vectors};
use super::target::Target;
use crate::syntax::{self, Body, CallData, ParamAttributes, Prototype, TypeData, Types};
use native_ir::abi::{self, AbiError, Convention};
use native_ir::layout::MachineLayout;
use native_ir::{Abi, Contract, EffectSet, FunctionType, Param, Passing, Type, TypeTable};

/// How a parameter is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ParamPlan {
    /// As so many scalars.
    Scalars(u32),
    /// As `agg(T)`: through a pointer to its memory; the value's leaves are stored before and loaded behind.
    Aggregate(Type),
    /// As `byval(T)`: the operand is a pointer already.
    ByVal(Type),
    /// As `sret(T)`: the operand is a pointer already.
    SRet(Type),
}

/// How the result is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ResultPlan {
    /// As so many scalars; 0 for `void`.
    Scalars(u32),
    /// As `agg(T)`, through memory.
    Aggregate(Type),
}

/// A function type with how LLVM's parameters and result lie in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Signature {
    /// The type, with its effects.
    pub(super) ty: FunctionType,
    /// The plans of LLVM's parameters, those of `...` left out.
    pub(super) params: Vec<ParamPlan>,
    /// The plan of the result.
    pub(super) result: ResultPlan,
    /// Whether a last native parameter has the address of the arguments of `...`: so in definitions, and in calls
    /// through pointers. Only imports are variadic in native IR.
    pub(super) rest: bool,
}

impl Signature {
    /// Whether a caller that was told of another signature passes the same, in the same way. Extensions of narrow
    /// integers are the definition's, whatever a caller was told.
    pub(super) fn passes_as(&self, told: &Signature) -> bool {
        let plain = |params: &[Param]| -> Vec<(Type, bool)> {
            let scalar = |passing| matches!(passing, Passing::Value | Passing::Zext | Passing::Sext);
            params.iter().map(|param| (param.ty, scalar(param.passing))).collect()
        };
        self.ty.abi == told.ty.abi
            && self.params == told.params
            && (self.result, self.rest) == (told.result, told.rest)
            && plain(&self.ty.params) == plain(&told.ty.params)
            && plain(&self.ty.results) == plain(&told.ty.results)
    }

    /// Whether aggregates go through memory, which the caller and the callee write and read.
    pub(super) fn uses_memory(&self) -> bool {
        matches!(self.result, ResultPlan::Aggregate(_))
            || self.rest
            || self.params.iter().any(|plan| matches!(plan, ParamPlan::Aggregate(_) | ParamPlan::ByVal(_)))
    }
}

/// What the ABI says of results.
pub(super) struct Passes {
    /// `ptr[generic,i8]`
    generic: Type,
    convention: Option<Convention>,
    types: TypeTable,
    layouts: native_ir::layout::Layouts,
}

impl Passes {
    /// The rules of a target, given `ptr[generic,i8]`.
    pub(super) fn new(target: &Target, generic: Type) -> Passes {
        let contract = Contract::embedded();
        let types = TypeTable::default();
        let layouts = native_ir::layout::Layouts::new(&types, &MachineLayout::of(contract, target.row));
        Passes { generic, convention: Convention::of(contract, target.row), types, layouts }
    }

    /// Whether results of these kinds have registers. A pointer is as an `addr`.
    fn in_registers(&self, results: &[Param]) -> bool {
        let plain = |param: &Param| if param.ty == self.generic { Type::ADDR } else { param.ty };
        let kinds: Vec<Type> = results.iter().map(plain).collect();
        let ty = FunctionType::new(&[], &kinds);
        let Some(convention) = self.convention else { return false };
        !matches!(abi::classify(&self.types, &self.layouts, convention, &ty), Err(AbiError::Results(_)))
    }
}

/// A function as the file states it, in a definition, a declaration or a call.
struct Stated<'a> {
    types: &'a Types<'a>,
    layouts: &'a Layouts,
    ty: syntax::Type,
    convention: Option<&'a str>,
    result: &'a ParamAttributes,
    params: &'a [ParamAttributes],
}

/// The signature of a definition or declaration, without effects. A function that is `defined` in the module, which a
/// declaration of it may be too, has the form of definitions; one that comes from elsewhere, that of imports.
pub(super) fn of_prototype(
    passes: &Passes,
    types: &Types<'_>,
    layouts: &Layouts,
    prototype: &Prototype<'_>,
    defined: bool,
) -> Result<Signature, Refusal> {
    let Prototype { ty, convention, result, params, .. } = prototype;
    let convention = convention.as_deref();
    Stated { types, layouts, ty: *ty, convention, result, params }.signature(passes, defined)
}

/// The signature of a call by its function type and its attributes, arguments of `...` left out; its effects are those
/// of an indirect call.
pub(super) fn of_call(
    cx: &Context<'_, '_>,
    file: usize,
    body: &Body<'_>,
    call: &CallData<'_>,
) -> Result<Signature, Refusal> {
    let mut signature = of_plain_call(&cx.passes, &cx.files[file].types, &cx.layouts[file], body, call)?;
    signature.ty.effects = cx.effects.indirect(&signature);
    Ok(signature)
}

/// The same without effects.
pub(super) fn of_plain_call(
    passes: &Passes,
    types: &Types<'_>,
    layouts: &Layouts,
    body: &Body<'_>,
    call: &CallData<'_>,
) -> Result<Signature, Refusal> {
    let params = body.attributes.get(call.attributes.range()).unwrap_or(&[]);
    let convention = call.convention.as_deref();
    Stated { types, layouts, ty: call.ty, convention, result: &call.result, params }.signature(passes, true)
}

impl Stated<'_> {
    /// The signature; `inside` the module, arguments of `...` go through memory.
    fn signature(&self, passes: &Passes, inside: bool) -> Result<Signature, Refusal> {
        let TypeData::Function(result, params, varargs) = self.types.get(self.ty) else {
            return Err(Refusal::new("LLVM/type", "what is called has no function type"));
        };
        let mut signature = Signature {
            ty: FunctionType {
                params: Vec::with_capacity(params.len()),
                results: Vec::new(),
                varargs: *varargs && !inside,
                abi: abi_of(self.convention)?,
                effects: EffectSet::EMPTY,
            },
            params: Vec::with_capacity(params.len()),
            result: ResultPlan::Scalars(0),
            rest: *varargs && inside,
        };
        let none = ParamAttributes::default();
        for (index, &ty) in params.iter().enumerate() {
            let attributes = self.params.get(index).unwrap_or(&none);
            let plan = self.param(passes, ty, attributes, &mut signature.ty.params)?;
            signature.params.push(plan);
        }
        if signature.rest {
            signature.ty.params.push(Param::value(passes.generic));
        }
        signature.result = self.result(passes, *result, &mut signature.ty.results)?;
        Ok(signature)
    }

    fn param(
        &self,
        passes: &Passes,
        ty: syntax::Type,
        attributes: &ParamAttributes,
        list: &mut Vec<Param>,
    ) -> Result<ParamPlan, Refusal> {
        if let Some(name) = attributes.refused {
            return Err(Refusal::new("LLVM/attribute", format!("`{name}` changes how a parameter is passed")));
        }
        if let Some(ty) = attributes.byval {
            let ty = self.layouts.passed(ty, attributes.align)?;
            list.push(Param { ty, passing: Passing::ByVal });
            return Ok(ParamPlan::ByVal(ty));
        }
        if let Some(ty) = attributes.sret {
            let ty = self.layouts.passed(ty, None)?;
            if !list.is_empty() {
                return Err(Refusal::new("LLVM/signature", "`sret` stands at a parameter behind the first"));
            }
            list.push(Param { ty, passing: Passing::SRet });
            return Ok(ParamPlan::SRet(ty));
        }
        match self.layouts.vectors(ty)? {
            Vectors::None => {}
            Vectors::SmallFloats if matches!(self.types.get(ty), TypeData::Vector(..)) => {
                let ty = self.layouts.passed(ty, None)?;
                list.push(Param { ty, passing: Passing::Agg });
                return Ok(ParamPlan::Aggregate(ty));
            }
            _ => return Err(vector("a parameter")),
        }
        self.scalars(passes, ty, attributes, list).map(ParamPlan::Scalars)
    }

    fn result(&self, passes: &Passes, ty: syntax::Type, list: &mut Vec<Param>) -> Result<ResultPlan, Refusal> {
        if let Some(name) = self.result.refused {
            return Err(Refusal::new("LLVM/attribute", format!("`{name}` changes how a result is passed")));
        }
        match self.layouts.vectors(ty)? {
            Vectors::None => {
                let count = self.scalars(passes, ty, self.result, list)?;
                if count < 2 || passes.in_registers(list) {
                    return Ok(ResultPlan::Scalars(count));
                }
                list.clear();
            }
            Vectors::SmallFloats => {}
            Vectors::Others => return Err(vector("a result")),
        }
        let ty = self.layouts.passed(ty, None)?;
        list.push(Param { ty, passing: Passing::Agg });
        Ok(ResultPlan::Aggregate(ty))
    }

    /// The leaves of a type, as values. Only whole integers are extended.
    fn scalars(
        &self,
        passes: &Passes,
        ty: syntax::Type,
        attributes: &ParamAttributes,
        list: &mut Vec<Param>,
    ) -> Result<u32, Refusal> {
        let leaves = self.layouts.leaves(ty)?;
        let passing = match leaves {
            [leaf] if matches!(leaf.scalar, Scalar::Int(1 | 8 | 16)) => match attributes {
                ParamAttributes { zext: true, .. } => Passing::Zext,
                ParamAttributes { sext: true, .. } => Passing::Sext,
                _ => Passing::Value,
            },
            _ => Passing::Value,
        };
        list.extend(leaves.iter().map(|leaf| Param { ty: leaf.scalar.native(passes.generic), passing }));
        Ok(leaves.len() as u32)
    }
}

fn vector(what: &str) -> Refusal {
    let message =
        format!("{what} is or holds a vector, and only one of floats that has at most 8 bytes is passed");
    let help = "pass it through memory; clang's -fno-vectorize and -fno-slp-vectorize keep vectors out of functions \
                that it makes itself";
    Refusal::new("LLVM/signature", message).help(help)
}

/// The ABI of a calling convention. The fast ones are private to a program, and may be what we like.
fn abi_of(convention: Option<&str>) -> Result<Abi, Refusal> {
    match convention {
        None | Some("ccc" | "fastcc" | "coldcc" | "preserve_mostcc" | "preserve_allcc" | "preserve_nonecc") => {
            Ok(Abi::Module)
        }
        Some("x86_64_sysvcc" | "arm_aapcscc") => Ok(Abi::Module),
        Some("tailcc" | "swifttailcc") => Ok(Abi::Tail),
        Some(name) => Err(Refusal::new("LLVM/convention", format!("the calling convention `{name}`"))
            .help("native IR has the platform's convention, and `tailcc`")),
    }
}
