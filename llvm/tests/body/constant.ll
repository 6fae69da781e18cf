; Constants as operands.
;! run: @undefined() == 0
;! run: @address() == 1
;! run: @span() == 12
;! run: @nested() == 6
;! run: @bits() == 0x3f800000
;! run: @infinity() == inf
;! run: @half_bits() == 1.5
;! run: @chosen(1) == 8
;! run: @table(2) == 0x63
;! run: @number() == 0x40
;! run: @wide() == 0x123456789abcdef00fedcba987654321
;! run: @functions() == 1
;! run: @splat() == 6
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

@data = internal global [4 x i32] [i32 5, i32 6, i32 7, i32 8]
@other = internal global i32 0

define i32 @undefined() {
  %a = add i32 undef, 0
  %b = or i32 %a, poison
  %s = extractvalue { i32, [2 x i32] } undef, 1, 1
  %c = or i32 %b, %s
  %d = freeze i32 poison
  %e = or i32 %c, %d
  ret i32 %e
}

define i32 @address() {
  %a = icmp ne ptr @data, @other
  %b = icmp eq ptr getelementptr (i8, ptr @data, i64 4), getelementptr ([4 x i32], ptr @data, i64 0, i64 1)
  %c = and i1 %a, %b
  %r = zext i1 %c to i32
  ret i32 %r
}

define i64 @span() {
  ret i64 sub (i64 ptrtoint (ptr getelementptr (i32, ptr @data, i64 3) to i64), i64 ptrtoint (ptr @data to i64))
}

define i32 @nested() {
  %v = load i32, ptr inttoptr (i64 add (i64 ptrtoint (ptr @data to i64), i64 4) to ptr)
  ret i32 %v
}

define i32 @bits() {
  %f = fadd float 1.0, -0.0
  %b = bitcast float %f to i32
  ret i32 %b
}

define double @infinity() {
  ret double 0x7FF0000000000000
}

define float @half_bits() {
  %p = alloca half
  store half 0xH3E00, ptr %p
  %h = load half, ptr %p
  %f = fpext half %h to float
  ret float %f
}

define i32 @chosen(i32 %x) {
  %c = icmp eq i32 %x, 1
  %p = select i1 %c, ptr getelementptr (i32, ptr @data, i64 3), ptr @other
  %v = load i32, ptr %p
  ret i32 %v
}

define i8 @table(i64 %i) {
  %p = alloca [4 x i8]
  store [4 x i8] c"abc\00", ptr %p
  %at = getelementptr i8, ptr %p, i64 %i
  %v = load i8, ptr %at
  ret i8 %v
}

define i64 @number() {
  %p = getelementptr i8, ptr inttoptr (i64 48 to ptr), i64 16
  %n = ptrtoint ptr %p to i64
  ret i64 %n
}

define i128 @wide() {
  ret i128 24197857203266734864629346612071973665
}

define i32 @functions() {
  %p = alloca ptr
  store ptr @bits, ptr %p
  %f = load ptr, ptr %p
  %c = icmp eq ptr %f, @bits
  %r = zext i1 %c to i32
  ret i32 %r
}

define i32 @splat() {
  %v = add <2 x i32> splat (i32 1), <i32 1, i32 2>
  %a = extractelement <2 x i32> %v, i32 0
  %b = extractelement <2 x i32> %v, i32 1
  %c = add i32 %a, %b
  %d = add i32 %c, 1
  ret i32 %d
}
