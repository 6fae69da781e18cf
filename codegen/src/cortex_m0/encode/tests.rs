//! Encodings against those of an assembler.
