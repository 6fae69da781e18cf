; Attributes of functions, parameters and results.
; dump

declare void @f0() #0
declare void @f1() #1
declare void @f2() #2
declare void @f3() memory(argmem: read, inaccessiblemem: readwrite)
declare void @f4() memory(none)
declare void @f5() memory(read, argmem: none)
declare void @f6() "interrupt"="IRQ" naked noinline
declare void @f7() noreturn returns_twice strictfp alwaysinline allocsize(0, 1) allockind("alloc,zeroed") uwtable(sync) vscale_range(1, 16) alignstack(8) #1

declare noundef signext i8 @r0(i8 zeroext, i16 signext)
declare noalias nonnull align 8 dereferenceable(8) ptr @r1(ptr align 4, ptr align(16))
declare nofpclass(nan inf) float @r2(float nofpclass(nan))
declare range(i32 0, 10) i32 @r3(i32 range(i32 -1, 1))
declare inreg i32 @r4(i32 inreg)

declare void @p0(ptr byval({ i32, [2 x i8] }) align 4, ptr sret(i64), ptr byref(i32))
declare void @p1(ptr nest, ptr swiftself, ptr swiftasync)
declare void @p2(ptr nocapture readonly writeonly readnone returned nofree dereferenceable_or_null(4) elementtype(i32) "x" "y"="z")
declare void @p3(ptr allocalign allocptr immarg writable dead_on_unwind initializes((0, 4), (8, 12)))
declare void @p4(ptr inalloca(i32))
declare void @p5(ptr preallocated(i32))
declare void @p6(ptr alignstack(8))

attributes #0 = { nounwind "no-builtins" "target-cpu"="cortex-m0" "frame-pointer"="all" }
attributes #1 = { cold hot inlinehint minsize mustprogress nobuiltin builtin nocallback nocf_check noduplicate nofree noimplicitfloat nomerge nonlazybind noprofile norecurse noredzone nosanitize_bounds nosanitize_coverage nosync null_pointer_is_valid optdebug optforfuzzing optsize presplitcoroutine safestack sanitize_address sanitize_hwaddress sanitize_memory sanitize_memtag sanitize_numerical_stability sanitize_thread shadowcallstack skipprofile speculatable speculative_load_hardening ssp sspreq sspstrong uwtable willreturn convergent jumptable fn_ret_thunk_extern hybrid_patchable disable_sanitizer_instrumentation coro_only_destroy_when_complete alignstack=16 }
attributes #2 = { memory(write) }
attributes #2 = { noinline optnone }
