; Two files are one program: the strongest definition counts, internal symbols stay apart, aliases stand for what they name.
;! with: link-other.txt
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
@x = common global i32 0
@s = internal global i32 1
@.str = private constant [3 x i8] c"hi\00"
@tab = global [3 x ptr] [ptr @h1, ptr @h2, ptr @weakdef]
@h1 = weak alias void (), ptr @default
@h2 = weak alias void (), ptr @default
@dalias = alias i32, ptr @s
define void @default() {
  ret void
}
define weak void @weakdef() {
  ret void
}
define linkonce_odr i32 @inl(i32 %a) {
  ret i32 %a
}
define internal i32 @loc() {
  %v = load i32, ptr @s
  ret i32 %v
}
declare extern_weak void @maybe()
define available_externally i32 @spare() {
  ret i32 1
}
define i1 @main() {
  %p = call i32 @loc()
  %q = call i32 @inl(i32 %p)
  %z = load i32, ptr @dalias
  %s = call i32 @spare()
  %m = icmp eq ptr @maybe, null
  ret i1 %m
}
;= profile  hosted
;= data @s : i32 = 1
;= data @".str" : array[i8,3] readonly = "hi\0"
;= data pub @tab : array[ptr[generic,i8],3] = [@default, @h2, @weakdef]
;= data pub @x : array[i32,4] = zero
;= data @"s.1" : i32 = 2
;= data @".str.1" : array[i8,4] readonly = "two\0"
;= import ffi @puts : fn(ptr[generic,i8]) -> (i32) effects(read, write, io, alloc)
;= fn pub @default() -> () source=0 !12:13 {
;= fn pub weak @inl(%a: i32) -> (i32) source=0 !18:25 {
;= fn @loc() -> (i32) effects(read) source=0 !21:21 {
;= fn @spare() -> (i32) source=0 !26:33 {
;= fn pub @main() -> (i1) effects(read) source=0 !29:11 {
;= %p: i32 = call @loc() !30:3
;= %q: i32 = call @inl(%p) !31:3
;= %s: i32 = call @spare() !33:3
;= fn pub @h2() -> () source=1 !6:13 {
;= fn pub @weakdef() -> () source=1 !9:23 {
;= fn @"loc.1"() -> (i32) effects(read) source=1 !15:21 {
;= fn pub native @user() -> (i32) effects(read, write, io, alloc) source=1 !19:12 {
;= %l: i32 = call @"loc.1"() !20:3
;= %r: i32 = call @puts(%3) !21:3
;= fn pub weak @h1() -> () source=0 {
;= call @default() !0:0
