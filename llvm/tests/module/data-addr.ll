; Numbers in pointers, addresses in integers: an `addr` holds either.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
@e = global ptr inttoptr (i64 -1 to ptr)
@f = global [2 x ptr] [ptr @fn, ptr inttoptr (i64 5 to ptr)]
@g = global i64 ptrtoint (ptr @e to i64)
@h = global { i64, i32, i64 } { i64 add (i64 ptrtoint (ptr @e to i64), i64 8), i32 4, i64 3 }
@kept = global { ptr, i64 } { ptr @fn, i64 3 }
define void @fn() {
  ret void
}
;= profile  hosted
;= data pub @e : addr = 18446744073709551615
;= data pub @f : array[addr,2] = [@fn, 5]
;= data pub @g : addr = @e
;= data pub @h : struct{addr, i32, addr} = {@e + 8, 4, 3}
;= data pub @kept : struct{ptr[generic,i8], i64} = {@fn, 3}
;= fn pub @fn() -> () source=0 !9:13 {
