; Calls: scalars, structures, memory, pointers to functions, guaranteed tail calls.
;! run: @direct(3) == 7
;! run: @indirect(0, 5) == 6
;! run: @indirect(1, 5) == 4
;! run: @pair(3) == 7
;! run: @in_memory(2) == 42
;! run: @by_value(5) == 5
;! run: @untouched(5) == 5
;! run: @nested(1) == 33
;! run: @many() == 36
;! run: @loop(100000) == 100000
;! run: @through(100000) == 100000
;! run: @old_style(4) == 5
;! run: @ignored(4) == 1
;! run: @narrow_result(300) == 44
;! run: @pointer_result() == 9
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

%big = type { i64, i64, i64 }
@table = internal constant [2 x ptr] [ptr @increment, ptr @decrement]
@nine = internal global i32 9

define internal i32 @increment(i32 %x) {
  %r = add i32 %x, 1
  ret i32 %r
}

define internal i32 @decrement(i32 %x) {
  %r = sub i32 %x, 1
  ret i32 %r
}

define i32 @direct(i32 %x) {
  %a = call i32 @increment(i32 %x)
  %b = call i32 @decrement(i32 %x)
  %c = add i32 %a, %b
  %d = call i32 @increment(i32 %c)
  ret i32 %d
}

define i32 @indirect(i64 %which, i32 %x) {
  %at = getelementptr [2 x ptr], ptr @table, i64 0, i64 %which
  %f = load ptr, ptr %at
  %r = call i32 %f(i32 %x)
  ret i32 %r
}

define internal { i32, i32 } @two(i32 %x) {
  %y = add i32 %x, 1
  %1 = insertvalue { i32, i32 } poison, i32 %x, 0
  %2 = insertvalue { i32, i32 } %1, i32 %y, 1
  ret { i32, i32 } %2
}

define i32 @pair(i32 %x) {
  %p = call { i32, i32 } @two(i32 %x)
  %a = extractvalue { i32, i32 } %p, 0
  %b = extractvalue { i32, i32 } %p, 1
  %r = add i32 %a, %b
  ret i32 %r
}

define internal void @fill(ptr sret(%big) %out, i64 %x) {
  %y = mul i64 %x, 21
  store i64 %y, ptr %out
  %second = getelementptr %big, ptr %out, i64 0, i32 1
  store i64 0, ptr %second
  ret void
}

define i64 @in_memory(i64 %x) {
  %slot = alloca %big
  call void @fill(ptr sret(%big) %slot, i64 %x)
  %r = load i64, ptr %slot
  ret i64 %r
}

define internal i64 @take(ptr byval(%big) align 8 %in) {
  %v = load i64, ptr %in
  store i64 99, ptr %in
  ret i64 %v
}

define i64 @by_value(i64 %x) {
  %slot = alloca %big
  store i64 %x, ptr %slot
  %r = call i64 @take(ptr byval(%big) align 8 %slot)
  ret i64 %r
}

; The callee writes to its own copy.
define i64 @untouched(i64 %x) {
  %slot = alloca %big
  store i64 %x, ptr %slot
  %r = call i64 @take(ptr byval(%big) align 8 %slot)
  %v = load i64, ptr %slot
  ret i64 %v
}

define internal { i64, i64, i64, i64, i64 } @five(i64 %x) {
  %1 = insertvalue { i64, i64, i64, i64, i64 } zeroinitializer, i64 %x, 0
  %2 = insertvalue { i64, i64, i64, i64, i64 } %1, i64 10, 4
  ret { i64, i64, i64, i64, i64 } %2
}

; Results that go through memory, two calls at once.
define i64 @nested(i64 %x) {
  %p = call { i64, i64, i64, i64, i64 } @five(i64 %x)
  %y = add i64 %x, 11
  %q = call { i64, i64, i64, i64, i64 } @five(i64 %y)
  %a = extractvalue { i64, i64, i64, i64, i64 } %p, 0
  %b = extractvalue { i64, i64, i64, i64, i64 } %p, 4
  %c = extractvalue { i64, i64, i64, i64, i64 } %q, 0
  %d = extractvalue { i64, i64, i64, i64, i64 } %q, 4
  %e = add i64 %a, %b
  %f = add i64 %c, %d
  %g = add i64 %e, %f
  ret i64 %g
}

define internal i32 @eight(i32 %a, i64 %b, i8 zeroext %c, i16 signext %d, i32 %e, i32 %f, i32 %g, { i32, i64 } %h) {
  %b2 = trunc i64 %b to i32
  %c2 = zext i8 %c to i32
  %d2 = sext i16 %d to i32
  %h1 = extractvalue { i32, i64 } %h, 0
  %h2 = extractvalue { i32, i64 } %h, 1
  %h3 = trunc i64 %h2 to i32
  %1 = add i32 %a, %b2
  %2 = add i32 %1, %c2
  %3 = add i32 %2, %d2
  %4 = add i32 %3, %e
  %5 = add i32 %4, %f
  %6 = add i32 %5, %g
  %7 = add i32 %6, %h1
  %8 = add i32 %7, %h3
  ret i32 %8
}

define i32 @many() {
  %r = call i32 @eight(i32 1, i64 2, i8 zeroext 3, i16 signext -4, i32 5, i32 6, i32 7, { i32, i64 } { i32 8, i64 8 })
  ret i32 %r
}

define i32 @loop(i32 %n) {
  %r = tail call i32 @count(i32 %n, i32 0)
  ret i32 %r
}

define internal i32 @count(i32 %n, i32 %done) {
  %end = icmp eq i32 %n, 0
  br i1 %end, label %out, label %more
more:
  %m = sub i32 %n, 1
  %d = add i32 %done, 1
  %r = musttail call i32 @count(i32 %m, i32 %d)
  ret i32 %r
out:
  ret i32 %done
}

@again = internal global ptr @hop

define internal i32 @hop(i32 %n, i32 %done) {
  %end = icmp eq i32 %n, 0
  br i1 %end, label %out, label %more
more:
  %m = sub i32 %n, 1
  %d = add i32 %done, 1
  %f = load ptr, ptr @again
  %r = musttail call i32 %f(i32 %m, i32 %d)
  ret i32 %r
out:
  ret i32 %done
}

define i32 @through(i32 %n) {
  %r = call i32 @hop(i32 %n, i32 0)
  ret i32 %r
}

; A call of another type that passes the same.
define i32 @old_style(i32 %x) {
  %r = call i32 (...) @increment(i32 %x)
  ret i32 %r
}

define i32 @ignored(i32 %x) {
  call void @increment(i32 %x)
  ret i32 1
}

define internal signext i8 @low(i32 %x) {
  %r = trunc i32 %x to i8
  ret i8 %r
}

define i32 @narrow_result(i32 %x) {
  %r = call signext i8 @low(i32 %x)
  %s = sext i8 %r to i32
  ret i32 %s
}

define internal ptr @where() {
  ret ptr @nine
}

define i32 @pointer_result() {
  %p = call ptr @where()
  %v = load i32, ptr %p
  ret i32 %v
}
