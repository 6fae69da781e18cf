; What has no place in a signature.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
;! error: 5 LLVM/signature a parameter is or holds a vector
define void @vector(<4 x i32> %a) {
  ret void
}
;! error: 9 LLVM/signature a parameter is or holds a vector
define void @ints(<2 x i32> %a) {
  ret void
}
;! error: 13 LLVM/signature a result is or holds a vector
define <4 x float> @result() {
  ret <4 x float> zeroinitializer
}
;! error: 17 LLVM/signature a parameter is or holds a vector
define void @held({ <2 x float>, i32 } %a) {
  ret void
}
;! error: 21 LLVM/attribute inreg
define void @inreg(i32 inreg %a) {
  ret void
}
;! error: 25 LLVM/convention ghccc
define ghccc void @haskell() {
  ret void
}
;! error: 29 LLVM/signature behind the first
define void @second(i32 %a, ptr sret(i64) %r) {
  ret void
}
;! error: 33 LLVM/attribute naked
define void @naked() naked {
  ret void
}
;! error: 37 LLVM/type bfloat
define void @brain(bfloat %a) {
  ret void
}
declare void @unused(<4 x i32>)
declare void @used(<4 x i32>)
define void @caller() {
  ;! error: 44 LLVM/signature a parameter is or holds a vector
  call void @used(<4 x i32> zeroinitializer)
  ret void
}
