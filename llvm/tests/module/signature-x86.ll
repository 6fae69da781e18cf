; What clang 19 passes on x86-64.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
%three = type { i64, i64, i64 }
%aligned = type { i32, [12 x i8] }
%wide = type { i128 }
define i40 @odd(i40 %a) {
  ret i40 %a
}
define <2 x float> @floats(<2 x float> %a) {
  ret <2 x float> %a
}
define { <2 x float>, float } @three_floats(<2 x float> %a, float %b) {
  ret { <2 x float>, float } zeroinitializer
}
define { <2 x float>, i32 } @mixed(<2 x float> %a, i32 %b) {
  ret { <2 x float>, i32 } zeroinitializer
}
define { double, i32 } @two(double %a, i32 %b) {
  ret { double, i32 } zeroinitializer
}
define void @memory(ptr sret(%three) align 8 %r, ptr byval(%three) align 8 %a) {
  ret void
}
define void @overaligned(ptr byval(%aligned) align 16 %a) {
  ret void
}
define void @scalar(ptr sret(i128) align 16 %a) {
  ret void
}
define zeroext i1 @narrow(i1 zeroext %a, i8 signext %b, i16 zeroext %c, i7 zeroext %d, i32 signext %e) {
  ret i1 %a
}
define { i64, i64, i64 } @many({ i64, [2 x i32] } %a) {
  ret { i64, i64, i64 } zeroinitializer
}
define { float, float, float } @many_floats() {
  ret { float, float, float } zeroinitializer
}
define { i8, ptr, i1 } @small() {
  ret { i8, ptr, i1 } zeroinitializer
}
define i128 @huge(i128 %a, half %b, fp128 %c) {
  ret i128 %a
}
define {} @empty({} %a) {
  ret {} zeroinitializer
}
define internal fastcc i32 @fast(i32 %a) {
  ret i32 %a
}
define tailcc i32 @tail(i32 %a) {
  %r = musttail call tailcc i32 @tail(i32 %a)
  ret i32 %r
}
define i32 @rest(i32 %a, ...) {
  ret i32 %a
}
define i32 @call() {
  %r = call fastcc i32 @fast(i32 1)
  ret i32 %r
}
;= profile  hosted
;= type @three = struct{i64, i64, i64}
;= type @aligned = struct{i32, array[i8,12]}
;= type @wide = struct{i128}
;= fn pub @odd(%0: i64) -> (i64) source=0 !7:12 {
;= fn pub @floats(%0: agg(array[f32,2])) -> (agg(array[f32,2])) effects(read, write) source=0 !10:20 {
;= fn pub @three_floats(%0: agg(array[f32,2]), %b: f32) -> (agg(struct{array[i64,0], array[f32,2], f32})) effects(read, write) source=0 !13:31 {
;= fn pub @mixed(%0: agg(array[f32,2]), %b: i32) -> (agg(struct{array[i64,0], array[f32,2], i32})) effects(read, write) source=0 !16:29 {
;= fn pub @two(%a: f64, %b: i32) -> (f64, i32) source=0 !19:24 {
;= fn pub @memory(%0: sret(@three), %1: byval(@three)) -> () effects(read, write) source=0 !22:13 {
;= fn pub @overaligned(%0: byval(struct{array[i128,0], @aligned})) -> () effects(read, write) source=0 !25:13 {
;= fn pub @scalar(%0: sret(struct{i128})) -> () source=0 !28:13 {
;= fn pub @narrow(%a: i1 zext, %b: i8 sext, %c: i16 zext, %3: i8, %e: i32) -> (i1 zext) source=0 !31:19 {
;= fn pub @many(%0: i64, %1: i32, %2: i32) -> (agg(struct{i64, i64, i64})) effects(read, write) source=0 !34:26 {
;= fn pub @many_floats() -> (agg(struct{f32, f32, f32})) effects(read, write) source=0 !37:32 {
;= fn pub @small() -> (agg(struct{i8, ptr[generic,i8], i8})) effects(read, write) source=0 !40:24 {
;= fn pub @huge(%a: i128, %b: f16, %c: f128) -> (i128) source=0 !43:13 {
;= fn pub @empty() -> () source=0 !46:11 {
;= fn @fast(%a: i32) -> (i32) source=0 !49:28 {
;= fn pub @tail(%a: i32) -> (i32) abi=tail source=0 !52:19 {
;= tail_call @tail(%a) !53:3
;= fn pub @rest(%a: i32, %1: ptr[generic,i8]) -> (i32) effects(read, write) source=0 !56:12 {
;= fn pub @call() -> (i32) source=0 !59:12 {
;= %r: i32 = call @fast(1) !60:3
