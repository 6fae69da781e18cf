; Intrinsics that clang 19 has no code for on x86-64, and those that become constants, nothing or a trap.
;! run: @canonical(0x7fa00001) == 0x7fc00000
;! run: @canonical(0xffc00000) == 0x7fc00000
;! run: @canonical(0x80000000) == 0x80000000
;! run: @canonical(0x00000001) == 0x00000001
;! run: @numbers(0x3ff0000000000000, 0x7ff8000000000000) == 0x3ff0000000000000
;! run: @numbers(0x7ff8000000000000, 0xc000000000000000) == 0xc000000000000000
;! run: @numbers(0x3ff0000000000000, 0xbff0000000000000) == 0x3ff0000000000000
;! run: @least_number(0x3ff0000000000000, 0xbff0000000000000) == 0xbff0000000000000
;! run: @least_number(0x0000000000000000, 0x8000000000000000) == 0x8000000000000000
;! run: @from_half(0x3c01) == 0x3f802000
;! run: @from_half(0x0001) == 0x33800000
;! run: @to_half(0x3f802000) == 0x3c01
;! run: @to_half(0x477fe000) == 0x7bff
;! run: @to_half(0x477ff000) == 0x7c00
;! run: @masked_pointer(13, -8) == 8
;! run: @masked_pointer(13, 3) == 1
;! run: @sizes() == -1
;! run: @halves(0x0001000200030004) == 0x00010002
;! run: @joined(0x0001000200030004, 0x000a000b) == 0x000a000b00030004
;! run: @reversed(0x0001000200030004) == 0x0004000300020001
;! run: @largest(0x40000000, 0x7fc00000) == 0x40000000
;! run: @largest_or_nan(0x40000000, 0xbf800000) == 0x40000000
;! run: @smallest(0x40000000, 0x7fc00000) == 0x40000000
;! run: @smallest_or_nan(0x40000000, 0xbf800000) == 0xbf800000
;! run: @constants(7) == 7
;! run: @dropped(41) == 41
;! run: @bound(5) == 5
;! trap: @stop() user
;! trap: @break() user
;! trap: @sanitize() user

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

@bytes = global [16 x i8] zeroinitializer, align 16

define i32 @canonical(i32 %bits) {
  %f = bitcast i32 %bits to float
  %g = call float @llvm.canonicalize.f32(float %f)
  %r = bitcast float %g to i32
  ret i32 %r
}

define i64 @numbers(i64 %a, i64 %b) {
  %f = bitcast i64 %a to double
  %g = bitcast i64 %b to double
  %h = call double @llvm.maximumnum.f64(double %f, double %g)
  %r = bitcast double %h to i64
  ret i64 %r
}

define i64 @least_number(i64 %a, i64 %b) {
  %f = bitcast i64 %a to double
  %g = bitcast i64 %b to double
  %h = call double @llvm.minimumnum.f64(double %f, double %g)
  %r = bitcast double %h to i64
  ret i64 %r
}

define i32 @from_half(i16 %half) {
  %f = call float @llvm.convert.from.fp16.f32(i16 %half)
  %r = bitcast float %f to i32
  ret i32 %r
}

define i16 @to_half(i32 %bits) {
  %f = bitcast i32 %bits to float
  %r = call i16 @llvm.convert.to.fp16.f32(float %f)
  ret i16 %r
}

define i64 @masked_pointer(i64 %offset, i64 %mask) {
  %p = getelementptr i8, ptr @bytes, i64 %offset
  %base = ptrtoint ptr @bytes to i64
  %high = and i64 %base, -16
  %all = or i64 %mask, %high
  %q = call ptr @llvm.ptrmask.p0.i64(ptr %p, i64 %all)
  %a = ptrtoint ptr %q to i64
  %r = sub i64 %a, %base
  ret i64 %r
}

define i64 @sizes() {
  %unknown = call i64 @llvm.objectsize.i64.p0(ptr @bytes, i1 false, i1 false, i1 false)
  %least = call i64 @llvm.objectsize.i64.p0(ptr @bytes, i1 true, i1 true, i1 false)
  %r = sub i64 %unknown, %least
  ret i64 %r
}

define i32 @halves(i64 %x) {
  %v = bitcast i64 %x to <4 x i16>
  %w = call <2 x i16> @llvm.vector.extract.v2i16.v4i16(<4 x i16> %v, i64 2)
  %r = bitcast <2 x i16> %w to i32
  ret i32 %r
}

define i64 @joined(i64 %x, i32 %y) {
  %v = bitcast i64 %x to <4 x i16>
  %p = bitcast i32 %y to <2 x i16>
  %w = call <4 x i16> @llvm.vector.insert.v4i16.v2i16(<4 x i16> %v, <2 x i16> %p, i64 2)
  %r = bitcast <4 x i16> %w to i64
  ret i64 %r
}

define i64 @reversed(i64 %x) {
  %v = bitcast i64 %x to <4 x i16>
  %w = call <4 x i16> @llvm.vector.reverse.v4i16(<4 x i16> %v)
  %r = bitcast <4 x i16> %w to i64
  ret i64 %r
}

define i32 @largest(i32 %a, i32 %b) {
  %v = insertelement <2 x i32> poison, i32 %a, i32 0
  %w = insertelement <2 x i32> %v, i32 %b, i32 1
  %f = bitcast <2 x i32> %w to <2 x float>
  %g = call float @llvm.vector.reduce.fmax.v2f32(<2 x float> %f)
  %r = bitcast float %g to i32
  ret i32 %r
}

define i32 @largest_or_nan(i32 %a, i32 %b) {
  %v = insertelement <2 x i32> poison, i32 %a, i32 0
  %w = insertelement <2 x i32> %v, i32 %b, i32 1
  %f = bitcast <2 x i32> %w to <2 x float>
  %g = call float @llvm.vector.reduce.fmaximum.v2f32(<2 x float> %f)
  %r = bitcast float %g to i32
  ret i32 %r
}

define i32 @smallest(i32 %a, i32 %b) {
  %v = insertelement <2 x i32> poison, i32 %a, i32 0
  %w = insertelement <2 x i32> %v, i32 %b, i32 1
  %f = bitcast <2 x i32> %w to <2 x float>
  %g = call float @llvm.vector.reduce.fmin.v2f32(<2 x float> %f)
  %r = bitcast float %g to i32
  ret i32 %r
}

define i32 @smallest_or_nan(i32 %a, i32 %b) {
  %v = insertelement <2 x i32> poison, i32 %a, i32 0
  %w = insertelement <2 x i32> %v, i32 %b, i32 1
  %f = bitcast <2 x i32> %w to <2 x float>
  %g = call float @llvm.vector.reduce.fminimum.v2f32(<2 x float> %f)
  %r = bitcast float %g to i32
  ret i32 %r
}

; What becomes a constant: false, null, 1 and true.
define i32 @constants(i32 %x) {
  %c = call i1 @llvm.is.constant.i32(i32 %x)
  %s = call ptr @llvm.stacksave.p0()
  call void @llvm.stackrestore.p0(ptr %s)
  %n = icmp eq ptr %s, null
  %i = call ptr @llvm.invariant.start.p0(i64 16, ptr @bytes)
  call void @llvm.invariant.end.p0(ptr %i, i64 16, ptr @bytes)
  %m = icmp eq ptr %i, null
  %rounding = call i32 @llvm.get.rounding()
  %nearest = icmp eq i32 %rounding, 1
  %ubsan = call i1 @llvm.allow.ubsan.check(i8 3)
  %runtime = call i1 @llvm.allow.runtime.check(metadata !"some")
  %1 = and i1 %n, %m
  %2 = and i1 %1, %nearest
  %3 = and i1 %2, %ubsan
  %4 = and i1 %3, %runtime
  %5 = xor i1 %c, true
  %6 = and i1 %4, %5
  %r = select i1 %6, i32 %x, i32 0
  ret i32 %r
}

define i32 @dropped(i32 %x) {
  call void @llvm.donothing()
  call void @llvm.sideeffect()
  call void @llvm.assume(i1 true)
  call void @llvm.prefetch.p0(ptr @bytes, i32 0, i32 3, i32 1)
  call void @llvm.experimental.noalias.scope.decl(metadata !1)
  call void @llvm.x86.sse2.pause()
  call void @llvm.x86.sse2.mfence()
  call void @llvm.x86.sse2.lfence()
  call void @llvm.x86.sse.sfence()
  call void (...) @llvm.fake.use(i32 %x)
  %e = call i32 @llvm.expect.i32(i32 %x, i32 1)
  %f = call i32 @llvm.expect.with.probability.i32(i32 %e, i32 1, double 0.5)
  %g = call i32 @llvm.annotation.i32.p0(i32 %f, ptr @bytes, ptr @bytes, i32 1)
  %h = call i32 @llvm.ssa.copy.i32(i32 %g)
  %p = call ptr @llvm.launder.invariant.group.p0(ptr @bytes)
  %q = call ptr @llvm.strip.invariant.group.p0(ptr %p)
  %a = call ptr @llvm.ptr.annotation.p0.p0(ptr %q, ptr @bytes, ptr @bytes, i32 1, ptr null)
  call void @llvm.var.annotation.p0.p0(ptr %a, ptr @bytes, ptr @bytes, i32 1, ptr null)
  store i32 %h, ptr %a
  %r = load i32, ptr @bytes
  ret i32 %r
}

; Assembly without instructions binds values and orders memory.
define i32 @bound(i32 %x) {
  call void asm sideeffect "", "~{memory},~{dirflag},~{fpsr},~{flags}"()
  %y = call i32 asm sideeffect "", "=r,0,~{dirflag},~{fpsr},~{flags}"(i32 %x)
  call void asm sideeffect "", "r,~{memory}"(i32 %y)
  call void asm sideeffect "", "=*m,*m"(ptr elementtype(i32) @bytes, ptr elementtype(i32) @bytes)
  ret i32 %y
}

define void @stop() {
  call void @llvm.trap()
  unreachable
}

define void @break() {
  call void @llvm.debugtrap()
  ret void
}

define void @sanitize() {
  call void @llvm.ubsantrap(i8 3)
  unreachable
}

declare float @llvm.canonicalize.f32(float)
declare double @llvm.maximumnum.f64(double, double)
declare double @llvm.minimumnum.f64(double, double)
declare float @llvm.convert.from.fp16.f32(i16)
declare i16 @llvm.convert.to.fp16.f32(float)
declare ptr @llvm.ptrmask.p0.i64(ptr, i64)
declare i64 @llvm.objectsize.i64.p0(ptr, i1 immarg, i1 immarg, i1 immarg)
declare <2 x i16> @llvm.vector.extract.v2i16.v4i16(<4 x i16>, i64 immarg)
declare <4 x i16> @llvm.vector.insert.v4i16.v2i16(<4 x i16>, <2 x i16>, i64 immarg)
declare <4 x i16> @llvm.vector.reverse.v4i16(<4 x i16>)
declare float @llvm.vector.reduce.fmax.v2f32(<2 x float>)
declare float @llvm.vector.reduce.fmaximum.v2f32(<2 x float>)
declare float @llvm.vector.reduce.fmin.v2f32(<2 x float>)
declare float @llvm.vector.reduce.fminimum.v2f32(<2 x float>)
declare i1 @llvm.is.constant.i32(i32)
declare ptr @llvm.stacksave.p0()
declare void @llvm.stackrestore.p0(ptr)
declare ptr @llvm.invariant.start.p0(i64 immarg, ptr nocapture)
declare void @llvm.invariant.end.p0(ptr, i64 immarg, ptr nocapture)
declare i32 @llvm.get.rounding()
declare i1 @llvm.allow.ubsan.check(i8 immarg)
declare i1 @llvm.allow.runtime.check(metadata)
declare void @llvm.donothing()
declare void @llvm.sideeffect()
declare void @llvm.assume(i1)
declare void @llvm.prefetch.p0(ptr, i32 immarg, i32 immarg, i32 immarg)
declare void @llvm.experimental.noalias.scope.decl(metadata)
declare void @llvm.x86.sse2.pause()
declare void @llvm.x86.sse2.mfence()
declare void @llvm.x86.sse2.lfence()
declare void @llvm.x86.sse.sfence()
declare void @llvm.fake.use(...)
declare i32 @llvm.expect.i32(i32, i32)
declare i32 @llvm.expect.with.probability.i32(i32, i32, double immarg)
declare i32 @llvm.annotation.i32.p0(i32, ptr, ptr, i32)
declare i32 @llvm.ssa.copy.i32(i32)
declare ptr @llvm.launder.invariant.group.p0(ptr)
declare ptr @llvm.strip.invariant.group.p0(ptr)
declare ptr @llvm.ptr.annotation.p0.p0(ptr, ptr, ptr, i32, ptr)
declare void @llvm.var.annotation.p0.p0(ptr, ptr, ptr, i32, ptr)
declare void @llvm.trap()
declare void @llvm.debugtrap()
declare void @llvm.ubsantrap(i8 immarg)

!1 = !{!2}
!2 = distinct !{!2, !3}
!3 = distinct !{!3}
