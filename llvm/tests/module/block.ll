; C functions of memory that are only declared are block operations.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
declare ptr @memcpy(ptr, ptr, i64)
declare ptr @memset(ptr, i32, i64)
define ptr @copy(ptr %a, ptr %b) {
  %r = call ptr @memcpy(ptr %a, ptr %b, i64 10)
  ret ptr %r
}
define void @fill(ptr %a) {
  %r = call ptr @memset(ptr %a, i32 1, i64 10)
  ret void
}
define i32 @memmove(i32 %a) {
  ret i32 %a
}
define i32 @own() {
  %r = call i32 @memmove(i32 1)
  ret i32 %r
}
;= profile  hosted
;= fn pub @copy(%r: ptr[generic,i8], %b: ptr[generic,i8]) -> (ptr[generic,i8]) effects(read, write) source=0 !6:12 {
;= %2: i64 = iconst 10 !7:3
;= memcpy %r, %b, %2 !7:3
;= return %r !8:3
;= fn pub @fill(%r: ptr[generic,i8]) -> () effects(read, write) source=0 !10:13 {
;= %1: i64 = iconst 10 !11:3
;= memset %r, 1, %1 !11:3
;= return !12:3
;= fn pub @memmove(%a: i32) -> (i32) source=0 !14:12 {
;= return %a !15:3
;= fn pub @own() -> (i32) source=0 !17:12 {
;= %r: i32 = call @memmove(1) !18:3
;= return %r !19:3
