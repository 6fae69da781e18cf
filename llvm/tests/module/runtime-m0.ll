; The same where a pointer has four bytes; output needs the profile `freestanding`.
target datalayout = "e-m:e-p:32:32-Fi8-i64:64-v128:64:128-a:0:32-n32-S64"
target triple = "thumbv6m-unknown-none-eabi"
@text = private constant [2 x i8] c"hi"
declare i32 @zero_write(i32, ptr, i32)
define i32 @main() {
  %n = call i32 @zero_write(i32 1, ptr @text, i32 2)
  ret i32 %n
}
;= features thumb
;= profile  freestanding
;= data @text : array[i8,2] readonly = "hi"
;= import runtime @zero_write : fn(i32, ptr[generic,i8], addr) -> (addr) effects(read, io)
;= fn @"zero_write.1"(%0: i32, %1: ptr[generic,i8], %2: i32) -> (i32) effects(read, io) source=0 inline=always {
;= %3: addr = int_to_addr %2 !0:0
;= %4: addr = call @zero_write(%0, %1, %3) !0:0
;= %5: i32 = addr_to_int %4 !0:0
;= return %5 !0:0
;= fn pub @main() -> (i32) effects(read, io) source=0 !6:12 {
;= %0: ptr[static,array[i8,2]] = address @text !7:3
;= %1: ptr[static,i8] = cast %0 !7:3
;= %2: ptr[generic,i8] = cast %1 !7:3
;= %n: i32 = call @"zero_write.1"(1, %2, 2) !7:3
;= return %n !8:3
