@a = global i8 256
@b = global i8 -129
@c = global i8 0xK1
@d = global float 0.1
@e = global half 0xH12345
@f = global i32 1.0
@g = global float 1
@h = global i1 2
@i = global i32 null
@j = global ptr true
@k = global i128 340282366920938463463374607431768211456
@l = global double 1e5
@m = global double 0x
@n = global i8 u0x100
@o = global i8 s0xF7F
@p = global <2 x i8> splat (i16 1)
@q = global ptr getelementptr (i8, i64 1)
@r = global i64 ptrtoint (i64 1 to i64)
@s = global i8 add (i8 1, i16 2)
@t = global i8 add (ptr null, ptr null)
@u = global i64 add (i32 1, i32 2)
@v = global ptr asm "", ""
@w = global token zeroinitializer
@x = global i32 %x
@"\FF" = global i32 0
@y = global ptr addrspace(99999999) null
@z = global i99999999 1
@1 = global i32 0
@0 = global i32 0
@4294967295 = global i32 0
@open = global i8 "
; error: 1:16 LLVM/constant the type `i8` has no number 256
; error: 2:16 LLVM/constant the type `i8` has no number -129
; error: 3:16 LLVM/constant `0xK1` is no number of the type `i8`
; error: 4:19 LLVM/constant `0.1` is no number that the type `float` has
; error: 5:18 LLVM/constant `0xH12345` is no number that the type `half` has
; error: 6:17 LLVM/constant `1.0` is no number of the type `i32`
; error: 7:19 LLVM/constant `1` is no number that the type `float` has
; error: 8:16 LLVM/constant the type `i1` has no number 2
; error: 9:17 LLVM/constant `null` has no type `i32`
; error: 10:17 LLVM/constant `true` has no type `ptr`
; error: 11:18 LLVM/constant the type `i128` has no number 340282366920938463463374607431768211456
; error: 12:20 LLVM/constant `1e5` is no number that the type `double` has
; error: 13:20 LLVM/constant `0x` is no number that the type `double` has
; error: 14:16 LLVM/constant the type `i8` has no number u0x100
; error: 15:16 LLVM/constant the type `i8` has no number s0xF7F
; error: 16:28 LLVM/constant a splat of `i16` has no type `<2 x i8>`
; error: 17:36 LLVM/type a pointer is needed, not `i64`
; error: 18:17 LLVM/type no such conversion from `i64` to `i64`
; error: 19:27 LLVM/type expected a value of type `i8`, found `i16`
; error: 20:31 LLVM/type integer arithmetic on `ptr`
; error: 21:17 LLVM/type expected a value of type `i64`, found `i32`
; error: 22:17 LLVM/assembly inline assembly is called, and nothing else
; error: 23:13 LLVM/type memory holds no `token`
; error: 24:17 LLVM/syntax expected a value of type `i32`, found `%x`
; error: 25:8 LLVM/encoding the name of a global value is no UTF-8
; error: 26:27 LLVM/address-space the number of an address space is below 2^24
; error: 27:13 LLVM/type an integer type has from 1 to 8388608 bits
; error: 29:1 LLVM/syntax `@0` comes too late: the next number is 2
; error: 30:13 LLVM/limit the name of a global value: its number is below 4294967295
; error: 31:19 LLVM/syntax expected a value of type `i8`, found `"`
