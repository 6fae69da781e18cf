; Spans: files by path, inlined calls, lines and columns that are not known.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
define i32 @outer(i32 %a) !dbg !10 {
  %b = add i32 %a, 1, !dbg !20
  %c = add i32 %b, 2, !dbg !21
  %d = add i32 %c, 3, !dbg !22
  %e = add i32 %d, 4, !dbg !23
  %f = add i32 %e, 5, !dbg !24
  %g = add i32 %f, 6
  %h = add i32 %g, 7, !dbg !25
  ret i32 %h, !dbg !DILocation(line: 30, column: 3, scope: !10)
}
define i32 @middle(i32 %a) !dbg !11 {
  ret i32 %a, !dbg !26
}
define i32 @inner(i32 %a) !dbg !12 {
  ret i32 %a, !dbg !27
}
define i32 @without(i32 %a) {
  ret i32 %a
}
!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!2}
!0 = distinct !DICompileUnit(language: DW_LANG_C11, file: !1, isOptimized: true, emissionKind: FullDebug)
!1 = !DIFile(filename: "no-such-file.c", directory: "src/", checksumkind: CSK_SHA256, checksum: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")
!2 = !{i32 2, !"Debug Info Version", i32 3}
!3 = !DIFile(filename: "/no/such/header.h", directory: "src")
!4 = !DISubroutineType(types: !{})
!10 = distinct !DISubprogram(name: "outer", scope: !1, file: !1, line: 12, type: !4, spFlags: DISPFlagDefinition, unit: !0)
!11 = distinct !DISubprogram(name: "middle", scope: !1, file: !1, line: 7, type: !4, spFlags: DISPFlagDefinition, unit: !0)
!12 = distinct !DISubprogram(name: "inner", scope: !3, file: !3, line: 2, type: !4, spFlags: DISPFlagDefinition, unit: !0)
!13 = distinct !DISubprogram(name: "gone", scope: !1, file: !1, line: 4, type: !4, spFlags: DISPFlagDefinition, unit: !0)
!14 = distinct !DILexicalBlock(scope: !10, file: !1, line: 13)
!15 = !DILexicalBlockFile(scope: !14, file: !3, discriminator: 1)
!20 = !DILocation(line: 14, column: 5, scope: !14)
!21 = !DILocation(line: 3, column: 9, scope: !12, inlinedAt: !30)
!22 = !DILocation(line: 15, scope: !10)
!23 = !DILocation(line: 0, scope: !10)
!24 = !DILocation(line: 40, column: 1, scope: !15)
!25 = !DILocation(line: 5, column: 2, scope: !13, inlinedAt: !32)
!26 = !DILocation(line: 8, column: 1, scope: !11)
!27 = !DILocation(line: 3, column: 1, scope: !12)
!30 = distinct !DILocation(line: 8, column: 10, scope: !11, inlinedAt: !31)
!31 = distinct !DILocation(line: 16, column: 11, scope: !10)
!32 = distinct !DILocation(line: 17, column: 12, scope: !10)
;= profile  hosted
;= source   0 "src/no-such-file.c" sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef lines=30
;= source   1 "/no/such/header.h" lines=40
;= fn pub @outer(%a: i32) -> (i32) source=0 !12:1 {
;= inlined 0 @middle !16:11
;= inlined 1 @inner !8:10 in=0
;= inlined 2 @gone !17:12
;= %b: i32 = iadd %a, 1 !14:5
;= %c: i32 = iadd %b, 2 !1:3:9 inlined=1
;= %d: i32 = iadd %c, 3 !15:1
;= %e: i32 = iadd %d, 4 !0:0
;= %f: i32 = iadd %e, 5 !1:40:1
;= %g: i32 = iadd %f, 6 !0:0
;= %h: i32 = iadd %g, 7 !5:2 inlined=2
;= return %h !30:3
;= fn pub @middle(%a: i32) -> (i32) source=0 !7:1 {
;= return %a !8:1
;= fn pub @inner(%a: i32) -> (i32) source=1 !2:1 {
;= return %a !3:1
;= fn pub @without(%a: i32) -> (i32) source=2 !20:12 {
;= return %a !21:3
