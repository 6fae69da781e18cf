; Further names of functions call them; those of data are the data.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
%pair = type { float, float }
@one = global i32 1
@second = alias i32, ptr @one
@again = alias i32, ptr @second
@f = alias i32 (i32), ptr @impl
@g = weak alias <2 x float> (<2 x float>, ptr), ptr @vector
@h = internal alias i32 (i32), ptr @f
define internal i32 @impl(i32 %a) {
  %v = load i32, ptr @again
  %s = add i32 %v, %a
  ret i32 %s
}
define internal <2 x float> @vector(<2 x float> %a, ptr byval(%pair) align 8 %b) {
  ret <2 x float> %a
}
define i32 @use() {
  %r = call i32 @h(i32 1)
  ret i32 %r
}
;= profile  hosted
;= type @pair = struct{f32, f32}
;= data pub @one : i32 = 1
;= fn @impl(%a: i32) -> (i32) effects(read) source=0 !11:21 {
;= %1: ptr[static,i32] = address @one !12:3
;= %2: ptr[static,i8] = cast %1 !12:3
;= %v: i32 = load.i32 %2 !12:3
;= %s: i32 = iadd %v, %a !13:3
;= return %s !14:3
;= fn @vector(%0: agg(array[f32,2]), %1: byval(@pair)) -> (agg(array[f32,2])) effects(read, write) source=0 !16:29 {
;= slot $temporary: array[f32,2] align=8 !17:3
;= %2: ptr[stack,i8] = cast %0 !0:0
;= %3: f32 = load.f32 %2 !0:0
;= %4: ptr[stack,i8] = offset %2, 4 !0:0
;= %5: f32 = load.f32 %4 !0:0
;= %b: ptr[stack,i8] = cast %1 !0:0
;= %7: ptr[stack,array[f32,2]] = slot $temporary !17:3
;= %8: ptr[stack,i8] = cast %7 !17:3
;= store.f32 %3, %8 !17:3
;= %9: ptr[stack,i8] = offset %8, 4 !17:3
;= store.f32 %5, %9 !17:3
;= return %7 !17:3
;= fn pub @use() -> (i32) effects(read) source=0 !19:12 {
;= %r: i32 = call @impl(1) !20:3
;= return %r !21:3
;= fn pub @f(%0: i32) -> (i32) effects(read) source=0 {
;= %1: i32 = call @impl(%0) !0:0
;= return %1 !0:0
;= fn pub weak @g(%0: agg(array[f32,2]), %1: byval(@pair)) -> (agg(array[f32,2])) effects(read, write) source=0 {
;= slot $result: array[f32,2] !0:0
;= %2: ptr[stack,array[f32,2]] = slot $result !0:0
;= %3: ptr[generic,array[f32,2]] = cast %2 !0:0
;= call @vector(%0, %1) into %3 !0:0
;= return %3 !0:0
