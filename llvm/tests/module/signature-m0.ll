; What clang 19 passes on a Cortex-M0: structs as arrays of words, results of more than a word through memory.
target datalayout = "e-m:e-p:32:32-Fi8-i64:64-v128:64:128-a:0:32-n32-S64"
target triple = "thumbv6m-unknown-none-eabi"
%pair = type { i64, i32 }
define i8 @one([1 x i32] %a) {
  ret i8 0
}
define void @pair(ptr sret(%pair) align 8 %r, [2 x i64] %a) {
  ret void
}
define void @big(ptr sret(%pair) align 8 %r, ptr byval(%pair) align 4 %a) {
  ret void
}
define { i64, i64 } @four() {
  ret { i64, i64 } zeroinitializer
}
define { i64, i64, i32 } @five() {
  ret { i64, i64, i32 } zeroinitializer
}
define arm_aapcscc float @float(float %a, double %b, half %c) {
  ret float %a
}
;= profile  bare-metal
;= type @"pair.1" = struct{i64, i32}
;= fn pub @one(%a: i32) -> (i8) source=0 !5:11 {
;= fn pub @pair(%0: sret(@"pair.1"), %1: i64, %2: i64) -> () source=0 !8:13 {
;= fn pub @big(%0: sret(@"pair.1"), %1: byval(struct{array[i32,0], packed{@"pair.1"}})) -> () effects(read, write) source=0 !11:13 {
;= fn pub @four() -> (i64, i64) source=0 !14:21 {
;= fn pub @five() -> (agg(struct{i64, i64, i32})) effects(read, write) source=0 !17:26 {
;= fn pub @float(%a: f32, %b: f64, %c: f16) -> (f32) source=0 !20:26 {
