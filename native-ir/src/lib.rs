//! Native IR: the contract tables, the data model, the text form and the builder.
//!
//! Start with [`Module`] (what a file holds), [`Body`] (what a function holds), [`text::parse`] and [`text::print`],
//! [`binary`] for the form that tools exchange, [`builder`] for front ends, and [`Contract`] for the tables that say
//! what all of it means.

pub mod abi;
pub mod attribute;
pub mod binary;
pub mod builder;
pub mod contract;
pub mod debug;
pub mod diagnostic;
mod entity;
mod equal;
mod function;
pub mod initial;
mod instruction;
pub mod layout;
pub mod link;
mod module;
mod names;
mod opcode;
pub mod registers;
mod span;
pub mod text;
mod types;

pub use attribute::{Condition, Ordering, RmwOp, SpecialRegister};
pub use contract::Contract;
pub use cranelift_entity::{EntityRef, PrimaryMap};
pub use diagnostic::{Diagnostic, HeaderPart, Part, Place};
pub use entity::*;
pub use function::*;
pub use instruction::{Attributes, InstData, Operand};
pub use module::*;
pub use names::{Name, Names};
pub use opcode::*;
pub use span::Span;
pub use types::*;
