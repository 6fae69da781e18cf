; ModuleID = 'structs.c'
source_filename = "structs.c"
target datalayout = "e-m:e-p:32:32-Fi8-i64:64-v128:64:128-a:0:32-n32-S64"
target triple = "thumbv6m-unknown-none-eabi"

%struct.Rec = type { ptr, i32, i32, i32, [16 x i8] }

@sbox = internal unnamed_addr global [256 x i8] zeroinitializer, align 1, !dbg !0
@pool = internal global [8 x %struct.Rec] zeroinitializer, align 4, !dbg !11

; Function Attrs: nofree norecurse nosync nounwind optsize memory(readwrite, inaccessiblemem: none)
define dso_local i32 @k_structs(i32 noundef %0) local_unnamed_addr #0 !dbg !38 {
    #dbg_value(i32 %0, !42, !DIExpression(), !53)
    #dbg_value(i32 0, !46, !DIExpression(), !53)
    #dbg_value(i8 1, !47, !DIExpression(), !53)
    #dbg_value(i32 0, !43, !DIExpression(), !53)
    #dbg_value(i8 poison, !47, !DIExpression(), !53)
  br label %2, !dbg !54

2:                                                ; preds = %1, %2
  %3 = phi i32 [ 0, %1 ], [ %10, %2 ]
  %4 = phi i32 [ 1, %1 ], [ %9, %2 ]
    #dbg_value(i32 %3, !43, !DIExpression(), !53)
  %5 = trunc i32 %4 to i8, !dbg !56
  %6 = xor i8 %5, 99, !dbg !56
  %7 = getelementptr inbounds [256 x i8], ptr @sbox, i32 0, i32 %3, !dbg !59
  store i8 %6, ptr %7, align 1, !dbg !60, !tbaa !61
  %8 = mul i32 %4, 5, !dbg !64
  %9 = add i32 %8, 29, !dbg !65
    #dbg_value(i32 %9, !47, !DIExpression(DW_OP_LLVM_convert, 32, DW_ATE_unsigned, DW_OP_LLVM_convert, 8, DW_ATE_unsigned, DW_OP_stack_value), !53)
  %10 = add nuw nsw i32 %3, 1, !dbg !66
    #dbg_value(i32 %10, !43, !DIExpression(), !53)
    #dbg_value(i8 poison, !47, !DIExpression(), !53)
  %11 = icmp eq i32 %10, 256, !dbg !67
  br i1 %11, label %16, label %2, !dbg !54, !llvm.loop !68

12:                                               ; preds = %29
    #dbg_value(i32 %18, !43, !DIExpression(), !53)
  %13 = icmp eq i32 %18, 8, !dbg !71
  br i1 %13, label %14, label %16, !dbg !74, !llvm.loop !75

14:                                               ; preds = %12
    #dbg_value(i32 0, !46, !DIExpression(), !53)
    #dbg_value(i32 0, !45, !DIExpression(), !53)
  %15 = icmp eq i32 %0, 0, !dbg !77
  br i1 %15, label %114, label %36, !dbg !78

16:                                               ; preds = %2, %12
  %17 = phi i32 [ %18, %12 ], [ 0, %2 ]
    #dbg_value(i32 %17, !43, !DIExpression(), !53)
  %18 = add nuw nsw i32 %17, 1, !dbg !79
  %19 = and i32 %18, 7, !dbg !81
  %20 = getelementptr inbounds [8 x %struct.Rec], ptr @pool, i32 0, i32 %19, !dbg !82
  %21 = getelementptr inbounds [8 x %struct.Rec], ptr @pool, i32 0, i32 %17, !dbg !83
  store ptr %20, ptr %21, align 4, !dbg !84, !tbaa !85
  %22 = and i32 %17, 3, !dbg !89
  %23 = getelementptr inbounds i8, ptr %21, i32 4, !dbg !90
  store i32 %22, ptr %23, align 4, !dbg !91, !tbaa !92
  %24 = getelementptr inbounds i8, ptr %21, i32 8, !dbg !93
  store i32 %17, ptr %24, align 4, !dbg !94, !tbaa !95
  %25 = mul nuw nsw i32 %17, %17, !dbg !96
  %26 = getelementptr inbounds i8, ptr %21, i32 12, !dbg !97
  store i32 %25, ptr %26, align 4, !dbg !98, !tbaa !99
    #dbg_value(i32 0, !44, !DIExpression(), !53)
  %27 = shl nuw nsw i32 %17, 4
  %28 = getelementptr inbounds i8, ptr %21, i32 16
    #dbg_value(i32 0, !44, !DIExpression(), !53)
  br label %29, !dbg !100

29:                                               ; preds = %16, %29
  %30 = phi i32 [ 0, %16 ], [ %34, %29 ]
    #dbg_value(i32 %30, !44, !DIExpression(), !53)
  %31 = add nuw nsw i32 %30, %27, !dbg !102
  %32 = trunc nuw nsw i32 %31 to i8, !dbg !104
  %33 = getelementptr inbounds [16 x i8], ptr %28, i32 0, i32 %30, !dbg !105
  store i8 %32, ptr %33, align 1, !dbg !106, !tbaa !61
  %34 = add nuw nsw i32 %30, 1, !dbg !107
    #dbg_value(i32 %34, !44, !DIExpression(), !53)
  %35 = icmp eq i32 %34, 16, !dbg !108
  br i1 %35, label %12, label %29, !dbg !100, !llvm.loop !109

36:                                               ; preds = %14, %99
  %37 = phi i32 [ %111, %99 ], [ 0, %14 ]
  %38 = phi i32 [ %112, %99 ], [ 0, %14 ]
    #dbg_value(i32 %37, !46, !DIExpression(), !53)
    #dbg_value(i32 %38, !45, !DIExpression(), !53)
  %39 = and i32 %38, 7, !dbg !111
  %40 = getelementptr inbounds [8 x %struct.Rec], ptr @pool, i32 0, i32 %39, !dbg !112
    #dbg_value(ptr %40, !48, !DIExpression(), !113)
  %41 = load ptr, ptr %40, align 4, !dbg !114, !tbaa !85
  %42 = icmp eq ptr %41, %40, !dbg !116
  br i1 %42, label %43, label %47, !dbg !117

43:                                               ; preds = %36
  %44 = add i32 %38, 3, !dbg !118
  %45 = and i32 %44, 7, !dbg !119
  %46 = getelementptr inbounds [8 x %struct.Rec], ptr @pool, i32 0, i32 %45, !dbg !120
  store ptr %46, ptr %40, align 4, !dbg !121, !tbaa !85
  br label %47, !dbg !122

47:                                               ; preds = %43, %36
  %48 = phi ptr [ %46, %43 ], [ %41, %36 ], !dbg !123
  %49 = mul i32 %38, 3, !dbg !132
    #dbg_value(ptr %40, !128, !DIExpression(), !133)
    #dbg_value(i32 %49, !129, !DIExpression(), !133)
    #dbg_value(ptr %48, !130, !DIExpression(), !133)
  tail call void @llvm.memcpy.p0.p0.i32(ptr noundef nonnull align 4 dereferenceable(32) %48, ptr noundef nonnull align 4 dereferenceable(32) %40, i32 32, i1 false), !dbg !134, !tbaa.struct !135
  %50 = load ptr, ptr %40, align 4, !dbg !138, !tbaa !85
  %51 = load ptr, ptr %50, align 4, !dbg !139, !tbaa !85
  %52 = icmp eq ptr %51, %40, !dbg !140
  %53 = and i32 %49, 7, !dbg !141
  %54 = getelementptr inbounds [8 x %struct.Rec], ptr @pool, i32 0, i32 %53, !dbg !141
  %55 = select i1 %52, ptr %40, ptr %54, !dbg !141
  store ptr %55, ptr %48, align 4, !dbg !142, !tbaa !85
  %56 = getelementptr inbounds i8, ptr %40, i32 8, !dbg !143
  store i32 %49, ptr %56, align 4, !dbg !144, !tbaa !95
  %57 = add i32 %49, 5, !dbg !145
  %58 = getelementptr inbounds i8, ptr %48, i32 8, !dbg !146
  store i32 %57, ptr %58, align 4, !dbg !147, !tbaa !95
  %59 = getelementptr inbounds i8, ptr %40, i32 4, !dbg !148
  %60 = load i32, ptr %59, align 4, !dbg !148, !tbaa !92
  %61 = add i32 %60, 1, !dbg !149
  %62 = and i32 %61, 3, !dbg !150
  %63 = getelementptr inbounds i8, ptr %48, i32 4, !dbg !151
  store i32 %62, ptr %63, align 4, !dbg !152, !tbaa !92
  %64 = getelementptr inbounds i8, ptr %48, i32 16, !dbg !153
  %65 = getelementptr inbounds i8, ptr %40, i32 16, !dbg !155
    #dbg_value(ptr %64, !156, !DIExpression(), !167)
    #dbg_value(ptr %65, !165, !DIExpression(), !167)
    #dbg_value(i32 0, !166, !DIExpression(), !167)
  br label %69, !dbg !169

66:                                               ; preds = %69
  %67 = add nuw nsw i32 %70, 1, !dbg !171
    #dbg_value(i32 %67, !166, !DIExpression(), !167)
    #dbg_value(i32 %67, !166, !DIExpression(), !167)
  %68 = icmp eq i32 %67, 16, !dbg !173
  br i1 %68, label %76, label %69, !dbg !169, !llvm.loop !174

69:                                               ; preds = %66, %47
  %70 = phi i32 [ 0, %47 ], [ %67, %66 ]
    #dbg_value(i32 %70, !166, !DIExpression(), !167)
  %71 = getelementptr inbounds i8, ptr %64, i32 %70, !dbg !176
  %72 = load i8, ptr %71, align 1, !dbg !176, !tbaa !61
  %73 = getelementptr inbounds i8, ptr %65, i32 %70, !dbg !178
  %74 = load i8, ptr %73, align 1, !dbg !178, !tbaa !61
  %75 = icmp eq i8 %72, %74, !dbg !179
    #dbg_value(i32 %70, !166, !DIExpression(DW_OP_plus_uconst, 1, DW_OP_stack_value), !167)
  br i1 %75, label %66, label %80, !dbg !180

76:                                               ; preds = %66
  %77 = getelementptr inbounds i8, ptr %48, i32 12, !dbg !181
  %78 = load i32, ptr %77, align 4, !dbg !182, !tbaa !99
  %79 = add i32 %78, %49, !dbg !182
  store i32 %79, ptr %77, align 4, !dbg !182, !tbaa !99
  br label %84, !dbg !183

80:                                               ; preds = %69
  %81 = getelementptr inbounds i8, ptr %48, i32 12, !dbg !184
  %82 = load i32, ptr %81, align 4, !dbg !185, !tbaa !99
  %83 = xor i32 %82, %49, !dbg !185
  store i32 %83, ptr %81, align 4, !dbg !185, !tbaa !99
  br label %84

84:                                               ; preds = %80, %76
  %85 = phi i32 [ %83, %80 ], [ %79, %76 ]
  switch i32 %62, label %95 [
    i32 0, label %86
    i32 1, label %89
    i32 2, label %94
    i32 3, label %96
  ], !dbg !186

86:                                               ; preds = %84
  %87 = getelementptr inbounds i8, ptr %48, i32 12, !dbg !187
  %88 = add i32 %85, 3, !dbg !189
  store i32 %88, ptr %87, align 4, !dbg !189, !tbaa !99
  br label %99, !dbg !190

89:                                               ; preds = %84
  %90 = getelementptr inbounds i8, ptr %40, i32 12, !dbg !191
  %91 = load i32, ptr %90, align 4, !dbg !191, !tbaa !99
  %92 = getelementptr inbounds i8, ptr %48, i32 12, !dbg !192
  %93 = sub i32 %85, %91, !dbg !193
  store i32 %93, ptr %92, align 4, !dbg !193, !tbaa !99
  br label %99, !dbg !194

94:                                               ; preds = %84
  store i32 %85, ptr %58, align 4, !dbg !195, !tbaa !95
  br label %99, !dbg !196

95:                                               ; preds = %84
  unreachable

96:                                               ; preds = %84
  %97 = getelementptr inbounds i8, ptr %48, i32 12, !dbg !197
  %98 = mul i32 %85, 3, !dbg !198
  store i32 %98, ptr %97, align 4, !dbg !198, !tbaa !99
  br label %99, !dbg !199

99:                                               ; preds = %86, %89, %94, %96
  tail call fastcc void @round1(ptr noundef nonnull %65) #4, !dbg !200
  tail call fastcc void @round1(ptr noundef nonnull %65) #4, !dbg !201
  %100 = mul i32 %37, 31, !dbg !202
  %101 = load ptr, ptr %40, align 4, !dbg !203, !tbaa !85
  %102 = getelementptr inbounds i8, ptr %101, i32 12, !dbg !204
  %103 = load i32, ptr %102, align 4, !dbg !204, !tbaa !99
  %104 = add i32 %103, %100, !dbg !205
  %105 = and i32 %38, 15, !dbg !206
  %106 = getelementptr inbounds [16 x i8], ptr %65, i32 0, i32 %105, !dbg !207
  %107 = load i8, ptr %106, align 1, !dbg !207, !tbaa !61
  %108 = zext i8 %107 to i32, !dbg !208
  %109 = add i32 %104, %108, !dbg !209
  %110 = load i32, ptr %59, align 4, !dbg !210, !tbaa !92
  %111 = add i32 %109, %110, !dbg !211
    #dbg_value(i32 %111, !46, !DIExpression(), !53)
  %112 = add nuw i32 %38, 1, !dbg !212
    #dbg_value(i32 %112, !45, !DIExpression(), !53)
  %113 = icmp eq i32 %112, %0, !dbg !77
  br i1 %113, label %114, label %36, !dbg !78, !llvm.loop !213

114:                                              ; preds = %99, %14
  %115 = phi i32 [ 0, %14 ], [ %111, %99 ], !dbg !53
  ret i32 %115, !dbg !215
}

; Function Attrs: mustprogress nocallback nofree nosync nounwind willreturn memory(argmem: readwrite)
declare void @llvm.lifetime.start.p0(i64 immarg, ptr nocapture) #1

; Function Attrs: nofree norecurse nosync nounwind optsize memory(read, argmem: readwrite, inaccessiblemem: none)
define internal fastcc void @round1(ptr nocapture noundef %0) unnamed_addr #2 !dbg !216 {
  %2 = alloca [16 x i8], align 1, !DIAssignID !232
    #dbg_assign(i1 undef, !222, !DIExpression(), !232, ptr %2, !DIExpression(), !233)
    #dbg_value(ptr %0, !221, !DIExpression(), !233)
  call void @llvm.lifetime.start.p0(i64 16, ptr nonnull %2) #5, !dbg !234
    #dbg_value(i32 0, !223, !DIExpression(), !233)
  br label %3, !dbg !235

3:                                                ; preds = %1, %3
  %4 = phi i32 [ 0, %1 ], [ %13, %3 ]
    #dbg_value(i32 %4, !223, !DIExpression(), !233)
  %5 = mul nuw nsw i32 %4, 5, !dbg !237
  %6 = and i32 %5, 15, !dbg !239
  %7 = getelementptr inbounds i8, ptr %0, i32 %6, !dbg !240
  %8 = load i8, ptr %7, align 1, !dbg !240, !tbaa !61
  %9 = zext i8 %8 to i32, !dbg !241
  %10 = getelementptr inbounds [256 x i8], ptr @sbox, i32 0, i32 %9, !dbg !241
  %11 = load i8, ptr %10, align 1, !dbg !241, !tbaa !61
  %12 = getelementptr inbounds [16 x i8], ptr %2, i32 0, i32 %4, !dbg !242
  store i8 %11, ptr %12, align 1, !dbg !243, !tbaa !61
  %13 = add nuw nsw i32 %4, 1, !dbg !244
    #dbg_value(i32 %13, !223, !DIExpression(), !233)
  %14 = icmp eq i32 %13, 16, !dbg !245
  br i1 %14, label %15, label %3, !dbg !235, !llvm.loop !246

15:                                               ; preds = %3, %15
  %16 = phi i32 [ %61, %15 ], [ 0, %3 ]
    #dbg_value(i32 %16, !223, !DIExpression(), !233)
  %17 = getelementptr inbounds [16 x i8], ptr %2, i32 0, i32 %16, !dbg !248
  %18 = load i8, ptr %17, align 1, !dbg !248, !tbaa !61
    #dbg_value(i8 %18, !224, !DIExpression(), !249)
  %19 = or disjoint i32 %16, 1, !dbg !250
  %20 = getelementptr inbounds [16 x i8], ptr %2, i32 0, i32 %19, !dbg !251
  %21 = load i8, ptr %20, align 1, !dbg !251, !tbaa !61
    #dbg_value(i8 %21, !228, !DIExpression(), !249)
  %22 = or disjoint i32 %16, 2, !dbg !252
  %23 = getelementptr inbounds [16 x i8], ptr %2, i32 0, i32 %22, !dbg !253
  %24 = load i8, ptr %23, align 1, !dbg !253, !tbaa !61
    #dbg_value(i8 %24, !229, !DIExpression(), !249)
  %25 = or disjoint i32 %16, 3, !dbg !254
  %26 = getelementptr inbounds [16 x i8], ptr %2, i32 0, i32 %25, !dbg !255
  %27 = load i8, ptr %26, align 1, !dbg !255, !tbaa !61
    #dbg_value(i8 %27, !230, !DIExpression(), !249)
  %28 = xor i8 %21, %18, !dbg !256
  %29 = xor i8 %24, %28, !dbg !257
  %30 = xor i8 %29, %27, !dbg !257
    #dbg_value(i8 %30, !231, !DIExpression(), !249)
    #dbg_value(i8 %28, !258, !DIExpression(), !263)
  %31 = shl i8 %28, 1, !dbg !265
  %32 = icmp slt i8 %28, 0, !dbg !266
  %33 = select i1 %32, i8 27, i8 0, !dbg !266
  %34 = xor i8 %31, %33, !dbg !267
  %35 = xor i8 %34, %18, !dbg !267
  %36 = xor i8 %35, %30, !dbg !267
  %37 = getelementptr inbounds i8, ptr %0, i32 %16, !dbg !268
  store i8 %36, ptr %37, align 1, !dbg !269, !tbaa !61
  %38 = xor i8 %24, %21, !dbg !270
    #dbg_value(i8 %38, !258, !DIExpression(), !271)
  %39 = shl i8 %38, 1, !dbg !273
  %40 = icmp slt i8 %38, 0, !dbg !274
  %41 = select i1 %40, i8 27, i8 0, !dbg !274
  %42 = xor i8 %39, %41, !dbg !275
  %43 = xor i8 %42, %21, !dbg !275
  %44 = xor i8 %43, %30, !dbg !275
  %45 = getelementptr inbounds i8, ptr %0, i32 %19, !dbg !276
  store i8 %44, ptr %45, align 1, !dbg !277, !tbaa !61
  %46 = xor i8 %27, %24, !dbg !278
    #dbg_value(i8 %46, !258, !DIExpression(), !279)
  %47 = shl i8 %46, 1, !dbg !281
  %48 = icmp slt i8 %46, 0, !dbg !282
  %49 = select i1 %48, i8 27, i8 0, !dbg !282
  %50 = xor i8 %47, %49, !dbg !283
  %51 = xor i8 %50, %28, !dbg !283
  %52 = xor i8 %51, %27, !dbg !283
  %53 = getelementptr inbounds i8, ptr %0, i32 %22, !dbg !284
  store i8 %52, ptr %53, align 1, !dbg !285, !tbaa !61
  %54 = xor i8 %27, %18, !dbg !286
    #dbg_value(i8 %54, !258, !DIExpression(), !287)
  %55 = shl i8 %54, 1, !dbg !289
  %56 = icmp slt i8 %54, 0, !dbg !290
  %57 = select i1 %56, i8 27, i8 0, !dbg !290
  %58 = xor i8 %55, %57, !dbg !291
  %59 = xor i8 %58, %29, !dbg !291
  %60 = getelementptr inbounds i8, ptr %0, i32 %25, !dbg !292
  store i8 %59, ptr %60, align 1, !dbg !293, !tbaa !61
  %61 = add nuw nsw i32 %16, 4, !dbg !294
    #dbg_value(i32 %61, !223, !DIExpression(), !233)
  %62 = icmp ult i32 %16, 12, !dbg !295
  br i1 %62, label %15, label %63, !dbg !296, !llvm.loop !297

63:                                               ; preds = %15
  call void @llvm.lifetime.end.p0(i64 16, ptr nonnull %2) #5, !dbg !299
  ret void, !dbg !299
}

; Function Attrs: mustprogress nocallback nofree nosync nounwind willreturn memory(argmem: readwrite)
declare void @llvm.lifetime.end.p0(i64 immarg, ptr nocapture) #1

; Function Attrs: mustprogress nocallback nofree nounwind willreturn memory(argmem: readwrite)
declare void @llvm.memcpy.p0.p0.i32(ptr noalias nocapture writeonly, ptr noalias nocapture readonly, i32, i1 immarg) #3

attributes #0 = { nofree norecurse nosync nounwind optsize memory(readwrite, inaccessiblemem: none) "frame-pointer"="all" "no-builtins" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="cortex-m0" "target-features"="+armv6-m,+soft-float,+strict-align,+thumb-mode,-aes,-bf16,-d32,-dotprod,-fp-armv8,-fp-armv8d16,-fp-armv8d16sp,-fp-armv8sp,-fp16,-fp16fml,-fp64,-fpregs,-fullfp16,-mve,-mve.fp,-neon,-sha2,-vfp2,-vfp2sp,-vfp3,-vfp3d16,-vfp3d16sp,-vfp3sp,-vfp4,-vfp4d16,-vfp4d16sp,-vfp4sp" "use-soft-float"="true" }
attributes #1 = { mustprogress nocallback nofree nosync nounwind willreturn memory(argmem: readwrite) }
attributes #2 = { nofree norecurse nosync nounwind optsize memory(read, argmem: readwrite, inaccessiblemem: none) "frame-pointer"="all" "no-builtins" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="cortex-m0" "target-features"="+armv6-m,+soft-float,+strict-align,+thumb-mode,-aes,-bf16,-d32,-dotprod,-fp-armv8,-fp-armv8d16,-fp-armv8d16sp,-fp-armv8sp,-fp16,-fp16fml,-fp64,-fpregs,-fullfp16,-mve,-mve.fp,-neon,-sha2,-vfp2,-vfp2sp,-vfp3,-vfp3d16,-vfp3d16sp,-vfp3sp,-vfp4,-vfp4d16,-vfp4d16sp,-vfp4sp" "use-soft-float"="true" }
attributes #3 = { mustprogress nocallback nofree nounwind willreturn memory(argmem: readwrite) }
attributes #4 = { nobuiltin optsize "no-builtins" }
attributes #5 = { nounwind }

!llvm.dbg.cu = !{!2}
!llvm.module.flags = !{!31, !32, !33, !34, !35, !36}
!llvm.ident = !{!37}

!0 = !DIGlobalVariableExpression(var: !1, expr: !DIExpression())
!1 = distinct !DIGlobalVariable(name: "sbox", scope: !2, file: !3, line: 5, type: !28, isLocal: true, isDefinition: true)
!2 = distinct !DICompileUnit(language: DW_LANG_C11, file: !3, producer: "Debian clang version 19.1.7 (3~deb12u1)", isOptimized: true, runtimeVersion: 0, emissionKind: FullDebug, retainedTypes: !4, globals: !10, splitDebugInlining: false, nameTableKind: None)
!3 = !DIFile(filename: "structs.c", directory: ".", checksumkind: CSK_MD5, checksum: "b6050d7bcea299191057328a338ba778")
!4 = !{!5, !8}
!5 = !DIDerivedType(tag: DW_TAG_typedef, name: "u8", file: !6, line: 4, baseType: !7)
!6 = !DIFile(filename: "./k.h", directory: ".", checksumkind: CSK_MD5, checksum: "92d2dce31644045d8dcf481040ee347a")
!7 = !DIBasicType(name: "unsigned char", size: 8, encoding: DW_ATE_unsigned_char)
!8 = !DIDerivedType(tag: DW_TAG_typedef, name: "u32", file: !6, line: 8, baseType: !9)
!9 = !DIBasicType(name: "unsigned int", size: 32, encoding: DW_ATE_unsigned)
!10 = !{!11, !0}
!11 = !DIGlobalVariableExpression(var: !12, expr: !DIExpression())
!12 = distinct !DIGlobalVariable(name: "pool", scope: !2, file: !3, line: 4, type: !13, isLocal: true, isDefinition: true)
!13 = !DICompositeType(tag: DW_TAG_array_type, baseType: !14, size: 2048, elements: !26)
!14 = !DIDerivedType(tag: DW_TAG_typedef, name: "Rec", file: !3, line: 3, baseType: !15)
!15 = distinct !DICompositeType(tag: DW_TAG_structure_type, name: "Rec", file: !3, line: 3, size: 256, elements: !16)
!16 = !{!17, !19, !20, !21, !22}
!17 = !DIDerivedType(tag: DW_TAG_member, name: "next", scope: !15, file: !3, line: 3, baseType: !18, size: 32)
!18 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !15, size: 32)
!19 = !DIDerivedType(tag: DW_TAG_member, name: "kind", scope: !15, file: !3, line: 3, baseType: !8, size: 32, offset: 32)
!20 = !DIDerivedType(tag: DW_TAG_member, name: "a", scope: !15, file: !3, line: 3, baseType: !8, size: 32, offset: 64)
!21 = !DIDerivedType(tag: DW_TAG_member, name: "b", scope: !15, file: !3, line: 3, baseType: !8, size: 32, offset: 96)
!22 = !DIDerivedType(tag: DW_TAG_member, name: "name", scope: !15, file: !3, line: 3, baseType: !23, size: 128, offset: 128)
!23 = !DICompositeType(tag: DW_TAG_array_type, baseType: !5, size: 128, elements: !24)
!24 = !{!25}
!25 = !DISubrange(count: 16)
!26 = !{!27}
!27 = !DISubrange(count: 8)
!28 = !DICompositeType(tag: DW_TAG_array_type, baseType: !5, size: 2048, elements: !29)
!29 = !{!30}
!30 = !DISubrange(count: 256)
!31 = !{i32 7, !"Dwarf Version", i32 5}
!32 = !{i32 2, !"Debug Info Version", i32 3}
!33 = !{i32 1, !"wchar_size", i32 4}
!34 = !{i32 1, !"min_enum_size", i32 4}
!35 = !{i32 7, !"frame-pointer", i32 2}
!36 = !{i32 7, !"debug-info-assignment-tracking", i1 true}
!37 = !{!"Debian clang version 19.1.7 (3~deb12u1)"}
!38 = distinct !DISubprogram(name: "k_structs", scope: !3, file: !3, line: 33, type: !39, scopeLine: 33, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagDefinition | DISPFlagOptimized, unit: !2, retainedNodes: !41)
!39 = !DISubroutineType(types: !40)
!40 = !{!8, !8}
!41 = !{!42, !43, !44, !45, !46, !47, !48}
!42 = !DILocalVariable(name: "n", arg: 1, scope: !38, file: !3, line: 33, type: !8)
!43 = !DILocalVariable(name: "i", scope: !38, file: !3, line: 34, type: !8)
!44 = !DILocalVariable(name: "j", scope: !38, file: !3, line: 34, type: !8)
!45 = !DILocalVariable(name: "r", scope: !38, file: !3, line: 34, type: !8)
!46 = !DILocalVariable(name: "sum", scope: !38, file: !3, line: 34, type: !8)
!47 = !DILocalVariable(name: "v", scope: !38, file: !3, line: 35, type: !5)
!48 = !DILocalVariable(name: "q", scope: !49, file: !3, line: 42, type: !52)
!49 = distinct !DILexicalBlock(scope: !50, file: !3, line: 41, column: 27)
!50 = distinct !DILexicalBlock(scope: !51, file: !3, line: 41, column: 3)
!51 = distinct !DILexicalBlock(scope: !38, file: !3, line: 41, column: 3)
!52 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !14, size: 32)
!53 = !DILocation(line: 0, scope: !38)
!54 = !DILocation(line: 36, column: 3, scope: !55)
!55 = distinct !DILexicalBlock(scope: !38, file: !3, line: 36, column: 3)
!56 = !DILocation(line: 36, column: 41, scope: !57)
!57 = distinct !DILexicalBlock(scope: !58, file: !3, line: 36, column: 29)
!58 = distinct !DILexicalBlock(scope: !55, file: !3, line: 36, column: 3)
!59 = !DILocation(line: 36, column: 31, scope: !57)
!60 = !DILocation(line: 36, column: 39, scope: !57)
!61 = !{!62, !62, i64 0}
!62 = !{!"omnipotent char", !63, i64 0}
!63 = !{!"Simple C/C++ TBAA"}
!64 = !DILocation(line: 36, column: 68, scope: !57)
!65 = !DILocation(line: 36, column: 72, scope: !57)
!66 = !DILocation(line: 36, column: 25, scope: !58)
!67 = !DILocation(line: 36, column: 17, scope: !58)
!68 = distinct !{!68, !54, !69, !70}
!69 = !DILocation(line: 36, column: 79, scope: !55)
!70 = !{!"llvm.loop.mustprogress"}
!71 = !DILocation(line: 37, column: 17, scope: !72)
!72 = distinct !DILexicalBlock(scope: !73, file: !3, line: 37, column: 3)
!73 = distinct !DILexicalBlock(scope: !38, file: !3, line: 37, column: 3)
!74 = !DILocation(line: 37, column: 3, scope: !73)
!75 = distinct !{!75, !74, !76, !70}
!76 = !DILocation(line: 40, column: 3, scope: !73)
!77 = !DILocation(line: 41, column: 17, scope: !50)
!78 = !DILocation(line: 41, column: 3, scope: !51)
!79 = !DILocation(line: 38, column: 29, scope: !80)
!80 = distinct !DILexicalBlock(scope: !72, file: !3, line: 37, column: 27)
!81 = !DILocation(line: 38, column: 34, scope: !80)
!82 = !DILocation(line: 38, column: 21, scope: !80)
!83 = !DILocation(line: 38, column: 5, scope: !80)
!84 = !DILocation(line: 38, column: 18, scope: !80)
!85 = !{!86, !87, i64 0}
!86 = !{!"Rec", !87, i64 0, !88, i64 4, !88, i64 8, !88, i64 12, !62, i64 16}
!87 = !{!"any pointer", !62, i64 0}
!88 = !{!"int", !62, i64 0}
!89 = !DILocation(line: 38, column: 57, scope: !80)
!90 = !DILocation(line: 38, column: 48, scope: !80)
!91 = !DILocation(line: 38, column: 53, scope: !80)
!92 = !{!86, !88, i64 4}
!93 = !DILocation(line: 38, column: 70, scope: !80)
!94 = !DILocation(line: 38, column: 72, scope: !80)
!95 = !{!86, !88, i64 8}
!96 = !DILocation(line: 38, column: 91, scope: !80)
!97 = !DILocation(line: 38, column: 85, scope: !80)
!98 = !DILocation(line: 38, column: 87, scope: !80)
!99 = !{!86, !88, i64 12}
!100 = !DILocation(line: 39, column: 5, scope: !101)
!101 = distinct !DILexicalBlock(scope: !80, file: !3, line: 39, column: 5)
!102 = !DILocation(line: 39, column: 60, scope: !103)
!103 = distinct !DILexicalBlock(scope: !101, file: !3, line: 39, column: 5)
!104 = !DILocation(line: 39, column: 48, scope: !103)
!105 = !DILocation(line: 39, column: 30, scope: !103)
!106 = !DILocation(line: 39, column: 46, scope: !103)
!107 = !DILocation(line: 39, column: 26, scope: !103)
!108 = !DILocation(line: 39, column: 19, scope: !103)
!109 = distinct !{!109, !100, !110, !70}
!110 = !DILocation(line: 39, column: 63, scope: !101)
!111 = !DILocation(line: 42, column: 22, scope: !49)
!112 = !DILocation(line: 42, column: 15, scope: !49)
!113 = !DILocation(line: 0, scope: !49)
!114 = !DILocation(line: 43, column: 12, scope: !115)
!115 = distinct !DILexicalBlock(scope: !49, file: !3, line: 43, column: 9)
!116 = !DILocation(line: 43, column: 17, scope: !115)
!117 = !DILocation(line: 43, column: 9, scope: !49)
!118 = !DILocation(line: 43, column: 42, scope: !115)
!119 = !DILocation(line: 43, column: 47, scope: !115)
!120 = !DILocation(line: 43, column: 34, scope: !115)
!121 = !DILocation(line: 43, column: 31, scope: !115)
!122 = !DILocation(line: 43, column: 23, scope: !115)
!123 = !DILocation(line: 21, column: 16, scope: !124, inlinedAt: !131)
!124 = distinct !DISubprogram(name: "proc", scope: !3, file: !3, line: 20, type: !125, scopeLine: 20, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !2, retainedNodes: !127)
!125 = !DISubroutineType(types: !126)
!126 = !{null, !52, !8}
!127 = !{!128, !129, !130}
!128 = !DILocalVariable(name: "r", arg: 1, scope: !124, file: !3, line: 20, type: !52)
!129 = !DILocalVariable(name: "v", arg: 2, scope: !124, file: !3, line: 20, type: !8)
!130 = !DILocalVariable(name: "nx", scope: !124, file: !3, line: 21, type: !52)
!131 = distinct !DILocation(line: 44, column: 5, scope: !49)
!132 = !DILocation(line: 44, column: 15, scope: !49)
!133 = !DILocation(line: 0, scope: !124, inlinedAt: !131)
!134 = !DILocation(line: 22, column: 9, scope: !124, inlinedAt: !131)
!135 = !{i64 0, i64 4, !136, i64 4, i64 4, !137, i64 8, i64 4, !137, i64 12, i64 4, !137, i64 16, i64 16, !61}
!136 = !{!87, !87, i64 0}
!137 = !{!88, !88, i64 0}
!138 = !DILocation(line: 23, column: 17, scope: !124, inlinedAt: !131)
!139 = !DILocation(line: 23, column: 23, scope: !124, inlinedAt: !131)
!140 = !DILocation(line: 23, column: 28, scope: !124, inlinedAt: !131)
!141 = !DILocation(line: 23, column: 14, scope: !124, inlinedAt: !131)
!142 = !DILocation(line: 23, column: 12, scope: !124, inlinedAt: !131)
!143 = !DILocation(line: 24, column: 6, scope: !124, inlinedAt: !131)
!144 = !DILocation(line: 24, column: 8, scope: !124, inlinedAt: !131)
!145 = !DILocation(line: 24, column: 26, scope: !124, inlinedAt: !131)
!146 = !DILocation(line: 24, column: 17, scope: !124, inlinedAt: !131)
!147 = !DILocation(line: 24, column: 19, scope: !124, inlinedAt: !131)
!148 = !DILocation(line: 24, column: 46, scope: !124, inlinedAt: !131)
!149 = !DILocation(line: 24, column: 51, scope: !124, inlinedAt: !131)
!150 = !DILocation(line: 24, column: 56, scope: !124, inlinedAt: !131)
!151 = !DILocation(line: 24, column: 35, scope: !124, inlinedAt: !131)
!152 = !DILocation(line: 24, column: 40, scope: !124, inlinedAt: !131)
!153 = !DILocation(line: 25, column: 16, scope: !154, inlinedAt: !131)
!154 = distinct !DILexicalBlock(scope: !124, file: !3, line: 25, column: 7)
!155 = !DILocation(line: 25, column: 25, scope: !154, inlinedAt: !131)
!156 = !DILocalVariable(name: "a", arg: 1, scope: !157, file: !3, line: 19, type: !162)
!157 = distinct !DISubprogram(name: "same", scope: !3, file: !3, line: 19, type: !158, scopeLine: 19, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !2, retainedNodes: !164)
!158 = !DISubroutineType(types: !159)
!159 = !{!160, !162, !162}
!160 = !DIDerivedType(tag: DW_TAG_typedef, name: "i32", file: !6, line: 9, baseType: !161)
!161 = !DIBasicType(name: "int", size: 32, encoding: DW_ATE_signed)
!162 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !163, size: 32)
!163 = !DIDerivedType(tag: DW_TAG_const_type, baseType: !5)
!164 = !{!156, !165, !166}
!165 = !DILocalVariable(name: "b", arg: 2, scope: !157, file: !3, line: 19, type: !162)
!166 = !DILocalVariable(name: "i", scope: !157, file: !3, line: 19, type: !8)
!167 = !DILocation(line: 0, scope: !157, inlinedAt: !168)
!168 = distinct !DILocation(line: 25, column: 7, scope: !154, inlinedAt: !131)
!169 = !DILocation(line: 19, column: 52, scope: !170, inlinedAt: !168)
!170 = distinct !DILexicalBlock(scope: !157, file: !3, line: 19, column: 52)
!171 = !DILocation(line: 19, column: 73, scope: !172, inlinedAt: !168)
!172 = distinct !DILexicalBlock(scope: !170, file: !3, line: 19, column: 52)
!173 = !DILocation(line: 19, column: 66, scope: !172, inlinedAt: !168)
!174 = distinct !{!174, !169, !175, !70}
!175 = !DILocation(line: 19, column: 102, scope: !170, inlinedAt: !168)
!176 = !DILocation(line: 19, column: 81, scope: !177, inlinedAt: !168)
!177 = distinct !DILexicalBlock(scope: !172, file: !3, line: 19, column: 81)
!178 = !DILocation(line: 19, column: 89, scope: !177, inlinedAt: !168)
!179 = !DILocation(line: 19, column: 86, scope: !177, inlinedAt: !168)
!180 = !DILocation(line: 19, column: 81, scope: !172, inlinedAt: !168)
!181 = !DILocation(line: 25, column: 36, scope: !154, inlinedAt: !131)
!182 = !DILocation(line: 25, column: 38, scope: !154, inlinedAt: !131)
!183 = !DILocation(line: 25, column: 32, scope: !154, inlinedAt: !131)
!184 = !DILocation(line: 25, column: 53, scope: !154, inlinedAt: !131)
!185 = !DILocation(line: 25, column: 55, scope: !154, inlinedAt: !131)
!186 = !DILocation(line: 26, column: 3, scope: !124, inlinedAt: !131)
!187 = !DILocation(line: 27, column: 15, scope: !188, inlinedAt: !131)
!188 = distinct !DILexicalBlock(scope: !124, file: !3, line: 26, column: 21)
!189 = !DILocation(line: 27, column: 17, scope: !188, inlinedAt: !131)
!190 = !DILocation(line: 27, column: 23, scope: !188, inlinedAt: !131)
!191 = !DILocation(line: 28, column: 23, scope: !188, inlinedAt: !131)
!192 = !DILocation(line: 28, column: 15, scope: !188, inlinedAt: !131)
!193 = !DILocation(line: 28, column: 17, scope: !188, inlinedAt: !131)
!194 = !DILocation(line: 28, column: 26, scope: !188, inlinedAt: !131)
!195 = !DILocation(line: 29, column: 17, scope: !188, inlinedAt: !131)
!196 = !DILocation(line: 29, column: 26, scope: !188, inlinedAt: !131)
!197 = !DILocation(line: 30, column: 16, scope: !188, inlinedAt: !131)
!198 = !DILocation(line: 30, column: 18, scope: !188, inlinedAt: !131)
!199 = !DILocation(line: 30, column: 24, scope: !188, inlinedAt: !131)
!200 = !DILocation(line: 45, column: 5, scope: !49)
!201 = !DILocation(line: 46, column: 5, scope: !49)
!202 = !DILocation(line: 47, column: 15, scope: !49)
!203 = !DILocation(line: 47, column: 25, scope: !49)
!204 = !DILocation(line: 47, column: 31, scope: !49)
!205 = !DILocation(line: 47, column: 20, scope: !49)
!206 = !DILocation(line: 47, column: 50, scope: !49)
!207 = !DILocation(line: 47, column: 40, scope: !49)
!208 = !DILocation(line: 47, column: 35, scope: !49)
!209 = !DILocation(line: 47, column: 33, scope: !49)
!210 = !DILocation(line: 47, column: 61, scope: !49)
!211 = !DILocation(line: 47, column: 56, scope: !49)
!212 = !DILocation(line: 41, column: 23, scope: !50)
!213 = distinct !{!213, !78, !214, !70}
!214 = !DILocation(line: 48, column: 3, scope: !51)
!215 = !DILocation(line: 49, column: 3, scope: !38)
!216 = distinct !DISubprogram(name: "round1", scope: !3, file: !3, line: 7, type: !217, scopeLine: 7, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !2, retainedNodes: !220)
!217 = !DISubroutineType(types: !218)
!218 = !{null, !219}
!219 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !5, size: 32)
!220 = !{!221, !222, !223, !224, !228, !229, !230, !231}
!221 = !DILocalVariable(name: "s", arg: 1, scope: !216, file: !3, line: 7, type: !219)
!222 = !DILocalVariable(name: "t", scope: !216, file: !3, line: 8, type: !23)
!223 = !DILocalVariable(name: "i", scope: !216, file: !3, line: 9, type: !8)
!224 = !DILocalVariable(name: "a", scope: !225, file: !3, line: 12, type: !5)
!225 = distinct !DILexicalBlock(scope: !226, file: !3, line: 11, column: 31)
!226 = distinct !DILexicalBlock(scope: !227, file: !3, line: 11, column: 3)
!227 = distinct !DILexicalBlock(scope: !216, file: !3, line: 11, column: 3)
!228 = !DILocalVariable(name: "b", scope: !225, file: !3, line: 12, type: !5)
!229 = !DILocalVariable(name: "c", scope: !225, file: !3, line: 12, type: !5)
!230 = !DILocalVariable(name: "d", scope: !225, file: !3, line: 12, type: !5)
!231 = !DILocalVariable(name: "e", scope: !225, file: !3, line: 12, type: !5)
!232 = distinct !DIAssignID()
!233 = !DILocation(line: 0, scope: !216)
!234 = !DILocation(line: 8, column: 3, scope: !216)
!235 = !DILocation(line: 10, column: 3, scope: !236)
!236 = distinct !DILexicalBlock(scope: !216, file: !3, line: 10, column: 3)
!237 = !DILocation(line: 10, column: 45, scope: !238)
!238 = distinct !DILexicalBlock(scope: !236, file: !3, line: 10, column: 3)
!239 = !DILocation(line: 10, column: 50, scope: !238)
!240 = !DILocation(line: 10, column: 40, scope: !238)
!241 = !DILocation(line: 10, column: 35, scope: !238)
!242 = !DILocation(line: 10, column: 28, scope: !238)
!243 = !DILocation(line: 10, column: 33, scope: !238)
!244 = !DILocation(line: 10, column: 24, scope: !238)
!245 = !DILocation(line: 10, column: 17, scope: !238)
!246 = distinct !{!246, !235, !247, !70}
!247 = !DILocation(line: 10, column: 55, scope: !236)
!248 = !DILocation(line: 12, column: 12, scope: !225)
!249 = !DILocation(line: 0, scope: !225)
!250 = !DILocation(line: 12, column: 26, scope: !225)
!251 = !DILocation(line: 12, column: 22, scope: !225)
!252 = !DILocation(line: 12, column: 40, scope: !225)
!253 = !DILocation(line: 12, column: 36, scope: !225)
!254 = !DILocation(line: 12, column: 54, scope: !225)
!255 = !DILocation(line: 12, column: 50, scope: !225)
!256 = !DILocation(line: 12, column: 71, scope: !225)
!257 = !DILocation(line: 12, column: 64, scope: !225)
!258 = !DILocalVariable(name: "v", arg: 1, scope: !259, file: !3, line: 6, type: !5)
!259 = distinct !DISubprogram(name: "xt", scope: !3, file: !3, line: 6, type: !260, scopeLine: 6, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !2, retainedNodes: !262)
!260 = !DISubroutineType(types: !261)
!261 = !{!5, !5}
!262 = !{!258}
!263 = !DILocation(line: 0, scope: !259, inlinedAt: !264)
!264 = distinct !DILocation(line: 13, column: 25, scope: !225)
!265 = !DILocation(line: 6, column: 37, scope: !259, inlinedAt: !264)
!266 = !DILocation(line: 6, column: 55, scope: !259, inlinedAt: !264)
!267 = !DILocation(line: 13, column: 23, scope: !225)
!268 = !DILocation(line: 13, column: 5, scope: !225)
!269 = !DILocation(line: 13, column: 10, scope: !225)
!270 = !DILocation(line: 14, column: 39, scope: !225)
!271 = !DILocation(line: 0, scope: !259, inlinedAt: !272)
!272 = distinct !DILocation(line: 14, column: 29, scope: !225)
!273 = !DILocation(line: 6, column: 37, scope: !259, inlinedAt: !272)
!274 = !DILocation(line: 6, column: 55, scope: !259, inlinedAt: !272)
!275 = !DILocation(line: 14, column: 27, scope: !225)
!276 = !DILocation(line: 14, column: 5, scope: !225)
!277 = !DILocation(line: 14, column: 14, scope: !225)
!278 = !DILocation(line: 15, column: 39, scope: !225)
!279 = !DILocation(line: 0, scope: !259, inlinedAt: !280)
!280 = distinct !DILocation(line: 15, column: 29, scope: !225)
!281 = !DILocation(line: 6, column: 37, scope: !259, inlinedAt: !280)
!282 = !DILocation(line: 6, column: 55, scope: !259, inlinedAt: !280)
!283 = !DILocation(line: 15, column: 27, scope: !225)
!284 = !DILocation(line: 15, column: 5, scope: !225)
!285 = !DILocation(line: 15, column: 14, scope: !225)
!286 = !DILocation(line: 16, column: 39, scope: !225)
!287 = !DILocation(line: 0, scope: !259, inlinedAt: !288)
!288 = distinct !DILocation(line: 16, column: 29, scope: !225)
!289 = !DILocation(line: 6, column: 37, scope: !259, inlinedAt: !288)
!290 = !DILocation(line: 6, column: 55, scope: !259, inlinedAt: !288)
!291 = !DILocation(line: 16, column: 27, scope: !225)
!292 = !DILocation(line: 16, column: 5, scope: !225)
!293 = !DILocation(line: 16, column: 14, scope: !225)
!294 = !DILocation(line: 11, column: 25, scope: !226)
!295 = !DILocation(line: 11, column: 17, scope: !226)
!296 = !DILocation(line: 11, column: 3, scope: !227)
!297 = distinct !{!297, !296, !298, !70}
!298 = !DILocation(line: 17, column: 3, scope: !227)
!299 = !DILocation(line: 18, column: 1, scope: !216)
; counts: 2 25 205
