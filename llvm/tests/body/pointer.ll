; Pointer arithmetic.
;! run: @fields(1, 2) == 64
;! run: @negative(3) == 2
;! run: @byte_index(-1) == 1
;! run: @odd_index(3) == 1
;! run: @wide_index(1) == 2
;! run: @twelve(2) == 24
;! run: @huge() == 0x100000004
;! run: @lanes() == 20
;! run: @base_only() == 1
;! run: @difference(5) == 20
;! run: @past(0) == 3
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

%pair = type { i32, [3 x i16], %inner }
%inner = type { i8, i64 }
@numbers = internal constant [4 x i32] [i32 1, i32 2, i32 3, i32 4]

define i64 @fields(i64 %i, i64 %j) {
  %p = alloca [3 x %pair]
  %q = getelementptr inbounds [3 x %pair], ptr %p, i64 0, i64 %i, i32 1, i64 %j
  %r = getelementptr %pair, ptr %p, i64 2, i32 2, i32 1
  %a = ptrtoint ptr %p to i64
  %b = ptrtoint ptr %q to i64
  %c = ptrtoint ptr %r to i64
  %x = sub i64 %b, %a
  %y = sub i64 %c, %a
  ; 32 + 4 + 4 = 40; 64 + 16 + 8 = 88; 88 - 40 = 48
  %d = sub i64 %y, %x
  %e = add i64 %d, 16
  ret i64 %e
}

define i32 @negative(i64 %i) {
  %end = getelementptr i32, ptr @numbers, i64 4
  %minus = sub i64 0, %i
  %at = getelementptr i32, ptr %end, i64 %minus
  %v = load i32, ptr %at
  ret i32 %v
}

define i32 @byte_index(i8 %i) {
  %at = getelementptr i32, ptr getelementptr (i32, ptr @numbers, i64 1), i8 %i
  %v = load i32, ptr %at
  ret i32 %v
}

; 3 is -1 in two bits.
define i32 @odd_index(i32 %i) {
  %narrow = trunc i32 %i to i2
  %second = getelementptr i32, ptr @numbers, i64 1
  %at = getelementptr i32, ptr %second, i2 %narrow
  %v = load i32, ptr %at
  ret i32 %v
}

define i32 @wide_index(i64 %i) {
  %wide = sext i64 %i to i128
  %at = getelementptr i32, ptr @numbers, i128 %wide
  %v = load i32, ptr %at
  ret i32 %v
}

define i64 @twelve(i64 %i) {
  %p = alloca [4 x [3 x i32]]
  %q = getelementptr [3 x i32], ptr %p, i64 %i
  %a = ptrtoint ptr %p to i64
  %b = ptrtoint ptr %q to i64
  %r = sub i64 %b, %a
  ret i64 %r
}

define i64 @huge() {
  %a = getelementptr i32, ptr null, i64 1073741825
  %b = ptrtoint ptr %a to i64
  ret i64 %b
}

define i32 @lanes() {
  %p = alloca [4 x i32]
  store [4 x i32] [i32 5, i32 6, i32 7, i32 8], ptr %p
  %all = getelementptr i32, ptr %p, <2 x i64> <i64 1, i64 2>
  %again = getelementptr i32, <2 x ptr> %all, i64 1
  %a = extractelement <2 x ptr> %again, i32 0
  %b = extractelement <2 x ptr> %all, i32 0
  %c = extractelement <2 x ptr> %all, i32 1
  %x = load i32, ptr %a
  %y = load i32, ptr %b
  %z = load i32, ptr %c
  %s = add i32 %x, %y
  %t = add i32 %s, %z
  ret i32 %t
}

define i32 @base_only() {
  %q = getelementptr i32, ptr @numbers, i64 0
  %v = load i32, ptr %q
  ret i32 %v
}

define i64 @difference(i64 %i) {
  %p = getelementptr i32, ptr @numbers, i64 %i
  %a = ptrtoint ptr %p to i64
  %d = sub i64 %a, ptrtoint (ptr @numbers to i64)
  ret i64 %d
}

define i32 @past(i64 %i) {
  %v = load i32, ptr getelementptr inbounds ([4 x i32], ptr @numbers, i64 0, i64 2)
  ret i32 %v
}
