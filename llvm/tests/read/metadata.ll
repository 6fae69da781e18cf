; Metadata: places in sources, and what is passed over.
; dump

@g = global i32 0, !dbg !20

define i32 @f(i32 %x) !dbg !4 !prof !{!"function_entry_count", i64 1} {
  %1 = add i32 %x, 1, !dbg !7, !tbaa !15, !annotation !{!"a, b)"}
  %2 = add i32 %1, 1, !dbg !DILocation(line: 70, column: 65535, scope: !6, inlinedAt: !8)
  br label %3, !dbg !9, !llvm.loop !12, !a\2Db !{}

3:
  #dbg_value(!DIArgList(i32 %1, i32 %2), !14, !DIExpression(DW_OP_LLVM_arg, 0), !7)
  #dbg_label(!14, !7)
  ret i32 %2, !srcloc !{i64 1}
}

!llvm.module.flags = !{!1, !2}
!llvm.dbg.cu = !{!3}
!nothing = !{}
!with\20space = !{!0}

!0 = !{}
!1 = !{i32 7, !"Dwarf Version", i32 5}
!2 = !{i32 2, !"Debug Info Version", i32 3}
!3 = distinct !DICompileUnit(language: DW_LANG_C11, file: !5, producer: "clang \22(", isOptimized: true, runtimeVersion: 0, emissionKind: FullDebug, splitDebugInlining: false, nameTableKind: None)
!4 = distinct !DISubprogram(name: "f", linkageName: "_f", scope: !5, file: !5, line: 3, type: !13, scopeLine: 3, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagDefinition | DISPFlagOptimized, unit: !3, retainedNodes: !0)
!5 = !DIFile(filename: "dir/a \22.c", directory: "/home/x", checksumkind: CSK_SHA256, checksum: "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF")
!6 = distinct !DILexicalBlock(scope: !4, file: !5, line: 4, column: 3)
!7 = !DILocation(line: 5, column: 9, scope: !6)
!8 = distinct !DILocation(line: 6, scope: !4)
!9 = !DILocation(line: 0, scope: !10)
!10 = !DILexicalBlockFile(scope: !6, file: !11, discriminator: 2)
!11 = !DIFile(filename: "b.c", directory: "", checksumkind: CSK_MD5, checksum: "00112233445566778899aabbccddeeff", source: "int x; // !5 = (")
!12 = distinct !{!12, !7, !8, !13}
!13 = !{!"llvm.loop.mustprogress", null, !{!0}, i32 4}
!14 = !DILocalVariable(name: "x", arg: 1, scope: !4, file: !5, line: 3, type: !18, annotations: !{!"}"})
!15 = !{!16, !16, i64 0}
!16 = !{!"int", !17, i64 0}
!17 = !{!"omnipotent char"}
!18 = !DIBasicType(name: "int", size: 32, encoding: DW_ATE_signed)
!19 = !DINamespace(name: "n", scope: null)
!20 = !DIGlobalVariableExpression(var: !21, expr: !DIExpression())
!21 = distinct !DIGlobalVariable(name: "g", scope: !19, file: !5, line: 1, type: !18, isLocal: false)
!23 = !DISubprogram(name: "declared", scope: !5, file: !5, line: -1)
!24 = !DILocation(line: 4294967295, column: 3, scope: !4, isImplicitCode: true)
