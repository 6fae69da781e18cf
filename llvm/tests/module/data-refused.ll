; What only a linker could work out, and what has no place.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
@a = global i32 0
;! error: 6 LLVM/vector no whole bytes
@v = global <8 x i1> <i1 1, i1 0, i1 1, i1 0, i1 0, i1 0, i1 0, i1 0>
;! error: 8 LLVM/constant linker
@y = global i64 sub (i64 ptrtoint (ptr @a to i64), i64 ptrtoint (ptr @v to i64))
;! error: 10 LLVM/linkage thread-local
@z = thread_local global i32 0
;! error: 12 LLVM/constant linker
@t = global i32 trunc (i64 ptrtoint (ptr @a to i64) to i32)
;! error: 14 LLVM/type x86_fp80
@c = global x86_fp80 0xK3FFF8000000000000000
;! error: 16 LLVM/linkage before or behind
@llvm.global_ctors = appending global [1 x { i32, ptr, ptr }] [{ i32, ptr, ptr } { i32 65535, ptr @fn, ptr null }]
;! error: 18 LLVM/address-space address space 1
@s = global ptr addrspace(1) null
;! error: 20 LLVM/linkage ifunc
@i = ifunc void (), ptr @fn
define void @fn() {
  ret void
}
