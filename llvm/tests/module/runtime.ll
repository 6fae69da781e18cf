; Functions of the runtime are called through a function that converts, where their type has an `addr`.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
@text = private constant [2 x i8] c"hi"
@writer = global ptr @zero_write
declare i64 @zero_write(i32, ptr, i64)
declare void @zero_exit(i32)
declare ptr @zero_alloc(i64, i64)
define void @main() {
  %n = call i64 @zero_write(i32 1, ptr @text, i64 2)
  %p = call ptr @zero_alloc(i64 8, i64 8)
  call void @zero_exit(i32 0)
  unreachable
}
;= profile  hosted
;= data @text : array[i8,2] readonly = "hi"
;= data pub @writer : ptr[generic,i8] = @"zero_write.1"
;= import runtime @zero_write : fn(i32, ptr[generic,i8], addr) -> (addr) effects(read, io)
;= import runtime @zero_exit : fn(i32) -> () effects(io)
;= import runtime @zero_alloc : fn(addr, addr) -> (ptr[generic,i8]) effects(alloc)
;= fn @"zero_write.1"(%0: i32, %1: ptr[generic,i8], %2: i64) -> (i64) effects(read, io) source=0 inline=always {
;= %3: addr = int_to_addr %2 !0:0
;= %4: addr = call @zero_write(%0, %1, %3) !0:0
;= %5: i64 = addr_to_int %4 !0:0
;= return %5 !0:0
;= fn @"zero_alloc.1"(%0: i64, %1: i64) -> (ptr[generic,i8]) effects(alloc) source=0 inline=always {
;= %2: addr = int_to_addr %0 !0:0
;= %3: addr = int_to_addr %1 !0:0
;= %4: ptr[generic,i8] = call @zero_alloc(%2, %3) !0:0
;= return %4 !0:0
;= fn pub @main() -> () effects(read, io, alloc, trap) source=0 !9:13 {
;= %0: ptr[static,array[i8,2]] = address @text !10:3
;= %1: ptr[static,i8] = cast %0 !10:3
;= %2: ptr[generic,i8] = cast %1 !10:3
;= %n: i64 = call @"zero_write.1"(1, %2, 2) !10:3
;= %p: ptr[generic,i8] = call @"zero_alloc.1"(8, 8) !11:3
;= call @zero_exit(0) !12:3
;= unreachable !13:3
