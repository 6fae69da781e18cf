; Lines and types of a file that have no place.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
;! error: 5 LLVM/assembly module asm
module asm ".globl here"
;! error: 7 LLVM/type x86_amx
define void @tiles(x86_amx %a) {
  ret void
}
;! error: 11 LLVM/vector scalable
define void @scalable(<vscale x 4 x i32> %a) {
  ret void
}
;! error: 15 LLVM/type target("spirv.Event")
define void @opaque(target("spirv.Event") %a) {
  ret void
}
