; Functions of the runtime that the target does not have, or that are declared otherwise.
target datalayout = "e-m:e-p:32:32-Fi8-i64:64-v128:64:128-a:0:32-n32-S64"
target triple = "thumbv6m-unknown-none-eabi"
declare i32 @zero_write(i32, ptr)
declare ptr @zero_alloc(i32, i32)
declare void @zero_exit(i64)
define i32 @main() {
  ;! error: 9 LLVM/signature another type
  %n = call i32 @zero_write(i32 1, ptr null)
  ;! error: 11 LLVM/undefined-symbol does not have
  %p = call ptr @zero_alloc(i32 8, i32 8)
  ret i32 %n
}
