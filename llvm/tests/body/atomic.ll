; Atomic operations and block operations.
;! run: @add(5) == 15
;! run: @operations() == 7
;! run: @exchange(10) == 1
;! run: @exchange(11) == 0
;! run: @pointer() == 1
;! run: @floats() == 2.5
;! run: @copy(5) == 5
;! run: @overlap() == 0x0302010100000000
;! run: @set(0x1ab) == 0xabababab
;! run: @c_functions(7) == 7
;! run: @volatile_copy(0x0102030405060708) == 0x0102030405060708
;! run: @volatile_set() == 0x0707070707070707
;! run: @nothing() == 3
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

@cell = internal global i32 10
@place = internal global ptr null
@real = internal global float 1.5

declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memmove.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
declare void @llvm.lifetime.start.p0(i64, ptr)
declare void @llvm.lifetime.end.p0(i64, ptr)
declare ptr @memcpy(ptr, ptr, i64)
declare ptr @memset(ptr, i32, i64)

define i32 @add(i32 %x) {
  %old = atomicrmw add ptr @cell, i32 %x seq_cst
  fence seq_cst
  %new = load atomic i32, ptr @cell acquire, align 4
  ret i32 %new
}

define i32 @operations() {
  %p = alloca i32
  store atomic i32 12, ptr %p release, align 4
  %1 = atomicrmw sub ptr %p, i32 2 monotonic
  %2 = atomicrmw and ptr %p, i32 14 acquire
  %3 = atomicrmw or ptr %p, i32 1 release
  %4 = atomicrmw xor ptr %p, i32 4 acq_rel
  %5 = atomicrmw max ptr %p, i32 -100 seq_cst
  %6 = atomicrmw umin ptr %p, i32 7 seq_cst
  %7 = atomicrmw nand ptr %p, i32 7 seq_cst
  %8 = atomicrmw volatile xchg ptr %p, i32 1 syncscope("singlethread") seq_cst
  fence syncscope("singlethread") acquire
  %r = xor i32 %8, -1
  ret i32 %r
}

define i32 @exchange(i32 %expected) {
  %pair = cmpxchg ptr @cell, i32 %expected, i32 99 acq_rel monotonic
  %old = extractvalue { i32, i1 } %pair, 0
  %done = extractvalue { i32, i1 } %pair, 1
  %now = load i32, ptr @cell
  %is_new = icmp eq i32 %now, 99
  %same = icmp eq i1 %done, %is_new
  %was = icmp eq i32 %old, 10
  %1 = and i1 %done, %was
  %2 = and i1 %1, %same
  %r = zext i1 %2 to i32
  ret i32 %r
}

define i32 @pointer() {
  %old = atomicrmw xchg ptr @place, ptr @cell seq_cst
  %was_null = icmp eq ptr %old, null
  %pair = cmpxchg ptr @place, ptr @cell, ptr null seq_cst seq_cst
  %done = extractvalue { ptr, i1 } %pair, 1
  %p = extractvalue { ptr, i1 } %pair, 0
  %v = load i32, ptr %p
  %is_ten = icmp eq i32 %v, 10
  %1 = and i1 %was_null, %done
  %2 = and i1 %1, %is_ten
  %r = zext i1 %2 to i32
  ret i32 %r
}

define float @floats() {
  %old = atomicrmw xchg ptr @real, float 1.0 seq_cst
  %new = load atomic float, ptr @real monotonic, align 4
  %r = fadd float %old, %new
  ret float %r
}

define i32 @copy(i32 %x) {
  %a = alloca [4 x i32]
  %b = alloca [4 x i32]
  call void @llvm.lifetime.start.p0(i64 16, ptr %a)
  %third = getelementptr [4 x i32], ptr %a, i64 0, i64 2
  store i32 %x, ptr %third
  call void @llvm.memcpy.p0.p0.i64(ptr align 4 %b, ptr align 4 %a, i64 16, i1 false)
  call void @llvm.lifetime.end.p0(i64 16, ptr %a)
  %at = getelementptr [4 x i32], ptr %b, i64 0, i64 2
  %r = load i32, ptr %at
  ret i32 %r
}

define i64 @overlap() {
  %a = alloca i64
  store i64 50462976, ptr %a
  %to = getelementptr i8, ptr %a, i64 4
  %from = getelementptr i8, ptr %a, i64 0
  store i32 50462977, ptr %a
  call void @llvm.memmove.p0.p0.i64(ptr %to, ptr %from, i64 4, i1 false)
  store i32 0, ptr %a
  %r = load i64, ptr %a
  ret i64 %r
}

define i32 @set(i32 %x) {
  %a = alloca i32
  %byte = trunc i32 %x to i8
  call void @llvm.memset.p0.i64(ptr %a, i8 %byte, i64 4, i1 false)
  %r = load i32, ptr %a
  ret i32 %r
}

define i32 @c_functions(i32 %x) {
  %a = alloca i32
  %b = alloca i32
  store i32 %x, ptr %a
  %p = call ptr @memset(ptr %b, i32 511, i64 4)
  %q = call ptr @memcpy(ptr %p, ptr %a, i64 4)
  %r = load i32, ptr %q
  ret i32 %r
}

define i64 @volatile_copy(i64 %x) {
  %a = alloca i64
  %b = alloca i64
  store i64 %x, ptr %a
  call void @llvm.memcpy.p0.p0.i64(ptr align 4 %b, ptr align 2 %a, i64 7, i1 true)
  call void @llvm.memmove.p0.p0.i64(ptr align 8 %b, ptr align 8 %a, i64 8, i1 true)
  %r = load i64, ptr %b
  ret i64 %r
}

define i64 @volatile_set() {
  %a = alloca i64
  %seven = load i8, ptr @byte
  call void @llvm.memset.p0.i64(ptr align 4 %a, i8 %seven, i64 8, i1 true)
  %r = load i64, ptr %a
  ret i64 %r
}
@byte = internal constant i8 7

define i32 @nothing() {
  call void @llvm.memcpy.p0.p0.i64(ptr null, ptr null, i64 0, i1 false)
  ret i32 3
}
