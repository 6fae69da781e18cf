@a = global i32* null
@b = global i32 @a
@c = globl i32 0
@d = global i32
@e = global i32 0, algn 4
@f = global i32 0, align 3
define i32 @g( {
  ret i32 0
}
%t = type i32
%t = type i64
%late = type { %missing, %loop }
%loop = type { i32, [2 x %loop2] }
%loop2 = type <{ %loop }>
nonsense here
target foo = "x"
$c = comdat none
declare internal void @h()
define extern_weak void @i() {
  ret void
}
@j = global { i32, i8 } { i32 1 }
@k = global [2 x i8] c"abc"
@l = global <2 x i32> <i32 1, i64 2>
@m = global [1 x void] zeroinitializer
@n = global i0 0
@o = global <0 x i8> zeroinitializer
@p = global %late { i32 1 }
@q = global ptr addrspace(1) @a
@q = global i32 1
@r = global x86_mmx zeroinitializer
@s = global i32 icmp (eq i32 1, 2)
@t = global ptr @nowhere
@u = global [1 x %opaque*] zeroinitializer
!x = !{
; error: 1:16 LLVM/syntax typed pointers, such as `i32*`, are those of LLVM 16 and before
; error: 2:17 LLVM/type a global value is a pointer, not `i32`
; error: 3:6 LLVM/syntax expected `global`, `constant`, `alias` or `ifunc`
; error: 5:1 LLVM/type a global value is a pointer, not `i32`
; error: 5:20 LLVM/syntax expected a property of a variable, found `algn`
; error: 6:26 LLVM/syntax an alignment is a power of two
; error: 8:3 LLVM/syntax expected a type, found `ret`
; error: 11:1 LLVM/syntax this type is defined a second time
; error: 12:16 LLVM/syntax the type `%missing` is used and nowhere defined
; error: 14:1 LLVM/type the type `%loop2` holds itself
; error: 15:1 LLVM/syntax expected a definition or declaration, found `nonsense`
; error: 16:14 LLVM/syntax expected `datalayout` or `triple`
; error: 17:13 LLVM/syntax expected the kind of a comdat
; error: 18:1 LLVM/linkage no declaration of a function has this linkage
; error: 19:1 LLVM/linkage no definition of a function has this linkage
; error: 22:25 LLVM/constant 1 elements, but the type `{ i32, i8 }` has 2
; error: 23:23 LLVM/constant a string of 3 bytes has no type `[2 x i8]`
; error: 24:31 LLVM/type expected a value of type `i32`, found `i64`
; error: 25:18 LLVM/type memory holds no `void`
; error: 26:13 LLVM/type an integer type has from 1 to 8388608 bits
; error: 27:14 LLVM/type a vector has from 1 to 2^32 - 1 lanes
; error: 28:21 LLVM/type expected a value of type `%missing`, found `i32`
; error: 29:30 LLVM/address-space this global value is in address space 0, not 1
; error: 30:1 LLVM/duplicate-symbol `@q` is defined or declared a second time
; error: 31:13 LLVM/type `x86_mmx` is a type of LLVM before 20 that is not taken
; error: 32:17 LLVM/constant `icmp` as a constant expression is that of LLVM before 19
; error: 33:17 LLVM/undefined-symbol `@nowhere` is used, but neither defined nor declared
; error: 34:18 LLVM/syntax the type `%opaque` is used and nowhere defined
; error: 34:25 LLVM/syntax typed pointers, such as `i32*`, are those of LLVM 16 and before
