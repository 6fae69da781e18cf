; Undefined values are zero, and what LLVM leaves open never stops the program.
;! run: @shifts(3, 200) == 0
;! run: @undefined(7) == 7
;! run: @beyond(9, 77) == 9
;! run: @huge() == 127
;! run: @nan() == 0
;! trap: @quotient(1, 0) integer_divide_by_zero
;! trap: @signed_quotient(-128, -1) integer_overflow
;! trap: @rest(1, 0) integer_divide_by_zero

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

; The low bits may be any; those above the width are zero.
define i32 @shifts(i32 %a, i32 %n) {
  %x = trunc i32 %a to i13
  %y = trunc i32 %n to i13
  %l = shl i13 %x, %y
  %r = lshr i13 %x, %y
  %s = ashr i13 %x, %y
  %1 = zext i13 %l to i32
  %2 = zext i13 %r to i32
  %3 = zext i13 %s to i32
  %4 = or i32 %1, %2
  %5 = or i32 %4, %3
  %6 = lshr i32 %5, 13
  ret i32 %6
}

define i32 @undefined(i32 %x) {
  %u = freeze i32 undef
  %p = add i32 %u, poison
  %v = shufflevector <2 x i32> undef, <2 x i32> poison, <2 x i32> <i32 1, i32 poison>
  %w = extractelement <2 x i32> %v, i32 1
  %o = extractelement <2 x i32> <i32 5, i32 6>, i32 9
  %1 = add i32 %x, %p
  %2 = add i32 %1, %w
  %3 = add i32 %2, %o
  ret i32 %3
}

; A lane that there is not: any value, but no trap.
define i32 @beyond(i32 %x, i32 %n) {
  %v = insertelement <2 x i32> zeroinitializer, i32 %x, i32 %n
  %w = extractelement <2 x i32> %v, i32 %n
  %z = and i32 %w, 0
  %r = or i32 %z, %x
  ret i32 %r
}

define i8 @huge() {
  %r = fptosi double 1.0e300 to i8
  ret i8 %r
}

define i8 @nan() {
  %r = fptoui double 0x7FF8000000000000 to i8
  ret i8 %r
}

define i8 @quotient(i8 %a, i8 %b) {
  %r = udiv i8 %a, %b
  ret i8 %r
}

define i8 @signed_quotient(i8 %a, i8 %b) {
  %r = sdiv i8 %a, %b
  ret i8 %r
}

define i8 @rest(i8 %a, i8 %b) {
  %r = srem i8 %a, %b
  ret i8 %r
}
