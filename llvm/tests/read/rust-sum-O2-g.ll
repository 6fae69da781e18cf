; ModuleID = 'small.4dca52b3df3c08d4-cgu.0'
source_filename = "small.4dca52b3df3c08d4-cgu.0"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

; Function Attrs: mustprogress nofree norecurse nosync nounwind nonlazybind willreturn memory(argmem: read) uwtable
define noundef i64 @sum(ptr noalias noundef readonly align 4 captures(none) dereferenceable(32) %values, float noundef %scale) unnamed_addr #0 personality ptr @rust_eh_personality !dbg !7 {
start:
    #dbg_value(ptr %values, !20, !DIExpression(), !23)
    #dbg_value(float %scale, !21, !DIExpression(), !23)
    #dbg_value(i64 0, !24, !DIExpression(), !85)
    #dbg_declare(ptr poison, !80, !DIExpression(), !106)
    #dbg_value(i64 0, !107, !DIExpression(), !123)
    #dbg_declare(ptr poison, !120, !DIExpression(), !125)
    #dbg_value(ptr %values, !101, !DIExpression(DW_OP_LLVM_fragment, 0, 64), !126)
    #dbg_value(ptr %values, !92, !DIExpression(DW_OP_LLVM_fragment, 0, 64), !127)
    #dbg_value(ptr %values, !79, !DIExpression(DW_OP_LLVM_fragment, 0, 64), !85)
    #dbg_value(ptr %values, !119, !DIExpression(DW_OP_LLVM_fragment, 0, 64), !123)
    #dbg_value(ptr %values, !101, !DIExpression(DW_OP_plus_uconst, 32, DW_OP_stack_value, DW_OP_LLVM_fragment, 64, 64), !126)
    #dbg_value(ptr %values, !92, !DIExpression(DW_OP_plus_uconst, 32, DW_OP_stack_value, DW_OP_LLVM_fragment, 64, 64), !127)
    #dbg_value(ptr %values, !79, !DIExpression(DW_OP_plus_uconst, 32, DW_OP_stack_value, DW_OP_LLVM_fragment, 64, 64), !85)
    #dbg_value(ptr %values, !119, !DIExpression(DW_OP_plus_uconst, 32, DW_OP_stack_value, DW_OP_LLVM_fragment, 64, 64), !123)
    #dbg_value(ptr %values, !128, !DIExpression(DW_OP_LLVM_fragment, 0, 64), !159)
    #dbg_value(ptr %values, !128, !DIExpression(DW_OP_plus_uconst, 32, DW_OP_stack_value, DW_OP_LLVM_fragment, 64, 64), !159)
    #dbg_value(i64 0, !140, !DIExpression(), !159)
    #dbg_declare(ptr poison, !141, !DIExpression(), !161)
    #dbg_value(i64 0, !147, !DIExpression(), !162)
    #dbg_value(i64 0, !149, !DIExpression(), !163)
    #dbg_value(i64 8, !151, !DIExpression(), !164)
    #dbg_value(i64 0, !147, !DIExpression(), !162)
    #dbg_value(i64 0, !149, !DIExpression(), !163)
    #dbg_value(ptr %values, !165, !DIExpression(), !173)
    #dbg_value(i64 0, !172, !DIExpression(), !173)
    #dbg_value(ptr %values, !175, !DIExpression(), !187)
    #dbg_value(i64 0, !181, !DIExpression(), !187)
    #dbg_value(ptr poison, !189, !DIExpression(), !198)
    #dbg_value(ptr undef, !197, !DIExpression(), !198)
  %_4.i.i.i = load i32, ptr %values, align 4, !dbg !200, !alias.scope !201, !noalias !204, !noundef !22
  %_3.i.i.i = urem i32 %_4.i.i.i, 3, !dbg !200
  %_0.i.not.i.i = icmp eq i32 %_3.i.i.i, 1, !dbg !200
  %_3.i.i.i.i = zext i32 %_4.i.i.i to i64, !dbg !207
  %_0.i.i.i.i = shl nuw nsw i64 %_3.i.i.i.i, 3, !dbg !207
  %_4.0.i.i.i.i = select i1 %_0.i.not.i.i, i64 0, i64 %_0.i.i.i.i, !dbg !207
    #dbg_value(i64 %_4.0.i.i.i.i, !147, !DIExpression(), !162)
    #dbg_value(i64 1, !149, !DIExpression(), !163)
    #dbg_value(i64 1, !172, !DIExpression(), !173)
  %_45.i.1 = getelementptr inbounds nuw i8, ptr %values, i64 4, !dbg !208
    #dbg_value(ptr %_45.i.1, !175, !DIExpression(), !187)
    #dbg_value(i64 %_4.0.i.i.i.i, !181, !DIExpression(), !187)
  %_4.i.i.i.1 = load i32, ptr %_45.i.1, align 4, !dbg !200, !alias.scope !201, !noalias !204, !noundef !22
  %_3.i.i.i.1 = urem i32 %_4.i.i.i.1, 3, !dbg !200
  %_0.i.not.i.i.1 = icmp eq i32 %_3.i.i.i.1, 1, !dbg !200
  %_3.i.i.i.i.1 = zext i32 %_4.i.i.i.1 to i64, !dbg !207
  %_0.i.i.i.i.1 = shl nuw nsw i64 %_3.i.i.i.i.1, 3, !dbg !207
  %_4.0.i.i.i.i.1 = select i1 %_0.i.not.i.i.1, i64 0, i64 %_0.i.i.i.i.1, !dbg !207
  %_0.sroa.0.0.i.i.1 = add nuw nsw i64 %_4.0.i.i.i.i.1, %_4.0.i.i.i.i, !dbg !207
    #dbg_value(i64 %_0.sroa.0.0.i.i.1, !147, !DIExpression(), !162)
    #dbg_value(i64 2, !149, !DIExpression(), !163)
    #dbg_value(i64 2, !172, !DIExpression(), !173)
  %_45.i.2 = getelementptr inbounds nuw i8, ptr %values, i64 8, !dbg !208
    #dbg_value(ptr %_45.i.2, !175, !DIExpression(), !187)
    #dbg_value(i64 %_0.sroa.0.0.i.i.1, !181, !DIExpression(), !187)
  %_4.i.i.i.2 = load i32, ptr %_45.i.2, align 4, !dbg !200, !alias.scope !201, !noalias !204, !noundef !22
  %_3.i.i.i.2 = urem i32 %_4.i.i.i.2, 3, !dbg !200
  %_0.i.not.i.i.2 = icmp eq i32 %_3.i.i.i.2, 1, !dbg !200
  %_3.i.i.i.i.2 = zext i32 %_4.i.i.i.2 to i64, !dbg !207
  %_0.i.i.i.i.2 = shl nuw nsw i64 %_3.i.i.i.i.2, 3, !dbg !207
  %_4.0.i.i.i.i.2 = select i1 %_0.i.not.i.i.2, i64 0, i64 %_0.i.i.i.i.2, !dbg !207
  %_0.sroa.0.0.i.i.2 = add nuw nsw i64 %_4.0.i.i.i.i.2, %_0.sroa.0.0.i.i.1, !dbg !207
    #dbg_value(i64 %_0.sroa.0.0.i.i.2, !147, !DIExpression(), !162)
    #dbg_value(i64 3, !149, !DIExpression(), !163)
    #dbg_value(i64 3, !172, !DIExpression(), !173)
  %_45.i.3 = getelementptr inbounds nuw i8, ptr %values, i64 12, !dbg !208
    #dbg_value(ptr %_45.i.3, !175, !DIExpression(), !187)
    #dbg_value(i64 %_0.sroa.0.0.i.i.2, !181, !DIExpression(), !187)
  %_4.i.i.i.3 = load i32, ptr %_45.i.3, align 4, !dbg !200, !alias.scope !201, !noalias !204, !noundef !22
  %_3.i.i.i.3 = urem i32 %_4.i.i.i.3, 3, !dbg !200
  %_0.i.not.i.i.3 = icmp eq i32 %_3.i.i.i.3, 1, !dbg !200
  %_3.i.i.i.i.3 = zext i32 %_4.i.i.i.3 to i64, !dbg !207
  %_0.i.i.i.i.3 = shl nuw nsw i64 %_3.i.i.i.i.3, 3, !dbg !207
  %_4.0.i.i.i.i.3 = select i1 %_0.i.not.i.i.3, i64 0, i64 %_0.i.i.i.i.3, !dbg !207
  %_0.sroa.0.0.i.i.3 = add nuw nsw i64 %_4.0.i.i.i.i.3, %_0.sroa.0.0.i.i.2, !dbg !207
    #dbg_value(i64 %_0.sroa.0.0.i.i.3, !147, !DIExpression(), !162)
    #dbg_value(i64 4, !149, !DIExpression(), !163)
    #dbg_value(i64 4, !172, !DIExpression(), !173)
  %_45.i.4 = getelementptr inbounds nuw i8, ptr %values, i64 16, !dbg !208
    #dbg_value(ptr %_45.i.4, !175, !DIExpression(), !187)
    #dbg_value(i64 %_0.sroa.0.0.i.i.3, !181, !DIExpression(), !187)
  %_4.i.i.i.4 = load i32, ptr %_45.i.4, align 4, !dbg !200, !alias.scope !201, !noalias !204, !noundef !22
  %_3.i.i.i.4 = urem i32 %_4.i.i.i.4, 3, !dbg !200
  %_0.i.not.i.i.4 = icmp eq i32 %_3.i.i.i.4, 1, !dbg !200
  %_3.i.i.i.i.4 = zext i32 %_4.i.i.i.4 to i64, !dbg !207
  %_0.i.i.i.i.4 = shl nuw nsw i64 %_3.i.i.i.i.4, 3, !dbg !207
  %_4.0.i.i.i.i.4 = select i1 %_0.i.not.i.i.4, i64 0, i64 %_0.i.i.i.i.4, !dbg !207
  %_0.sroa.0.0.i.i.4 = add nuw nsw i64 %_4.0.i.i.i.i.4, %_0.sroa.0.0.i.i.3, !dbg !207
    #dbg_value(i64 %_0.sroa.0.0.i.i.4, !147, !DIExpression(), !162)
    #dbg_value(i64 5, !149, !DIExpression(), !163)
    #dbg_value(i64 5, !172, !DIExpression(), !173)
  %_45.i.5 = getelementptr inbounds nuw i8, ptr %values, i64 20, !dbg !208
    #dbg_value(ptr %_45.i.5, !175, !DIExpression(), !187)
    #dbg_value(i64 %_0.sroa.0.0.i.i.4, !181, !DIExpression(), !187)
  %_4.i.i.i.5 = load i32, ptr %_45.i.5, align 4, !dbg !200, !alias.scope !201, !noalias !204, !noundef !22
  %_3.i.i.i.5 = urem i32 %_4.i.i.i.5, 3, !dbg !200
  %_0.i.not.i.i.5 = icmp eq i32 %_3.i.i.i.5, 1, !dbg !200
  %_3.i.i.i.i.5 = zext i32 %_4.i.i.i.5 to i64, !dbg !207
  %_0.i.i.i.i.5 = shl nuw nsw i64 %_3.i.i.i.i.5, 3, !dbg !207
  %_4.0.i.i.i.i.5 = select i1 %_0.i.not.i.i.5, i64 0, i64 %_0.i.i.i.i.5, !dbg !207
  %_0.sroa.0.0.i.i.5 = add nuw nsw i64 %_4.0.i.i.i.i.5, %_0.sroa.0.0.i.i.4, !dbg !207
    #dbg_value(i64 %_0.sroa.0.0.i.i.5, !147, !DIExpression(), !162)
    #dbg_value(i64 6, !149, !DIExpression(), !163)
    #dbg_value(i64 6, !172, !DIExpression(), !173)
  %_45.i.6 = getelementptr inbounds nuw i8, ptr %values, i64 24, !dbg !208
    #dbg_value(ptr %_45.i.6, !175, !DIExpression(), !187)
    #dbg_value(i64 %_0.sroa.0.0.i.i.5, !181, !DIExpression(), !187)
  %_4.i.i.i.6 = load i32, ptr %_45.i.6, align 4, !dbg !200, !alias.scope !201, !noalias !204, !noundef !22
  %_3.i.i.i.6 = urem i32 %_4.i.i.i.6, 3, !dbg !200
  %_0.i.not.i.i.6 = icmp eq i32 %_3.i.i.i.6, 1, !dbg !200
  %_3.i.i.i.i.6 = zext i32 %_4.i.i.i.6 to i64, !dbg !207
  %_0.i.i.i.i.6 = shl nuw nsw i64 %_3.i.i.i.i.6, 3, !dbg !207
  %_4.0.i.i.i.i.6 = select i1 %_0.i.not.i.i.6, i64 0, i64 %_0.i.i.i.i.6, !dbg !207
  %_0.sroa.0.0.i.i.6 = add nuw nsw i64 %_4.0.i.i.i.i.6, %_0.sroa.0.0.i.i.5, !dbg !207
    #dbg_value(i64 %_0.sroa.0.0.i.i.6, !147, !DIExpression(), !162)
    #dbg_value(i64 7, !149, !DIExpression(), !163)
    #dbg_value(i64 7, !172, !DIExpression(), !173)
  %_45.i.7 = getelementptr inbounds nuw i8, ptr %values, i64 28, !dbg !208
    #dbg_value(ptr %_45.i.7, !175, !DIExpression(), !187)
    #dbg_value(i64 %_0.sroa.0.0.i.i.6, !181, !DIExpression(), !187)
  %_4.i.i.i.7 = load i32, ptr %_45.i.7, align 4, !dbg !200, !alias.scope !201, !noalias !204, !noundef !22
  %_3.i.i.i.7 = urem i32 %_4.i.i.i.7, 3, !dbg !200
  %_0.i.not.i.i.7 = icmp eq i32 %_3.i.i.i.7, 1, !dbg !200
  %_3.i.i.i.i.7 = zext i32 %_4.i.i.i.7 to i64, !dbg !207
  %_0.i.i.i.i.7 = shl nuw nsw i64 %_3.i.i.i.i.7, 3, !dbg !207
  %_4.0.i.i.i.i.7 = select i1 %_0.i.not.i.i.7, i64 0, i64 %_0.i.i.i.i.7, !dbg !207
  %_0.sroa.0.0.i.i.7 = add nuw nsw i64 %_4.0.i.i.i.i.7, %_0.sroa.0.0.i.i.6, !dbg !207
    #dbg_value(i64 %_0.sroa.0.0.i.i.7, !147, !DIExpression(), !162)
    #dbg_value(i64 8, !149, !DIExpression(), !163)
  %_6 = tail call i64 @llvm.fptoui.sat.i64.f32(float %scale), !dbg !209
  %_0 = add i64 %_0.sroa.0.0.i.i.7, %_6, !dbg !210
  ret i64 %_0, !dbg !211
}

; Function Attrs: nonlazybind
declare i32 @rust_eh_personality(...) unnamed_addr #1

; Function Attrs: mustprogress nocallback nocreateundeforpoison nofree nosync nounwind speculatable willreturn memory(none)
declare i64 @llvm.fptoui.sat.i64.f32(float) #2

attributes #0 = { mustprogress nofree norecurse nosync nounwind nonlazybind willreturn memory(argmem: read) uwtable "probe-stack"="inline-asm" "target-cpu"="x86-64" }
attributes #1 = { nonlazybind "target-cpu"="x86-64" }
attributes #2 = { mustprogress nocallback nocreateundeforpoison nofree nosync nounwind speculatable willreturn memory(none) }

!llvm.module.flags = !{!0, !1, !2, !3}
!llvm.ident = !{!4}
!llvm.dbg.cu = !{!5}

!0 = !{i32 8, !"PIC Level", i32 2}
!1 = !{i32 2, !"RtLibUseGOT", i32 1}
!2 = !{i32 7, !"Dwarf Version", i32 4}
!3 = !{i32 2, !"Debug Info Version", i32 3}
!4 = !{!"rustc version 1.95.0 (59807616e 2026-04-14)"}
!5 = distinct !DICompileUnit(language: DW_LANG_Rust, file: !6, producer: "clang LLVM (rustc version 1.95.0 (59807616e 2026-04-14))", isOptimized: true, runtimeVersion: 0, emissionKind: FullDebug, splitDebugInlining: false, nameTableKind: None)
!6 = !DIFile(filename: "small.rs/@/small.4dca52b3df3c08d4-cgu.0", directory: ".")
!7 = distinct !DISubprogram(name: "sum", scope: !9, file: !8, line: 3, type: !10, scopeLine: 3, flags: DIFlagPrototyped, spFlags: DISPFlagDefinition | DISPFlagOptimized, unit: !5, templateParams: !22, retainedNodes: !19)
!8 = !DIFile(filename: "small.rs", directory: ".", checksumkind: CSK_MD5, checksum: "36c37b0188e5495555155a2030ee3a33")
!9 = !DINamespace(name: "small", scope: null)
!10 = !DISubroutineType(types: !11)
!11 = !{!12, !13, !18}
!12 = !DIBasicType(name: "u64", size: 64, encoding: DW_ATE_unsigned)
!13 = !DIDerivedType(tag: DW_TAG_pointer_type, name: "&[u32; 8]", baseType: !14, size: 64, align: 64, dwarfAddressSpace: 0)
!14 = !DICompositeType(tag: DW_TAG_array_type, baseType: !15, size: 256, align: 32, elements: !16)
!15 = !DIBasicType(name: "u32", size: 32, encoding: DW_ATE_unsigned)
!16 = !{!17}
!17 = !DISubrange(count: 8, lowerBound: 0)
!18 = !DIBasicType(name: "f32", size: 32, encoding: DW_ATE_float)
!19 = !{!20, !21}
!20 = !DILocalVariable(name: "values", arg: 1, scope: !7, file: !8, line: 3, type: !13)
!21 = !DILocalVariable(name: "scale", arg: 2, scope: !7, file: !8, line: 3, type: !18)
!22 = !{}
!23 = !DILocation(line: 0, scope: !7)
!24 = !DILocalVariable(name: "init", scope: !25, file: !26, line: 124, type: !12, align: 64)
!25 = distinct !DISubprogram(name: "fold<u64, core::iter::adapters::filter::Filter<core::slice::iter::Iter<u32>, small::sum::{closure_env#0}>, small::sum::{closure_env#1}, u64, core::iter::traits::accum::{impl#40}::sum::{closure_env#0}<core::iter::adapters::map::Map<core::iter::adapters::filter::Filter<core::slice::iter::Iter<u32>, small::sum::{closure_env#0}>, small::sum::{closure_env#1}>>>", linkageName: "_ZN102_$LT$core..iter..adapters..map..Map$LT$I$C$F$GT$$u20$as$u20$core..iter..traits..iterator..Iterator$GT$4fold17h0bea32b84d1c3c77E", scope: !27, file: !26, line: 124, type: !32, scopeLine: 124, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !5, templateParams: !81, retainedNodes: !78)
!26 = !DIFile(filename: "library/core/src/iter/adapters/map.rs", directory: "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860", checksumkind: CSK_MD5, checksum: "47fd4c3c8424e034238ec6bb5a169812")
!27 = !DINamespace(name: "{impl#2}", scope: !28)
!28 = !DINamespace(name: "map", scope: !29)
!29 = !DINamespace(name: "adapters", scope: !30)
!30 = !DINamespace(name: "iter", scope: !31)
!31 = !DINamespace(name: "core", scope: null)
!32 = !DISubroutineType(types: !33)
!33 = !{!12, !34, !12, !73}
!34 = !DICompositeType(tag: DW_TAG_structure_type, name: "Map<core::iter::adapters::filter::Filter<core::slice::iter::Iter<u32>, small::sum::{closure_env#0}>, small::sum::{closure_env#1}>", scope: !28, file: !35, size: 128, align: 64, flags: DIFlagPublic, elements: !36, templateParams: !70, identifier: "54d09ec0f7da5046ce231354a21bab4")
!35 = !DIFile(filename: "<unknown>", directory: "")
!36 = !{!37, !68}
!37 = !DIDerivedType(tag: DW_TAG_member, name: "iter", scope: !34, file: !35, baseType: !38, size: 128, align: 64, flags: DIFlagProtected)
!38 = !DICompositeType(tag: DW_TAG_structure_type, name: "Filter<core::slice::iter::Iter<u32>, small::sum::{closure_env#0}>", scope: !39, file: !35, size: 128, align: 64, flags: DIFlagPublic, elements: !40, templateParams: !65, identifier: "b629bb65c268001c9c92d916ff105ed3")
!39 = !DINamespace(name: "filter", scope: !29)
!40 = !{!41, !62}
!41 = !DIDerivedType(tag: DW_TAG_member, name: "iter", scope: !38, file: !35, baseType: !42, size: 128, align: 64, flags: DIFlagProtected)
!42 = !DICompositeType(tag: DW_TAG_structure_type, name: "Iter<u32>", scope: !43, file: !35, size: 128, align: 64, flags: DIFlagPublic, elements: !45, templateParams: !53, identifier: "50ba7b6ddd9af9748916ca36c92e17c8")
!43 = !DINamespace(name: "iter", scope: !44)
!44 = !DINamespace(name: "slice", scope: !31)
!45 = !{!46, !55, !56}
!46 = !DIDerivedType(tag: DW_TAG_member, name: "ptr", scope: !42, file: !35, baseType: !47, size: 64, align: 64, flags: DIFlagPrivate)
!47 = !DICompositeType(tag: DW_TAG_structure_type, name: "NonNull<u32>", scope: !48, file: !35, size: 64, align: 64, flags: DIFlagPublic, elements: !50, templateParams: !53, identifier: "fb1048154646a3688da93e9784e14c26")
!48 = !DINamespace(name: "non_null", scope: !49)
!49 = !DINamespace(name: "ptr", scope: !31)
!50 = !{!51}
!51 = !DIDerivedType(tag: DW_TAG_member, name: "pointer", scope: !47, file: !35, baseType: !52, size: 64, align: 64, flags: DIFlagPrivate)
!52 = !DIDerivedType(tag: DW_TAG_pointer_type, name: "*const u32", baseType: !15, size: 64, align: 64, dwarfAddressSpace: 0)
!53 = !{!54}
!54 = !DITemplateTypeParameter(name: "T", type: !15)
!55 = !DIDerivedType(tag: DW_TAG_member, name: "end_or_len", scope: !42, file: !35, baseType: !52, size: 64, align: 64, offset: 64, flags: DIFlagPrivate)
!56 = !DIDerivedType(tag: DW_TAG_member, name: "_marker", scope: !42, file: !35, baseType: !57, align: 8, offset: 128, flags: DIFlagPrivate)
!57 = !DICompositeType(tag: DW_TAG_structure_type, name: "PhantomData<&u32>", scope: !58, file: !35, align: 8, flags: DIFlagPublic, elements: !22, templateParams: !59, identifier: "294f9296864bb29fb2f3fce45cf10fbe")
!58 = !DINamespace(name: "marker", scope: !31)
!59 = !{!60}
!60 = !DITemplateTypeParameter(name: "T", type: !61)
!61 = !DIDerivedType(tag: DW_TAG_pointer_type, name: "&u32", baseType: !15, size: 64, align: 64, dwarfAddressSpace: 0)
!62 = !DIDerivedType(tag: DW_TAG_member, name: "predicate", scope: !38, file: !35, baseType: !63, align: 8, offset: 128, flags: DIFlagPrivate)
!63 = !DICompositeType(tag: DW_TAG_structure_type, name: "{closure_env#0}", scope: !64, file: !35, align: 8, elements: !22, identifier: "3cc9a2dff83884066a1151a05123cead")
!64 = !DINamespace(name: "sum", scope: !9)
!65 = !{!66, !67}
!66 = !DITemplateTypeParameter(name: "I", type: !42)
!67 = !DITemplateTypeParameter(name: "P", type: !63)
!68 = !DIDerivedType(tag: DW_TAG_member, name: "f", scope: !34, file: !35, baseType: !69, align: 8, offset: 128, flags: DIFlagPrivate)
!69 = !DICompositeType(tag: DW_TAG_structure_type, name: "{closure_env#1}", scope: !64, file: !35, align: 8, elements: !22, identifier: "87679f1ed03154c7851429d8fa4a531a")
!70 = !{!71, !72}
!71 = !DITemplateTypeParameter(name: "I", type: !38)
!72 = !DITemplateTypeParameter(name: "F", type: !69)
!73 = !DICompositeType(tag: DW_TAG_structure_type, name: "{closure_env#0}<core::iter::adapters::map::Map<core::iter::adapters::filter::Filter<core::slice::iter::Iter<u32>, small::sum::{closure_env#0}>, small::sum::{closure_env#1}>>", scope: !74, file: !35, align: 8, elements: !22, identifier: "64dd95701e522dada33c786def60d7b1")
!74 = !DINamespace(name: "sum", scope: !75)
!75 = !DINamespace(name: "{impl#40}", scope: !76)
!76 = !DINamespace(name: "accum", scope: !77)
!77 = !DINamespace(name: "traits", scope: !30)
!78 = !{!79, !79, !79, !24, !80}
!79 = !DILocalVariable(name: "self", scope: !25, file: !26, line: 124, type: !34, align: 64)
!80 = !DILocalVariable(name: "g", scope: !25, file: !26, line: 124, type: !73, align: 8)
!81 = !{!82, !71, !72, !83, !84}
!82 = !DITemplateTypeParameter(name: "B", type: !12)
!83 = !DITemplateTypeParameter(name: "Acc", type: !12)
!84 = !DITemplateTypeParameter(name: "G", type: !73)
!85 = !DILocation(line: 0, scope: !25, inlinedAt: !86)
!86 = !DILocation(line: 50, column: 22, scope: !87, inlinedAt: !95)
!87 = distinct !DISubprogram(name: "sum<core::iter::adapters::map::Map<core::iter::adapters::filter::Filter<core::slice::iter::Iter<u32>, small::sum::{closure_env#0}>, small::sum::{closure_env#1}>>", linkageName: "_ZN54_$LT$u64$u20$as$u20$core..iter..traits..accum..Sum$GT$3sum17h04c018cdf014906fE", scope: !75, file: !88, line: 49, type: !89, scopeLine: 49, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !5, templateParams: !93, retainedNodes: !91)
!88 = !DIFile(filename: "library/core/src/iter/traits/accum.rs", directory: "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860", checksumkind: CSK_MD5, checksum: "29c702feed2d279674f04740ce9fc327")
!89 = !DISubroutineType(types: !90)
!90 = !{!12, !34}
!91 = !{!92, !92, !92}
!92 = !DILocalVariable(name: "iter", scope: !87, file: !88, line: 49, type: !34, align: 64)
!93 = !{!94}
!94 = !DITemplateTypeParameter(name: "I", type: !34)
!95 = !DILocation(line: 3658, column: 9, scope: !96, inlinedAt: !105)
!96 = distinct !DISubprogram(name: "sum<core::iter::adapters::map::Map<core::iter::adapters::filter::Filter<core::slice::iter::Iter<u32>, small::sum::{closure_env#0}>, small::sum::{closure_env#1}>, u64>", linkageName: "_ZN4core4iter6traits8iterator8Iterator3sum17hee4a8b3b47640790E", scope: !98, file: !97, line: 3653, type: !89, scopeLine: 3653, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !5, templateParams: !102, retainedNodes: !100)
!97 = !DIFile(filename: "library/core/src/iter/traits/iterator.rs", directory: "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860", checksumkind: CSK_MD5, checksum: "03f316921fc0b2bb7786dd4fa41456f9")
!98 = !DINamespace(name: "Iterator", scope: !99)
!99 = !DINamespace(name: "iterator", scope: !77)
!100 = !{!101, !101, !101}
!101 = !DILocalVariable(name: "self", scope: !96, file: !97, line: 3653, type: !34, align: 64)
!102 = !{!103, !104}
!103 = !DITemplateTypeParameter(name: "Self", type: !34)
!104 = !DITemplateTypeParameter(name: "S", type: !12)
!105 = !DILocation(line: 4, column: 88, scope: !7)
!106 = !DILocation(line: 124, column: 38, scope: !25, inlinedAt: !86)
!107 = !DILocalVariable(name: "init", scope: !108, file: !109, line: 161, type: !12, align: 64)
!108 = distinct !DISubprogram(name: "fold<core::slice::iter::Iter<u32>, small::sum::{closure_env#0}, u64, core::iter::adapters::map::map_fold::{closure_env#0}<&u32, u64, u64, small::sum::{closure_env#1}, core::iter::traits::accum::{impl#40}::sum::{closure_env#0}<core::iter::adapters::map::Map<core::iter::adapters::filter::Filter<core::slice::iter::Iter<u32>, small::sum::{closure_env#0}>, small::sum::{closure_env#1}>>>>", linkageName: "_ZN108_$LT$core..iter..adapters..filter..Filter$LT$I$C$P$GT$$u20$as$u20$core..iter..traits..iterator..Iterator$GT$4fold17h241f70de97984c11E", scope: !110, file: !109, line: 161, type: !111, scopeLine: 161, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !5, templateParams: !121, retainedNodes: !118)
!109 = !DIFile(filename: "library/core/src/iter/adapters/filter.rs", directory: "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860", checksumkind: CSK_MD5, checksum: "634e5fd3f9a3a9d3391e3e4b05922314")
!110 = !DINamespace(name: "{impl#3}", scope: !39)
!111 = !DISubroutineType(types: !112)
!112 = !{!12, !38, !12, !113}
!113 = !DICompositeType(tag: DW_TAG_structure_type, name: "{closure_env#0}<&u32, u64, u64, small::sum::{closure_env#1}, core::iter::traits::accum::{impl#40}::sum::{closure_env#0}<core::iter::adapters::map::Map<core::iter::adapters::filter::Filter<core::slice::iter::Iter<u32>, small::sum::{closure_env#0}>, small::sum::{closure_env#1}>>>", scope: !114, file: !35, align: 8, elements: !115, templateParams: !22, identifier: "e65bf6bb9c7347e4baed81890992bbe7")
!114 = !DINamespace(name: "map_fold", scope: !28)
!115 = !{!116, !117}
!116 = !DIDerivedType(tag: DW_TAG_member, name: "g", scope: !113, file: !35, baseType: !73, align: 8)
!117 = !DIDerivedType(tag: DW_TAG_member, name: "f", scope: !113, file: !35, baseType: !69, align: 8)
!118 = !{!119, !119, !107, !120}
!119 = !DILocalVariable(name: "self", scope: !108, file: !109, line: 161, type: !38, align: 64)
!120 = !DILocalVariable(name: "fold", scope: !108, file: !109, line: 161, type: !113, align: 8)
!121 = !{!66, !67, !83, !122}
!122 = !DITemplateTypeParameter(name: "Fold", type: !113)
!123 = !DILocation(line: 0, scope: !108, inlinedAt: !124)
!124 = !DILocation(line: 128, column: 19, scope: !25, inlinedAt: !86)
!125 = !DILocation(line: 161, column: 41, scope: !108, inlinedAt: !124)
!126 = !DILocation(line: 0, scope: !96, inlinedAt: !105)
!127 = !DILocation(line: 0, scope: !87, inlinedAt: !95)
!128 = !DILocalVariable(name: "self", arg: 1, scope: !129, file: !130, line: 259, type: !42)
!129 = distinct !DISubprogram(name: "fold<u32, u64, core::iter::adapters::filter::filter_fold::{closure_env#0}<&u32, u64, small::sum::{closure_env#0}, core::iter::adapters::map::map_fold::{closure_env#0}<&u32, u64, u64, small::sum::{closure_env#1}, core::iter::traits::accum::{impl#40}::sum::{closure_env#0}<core::iter::adapters::map::Map<core::iter::adapters::filter::Filter<core::slice::iter::Iter<u32>, small::sum::{closure_env#0}>, small::sum::{closure_env#1}>>>>>", linkageName: "_ZN91_$LT$core..slice..iter..Iter$LT$T$GT$$u20$as$u20$core..iter..traits..iterator..Iterator$GT$4fold17h8d99eb89cdf17587E", scope: !131, file: !130, line: 259, type: !132, scopeLine: 259, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !5, templateParams: !157, retainedNodes: !139)
!130 = !DIFile(filename: "library/core/src/slice/iter/macros.rs", directory: "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860", checksumkind: CSK_MD5, checksum: "87d1f0c2746f51593d75ddf4c9271f14")
!131 = !DINamespace(name: "{impl#171}", scope: !43)
!132 = !DISubroutineType(types: !133)
!133 = !{!12, !42, !12, !134}
!134 = !DICompositeType(tag: DW_TAG_structure_type, name: "{closure_env#0}<&u32, u64, small::sum::{closure_env#0}, core::iter::adapters::map::map_fold::{closure_env#0}<&u32, u64, u64, small::sum::{closure_env#1}, core::iter::traits::accum::{impl#40}::sum::{closure_env#0}<core::iter::adapters::map::Map<core::iter::adapters::filter::Filter<core::slice::iter::Iter<u32>, small::sum::{closure_env#0}>, small::sum::{closure_env#1}>>>>", scope: !135, file: !35, align: 8, elements: !136, templateParams: !22, identifier: "13aa454dd59a20191ef1faca0c064b99")
!135 = !DINamespace(name: "filter_fold", scope: !39)
!136 = !{!137, !138}
!137 = !DIDerivedType(tag: DW_TAG_member, name: "predicate", scope: !134, file: !35, baseType: !63, align: 8)
!138 = !DIDerivedType(tag: DW_TAG_member, name: "fold", scope: !134, file: !35, baseType: !113, align: 8)
!139 = !{!128, !140, !141, !142, !145, !147, !149, !151, !153, !155}
!140 = !DILocalVariable(name: "init", arg: 2, scope: !129, file: !130, line: 259, type: !12)
!141 = !DILocalVariable(name: "f", arg: 3, scope: !129, file: !130, line: 259, type: !134)
!142 = !DILocalVariable(name: "len", scope: !143, file: !130, line: 29, type: !144, align: 64)
!143 = distinct !DILexicalBlock(scope: !129, file: !130, line: 29, column: 13)
!144 = !DIBasicType(name: "usize", size: 64, encoding: DW_ATE_unsigned)
!145 = !DILocalVariable(name: "end", scope: !146, file: !130, line: 33, type: !47, align: 64)
!146 = distinct !DILexicalBlock(scope: !129, file: !130, line: 33, column: 13)
!147 = !DILocalVariable(name: "acc", scope: !148, file: !130, line: 273, type: !12, align: 64)
!148 = distinct !DILexicalBlock(scope: !129, file: !130, line: 273, column: 17)
!149 = !DILocalVariable(name: "i", scope: !150, file: !130, line: 274, type: !144, align: 64)
!150 = distinct !DILexicalBlock(scope: !148, file: !130, line: 274, column: 17)
!151 = !DILocalVariable(name: "len", scope: !152, file: !130, line: 275, type: !144, align: 64)
!152 = distinct !DILexicalBlock(scope: !150, file: !130, line: 275, column: 17)
!153 = !DILocalVariable(name: "len", scope: !154, file: !130, line: 29, type: !144, align: 64)
!154 = distinct !DILexicalBlock(scope: !150, file: !130, line: 29, column: 13)
!155 = !DILocalVariable(name: "end", scope: !156, file: !130, line: 33, type: !47, align: 64)
!156 = distinct !DILexicalBlock(scope: !150, file: !130, line: 33, column: 13)
!157 = !{!54, !82, !158}
!158 = !DITemplateTypeParameter(name: "F", type: !134)
!159 = !DILocation(line: 0, scope: !129, inlinedAt: !160)
!160 = distinct !DILocation(line: 165, column: 19, scope: !108, inlinedAt: !124)
!161 = !DILocation(line: 259, column: 42, scope: !129, inlinedAt: !160)
!162 = !DILocation(line: 0, scope: !148, inlinedAt: !160)
!163 = !DILocation(line: 0, scope: !150, inlinedAt: !160)
!164 = !DILocation(line: 0, scope: !152, inlinedAt: !160)
!165 = !DILocalVariable(name: "self", arg: 1, scope: !166, file: !167, line: 651, type: !47)
!166 = distinct !DISubprogram(name: "add<u32>", linkageName: "_ZN4core3ptr8non_null16NonNull$LT$T$GT$3add17h09a6fe5c5ad6409aE", scope: !47, file: !167, line: 651, type: !168, scopeLine: 651, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !5, templateParams: !53, declaration: !170, retainedNodes: !171)
!167 = !DIFile(filename: "library/core/src/ptr/non_null.rs", directory: "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860", checksumkind: CSK_MD5, checksum: "e5222a5160165ba1cd09076ad7a11733")
!168 = !DISubroutineType(types: !169)
!169 = !{!47, !47, !144}
!170 = !DISubprogram(name: "add<u32>", linkageName: "_ZN4core3ptr8non_null16NonNull$LT$T$GT$3add17h09a6fe5c5ad6409aE", scope: !47, file: !167, line: 651, type: !168, scopeLine: 651, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagOptimized, templateParams: !53)
!171 = !{!165, !172}
!172 = !DILocalVariable(name: "count", arg: 2, scope: !166, file: !167, line: 651, type: !144)
!173 = !DILocation(line: 0, scope: !166, inlinedAt: !174)
!174 = distinct !DILocation(line: 279, column: 67, scope: !152, inlinedAt: !160)
!175 = !DILocalVariable(name: "item", arg: 3, scope: !176, file: !109, line: 79, type: !61)
!176 = distinct !DISubprogram(name: "{closure#0}<&u32, u64, small::sum::{closure_env#0}, core::iter::adapters::map::map_fold::{closure_env#0}<&u32, u64, u64, small::sum::{closure_env#1}, core::iter::traits::accum::{impl#40}::sum::{closure_env#0}<core::iter::adapters::map::Map<core::iter::adapters::filter::Filter<core::slice::iter::Iter<u32>, small::sum::{closure_env#0}>, small::sum::{closure_env#1}>>>>", linkageName: "_ZN4core4iter8adapters6filter11filter_fold28_$u7b$$u7b$closure$u7d$$u7d$17h2d31539e715237d0E", scope: !135, file: !109, line: 79, type: !177, scopeLine: 79, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !5, templateParams: !184, retainedNodes: !180)
!177 = !DISubroutineType(types: !178)
!178 = !{!12, !179, !12, !61}
!179 = !DIDerivedType(tag: DW_TAG_pointer_type, name: "&mut core::iter::adapters::filter::filter_fold::{closure_env#0}<&u32, u64, small::sum::{closure_env#0}, core::iter::adapters::map::map_fold::{closure_env#0}<&u32, u64, u64, small::sum::{closure_env#1}, core::iter::traits::accum::{impl#40}::sum::{closure_env#0}<core::iter::adapters::map::Map<core::iter::adapters::filter::Filter<core::slice::iter::Iter<u32>, small::sum::{closure_env#0}>, small::sum::{closure_env#1}>>>>", baseType: !134, size: 64, align: 64, dwarfAddressSpace: 0)
!180 = !{!181, !175, !182, !183}
!181 = !DILocalVariable(name: "acc", arg: 2, scope: !176, file: !109, line: 79, type: !12)
!182 = !DILocalVariable(name: "predicate", scope: !176, file: !109, line: 76, type: !63, align: 8)
!183 = !DILocalVariable(name: "fold", scope: !176, file: !109, line: 77, type: !113, align: 8)
!184 = !{!60, !83, !185, !186}
!185 = !DITemplateTypeParameter(name: "impl FnMut(&T) -> bool", type: !63)
!186 = !DITemplateTypeParameter(name: "impl FnMut(Acc, T) -> Acc", type: !113)
!187 = !DILocation(line: 0, scope: !176, inlinedAt: !188)
!188 = distinct !DILocation(line: 279, column: 27, scope: !152, inlinedAt: !160)
!189 = !DILocalVariable(arg: 1, scope: !190, file: !8, line: 4, type: !194)
!190 = distinct !DISubprogram(name: "{closure#0}", linkageName: "_ZN5small3sum28_$u7b$$u7b$closure$u7d$$u7d$17hc438fa6fa91a205eE", scope: !64, file: !8, line: 4, type: !191, scopeLine: 4, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !5, templateParams: !22, retainedNodes: !196)
!191 = !DISubroutineType(types: !192)
!192 = !{!193, !194, !195}
!193 = !DIBasicType(name: "bool", size: 8, encoding: DW_ATE_boolean)
!194 = !DIDerivedType(tag: DW_TAG_pointer_type, name: "&mut small::sum::{closure_env#0}", baseType: !63, size: 64, align: 64, dwarfAddressSpace: 0)
!195 = !DIDerivedType(tag: DW_TAG_pointer_type, name: "&&u32", baseType: !61, size: 64, align: 64, dwarfAddressSpace: 0)
!196 = !{!197, !189}
!197 = !DILocalVariable(name: "value", arg: 2, scope: !190, file: !8, line: 4, type: !195)
!198 = !DILocation(line: 0, scope: !190, inlinedAt: !199)
!199 = distinct !DILocation(line: 79, column: 25, scope: !176, inlinedAt: !188)
!200 = !DILocation(line: 4, column: 34, scope: !190, inlinedAt: !199)
!201 = !{!202}
!202 = distinct !{!202, !203, !"_ZN4core4iter8adapters6filter11filter_fold28_$u7b$$u7b$closure$u7d$$u7d$17h2d31539e715237d0E: argument 0"}
!203 = distinct !{!203, !"_ZN4core4iter8adapters6filter11filter_fold28_$u7b$$u7b$closure$u7d$$u7d$17h2d31539e715237d0E"}
!204 = !{!205}
!205 = distinct !{!205, !206, !"_ZN5small3sum28_$u7b$$u7b$closure$u7d$$u7d$17hc438fa6fa91a205eE: %value"}
!206 = distinct !{!206, !"_ZN5small3sum28_$u7b$$u7b$closure$u7d$$u7d$17hc438fa6fa91a205eE"}
!207 = !DILocation(line: 79, column: 25, scope: !176, inlinedAt: !188)
!208 = !DILocation(line: 659, column: 28, scope: !166, inlinedAt: !174)
!209 = !DILocation(line: 4, column: 103, scope: !7)
!210 = !DILocation(line: 4, column: 5, scope: !7)
!211 = !DILocation(line: 5, column: 2, scope: !7)
; counts: 1 1 65
