; Blocks, edges and terminators.
;! run: @sum(10) == 45
;! run: @twice(1) == 21
;! run: @twice(2) == 21
;! run: @twice(9) == 30
;! run: @narrow(-1) == 3
;! run: @narrow(5) == 2
;! run: @odd(0x1ffffffff) == 1
;! run: @odd(7) == 2
;! run: @truth(1) == 10
;! run: @truth(0) == 20
;! run: @order(4) == 9
;! run: @order(0) == 100
;! run: @pointers(0) == 5
;! run: @pointers(1) == 7
;! run: @pointers(2) == -1
;! run: @same_target(1) == 3
;! run: @swap(5) == 0x200000001
;! trap: @never() unreachable
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

@cell = internal global i32 7

define i32 @sum(i32 %n) {
entry:
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %j, %loop ]
  %s = phi i32 [ 0, %entry ], [ %t, %loop ]
  %t = add i32 %s, %i
  %j = add i32 %i, 1
  %more = icmp ult i32 %j, %n
  br i1 %more, label %loop, label %done
done:
  ret i32 %t
dead:
  %never = add i32 %dead_value, 1
  br label %done2
done2:
  %dead_value = phi i32 [ %never, %dead ]
  br label %dead
}

; Two edges of one switch go to a block, which has an entry for each.
define i32 @twice(i32 %x) {
  switch i32 %x, label %other [ i32 1, label %both
                                i32 2, label %both ]
both:
  %v = phi i32 [ 20, %0 ], [ 20, %0 ]
  %r = add i32 %v, 1
  ret i32 %r
other:
  ret i32 30
}

define i32 @narrow(i8 %x) {
  switch i8 %x, label %other [ i8 -1, label %minus
                               i8 5, label %five ]
minus:
  ret i32 3
five:
  ret i32 2
other:
  ret i32 1
}

define i32 @odd(i64 %x) {
  %y = trunc i64 %x to i33
  switch i33 %y, label %other [ i33 -1, label %minus ]
minus:
  ret i32 1
other:
  ret i32 2
}

define i32 @truth(i32 %x) {
  %y = trunc i32 %x to i1
  switch i1 %y, label %no [ i1 true, label %yes ]
yes:
  ret i32 10
no:
  ret i32 20
}

; A use stands before its definition in the text; the definition's block dominates it.
define i32 @order(i32 %x) {
  %zero = icmp eq i32 %x, 0
  br i1 %zero, label %out, label %first
second:
  %b = add i32 %a, 1
  ret i32 %b
first:
  %a = mul i32 %x, 2
  br label %second
out:
  ret i32 100
}

define i32 @pointers(i32 %which) {
  %slot = alloca i32
  store i32 5, ptr %slot
  switch i32 %which, label %none [ i32 0, label %stack
                                   i32 1, label %data ]
stack:
  br label %join
data:
  br label %join
none:
  br label %join
join:
  %p = phi ptr [ %slot, %stack ], [ @cell, %data ], [ null, %none ]
  %is_null = icmp eq ptr %p, null
  br i1 %is_null, label %no, label %yes
yes:
  %v = load i32, ptr %p
  ret i32 %v
no:
  ret i32 -1
}

define i32 @same_target(i32 %x) {
  %c = icmp eq i32 %x, 1
  br i1 %c, label %next, label %next
next:
  %v = phi i32 [ 3, %0 ], [ 3, %0 ]
  ret i32 %v
}

; All parameters get their arguments at once.
define i64 @swap(i32 %n) {
entry:
  br label %loop
loop:
  %a = phi i32 [ 1, %entry ], [ %b, %loop ]
  %b = phi i32 [ 2, %entry ], [ %a, %loop ]
  %i = phi i32 [ 0, %entry ], [ %j, %loop ]
  %j = add i32 %i, 1
  %more = icmp ule i32 %j, %n
  br i1 %more, label %loop, label %done
done:
  %high = zext i32 %a to i64
  %low = zext i32 %b to i64
  %shifted = shl i64 %high, 32
  %r = or i64 %shifted, %low
  ret i64 %r
}

define void @never() {
  unreachable
}
