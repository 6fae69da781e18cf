; Initial values of every form.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
%S = type { i8, i32, [3 x i16], ptr }
%P = type <{ i8, i32, ptr }>
%V = type { i8, <4 x i32>, <2 x float> }
@a = global %S { i8 1, i32 2, [3 x i16] [i16 1, i16 2, i16 3], ptr @b }
@b = internal constant [4 x i8] c"abc\00", align 1
@c = global %P <{ i8 1, i32 2, ptr getelementptr (i8, ptr @a, i64 4) }>
@d = global %V { i8 7, <4 x i32> <i32 1, i32 2, i32 3, i32 4>, <2 x float> <float 1.0, float 2.0> }
@i = global i24 70000
@j = global [3 x i24] [i24 1, i24 2, i24 -1]
@k = global i1 true
@l = global <{ [2 x i8], [1000000 x i8] }> <{ [2 x i8] c"ab", [1000000 x i8] zeroinitializer }>
@m = global i128 123456789012345678901234567890
@n = global double 1.5
@o = global half 0xH3C00
@p = common global [10 x i32] zeroinitializer, align 16
@q = weak hidden global i32 5, section ".mysec", align 64
@r = global [2 x [2 x i32]] [[2 x i32] [i32 1, i32 2], [2 x i32] zeroinitializer]
@s = global ptr getelementptr inbounds ([4 x i8], ptr @b, i64 0, i64 2)
@u = global i32 sub (i32 5, i32 3)
@w = extern_weak global i32
@x = global ptr @w
@bb = global fp128 0xL00000000000000003FFF000000000000
@undefined = global { i32, float } { i32 undef, float poison }
@llvm.used = appending global [1 x ptr] [ptr @a], section "llvm.metadata"
@llvm.global_ctors = appending global [0 x { i32, ptr, ptr }] zeroinitializer
;= profile  hosted
;= type @S = struct{i8, i32, array[i16,3], ptr[generic,i8]}
;= type @P = packed{i8, i32, ptr[generic,i8]}
;= type @V = struct{array[i128,0], packed{i8, array[i8,15], array[i32,4], array[f32,2], array[i8,8]}}
;= data pub @a : @S = {1, 2, [1, 2, 3], @b}
;= data @b : array[i8,4] readonly = "abc\0"
;= data pub @c : @P = {1, 2, @a + 4}
;= data pub @d : @V = {zero, {7, zero, [1, 2, 3, 4], [1.0, 2.0], zero}}
;= data pub @i : i32 = 70000
;= data pub @j : array[i32,3] = [1, 2, 16777215]
;= data pub @k : i8 = 1
;= data pub @l : struct{array[i8,2], array[i8,1000000]} = {"ab", zero}
;= data pub @m : i128 = 123456789012345678901234567890
;= data pub @n : f64 = 1.5
;= data pub @o : f16 = 0x1p+0
;= data pub @p : array[i32,10] align=16 = zero
;= data pub weak @q : i32 align=64 section=".mysec" = 5
;= data pub @r : array[array[i32,2],2] = [[1, 2], zero]
;= data pub @s : ptr[generic,i8] = @b + 2
;= data pub @u : i32 = 2
;= data pub @x : ptr[generic,i8] = zero
;= data pub @bb : f128 = 0x1p+0
;= data pub @undefined : struct{i32, f32} = zero
