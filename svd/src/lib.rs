//! Register maps of CMSIS-SVD files, in which vendors describe the registers and interrupts of their microcontrollers.
//!
//! [`read`] makes a [`RegisterMap`] of a file; [`registers`] takes a file of either kind, a vendor's or the tables of
//! [`native_ir::registers`].
//!
//! Followed are `derivedFrom` on peripherals, clusters, registers and fields, clusters within clusters, arrays of all of
//! them with their indices, and the inheritance of `size`, `access`, `resetValue` and `resetMask`. A register array whose
//! indices count from 0 stays one row; arrays of clusters and peripherals become a row for each element. A register
//! without `access` has what its fields have together, and its fields' `readAction` and `modifiedWriteValues` are its
//! own. Files of an ARMv6-M core get the registers of the core, too, which no vendor writes down.
//!
//! What is wrong is an error with its line and a remedy; what is odd, and how it was taken, is a note. Nothing in a file
//! makes the reader panic, run long or use memory beyond [`LIMIT`] expanded elements.

mod array;
mod block;
mod core;
mod derive;
mod device;
mod expand;
mod interrupt;
mod number;
mod property;
mod register;
mod source;
mod table;

pub use expand::LIMIT;

use native_ir::contract::TableError;
use native_ir::registers::RegisterMap;

/// What a file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The device's name.
    pub device: String,
    /// Its registers, blocks and interrupts.
    pub map: RegisterMap,
    /// The lines of its licence; none where it says none.
    pub licence: Vec<String>,
    /// How many elements `register` the file has, whatever they are copied or expanded to.
    pub registers: usize,
    /// How many addresses have a register of the device; those of the core come to them.
    pub own_addresses: usize,
    /// What is odd in the file, and how it was taken.
    pub notes: Vec<TableError>,
}

/// Reads a file of CMSIS-SVD.
///
/// # Errors
/// What is wrong with it, each with line, column and remedy.
pub fn read(file: &str, bytes: &[u8]) -> Result<Reading, Vec<TableError>> {
    device::read(file, bytes)
}

/// Whether bytes look like a file of CMSIS-SVD: the first that is no blank begins an element of XML.
pub fn is_svd(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(source::BYTE_ORDER_MARK).unwrap_or(bytes);
    bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<')
}

/// The register map in a file, which is a vendor's or has the tables of [`RegisterMap::read`].
///
/// # Errors
/// What is wrong with it, each with line, column and remedy.
pub fn registers(file: &str, bytes: &[u8]) -> Result<RegisterMap, Vec<TableError>> {
    if is_svd(bytes) { read(file, bytes).map(|reading| reading.map) } else { RegisterMap::read(file, bytes) }
}
