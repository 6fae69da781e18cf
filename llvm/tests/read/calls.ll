; Calls: attributes, conventions, function types, bundles, assembly.
; dump

%big = type { [4 x i64] }

define i32 @caller(ptr %f, i32 %x, ptr %big) {
  call void @none()
  %1 = call i32 @one(i32 noundef signext %x) #0
  %2 = tail call fastcc zeroext i8 @small(i8 zeroext 3, i16 signext -1) nounwind
  %3 = notail call i32 %f(i32 %1)
  %4 = call i32 (ptr, ...) @printf(ptr @format, i32 %3, double 1.5)
  %5 = call noundef range(i32 0, 10) i32 @one(i32 range(i32 -5, 5) %x)
  call void @passed(ptr byval(%big) align 8 %big, ptr sret(%big) align 16 %big)
  call void @passed(ptr noalias nocapture noundef nonnull readonly dereferenceable(32) dead_on_unwind writable %big, ptr inreg %big)
  %6 = call fast float @llvm.sqrt.f32(float 2.0)
  %7 = call nnan contract float @llvm.fma.f32(float %6, float %6, float 0.0)
  %8 = call i32 asm sideeffect alignstack inteldialect unwind "mov $0, $1\0A\22", "=r,r,~{memory}"(i32 %x) #1
  call void asm "nop", ""()
  call void @llvm.assume(i1 true) [ "align"(ptr %big, i64 16), "nonnull"(ptr %big) ]
  call void @none() #1 [ "deopt"(i32 %x) ], !dbg !0
  call cc 11 void @none() "key" "key"="value" noreturn memory(none) noinline
  %9 = call i32 inttoptr (i64 4096 to ptr)(i32 1)
  call void null()
  %10 = call { i32, i1 } @llvm.uadd.with.overflow.i32(i32 %x, i32 1)
  call addrspace(0) void @none()
  br label %cold

cold:
  br label %nounwind
nounwind:
  %11 = musttail call i32 @caller(ptr %f, i32 %x, ptr %big)
  ret i32 %11
}

define void @debug(i32 %x) {
  call void @llvm.dbg.value(metadata i32 %x, metadata !1, metadata !DIExpression()), !dbg !0
  %r = call i32 @llvm.read_register.i32(metadata !2)
  %f = call float @llvm.experimental.constrained.fadd.f32(float 1.0, float 2.0, metadata !"round.tonearest", metadata !"fpexcept.ignore") #2
  call void @llvm.experimental.noalias.scope.decl(metadata !{!1})
  ret void
}

@format = private constant [3 x i8] c"%d\00"
declare void @none()
declare i32 @one(i32)
declare fastcc i8 @small(i8, i16)
declare i32 @printf(ptr, ...)
declare void @passed(ptr, ptr)
declare void @llvm.dbg.value(metadata, metadata, metadata)
declare i32 @llvm.read_register.i32(metadata)

attributes #0 = { alwaysinline }
attributes #1 = { nounwind memory(read) }
attributes #2 = { strictfp }

!0 = !DILocation(line: 1, scope: !1)
!1 = distinct !DISubprogram(name: "debug")
!2 = !{!"sp"}
