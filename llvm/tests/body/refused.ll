; What bodies cannot take.
; error: 13:3 LLVM/alloca
; error: 22:3 LLVM/alloca
; error: 31:3 LLVM/atomic
; error: 32:3 LLVM/atomic
; error: 33:3 LLVM/atomic
; error: 38:3 LLVM/intrinsic
; error: 43:3 LLVM/convention
; error: 48:3 LLVM/instruction
; error: 63:3 LLVM/alloca
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
define i32 @dynamic(i32 %n) {
  %p = alloca i32, i32 %n
  %v = load i32, ptr %p
  %w = add i32 %v, 1
  ret i32 %w
}

define void @repeated(i1 %again) {
  br label %loop
loop:
  %p = alloca i32
  store i32 1, ptr %p
  br i1 %again, label %loop, label %done
done:
  ret void
}

define void @atomic(ptr %p) {
  store i32 1, ptr %p
  %a = load atomic i128, ptr %p acquire, align 16
  %b = load atomic i32, ptr %p acquire, align 2
  %c = atomicrmw fadd ptr %p, float 1.0 seq_cst
  ret void
}

define void @volatile_copy(ptr %p, ptr %q, i64 %n) {
  call void @llvm.memcpy.p0.p0.i64(ptr %p, ptr %q, i64 %n, i1 true)
  ret void
}

define i32 @tail(i32 %x) {
  %r = musttail call i32 @by_value(ptr byval(i64) null)
  ret i32 %r
}

define void @bundled() {
  call void @nothing() [ "deopt"() ]
  ret void
}

define internal void @nothing() {
  ret void
}

define internal i32 @by_value(ptr byval(i64) %p) {
  ret i32 0
}

declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)

define void @large() {
  %p = alloca [4294967296 x i64], i64 4294967296
  ret void
}
