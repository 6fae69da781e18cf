//! No code: this package only names others.
