; Every instruction with its flags.
; dump

%pair = type { i32, [2 x i8] }

define i32 @integers(i32 %a, i32 %b, <4 x i32> %v) {
  %add = add nuw nsw i32 %a, %b
  %sub = sub nsw nuw i32 %add, 1
  %mul = mul i32 %sub, -3
  %udiv = udiv exact i32 %mul, 3
  %sdiv = sdiv i32 %udiv, %a
  %urem = urem i32 %sdiv, 7
  %srem = srem i32 %urem, 7
  %shl = shl nuw i32 %srem, 2
  %lshr = lshr exact i32 %shl, 1
  %ashr = ashr i32 %lshr, 1
  %and = and i32 %ashr, 255
  %or = or disjoint i32 %and, 256
  %xor = xor i32 %or, -1
  %vector = add <4 x i32> %v, splat (i32 1)
  %lane = extractelement <4 x i32> %vector, i64 2
  %frozen = freeze i32 %lane
  ret i32 %frozen
}

define double @floats(double %a, double %b, float %c) {
  %add = fadd fast double %a, %b
  %sub = fsub nnan ninf nsz double %add, 1.0
  %mul = fmul arcp contract afn reassoc double %sub, %a
  %div = fdiv double %mul, %b
  %rem = frem double %div, 2.0
  %neg = fneg nsz double %rem
  %wide = fpext float %c to double
  %narrow = fptrunc double %wide to float
  %half = fptrunc float %narrow to half
  %chosen = select nnan i1 true, double %neg, double %wide
  ret double %chosen
}

define i64 @conversions(i8 %a, i64 %b, ptr %p, double %d, <2 x i32> %v) {
  %zext = zext nneg i8 %a to i64
  %sext = sext i8 %a to i64
  %trunc = trunc i64 %b to i33
  %fptoui = fptoui double %d to i32
  %fptosi = fptosi double %d to i32
  %uitofp = uitofp nneg i32 %fptoui to double
  %sitofp = sitofp i32 %fptosi to double
  %int = ptrtoint ptr %p to i64
  %pointer = inttoptr i64 %int to ptr
  %cast = bitcast double %uitofp to i64
  %lanes = bitcast <2 x i32> %v to i64
  %halves = bitcast i64 %lanes to <4 x i16>
  %wider = zext <4 x i16> %halves to <4 x i64>
  %space = addrspacecast ptr %pointer to ptr addrspace(3)
  %same = bitcast ptr %pointer to ptr
  ret i64 %cast
}

define i1 @comparisons(i32 %a, i32 %b, ptr %p, float %x, <2 x i64> %v) {
  %1 = icmp eq i32 %a, %b
  %2 = icmp ne ptr %p, null
  %3 = icmp ugt i32 %a, %b
  %4 = icmp uge i32 %a, %b
  %5 = icmp ult i32 %a, %b
  %6 = icmp ule i32 %a, %b
  %7 = icmp sgt i32 %a, %b
  %8 = icmp sge i32 %a, %b
  %9 = icmp slt i32 %a, %b
  %10 = icmp sle i32 %a, %b
  %11 = icmp ult <2 x i64> %v, zeroinitializer
  %12 = fcmp false float %x, 0.0
  %13 = fcmp oeq float %x, 0.0
  %14 = fcmp ogt float %x, 0.0
  %15 = fcmp oge float %x, 0.0
  %16 = fcmp olt float %x, 0.0
  %17 = fcmp ole float %x, 0.0
  %18 = fcmp one float %x, 0.0
  %19 = fcmp ord float %x, 0.0
  %20 = fcmp ueq float %x, 0.0
  %21 = fcmp ugt float %x, 0.0
  %22 = fcmp uge float %x, 0.0
  %23 = fcmp ult float %x, 0.0
  %24 = fcmp ule float %x, 0.0
  %25 = fcmp une float %x, 0.0
  %26 = fcmp uno float %x, 0.0
  %27 = fcmp fast true float %x, 0.0
  %28 = select <2 x i1> %11, <2 x i64> %v, <2 x i64> zeroinitializer
  ret i1 %27
}

define void @memory(ptr %p, i64 %n) {
  %one = alloca i32, align 4
  %some = alloca %pair, i64 %n, align 16
  %explicit = alloca i8, i32 1
  %space = alloca i8, i32 3, align 1, addrspace(5)
  %plain = load i32, ptr %p
  %aligned = load volatile i32, ptr %p, align 4
  %atomic = load atomic i32, ptr %p seq_cst, align 4
  %scoped = load atomic volatile i64, ptr %p syncscope("singlethread") acquire, align 8
  %unordered = load atomic ptr, ptr %p unordered, align 8
  store %pair { i32 1, [2 x i8] c"ab" }, ptr %p, align 4
  store volatile i32 %plain, ptr %p, align 4, !nontemporal !0
  store atomic i32 1, ptr %p release, align 4
  store atomic volatile float 1.0, ptr %p syncscope("") monotonic, align 4
  %field = getelementptr inbounds %pair, ptr %p, i64 %n, i32 1, i64 1
  %byte = getelementptr nusw nuw i8, ptr %field, i64 -1
  %each = getelementptr i8, ptr %p, <2 x i64> <i64 1, i64 2>
  %lanes = getelementptr %pair, <2 x ptr> %each, i64 0, i32 1
  %old = atomicrmw add ptr %p, i32 1 seq_cst, align 4
  %xchg = atomicrmw volatile xchg ptr %p, ptr null syncscope("singlethread") acq_rel
  %nand = atomicrmw nand ptr %p, i8 1 monotonic, align 1
  %and = atomicrmw and ptr %p, i8 1 monotonic
  %or = atomicrmw or ptr %p, i8 1 monotonic
  %xor = atomicrmw xor ptr %p, i8 1 monotonic
  %sub = atomicrmw sub ptr %p, i8 1 monotonic
  %max = atomicrmw max ptr %p, i8 1 monotonic
  %min = atomicrmw min ptr %p, i8 1 monotonic
  %umax = atomicrmw umax ptr %p, i8 1 monotonic
  %umin = atomicrmw umin ptr %p, i8 1 monotonic
  %fadd = atomicrmw fadd ptr %p, float 1.0 monotonic
  %wrap = atomicrmw uinc_wrap ptr %p, i32 1 monotonic
  %pair = cmpxchg weak volatile ptr %p, i32 1, i32 2 syncscope("singlethread") acq_rel monotonic, align 4
  %pointers = cmpxchg ptr %p, ptr null, ptr %p seq_cst seq_cst
  fence acquire
  fence syncscope("singlethread") seq_cst
  ret void
}

define i8 @parts(%pair %a, <4 x i8> %v, { i8, { i16, [3 x i64] } } %deep) {
  %first = extractvalue %pair %a, 0
  %byte = extractvalue %pair %a, 1, 1
  %changed = insertvalue %pair %a, i8 %byte, 1, 0
  %undefined = insertvalue %pair poison, i32 %first, 0
  %word = extractvalue { i8, { i16, [3 x i64] } } %deep, 1, 1, 2
  %lane = extractelement <4 x i8> %v, i32 3
  %with = insertelement <4 x i8> %v, i8 %lane, i8 0
  %reversed = shufflevector <4 x i8> %v, <4 x i8> poison, <4 x i32> <i32 3, i32 2, i32 1, i32 0>
  %both = shufflevector <4 x i8> %v, <4 x i8> %with, <2 x i32> <i32 7, i32 poison>
  %spread = shufflevector <4 x i8> %v, <4 x i8> undef, <8 x i32> zeroinitializer
  %same = shufflevector <4 x i8> %v, <4 x i8> undef, <3 x i32> splat (i32 2)
  ret i8 %byte
}

define i32 @control(i32 %a, i1 %c, ptr %target) {
  br i1 %c, label %left, label %right

left:
  switch i32 %a, label %join [
    i32 0, label %join
    i32 -1, label %right
    i32 7, label %jump
  ]

right:                                            ; preds = %left, %0
  switch i32 %a, label %join []

join:
  %x = phi i32 [ 1, %left ], [ 1, %left ], [ %a, %right ]
  %y = phi float [ 0.0, %right ], [ 1.0, %left ], [ 1.0, %left ], !dbg !1
  ret i32 %x

jump:
  indirectbr ptr %target, [label %join.2, label %dead]

join.2:
  br label %join.2

dead:
  unreachable
}

define i32 @exceptions(ptr %p) personality ptr @personality {
  %r = invoke i32 @callee(ptr %p)
          to label %ok unwind label %bad

ok:
  ret i32 %r

bad:
  %pad = landingpad { ptr, i32 }
          cleanup
          catch ptr null
          filter [1 x ptr] [ptr @personality]
  resume { ptr, i32 } %pad
}

define i32 @variable(ptr %list) {
  %v = va_arg ptr %list, i32
  callbr void asm sideeffect "", "!i"() to label %next [label %other]

next:
  ret i32 %v

other:
  ret i32 0
}

declare i32 @callee(ptr)
declare i32 @personality(...)

!0 = !{i32 1}
!1 = !DILocation(line: 1, column: 2, scope: !2)
!2 = distinct !DISubprogram(name: "control", file: !3, line: 4)
!3 = !DIFile(filename: "a.c", directory: "/")
