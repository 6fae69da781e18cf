; Names that stand for a part, for nothing, or for themselves; only those that are used are refused.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
@a = global [2 x i32] zeroinitializer
@part = alias i32, getelementptr (i8, ptr @a, i64 4)
@x = alias i32, ptr @y
@y = alias i32, ptr @x
@unused = alias i32, getelementptr (i8, ptr @a, i64 4)
declare void @nobody()
define i32 @use() {
  ;! error: 12 LLVM/linkage part of an object
  %v = load i32, ptr @part
  ;! error: 14 LLVM/linkage alias of nothing
  %w = load i32, ptr @x
  %s = add i32 %v, %w
  ret i32 %s
}
