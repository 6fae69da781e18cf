; What versions 20 to 22 write and 19 does not know.
; dump

declare void @f0(ptr captures(none), ptr captures(address, read_provenance), ptr captures(ret: address, provenance))
declare void @f1(ptr dead_on_return, ptr dead_on_return(8), i32 noext)
declare void @f2() sanitize_realtime sanitize_realtime_blocking sanitize_type sanitize_alloc_token coro_elide_safe nodivergencesource nooutline nocreateundeforpoison
declare void @f3() memory(errnomem: write, target_mem0: none)

define i1 @flags(i32 %a, i64 %b, ptr %p) {
  %narrow = trunc nuw nsw i64 %b to i32
  %compare = icmp samesign ult i32 %a, %narrow
  %address = ptrtoaddr ptr %p to i64
  %saturated = atomicrmw usub_sat ptr %p, i32 1 monotonic
  %conditional = atomicrmw usub_cond ptr %p, i32 1 monotonic
  %largest = atomicrmw fmaximum ptr %p, float 1.0 monotonic
  %smallest = atomicrmw fminimum ptr %p, float 1.0 monotonic
  %wide = fpext fast float %largest to double
  %thin = fptrunc nnan double %wide to half
  %converted = uitofp nneg i32 %a to float
  %element = getelementptr inbounds nuw i8, ptr %p, i64 4
  %call = call i32 @llvm.umin.i32(i32 %a, i32 range(i32 1, 0) %narrow)
  ret i1 %compare
}
