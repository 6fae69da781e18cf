define i32 @a(i32 %x, ptr %p, float %f) {
entry:
  %1 = add i32 %x, %p
  %2 = frobnicate i32 %x
  %3 = add i32 %2, %1
  %5 = add i32 %x, 1
  %4 = add i32 %x, 1
  %x = add i32 1, 2
  %y = fadd i32 1, 2
  %z = add float %f, %f
  %w = add i32 %nowhere, 1
  store i32 %x ptr %p
  switch i32 %x, label %done [
    i32 1, label %done
    i32 1, label %done
    i64 2, label %done
  ]

done:
  %v = phi i32 [ 1, %entry ]
  br label %entry

done:
  ret i32 1
}

define void @b() {
  br label %entry.2
  ret i32 0
entry.2:
  %a = icmp eq float 1.0, 2.0
  %b = trunc i8 1 to i32
  %c = getelementptr { i32 }, ptr null, i32 0, i32 1
  %d = extractvalue { i32 } { i32 1 }, 1
  %e = call i32 (i32) @f(i64 1)
  %f = call void @f(i32 1)
  call i32 @f(i32 %entry.2)
  %g = load i32, i64 1
  %h = alloca void
  %i = load atomic i32, ptr null syncscope("agent") acquire
  %j = alloca inalloca i32
  %k = shufflevector <2 x i8> undef, <2 x i8> undef, <2 x i32> <i32 0, i32 4>
  %l = catchpad within none []
  %m = select i32 1, i8 0, i8 1
  %n = insertvalue { i32 } undef, i8 1, 0
  %o = call i32 @f(i32 1
  %p = cmpxchg ptr null, i32 1, i64 2 acquire monotonic
  %q = load i32, ptr null, !dbg
  br label %missing
}

define void @c() {
0:
  br label %0
}

define void @d(i1 %c) {
  br i1 %c, label %x, label %x
x:
  %a = phi i32 [ 1, %0 ], [ 2, %0 ]
  %b = phi i32 [ 1, %0 ]
  %c1 = phi i32 [ 1, %0 ], [ 1, %0 ], [ 1, %0 ]
  %d = add i32 1, 2
  %e = phi { i32, ptr } [ { i32 1, ptr @f }, %0 ], [ { i32 1, ptr @f }, %0 ]
  ret void
}

define void @e() {
  %a = add i32 1, 2
}

declare i32 @f(i32)

define void @g() {
}

define void @h() {
  call void @g() #7
  ret void
}

define void @i(ptr %f, ...) {
  musttail call void (ptr, ...) %f(ptr %f, ...)
  ret void
}
; error: 3:20 LLVM/type expected a value of type `i32`, found `ptr`
; error: 4:3 LLVM/instruction unknown instruction `frobnicate`
; error: 7:3 LLVM/syntax `4` comes too late: the next number is 6
; error: 8:3 LLVM/syntax a value of this name is defined before
; error: 9:13 LLVM/type a float type is needed, not `i32`
; error: 10:12 LLVM/type an integer type is needed, not `float`
; error: 11:16 LLVM/syntax this value is nowhere defined
; error: 12:16 LLVM/syntax expected `,`, found `ptr`
; error: 15:5 LLVM/syntax this case stands here a second time
; error: 23:1 LLVM/syntax a block of this name is defined before
; error: 29:7 LLVM/type this function gives `void`, not `i32`
; error: 31:16 LLVM/type an integer or pointer type is needed, not `float`
; error: 32:14 LLVM/type no such conversion from `i8` to `i32`
; error: 33:31 LLVM/type the type `{ i32 }` has no part with this index
; error: 34:40 LLVM/type the type `{ i32 }` has no part 1
; error: 35:13 LLVM/type the arguments are not those of the function type `i32 (i32)`
; error: 36:3 LLVM/syntax this has no result that could have a name
; error: 37:19 LLVM/syntax a block is no value
; error: 38:18 LLVM/type a pointer is needed, not `i64`
; error: 39:15 LLVM/type memory holds no `void`
; error: 40:44 LLVM/atomic the synchronisation scope "agent" is not taken
; error: 41:15 LLVM/alloca memory for arguments in `inalloca` and for `swifterror` is not taken
; error: 42:54 LLVM/vector a mask is made of constant numbers of lanes that there are, 1024 where they are not written out
; error: 43:3 LLVM/instruction `catchpad`: no exceptions of Windows are taken
; error: 44:15 LLVM/type a condition of type `i1` or as many of them is needed, not `i32`
; error: 45:35 LLVM/type expected a value of type `i32`, found `i8`
; error: 47:3 LLVM/syntax expected `)`, found `%p`
; error: 47:33 LLVM/type expected a value of type `i32`, found `i64`
; error: 49:3 LLVM/syntax expected a metadata node, found `br`
; error: 49:12 LLVM/syntax this block is nowhere defined
; error: 54:3 LLVM/syntax nothing branches to the first block of a function
; error: 60:3 LLVM/syntax this `phi` has different values for edges from the same block
; error: 61:3 LLVM/syntax this `phi` has no entry for one of the edges into its block
; error: 62:3 LLVM/syntax this `phi` has an entry for a block from which no edge comes, or one too many
; error: 64:3 LLVM/syntax a `phi` stands behind other instructions
; error: 70:1 LLVM/syntax the last block has no terminator
; error: 75:1 LLVM/syntax a body has a block at least
; error: 78:18 LLVM/attribute the attribute group #7 is nowhere defined
; error: 83:44 LLVM/varargs passing on the variable arguments of the caller, `...`, is not taken
