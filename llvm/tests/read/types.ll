; Every form of a type.
; dump

%empty = type {}
%node = type { ptr, %node.tail, [3 x %node.tail] }
%node.tail = type <{ i8, i24 }>
%"quoted name" = type { i1, i128, i8388608 }
%0 = type { %1, <4 x i32> }
%1 = type { i64 }
%opaque = type opaque
%number = type i32

@a = external global %node
@b = external global [2 x [3 x { i8, <{ i16, i8 }> }]]
@c = external global <16 x i8>
@d = external global <8 x ptr addrspace(3)>
@e = external addrspace(5) global half
@f = external global { bfloat, float, double, fp128, x86_fp80, ppc_fp128 }
@g = external global %0
@h = external global %"quoted name"
@i = external global %number
@j = external global %empty
@k = external global [0 x i8]
@l = external global [18446744073709551615 x i8]
@m = external global ptr

declare void @f0(<vscale x 4 x i32>, target("spirv.Image", i32, 1), x86_amx)
declare { i32, ptr } @f1(metadata, token, ...)
declare ptr @f2(ptr addrspace(1))
