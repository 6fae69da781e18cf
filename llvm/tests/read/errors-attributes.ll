declare void @a() #0
declare void @b() unknown
declare void @c(i32 wrong)
declare void @d() memory(sometimes)
declare unknowncc void @e()
declare void @f(ptr byval(void))
attributes #1 = { nounwind strange }
attributes #2 = { #1 }
attributes = { }
declare void @g() addrspace("P")
declare void @h(label)
declare label @i()
; error: 1:19 LLVM/attribute the attribute group #0 is nowhere defined
; error: 2:19 LLVM/syntax expected a definition or declaration, found `unknown`
; error: 3:21 LLVM/syntax expected `)`, found `wrong`
; error: 4:26 LLVM/attribute expected `none`, `read`, `write` or `readwrite`
; error: 5:9 LLVM/syntax expected a type, found `unknowncc`
; error: 6:27 LLVM/type memory holds no `void`
; error: 7:28 LLVM/attribute unknown attribute `strange`
; error: 8:19 LLVM/attribute an attribute group names no other
; error: 9:12 LLVM/syntax expected `#`, found `=`
; error: 10:29 LLVM/address-space an address space is given by its number here
; error: 11:17 LLVM/type no parameter is a `label`
; error: 12:9 LLVM/type no function gives a `label`
