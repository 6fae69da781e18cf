//! Programs to measure with.
//!
//! **The mix** is one program in three languages. A function takes a number `n` and three pointers `p: i32`, `q: i64`,
//! `r: f64`; its body is a chain of loops of four blocks with eight instructions each:
//!
//! ```text
//! a(x):  l = load p; s = x + l; m = s * 31; w = m ^ (w of the loop before); store w, p; d = w - s; d < 100 ? b(w) : c(d)
//! b(y):  e = sext y; l = load q; m = e * l; s = m + K; store s, q; t = trunc s; t != w ? c(t) : next a(t)
//! c(z):  l = load r; f = float z; m = l * f; s = m + 1.5; store s, r; g = s < 1e6; v = g ? z : d; goto d(v)
//! d(v):  i = v & 1023; o = p + i; l = load o; y = call leaf(l, v); u = y + w; h = u >> 3; h < n ? a(h) : next a(u)
//! ```
//!
//! WebAssembly has locals where the others have values and block parameters, CLIF has an instruction for each constant;
//! else the three are operation for operation the same. **The shapes** exist in native IR alone.

pub(crate) mod clif;
pub(crate) mod native;
pub(crate) mod shapes;
pub(crate) mod wasm;

/// The constant of block `b`.
const K: i64 = 0x9e37_79b9;
