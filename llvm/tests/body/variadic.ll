; Functions with `...` of the program: what clang writes for va_start, va_arg and va_copy on x86-64.
;! run: @sum2(5, 7) == 12
;! run: @mixed(1, 2) == 10
;! run: @through_pointer(3) == 3
;! run: @nothing() == 0
;! run: @aligned(9) == 9
;! run: @structure(4) == 4
;! run: @copied(6) == 6
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
%list = type { i32, i32, ptr, ptr }
%big = type { i64, i64, i64 }

declare void @llvm.va_start.p0(ptr)
declare void @llvm.va_end.p0(ptr)
declare void @llvm.va_copy.p0.p0(ptr, ptr)

; The address of the next argument of one word: from the saved registers while there are any, else from the stack.
define internal ptr @next(ptr %list) {
  %used = load i32, ptr %list
  %left = icmp ule i32 %used, 40
  br i1 %left, label %registers, label %stack
registers:
  %saved_at = getelementptr %list, ptr %list, i64 0, i32 3
  %saved = load ptr, ptr %saved_at
  %in_registers = getelementptr i8, ptr %saved, i32 %used
  %more = add i32 %used, 8
  store i32 %more, ptr %list
  ret ptr %in_registers
stack:
  %area_at = getelementptr %list, ptr %list, i64 0, i32 2
  %area = load ptr, ptr %area_at
  %behind = getelementptr i8, ptr %area, i64 8
  store ptr %behind, ptr %area_at
  ret ptr %area
}

define internal i32 @sum(i32 %n, ...) {
entry:
  %ap = alloca %list
  call void @llvm.va_start.p0(ptr %ap)
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %j, %body ]
  %s = phi i32 [ 0, %entry ], [ %t, %body ]
  %more = icmp ult i32 %i, %n
  br i1 %more, label %body, label %done
body:
  %p = call ptr @next(ptr %ap)
  %v = load i32, ptr %p
  %t = add i32 %s, %v
  %j = add i32 %i, 1
  br label %loop
done:
  call void @llvm.va_end.p0(ptr %ap)
  ret i32 %s
}

define i32 @sum2(i32 %a, i32 %b) {
  %r = call i32 (i32, ...) @sum(i32 2, i32 %a, i32 %b)
  ret i32 %r
}

; Wide and narrow arguments take a word each.
define i32 @mixed(i32 %a, i64 %b) {
  %r = call i32 (i32, ...) @sum(i32 4, i32 %a, i64 %b, i32 3, i64 4)
  ret i32 %r
}

@pointer = internal global ptr @sum

define i32 @through_pointer(i32 %a) {
  %f = load ptr, ptr @pointer
  %r = call i32 (i32, ...) %f(i32 1, i32 %a)
  ret i32 %r
}

define i32 @nothing() {
  %r = call i32 (i32, ...) @sum(i32 0)
  ret i32 %r
}

; An argument of sixteen bytes is aligned to as many.
define internal i64 @second(i64 %n, ...) {
  %ap = alloca %list
  call void @llvm.va_start.p0(ptr %ap)
  %area_at = getelementptr %list, ptr %ap, i64 0, i32 2
  %area = load ptr, ptr %area_at
  %wide_at = getelementptr i8, ptr %area, i64 16
  %wide = load i128, ptr %wide_at, align 16
  %r = trunc i128 %wide to i64
  ret i64 %r
}

define i64 @aligned(i64 %a) {
  %wide = zext i64 %a to i128
  %r = call i64 (i64, ...) @second(i64 0, i32 1, i128 %wide)
  ret i64 %r
}

define internal i64 @last(i64 %n, ...) {
  %ap = alloca %list
  call void @llvm.va_start.p0(ptr %ap)
  %area_at = getelementptr %list, ptr %ap, i64 0, i32 2
  %area = load ptr, ptr %area_at
  %at = getelementptr i8, ptr %area, i64 24
  %v = load i64, ptr %at
  ret i64 %v
}

; A structure of three words that is passed by value lies between the words.
define i64 @structure(i64 %a) {
  %s = alloca %big
  %third = getelementptr %big, ptr %s, i64 0, i32 2
  store i64 %a, ptr %third
  %r = call i64 (i64, ...) @last(i64 0, i32 1, ptr byval(%big) align 8 %s, i64 7)
  ret i64 %r
}

define internal i32 @again(i32 %n, ...) {
  %ap = alloca %list
  %aq = alloca %list
  call void @llvm.va_start.p0(ptr %ap)
  call void @llvm.va_copy.p0.p0(ptr %aq, ptr %ap)
  %p = call ptr @next(ptr %ap)
  %q = call ptr @next(ptr %aq)
  %same = icmp eq ptr %p, %q
  %v = load i32, ptr %q
  %r = select i1 %same, i32 %v, i32 -1
  ret i32 %r
}

define i32 @copied(i32 %a) {
  %r = call i32 (i32, ...) @again(i32 0, i32 %a)
  ret i32 %r
}
