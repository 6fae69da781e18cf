; Names, numbers, and uses before definitions.
; dump

define i32 @numbers(i32 %0, i32, ptr %named, i32) {
  ; 3 is the block
  %4 = add i32 %0, %1
  br label %5

5:
  %6 = phi i32 [ %4, %3 ], [ %9, %8 ]
  %7 = icmp eq i32 %6, %2
  br i1 %7, label %10, label %8

8:
  %9 = add i32 %6, 1
  br label %5

10:
  add i32 %9, %6
  %12 = mul i32 %11, 2
  %20 = mul i32 %12, 2
  %21 = mul i32 %20, 2
  ret i32 %21
}

define void @unlabelled() {
  br label %1
  br label %2
  ret void
}

define i32 @"quoted \22 \5C name"(i32 %"a b", i32 %-$._x, i32 %"") {
"the first":
  %"x;y" = add i32 %"a b", %-$._x
  br label %"\E2\82\AC"

"\E2\82\AC": br label %last-1
last-1:
  %"\E2\82\AC.1" = add i32 %"x;y", %"7"
  br label %one.2

one.2: %"7" = add i32 %"a b", 1 ret i32 %"€.1"
}

define void @order(i1 %c) {
entry:
  br i1 %c, label %third, label %second

first:
  br label %third

second:
  switch i8 0, label %fourth [ i8 1, label %first ]

third:
  %x = phi i8 [ 1, %entry ], [ 2, %first ]
  ret void

fourth:
  ret void
}

define void @0() {
  call void @1(ptr @late)
  ret void
}

declare void @1(ptr)
@late = external global i32
@2 = global ptr @0
@3 = global [2 x ptr] [ptr @late, ptr @late]

define void @ordered(i32 %x) {
  %1 = add i32 %x, %x
  ret void

  uselistorder i32 %x, { 1, 0 }
}

uselistorder ptr @late, { 1, 0 }
