; No data layout, and no target asked for.
;! error: 0 LLVM/layout name a target
define void @f() {
  ret void
}
