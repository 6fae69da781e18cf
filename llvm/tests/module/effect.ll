; Effects come from below; functions that call each other have the same ones.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
@data = global i32 0
@table = global [2 x ptr] [ptr @reader, ptr @divider]
define i32 @nothing(i32 %a) {
  ret i32 %a
}
define i32 @reader(i32 %a) {
  %v = load i32, ptr @data
  ret i32 %v
}
define i32 @divider(i32 %a) {
  %v = udiv i32 1, %a
  ret i32 %v
}
define void @writer() {
  store i32 1, ptr @data
  ret void
}
define i32 @even(i32 %a) {
  call void @writer()
  %r = call i32 @odd(i32 %a)
  ret i32 %r
}
define i32 @odd(i32 %a) {
  %v = load i32, ptr @data
  %r = call i32 @even(i32 %v)
  ret i32 %r
}
define i32 @indirect(ptr %f) {
  %r = call i32 %f(i32 1)
  ret i32 %r
}
define void @unknown(ptr %f) {
  call void %f(i64 1)
  ret void
}
define void @stop() {
  unreachable
}
define void @volatile() {
  store volatile i32 1, ptr @data
  ret void
}
define void @atomic() {
  %v = atomicrmw add ptr @data, i32 1 monotonic
  ret void
}
;= profile  hosted
;= data pub @data : i32 = zero
;= data pub @table : array[ptr[generic,i8],2] = [@reader, @divider]
;= fn pub @reader(%a: i32) -> (i32) effects(read) source=0 !9:12 {
;= fn pub @divider(%a: i32) -> (i32) effects(trap) source=0 !13:12 {
;= fn pub @nothing(%a: i32) -> (i32) source=0 !6:12 {
;= fn pub @writer() -> () effects(write) source=0 !17:13 {
;= fn pub @even(%a: i32) -> (i32) effects(read, write) source=0 !21:12 {
;= call @writer() !22:3
;= %r: i32 = call @odd(%a) !23:3
;= fn pub @odd(%a: i32) -> (i32) effects(read, write) source=0 !26:12 {
;= %r: i32 = call @even(%v) !28:3
;= fn pub @indirect(%f: ptr[generic,i8]) -> (i32) effects(read, trap) source=0 !31:12 {
;= fn pub @unknown(%f: ptr[generic,i8]) -> () effects(read, write, trap) source=0 !35:13 {
;= fn pub @stop() -> () effects(trap) source=0 !39:13 {
;= fn pub @volatile() -> () effects(write) source=0 !42:13 {
;= store.i32 1, %1 ordering=ordered !43:3
;= fn pub @atomic() -> () effects(read, write) source=0 !46:13 {
