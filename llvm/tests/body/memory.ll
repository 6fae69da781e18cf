; Slots, loads and stores: first-class aggregates, odd widths, alignments, truth values.
;! run: @narrow(0x12345678) == 0x345678
;! run: @keeps() == 0xaa
;! run: @bits33(0x1fedcba98) == 0x1fedcba98
;! run: @bits100(5) == 5
;! run: @truth(1) == 1
;! run: @truth(2) == 0
;! run: @structure(3, 4) == 7
;! run: @misaligned(0x1122334455667788) == 0x1122334455667788
;! run: @array(2) == 30
;! run: @vector() == 10
;! run: @bytes(0x0102030405060708) == 5
;! run: @volatile_memory(9) == 10
;! run: @volatile_struct(1, 2) == 3
;! run: @volatile_wide(77) == 77
;! run: @volatile_misaligned(0x0102030405060708) == 0x0102030405060708
;! run: @inner(7) == 7
;! run: @empty() == 1
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

@packed = internal global <{ i8, i64 }> zeroinitializer
@flag = internal global i32 0

define i32 @narrow(i32 %x) {
  %p = alloca i24
  %y = trunc i32 %x to i24
  store i24 %y, ptr %p
  %z = load i24, ptr %p
  %r = zext i24 %z to i32
  ret i32 %r
}

; A store of three bytes leaves the fourth alone.
define i32 @keeps() {
  %p = alloca i32
  store i32 -1431655766, ptr %p
  store i24 0, ptr %p
  %v = load i32, ptr %p
  %r = lshr i32 %v, 24
  ret i32 %r
}

define i64 @bits33(i64 %x) {
  %p = alloca i33
  %y = trunc i64 %x to i33
  store i33 %y, ptr %p
  %z = load i33, ptr %p
  %r = zext i33 %z to i64
  ret i64 %r
}

define i64 @bits100(i64 %x) {
  %p = alloca i100
  %wide = zext i64 %x to i100
  %high = shl i100 %wide, 90
  store i100 %high, ptr %p, align 1
  %z = load i100, ptr %p, align 1
  %low = lshr i100 %z, 90
  %r = trunc i100 %low to i64
  ret i64 %r
}

define i32 @truth(i32 %x) {
  %p = alloca i1
  %y = trunc i32 %x to i1
  store i1 %y, ptr %p
  %byte = load i8, ptr %p
  %z = load i1, ptr %p
  %a = zext i1 %z to i32
  %b = zext i8 %byte to i32
  %c = and i32 %a, %b
  ret i32 %c
}

define i32 @structure(i32 %a, i16 %b) {
  %p = alloca { i16, [2 x i32], i8 }
  %1 = insertvalue { i16, [2 x i32], i8 } zeroinitializer, i16 %b, 0
  %2 = insertvalue { i16, [2 x i32], i8 } %1, i32 %a, 1, 1
  store { i16, [2 x i32], i8 } %2, ptr %p
  %at = getelementptr i8, ptr %p, i64 8
  %v = load i32, ptr %at
  %all = load { i16, [2 x i32], i8 }, ptr %p
  %first = extractvalue { i16, [2 x i32], i8 } %all, 0
  %w = zext i16 %first to i32
  %r = add i32 %v, %w
  ret i32 %r
}

define i64 @misaligned(i64 %x) {
  %at = getelementptr <{ i8, i64 }>, ptr @packed, i64 0, i32 1
  store i64 %x, ptr %at, align 1
  %r = load i64, ptr %at, align 1
  ret i64 %r
}

define i32 @array(i64 %i) {
  %p = alloca i32, i32 4
  store [4 x i32] [i32 10, i32 20, i32 30, i32 40], ptr %p
  %at = getelementptr i32, ptr %p, i64 %i
  %r = load i32, ptr %at
  ret i32 %r
}

define i32 @vector() {
  %p = alloca <4 x i32>
  store <4 x i32> <i32 1, i32 2, i32 3, i32 4>, ptr %p
  %v = load <4 x i32>, ptr %p
  %a = extractelement <4 x i32> %v, i32 0
  %b = extractelement <4 x i32> %v, i32 1
  %c = extractelement <4 x i32> %v, i32 2
  %d = extractelement <4 x i32> %v, i32 3
  %ab = add i32 %a, %b
  %cd = add i32 %c, %d
  %r = add i32 %ab, %cd
  ret i32 %r
}

define i8 @bytes(i64 %x) {
  %p = alloca i64
  store i64 %x, ptr %p
  %at = getelementptr i8, ptr %p, i64 3
  %r = load i8, ptr %at
  ret i8 %r
}

define i32 @volatile_memory(i32 %x) {
  store volatile i32 %x, ptr @flag
  %v = load volatile i32, ptr @flag
  %r = add i32 %v, 1
  ret i32 %r
}

define i32 @volatile_struct(i32 %a, i32 %b) {
  %p = alloca { i32, i32 }
  %1 = insertvalue { i32, i32 } poison, i32 %a, 0
  %2 = insertvalue { i32, i32 } %1, i32 %b, 1
  store volatile { i32, i32 } %2, ptr %p
  %v = load volatile { i32, i32 }, ptr %p
  %c = extractvalue { i32, i32 } %v, 0
  %d = extractvalue { i32, i32 } %v, 1
  %r = add i32 %c, %d
  ret i32 %r
}

define i64 @volatile_wide(i64 %x) {
  %p = alloca i128
  %wide = zext i64 %x to i128
  %high = shl i128 %wide, 70
  store volatile i128 %high, ptr %p
  %v = load volatile i128, ptr %p
  %low = lshr i128 %v, 70
  %r = trunc i128 %low to i64
  ret i64 %r
}

define i64 @volatile_misaligned(i64 %x) {
  %p = alloca [9 x i8]
  %at = getelementptr i8, ptr %p, i64 1
  store volatile i64 %x, ptr %at, align 1
  %r = load volatile i64, ptr %at, align 1
  ret i64 %r
}

; An alloca outside the entry block that runs once is a slot.
define i32 @inner(i32 %x) {
  br label %next
next:
  %p = alloca i32
  store i32 %x, ptr %p
  %r = load i32, ptr %p
  ret i32 %r
}

define i32 @empty() {
  %a = alloca {}
  %b = alloca [0 x i32]
  %v = load {}, ptr %a
  store {} %v, ptr %b
  %differ = icmp ne ptr %a, %b
  %r = zext i1 %differ to i32
  ret i32 %r
}
