; The same where pointers have four bytes.
target datalayout = "e-m:e-p:32:32-Fi8-i64:64-v128:64:128-a:0:32-n32-S64"
target triple = "thumbv6m-unknown-none-eabi"
@e = global ptr inttoptr (i32 1073741824 to ptr)
@f = global { i32, i64 } { i32 ptrtoint (ptr getelementptr (i8, ptr @e, i32 4) to i32), i64 5 }
;= profile  bare-metal
;= data pub @e : addr = 1073741824
;= data pub @f : struct{addr, i64} = {@e + 4, 5}
