; Every form of a constant.
; dump

%pair = type { i32, ptr }
%packed = type <{ i8, i32 }>

@i0 = global i32 -1
@i1 = global i8 255
@i2 = global i8 -128
@i3 = global i1 true
@i4 = global i1 false
@i5 = global i1 -1
@i6 = global i128 -170141183460469231731687303715884105728
@i7 = global i128 340282366920938463463374607431768211455
@i8 = global i65 18446744073709551616
@i9 = global i16 u0x00FF
@i10 = global i16 s0xFF
@i11 = global i32 s0x8000
@i12 = global i256 1
@i13 = global i64 9223372036854775808
@f0 = global double 1.5
@f1 = global double -1.0e-3
@f2 = global double 0x7FF8000000000000
@f3 = global float 0x3FF8000000000000
@f4 = global float 2.5e+05
@f5 = global half 0xH3C00
@f6 = global bfloat 0xR3F80
@f7 = global fp128 0xL00000000000000013FFF000000000000
@f8 = global x86_fp80 0xK3FFF8000000000000000
@f9 = global ppc_fp128 0xM3FF00000000000003C90000000000000
@f10 = global half 1.0
@f11 = global float 0x36A0000000000000
@f12 = global double +1.0
@p0 = global ptr null
@p1 = global ptr @i0
@p2 = global ptr @later
@p3 = global ptr undef
@p4 = global ptr poison
@p5 = global ptr addrspace(3) null
@a0 = global [2 x i16] [i16 1, i16 2]
@a1 = global [4 x i8] c"a\00\FFb"
@a2 = global [0 x i8] []
@a3 = global [3 x i8] zeroinitializer
@a4 = global [5 x i8] c"\\\22\q;"
@v0 = global <2 x i32> <i32 1, i32 undef>
@v1 = global <4 x i16> splat (i16 7)
@v2 = global <4 x float> zeroinitializer
@s0 = global %pair { i32 1, ptr @s0 }
@s1 = global %packed <{ i8 1, i32 2 }>
@s2 = global { [1 x %pair], {} } { [1 x %pair] [%pair { i32 3, ptr null }], {} zeroinitializer }
@e0 = global i64 ptrtoint (ptr @i0 to i64)
@e1 = global ptr inttoptr (i64 4096 to ptr)
@e2 = global ptr getelementptr inbounds (%pair, ptr @s0, i32 0, i32 1)
@e3 = global ptr getelementptr inbounds nuw (i8, ptr @a1, i64 2)
@e4 = global ptr getelementptr inrange(-16, 16) ({ [3 x ptr] }, ptr @s2, i32 0, i32 0, i32 2)
@e5 = global i32 trunc (i64 sub (i64 ptrtoint (ptr @i1 to i64), i64 ptrtoint (ptr @i2 to i64)) to i32)
@e6 = global i64 add nuw nsw (i64 ptrtoint (ptr @i0 to i64), i64 8)
@e7 = global i64 xor (i64 ptrtoint (ptr @i0 to i64), i64 1)
@e8 = global ptr addrspace(1) addrspacecast (ptr @i0 to ptr addrspace(1))
@e9 = global double bitcast (i64 1 to double)
@e10 = global <2 x ptr> getelementptr (i8, ptr @a1, <2 x i64> <i64 1, i64 2>)
@e11 = global i32 extractelement (<2 x i32> <i32 1, i32 2>, i32 1)
@e12 = global <2 x i32> insertelement (<2 x i32> <i32 1, i32 2>, i32 1, i32 0)
@e13 = global <2 x i32> shufflevector (<2 x i32> <i32 1, i32 2>, <2 x i32> poison, <2 x i32> <i32 1, i32 0>)
@r0 = global ptr blockaddress(@later, %end)
@r1 = global ptr dso_local_equivalent @later
@r2 = global ptr no_cfi @later
@r3 = global ptr ptrauth (ptr @i0, i32 2)

define void @later() {
  br label %end

end:
  ret void
}
