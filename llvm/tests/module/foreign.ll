; What no file defines is foreign; functions that use it are native, their callers need not be.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
@environ = external global ptr
@unused = external global i32
@pointer = internal global ptr @callback
declare i32 @puts(ptr)
declare i32 @printf(ptr, ...)
declare i32 @abs(i32) memory(none)
declare i64 @strlen(ptr) memory(read)
declare void @callback()
declare void @never()
declare void @other()
define i32 @pure(i32 %a) {
  %r = call i32 @abs(i32 %a)
  ret i32 %r
}
define i64 @reads(ptr %a) {
  %r = call i64 @strlen(ptr %a)
  ret i64 %r
}
define ptr @data() {
  %p = load ptr, ptr @environ
  ret ptr %p
}
define ptr @address() {
  ret ptr @other
}
define i32 @all(ptr %a) {
  %r = call i32 (ptr, ...) @printf(ptr %a, i32 1)
  ret i32 %r
}
define i32 @caller(ptr %a) {
  %r = call i32 @all(ptr %a)
  ret i32 %r
}
define void @through() {
  %p = load ptr, ptr @pointer
  call void %p()
  ret void
}
;= profile  hosted
;= data @pointer : ptr[generic,i8] = @callback
;= import ffi @environ : ptr[generic,i8]
;= import ffi @callback : fn() -> () effects(read, write, io, alloc)
;= import ffi @printf : fn(ptr[generic,i8], ...) -> (i32) effects(read, write, io, alloc)
;= import ffi @abs : fn(i32) -> (i32)
;= import ffi @strlen : fn(ptr[generic,i8]) -> (i64) effects(read)
;= import ffi @other : fn() -> () effects(read, write, io, alloc)
;= fn pub native @pure(%a: i32) -> (i32) source=0 !14:12 {
;= %r: i32 = call @abs(%a) !15:3
;= fn pub native @reads(%a: ptr[generic,i8]) -> (i64) effects(read) source=0 !18:12 {
;= %r: i64 = call @strlen(%a) !19:3
;= fn pub native @data() -> (ptr[generic,i8]) effects(read) source=0 !22:12 {
;= fn pub native @address() -> (ptr[generic,i8]) source=0 !26:12 {
;= fn pub native @all(%a: ptr[generic,i8]) -> (i32) effects(read, write, io, alloc) source=0 !29:12 {
;= %r: i32 = call @printf(%a, %1) !30:3
;= fn pub @caller(%a: ptr[generic,i8]) -> (i32) effects(read, write, io, alloc) source=0 !33:12 {
;= %r: i32 = call @all(%a) !34:3
;= fn pub @through() -> () effects(read, write, io, alloc) source=0 !37:13 {
