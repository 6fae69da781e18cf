; ModuleID = 'strings.c'
source_filename = "strings.c"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

@src = internal global [704 x i8] zeroinitializer, align 16, !dbg !0
@dst = internal global [1024 x i8] zeroinitializer, align 16, !dbg !13
@out = internal global [704 x i8] zeroinitializer, align 16, !dbg !18

; Function Attrs: noinline nounwind optnone
define dso_local i32 @k_strings(i32 noundef %0) #0 !dbg !28 {
  %2 = alloca i32, align 4
  %3 = alloca i32, align 4
  %4 = alloca i32, align 4
  %5 = alloca i32, align 4
  %6 = alloca [6 x i8], align 1
  %7 = alloca i32, align 4
  %8 = alloca i32, align 4
  store i32 %0, ptr %2, align 4
    #dbg_declare(ptr %2, !32, !DIExpression(), !33)
    #dbg_declare(ptr %3, !34, !DIExpression(), !35)
    #dbg_declare(ptr %4, !36, !DIExpression(), !37)
    #dbg_declare(ptr %5, !38, !DIExpression(), !39)
  store i32 0, ptr %5, align 4, !dbg !39
    #dbg_declare(ptr %6, !40, !DIExpression(), !44)
  store i32 0, ptr %3, align 4, !dbg !45
  br label %9, !dbg !47

9:                                                ; preds = %25, %1
  %10 = load i32, ptr %3, align 4, !dbg !48
  %11 = icmp ult i32 %10, 700, !dbg !50
  br i1 %11, label %12, label %28, !dbg !51

12:                                               ; preds = %9
  %13 = load i32, ptr %3, align 4, !dbg !52
  %14 = load i32, ptr %3, align 4, !dbg !53
  %15 = mul i32 %13, %14, !dbg !54
  %16 = load i32, ptr %3, align 4, !dbg !55
  %17 = mul i32 3, %16, !dbg !56
  %18 = add i32 %15, %17, !dbg !57
  %19 = urem i32 %18, 23, !dbg !58
  %20 = add i32 97, %19, !dbg !59
  %21 = trunc i32 %20 to i8, !dbg !60
  %22 = load i32, ptr %3, align 4, !dbg !61
  %23 = zext i32 %22 to i64, !dbg !62
  %24 = getelementptr inbounds [704 x i8], ptr @src, i64 0, i64 %23, !dbg !62
  store i8 %21, ptr %24, align 1, !dbg !63
  br label %25, !dbg !62

25:                                               ; preds = %12
  %26 = load i32, ptr %3, align 4, !dbg !64
  %27 = add i32 %26, 1, !dbg !64
  store i32 %27, ptr %3, align 4, !dbg !64
  br label %9, !dbg !65, !llvm.loop !66

28:                                               ; preds = %9
  store i8 0, ptr getelementptr inbounds ([704 x i8], ptr @src, i64 0, i64 700), align 4, !dbg !69
  store i32 0, ptr %4, align 4, !dbg !70
  br label %29, !dbg !72

29:                                               ; preds = %91, %28
  %30 = load i32, ptr %4, align 4, !dbg !73
  %31 = load i32, ptr %2, align 4, !dbg !75
  %32 = icmp ult i32 %30, %31, !dbg !76
  br i1 %32, label %33, label %94, !dbg !77

33:                                               ; preds = %29
    #dbg_declare(ptr %7, !78, !DIExpression(), !80)
    #dbg_declare(ptr %8, !81, !DIExpression(), !82)
  %34 = getelementptr inbounds [6 x i8], ptr %6, i64 0, i64 0, !dbg !83
  %35 = load i32, ptr %4, align 4, !dbg !84
  %36 = mul i32 %35, 37, !dbg !85
  %37 = urem i32 %36, 690, !dbg !86
  %38 = zext i32 %37 to i64, !dbg !87
  %39 = getelementptr inbounds i8, ptr @src, i64 %38, !dbg !87
  call void @mcpy(ptr noundef %34, ptr noundef %39, i32 noundef 5) #1, !dbg !88
  %40 = getelementptr inbounds [6 x i8], ptr %6, i64 0, i64 5, !dbg !89
  store i8 0, ptr %40, align 1, !dbg !90
  %41 = load i32, ptr %5, align 4, !dbg !91
  %42 = mul i32 %41, 31, !dbg !92
  %43 = getelementptr inbounds [6 x i8], ptr %6, i64 0, i64 0, !dbg !93
  %44 = call i32 @find(ptr noundef @src, ptr noundef %43) #1, !dbg !94
  %45 = add i32 %42, %44, !dbg !95
  store i32 %45, ptr %5, align 4, !dbg !96
  call void @mcpy(ptr noundef @dst, ptr noundef @src, i32 noundef 701) #1, !dbg !97
  %46 = load i32, ptr %4, align 4, !dbg !98
  %47 = urem i32 %46, 26, !dbg !99
  %48 = add i32 97, %47, !dbg !100
  %49 = trunc i32 %48 to i8, !dbg !101
  %50 = load i32, ptr %4, align 4, !dbg !102
  %51 = mul i32 %50, 13, !dbg !103
  %52 = urem i32 %51, 700, !dbg !104
  %53 = zext i32 %52 to i64, !dbg !105
  %54 = getelementptr inbounds [1024 x i8], ptr @dst, i64 0, i64 %53, !dbg !105
  store i8 %49, ptr %54, align 1, !dbg !106
  %55 = load i32, ptr %5, align 4, !dbg !107
  %56 = mul i32 %55, 31, !dbg !108
  %57 = call i32 @slen(ptr noundef @dst) #1, !dbg !109
  %58 = add i32 %56, %57, !dbg !110
  %59 = call i32 @scmp(ptr noundef @src, ptr noundef @dst) #1, !dbg !111
  %60 = add i32 %58, %59, !dbg !112
  store i32 %60, ptr %5, align 4, !dbg !113
  %61 = call i32 @b64enc(ptr noundef @dst, ptr noundef @src, i32 noundef 699) #1, !dbg !114
  store i32 %61, ptr %7, align 4, !dbg !115
  %62 = load i32, ptr %7, align 4, !dbg !116
  %63 = call i32 @b64dec(ptr noundef @out, ptr noundef @dst, i32 noundef %62) #1, !dbg !117
  store i32 %63, ptr %8, align 4, !dbg !118
  %64 = load i32, ptr %8, align 4, !dbg !119
  %65 = zext i32 %64 to i64, !dbg !120
  %66 = getelementptr inbounds [704 x i8], ptr @out, i64 0, i64 %65, !dbg !120
  store i8 0, ptr %66, align 1, !dbg !121
  %67 = load i32, ptr %5, align 4, !dbg !122
  %68 = mul i32 %67, 31, !dbg !123
  %69 = load i32, ptr %8, align 4, !dbg !124
  %70 = add i32 %68, %69, !dbg !125
  %71 = load i32, ptr %4, align 4, !dbg !126
  %72 = load i32, ptr %7, align 4, !dbg !127
  %73 = urem i32 %71, %72, !dbg !128
  %74 = zext i32 %73 to i64, !dbg !129
  %75 = getelementptr inbounds [1024 x i8], ptr @dst, i64 0, i64 %74, !dbg !129
  %76 = load i8, ptr %75, align 1, !dbg !129
  %77 = zext i8 %76 to i32, !dbg !130
  %78 = add i32 %70, %77, !dbg !131
  %79 = call i32 @scmp(ptr noundef @src, ptr noundef @out) #1, !dbg !132
  %80 = add i32 %78, %79, !dbg !133
  store i32 %80, ptr %5, align 4, !dbg !134
  %81 = load i32, ptr %5, align 4, !dbg !135
  %82 = lshr i32 %81, 8, !dbg !136
  %83 = urem i32 %82, 23, !dbg !137
  %84 = add i32 97, %83, !dbg !138
  %85 = trunc i32 %84 to i8, !dbg !139
  %86 = load i32, ptr %4, align 4, !dbg !140
  %87 = mul i32 %86, 11, !dbg !141
  %88 = urem i32 %87, 700, !dbg !142
  %89 = zext i32 %88 to i64, !dbg !143
  %90 = getelementptr inbounds [704 x i8], ptr @src, i64 0, i64 %89, !dbg !143
  store i8 %85, ptr %90, align 1, !dbg !144
  br label %91, !dbg !145

91:                                               ; preds = %33
  %92 = load i32, ptr %4, align 4, !dbg !146
  %93 = add i32 %92, 1, !dbg !146
  store i32 %93, ptr %4, align 4, !dbg !146
  br label %29, !dbg !147, !llvm.loop !148

94:                                               ; preds = %29
  %95 = load i32, ptr %5, align 4, !dbg !150
  ret i32 %95, !dbg !151
}

; Function Attrs: noinline nounwind optnone
define internal void @mcpy(ptr noundef %0, ptr noundef %1, i32 noundef %2) #0 !dbg !152 {
  %4 = alloca ptr, align 8
  %5 = alloca ptr, align 8
  %6 = alloca i32, align 4
  store ptr %0, ptr %4, align 8
    #dbg_declare(ptr %4, !158, !DIExpression(), !159)
  store ptr %1, ptr %5, align 8
    #dbg_declare(ptr %5, !160, !DIExpression(), !161)
  store i32 %2, ptr %6, align 4
    #dbg_declare(ptr %6, !162, !DIExpression(), !163)
  br label %7, !dbg !164

7:                                                ; preds = %10, %3
  %8 = load i32, ptr %6, align 4, !dbg !165
  %9 = icmp ne i32 %8, 0, !dbg !164
  br i1 %9, label %10, label %18, !dbg !164

10:                                               ; preds = %7
  %11 = load ptr, ptr %5, align 8, !dbg !166
  %12 = getelementptr inbounds i8, ptr %11, i32 1, !dbg !166
  store ptr %12, ptr %5, align 8, !dbg !166
  %13 = load i8, ptr %11, align 1, !dbg !168
  %14 = load ptr, ptr %4, align 8, !dbg !169
  %15 = getelementptr inbounds i8, ptr %14, i32 1, !dbg !169
  store ptr %15, ptr %4, align 8, !dbg !169
  store i8 %13, ptr %14, align 1, !dbg !170
  %16 = load i32, ptr %6, align 4, !dbg !171
  %17 = add i32 %16, -1, !dbg !171
  store i32 %17, ptr %6, align 4, !dbg !171
  br label %7, !dbg !164, !llvm.loop !172

18:                                               ; preds = %7
  ret void, !dbg !174
}

; Function Attrs: noinline nounwind optnone
define internal i32 @find(ptr noundef %0, ptr noundef %1) #0 !dbg !175 {
  %3 = alloca i32, align 4
  %4 = alloca ptr, align 8
  %5 = alloca ptr, align 8
  %6 = alloca i32, align 4
  %7 = alloca i32, align 4
  store ptr %0, ptr %4, align 8
    #dbg_declare(ptr %4, !178, !DIExpression(), !179)
  store ptr %1, ptr %5, align 8
    #dbg_declare(ptr %5, !180, !DIExpression(), !181)
    #dbg_declare(ptr %6, !182, !DIExpression(), !183)
    #dbg_declare(ptr %7, !184, !DIExpression(), !185)
  store i32 0, ptr %6, align 4, !dbg !186
  br label %8, !dbg !188

8:                                                ; preds = %56, %2
  %9 = load ptr, ptr %4, align 8, !dbg !189
  %10 = load i32, ptr %6, align 4, !dbg !191
  %11 = zext i32 %10 to i64, !dbg !189
  %12 = getelementptr inbounds i8, ptr %9, i64 %11, !dbg !189
  %13 = load i8, ptr %12, align 1, !dbg !189
  %14 = icmp ne i8 %13, 0, !dbg !192
  br i1 %14, label %15, label %59, !dbg !192

15:                                               ; preds = %8
  store i32 0, ptr %7, align 4, !dbg !193
  br label %16, !dbg !196

16:                                               ; preds = %43, %15
  %17 = load ptr, ptr %5, align 8, !dbg !197
  %18 = load i32, ptr %7, align 4, !dbg !199
  %19 = zext i32 %18 to i64, !dbg !197
  %20 = getelementptr inbounds i8, ptr %17, i64 %19, !dbg !197
  %21 = load i8, ptr %20, align 1, !dbg !197
  %22 = zext i8 %21 to i32, !dbg !197
  %23 = icmp ne i32 %22, 0, !dbg !197
  br i1 %23, label %24, label %40, !dbg !200

24:                                               ; preds = %16
  %25 = load ptr, ptr %4, align 8, !dbg !201
  %26 = load i32, ptr %6, align 4, !dbg !202
  %27 = load i32, ptr %7, align 4, !dbg !203
  %28 = add i32 %26, %27, !dbg !204
  %29 = zext i32 %28 to i64, !dbg !201
  %30 = getelementptr inbounds i8, ptr %25, i64 %29, !dbg !201
  %31 = load i8, ptr %30, align 1, !dbg !201
  %32 = zext i8 %31 to i32, !dbg !201
  %33 = load ptr, ptr %5, align 8, !dbg !205
  %34 = load i32, ptr %7, align 4, !dbg !206
  %35 = zext i32 %34 to i64, !dbg !205
  %36 = getelementptr inbounds i8, ptr %33, i64 %35, !dbg !205
  %37 = load i8, ptr %36, align 1, !dbg !205
  %38 = zext i8 %37 to i32, !dbg !205
  %39 = icmp eq i32 %32, %38, !dbg !207
  br label %40

40:                                               ; preds = %24, %16
  %41 = phi i1 [ false, %16 ], [ %39, %24 ], !dbg !208
  br i1 %41, label %42, label %46, !dbg !209

42:                                               ; preds = %40
  br label %43, !dbg !209

43:                                               ; preds = %42
  %44 = load i32, ptr %7, align 4, !dbg !210
  %45 = add i32 %44, 1, !dbg !210
  store i32 %45, ptr %7, align 4, !dbg !210
  br label %16, !dbg !211, !llvm.loop !212

46:                                               ; preds = %40
  %47 = load ptr, ptr %5, align 8, !dbg !214
  %48 = load i32, ptr %7, align 4, !dbg !216
  %49 = zext i32 %48 to i64, !dbg !214
  %50 = getelementptr inbounds i8, ptr %47, i64 %49, !dbg !214
  %51 = load i8, ptr %50, align 1, !dbg !214
  %52 = icmp ne i8 %51, 0, !dbg !214
  br i1 %52, label %55, label %53, !dbg !217

53:                                               ; preds = %46
  %54 = load i32, ptr %6, align 4, !dbg !218
  store i32 %54, ptr %3, align 4, !dbg !219
  br label %60, !dbg !219

55:                                               ; preds = %46
  br label %56, !dbg !220

56:                                               ; preds = %55
  %57 = load i32, ptr %6, align 4, !dbg !221
  %58 = add i32 %57, 1, !dbg !221
  store i32 %58, ptr %6, align 4, !dbg !221
  br label %8, !dbg !222, !llvm.loop !223

59:                                               ; preds = %8
  store i32 65535, ptr %3, align 4, !dbg !225
  br label %60, !dbg !225

60:                                               ; preds = %59, %53
  %61 = load i32, ptr %3, align 4, !dbg !226
  ret i32 %61, !dbg !226
}

; Function Attrs: noinline nounwind optnone
define internal i32 @slen(ptr noundef %0) #0 !dbg !227 {
  %2 = alloca ptr, align 8
  %3 = alloca i32, align 4
  store ptr %0, ptr %2, align 8
    #dbg_declare(ptr %2, !230, !DIExpression(), !231)
    #dbg_declare(ptr %3, !232, !DIExpression(), !233)
  store i32 0, ptr %3, align 4, !dbg !233
  br label %4, !dbg !234

4:                                                ; preds = %11, %1
  %5 = load ptr, ptr %2, align 8, !dbg !235
  %6 = load i32, ptr %3, align 4, !dbg !236
  %7 = zext i32 %6 to i64, !dbg !235
  %8 = getelementptr inbounds i8, ptr %5, i64 %7, !dbg !235
  %9 = load i8, ptr %8, align 1, !dbg !235
  %10 = icmp ne i8 %9, 0, !dbg !234
  br i1 %10, label %11, label %14, !dbg !234

11:                                               ; preds = %4
  %12 = load i32, ptr %3, align 4, !dbg !237
  %13 = add i32 %12, 1, !dbg !237
  store i32 %13, ptr %3, align 4, !dbg !237
  br label %4, !dbg !234, !llvm.loop !238

14:                                               ; preds = %4
  %15 = load i32, ptr %3, align 4, !dbg !239
  ret i32 %15, !dbg !240
}

; Function Attrs: noinline nounwind optnone
define internal i32 @scmp(ptr noundef %0, ptr noundef %1) #0 !dbg !241 {
  %3 = alloca ptr, align 8
  %4 = alloca ptr, align 8
  store ptr %0, ptr %3, align 8
    #dbg_declare(ptr %3, !244, !DIExpression(), !245)
  store ptr %1, ptr %4, align 8
    #dbg_declare(ptr %4, !246, !DIExpression(), !247)
  br label %5, !dbg !248

5:                                                ; preds = %20, %2
  %6 = load ptr, ptr %3, align 8, !dbg !249
  %7 = load i8, ptr %6, align 1, !dbg !250
  %8 = zext i8 %7 to i32, !dbg !250
  %9 = icmp ne i32 %8, 0, !dbg !250
  br i1 %9, label %10, label %18, !dbg !251

10:                                               ; preds = %5
  %11 = load ptr, ptr %3, align 8, !dbg !252
  %12 = load i8, ptr %11, align 1, !dbg !253
  %13 = zext i8 %12 to i32, !dbg !253
  %14 = load ptr, ptr %4, align 8, !dbg !254
  %15 = load i8, ptr %14, align 1, !dbg !255
  %16 = zext i8 %15 to i32, !dbg !255
  %17 = icmp eq i32 %13, %16, !dbg !256
  br label %18

18:                                               ; preds = %10, %5
  %19 = phi i1 [ false, %5 ], [ %17, %10 ], !dbg !257
  br i1 %19, label %20, label %25, !dbg !248

20:                                               ; preds = %18
  %21 = load ptr, ptr %3, align 8, !dbg !258
  %22 = getelementptr inbounds i8, ptr %21, i32 1, !dbg !258
  store ptr %22, ptr %3, align 8, !dbg !258
  %23 = load ptr, ptr %4, align 8, !dbg !260
  %24 = getelementptr inbounds i8, ptr %23, i32 1, !dbg !260
  store ptr %24, ptr %4, align 8, !dbg !260
  br label %5, !dbg !248, !llvm.loop !261

25:                                               ; preds = %18
  %26 = load ptr, ptr %3, align 8, !dbg !263
  %27 = load i8, ptr %26, align 1, !dbg !264
  %28 = zext i8 %27 to i32, !dbg !265
  %29 = load ptr, ptr %4, align 8, !dbg !266
  %30 = load i8, ptr %29, align 1, !dbg !267
  %31 = zext i8 %30 to i32, !dbg !268
  %32 = sub nsw i32 %28, %31, !dbg !269
  ret i32 %32, !dbg !270
}

; Function Attrs: noinline nounwind optnone
define internal i32 @b64enc(ptr noundef %0, ptr noundef %1, i32 noundef %2) #0 !dbg !271 {
  %4 = alloca ptr, align 8
  %5 = alloca ptr, align 8
  %6 = alloca i32, align 4
  %7 = alloca i32, align 4
  %8 = alloca i32, align 4
  %9 = alloca i32, align 4
  store ptr %0, ptr %4, align 8
    #dbg_declare(ptr %4, !274, !DIExpression(), !275)
  store ptr %1, ptr %5, align 8
    #dbg_declare(ptr %5, !276, !DIExpression(), !277)
  store i32 %2, ptr %6, align 4
    #dbg_declare(ptr %6, !278, !DIExpression(), !279)
    #dbg_declare(ptr %7, !280, !DIExpression(), !281)
    #dbg_declare(ptr %8, !282, !DIExpression(), !283)
  store i32 0, ptr %8, align 4, !dbg !283
  store i32 0, ptr %7, align 4, !dbg !284
  br label %10, !dbg !286

10:                                               ; preds = %75, %3
  %11 = load i32, ptr %7, align 4, !dbg !287
  %12 = add i32 %11, 2, !dbg !289
  %13 = load i32, ptr %6, align 4, !dbg !290
  %14 = icmp ult i32 %12, %13, !dbg !291
  br i1 %14, label %15, label %78, !dbg !292

15:                                               ; preds = %10
    #dbg_declare(ptr %9, !293, !DIExpression(), !295)
  %16 = load ptr, ptr %5, align 8, !dbg !296
  %17 = load i32, ptr %7, align 4, !dbg !297
  %18 = zext i32 %17 to i64, !dbg !296
  %19 = getelementptr inbounds i8, ptr %16, i64 %18, !dbg !296
  %20 = load i8, ptr %19, align 1, !dbg !296
  %21 = zext i8 %20 to i32, !dbg !298
  %22 = shl i32 %21, 16, !dbg !299
  %23 = load ptr, ptr %5, align 8, !dbg !300
  %24 = load i32, ptr %7, align 4, !dbg !301
  %25 = add i32 %24, 1, !dbg !302
  %26 = zext i32 %25 to i64, !dbg !300
  %27 = getelementptr inbounds i8, ptr %23, i64 %26, !dbg !300
  %28 = load i8, ptr %27, align 1, !dbg !300
  %29 = zext i8 %28 to i32, !dbg !303
  %30 = shl i32 %29, 8, !dbg !304
  %31 = or i32 %22, %30, !dbg !305
  %32 = load ptr, ptr %5, align 8, !dbg !306
  %33 = load i32, ptr %7, align 4, !dbg !307
  %34 = add i32 %33, 2, !dbg !308
  %35 = zext i32 %34 to i64, !dbg !306
  %36 = getelementptr inbounds i8, ptr %32, i64 %35, !dbg !306
  %37 = load i8, ptr %36, align 1, !dbg !306
  %38 = zext i8 %37 to i32, !dbg !309
  %39 = or i32 %31, %38, !dbg !310
  store i32 %39, ptr %9, align 4, !dbg !295
  %40 = load i32, ptr %9, align 4, !dbg !311
  %41 = lshr i32 %40, 18, !dbg !312
  %42 = call zeroext i8 @enc1(i32 noundef %41) #1, !dbg !313
  %43 = load ptr, ptr %4, align 8, !dbg !314
  %44 = load i32, ptr %8, align 4, !dbg !315
  %45 = zext i32 %44 to i64, !dbg !314
  %46 = getelementptr inbounds i8, ptr %43, i64 %45, !dbg !314
  store i8 %42, ptr %46, align 1, !dbg !316
  %47 = load i32, ptr %9, align 4, !dbg !317
  %48 = lshr i32 %47, 12, !dbg !318
  %49 = and i32 %48, 63, !dbg !319
  %50 = call zeroext i8 @enc1(i32 noundef %49) #1, !dbg !320
  %51 = load ptr, ptr %4, align 8, !dbg !321
  %52 = load i32, ptr %8, align 4, !dbg !322
  %53 = add i32 %52, 1, !dbg !323
  %54 = zext i32 %53 to i64, !dbg !321
  %55 = getelementptr inbounds i8, ptr %51, i64 %54, !dbg !321
  store i8 %50, ptr %55, align 1, !dbg !324
  %56 = load i32, ptr %9, align 4, !dbg !325
  %57 = lshr i32 %56, 6, !dbg !326
  %58 = and i32 %57, 63, !dbg !327
  %59 = call zeroext i8 @enc1(i32 noundef %58) #1, !dbg !328
  %60 = load ptr, ptr %4, align 8, !dbg !329
  %61 = load i32, ptr %8, align 4, !dbg !330
  %62 = add i32 %61, 2, !dbg !331
  %63 = zext i32 %62 to i64, !dbg !329
  %64 = getelementptr inbounds i8, ptr %60, i64 %63, !dbg !329
  store i8 %59, ptr %64, align 1, !dbg !332
  %65 = load i32, ptr %9, align 4, !dbg !333
  %66 = and i32 %65, 63, !dbg !334
  %67 = call zeroext i8 @enc1(i32 noundef %66) #1, !dbg !335
  %68 = load ptr, ptr %4, align 8, !dbg !336
  %69 = load i32, ptr %8, align 4, !dbg !337
  %70 = add i32 %69, 3, !dbg !338
  %71 = zext i32 %70 to i64, !dbg !336
  %72 = getelementptr inbounds i8, ptr %68, i64 %71, !dbg !336
  store i8 %67, ptr %72, align 1, !dbg !339
  %73 = load i32, ptr %8, align 4, !dbg !340
  %74 = add i32 %73, 4, !dbg !340
  store i32 %74, ptr %8, align 4, !dbg !340
  br label %75, !dbg !341

75:                                               ; preds = %15
  %76 = load i32, ptr %7, align 4, !dbg !342
  %77 = add i32 %76, 3, !dbg !342
  store i32 %77, ptr %7, align 4, !dbg !342
  br label %10, !dbg !343, !llvm.loop !344

78:                                               ; preds = %10
  %79 = load ptr, ptr %4, align 8, !dbg !346
  %80 = load i32, ptr %8, align 4, !dbg !347
  %81 = zext i32 %80 to i64, !dbg !346
  %82 = getelementptr inbounds i8, ptr %79, i64 %81, !dbg !346
  store i8 0, ptr %82, align 1, !dbg !348
  %83 = load i32, ptr %8, align 4, !dbg !349
  ret i32 %83, !dbg !350
}

; Function Attrs: noinline nounwind optnone
define internal i32 @b64dec(ptr noundef %0, ptr noundef %1, i32 noundef %2) #0 !dbg !351 {
  %4 = alloca ptr, align 8
  %5 = alloca ptr, align 8
  %6 = alloca i32, align 4
  %7 = alloca i32, align 4
  %8 = alloca i32, align 4
  %9 = alloca i32, align 4
  store ptr %0, ptr %4, align 8
    #dbg_declare(ptr %4, !352, !DIExpression(), !353)
  store ptr %1, ptr %5, align 8
    #dbg_declare(ptr %5, !354, !DIExpression(), !355)
  store i32 %2, ptr %6, align 4
    #dbg_declare(ptr %6, !356, !DIExpression(), !357)
    #dbg_declare(ptr %7, !358, !DIExpression(), !359)
    #dbg_declare(ptr %8, !360, !DIExpression(), !361)
  store i32 0, ptr %8, align 4, !dbg !361
  store i32 0, ptr %7, align 4, !dbg !362
  br label %10, !dbg !364

10:                                               ; preds = %72, %3
  %11 = load i32, ptr %7, align 4, !dbg !365
  %12 = load i32, ptr %6, align 4, !dbg !367
  %13 = icmp ult i32 %11, %12, !dbg !368
  br i1 %13, label %14, label %75, !dbg !369

14:                                               ; preds = %10
    #dbg_declare(ptr %9, !370, !DIExpression(), !372)
  %15 = load ptr, ptr %5, align 8, !dbg !373
  %16 = load i32, ptr %7, align 4, !dbg !374
  %17 = zext i32 %16 to i64, !dbg !373
  %18 = getelementptr inbounds i8, ptr %15, i64 %17, !dbg !373
  %19 = load i8, ptr %18, align 1, !dbg !373
  %20 = call i32 @dec1(i8 noundef zeroext %19) #1, !dbg !375
  %21 = shl i32 %20, 18, !dbg !376
  %22 = load ptr, ptr %5, align 8, !dbg !377
  %23 = load i32, ptr %7, align 4, !dbg !378
  %24 = add i32 %23, 1, !dbg !379
  %25 = zext i32 %24 to i64, !dbg !377
  %26 = getelementptr inbounds i8, ptr %22, i64 %25, !dbg !377
  %27 = load i8, ptr %26, align 1, !dbg !377
  %28 = call i32 @dec1(i8 noundef zeroext %27) #1, !dbg !380
  %29 = shl i32 %28, 12, !dbg !381
  %30 = or i32 %21, %29, !dbg !382
  %31 = load ptr, ptr %5, align 8, !dbg !383
  %32 = load i32, ptr %7, align 4, !dbg !384
  %33 = add i32 %32, 2, !dbg !385
  %34 = zext i32 %33 to i64, !dbg !383
  %35 = getelementptr inbounds i8, ptr %31, i64 %34, !dbg !383
  %36 = load i8, ptr %35, align 1, !dbg !383
  %37 = call i32 @dec1(i8 noundef zeroext %36) #1, !dbg !386
  %38 = shl i32 %37, 6, !dbg !387
  %39 = or i32 %30, %38, !dbg !388
  %40 = load ptr, ptr %5, align 8, !dbg !389
  %41 = load i32, ptr %7, align 4, !dbg !390
  %42 = add i32 %41, 3, !dbg !391
  %43 = zext i32 %42 to i64, !dbg !389
  %44 = getelementptr inbounds i8, ptr %40, i64 %43, !dbg !389
  %45 = load i8, ptr %44, align 1, !dbg !389
  %46 = call i32 @dec1(i8 noundef zeroext %45) #1, !dbg !392
  %47 = or i32 %39, %46, !dbg !393
  store i32 %47, ptr %9, align 4, !dbg !372
  %48 = load i32, ptr %9, align 4, !dbg !394
  %49 = lshr i32 %48, 16, !dbg !395
  %50 = trunc i32 %49 to i8, !dbg !396
  %51 = load ptr, ptr %4, align 8, !dbg !397
  %52 = load i32, ptr %8, align 4, !dbg !398
  %53 = zext i32 %52 to i64, !dbg !397
  %54 = getelementptr inbounds i8, ptr %51, i64 %53, !dbg !397
  store i8 %50, ptr %54, align 1, !dbg !399
  %55 = load i32, ptr %9, align 4, !dbg !400
  %56 = lshr i32 %55, 8, !dbg !401
  %57 = trunc i32 %56 to i8, !dbg !402
  %58 = load ptr, ptr %4, align 8, !dbg !403
  %59 = load i32, ptr %8, align 4, !dbg !404
  %60 = add i32 %59, 1, !dbg !405
  %61 = zext i32 %60 to i64, !dbg !403
  %62 = getelementptr inbounds i8, ptr %58, i64 %61, !dbg !403
  store i8 %57, ptr %62, align 1, !dbg !406
  %63 = load i32, ptr %9, align 4, !dbg !407
  %64 = trunc i32 %63 to i8, !dbg !408
  %65 = load ptr, ptr %4, align 8, !dbg !409
  %66 = load i32, ptr %8, align 4, !dbg !410
  %67 = add i32 %66, 2, !dbg !411
  %68 = zext i32 %67 to i64, !dbg !409
  %69 = getelementptr inbounds i8, ptr %65, i64 %68, !dbg !409
  store i8 %64, ptr %69, align 1, !dbg !412
  %70 = load i32, ptr %8, align 4, !dbg !413
  %71 = add i32 %70, 3, !dbg !413
  store i32 %71, ptr %8, align 4, !dbg !413
  br label %72, !dbg !414

72:                                               ; preds = %14
  %73 = load i32, ptr %7, align 4, !dbg !415
  %74 = add i32 %73, 4, !dbg !415
  store i32 %74, ptr %7, align 4, !dbg !415
  br label %10, !dbg !416, !llvm.loop !417

75:                                               ; preds = %10
  %76 = load i32, ptr %8, align 4, !dbg !419
  ret i32 %76, !dbg !420
}

; Function Attrs: noinline nounwind optnone
define internal zeroext i8 @enc1(i32 noundef %0) #0 !dbg !421 {
  %2 = alloca i8, align 1
  %3 = alloca i32, align 4
  store i32 %0, ptr %3, align 4
    #dbg_declare(ptr %3, !424, !DIExpression(), !425)
  %4 = load i32, ptr %3, align 4, !dbg !426
  %5 = icmp ult i32 %4, 26, !dbg !428
  br i1 %5, label %6, label %10, !dbg !429

6:                                                ; preds = %1
  %7 = load i32, ptr %3, align 4, !dbg !430
  %8 = add i32 65, %7, !dbg !431
  %9 = trunc i32 %8 to i8, !dbg !432
  store i8 %9, ptr %2, align 1, !dbg !433
  br label %32, !dbg !433

10:                                               ; preds = %1
  %11 = load i32, ptr %3, align 4, !dbg !434
  %12 = icmp ult i32 %11, 52, !dbg !436
  br i1 %12, label %13, label %18, !dbg !437

13:                                               ; preds = %10
  %14 = load i32, ptr %3, align 4, !dbg !438
  %15 = add i32 97, %14, !dbg !439
  %16 = sub i32 %15, 26, !dbg !440
  %17 = trunc i32 %16 to i8, !dbg !441
  store i8 %17, ptr %2, align 1, !dbg !442
  br label %32, !dbg !442

18:                                               ; preds = %10
  %19 = load i32, ptr %3, align 4, !dbg !443
  %20 = icmp ult i32 %19, 62, !dbg !445
  br i1 %20, label %21, label %26, !dbg !446

21:                                               ; preds = %18
  %22 = load i32, ptr %3, align 4, !dbg !447
  %23 = add i32 48, %22, !dbg !448
  %24 = sub i32 %23, 52, !dbg !449
  %25 = trunc i32 %24 to i8, !dbg !450
  store i8 %25, ptr %2, align 1, !dbg !451
  br label %32, !dbg !451

26:                                               ; preds = %18
  %27 = load i32, ptr %3, align 4, !dbg !452
  %28 = icmp eq i32 %27, 62, !dbg !453
  %29 = zext i1 %28 to i64, !dbg !452
  %30 = select i1 %28, i32 43, i32 47, !dbg !452
  %31 = trunc i32 %30 to i8, !dbg !452
  store i8 %31, ptr %2, align 1, !dbg !454
  br label %32, !dbg !454

32:                                               ; preds = %26, %21, %13, %6
  %33 = load i8, ptr %2, align 1, !dbg !455
  ret i8 %33, !dbg !455
}

; Function Attrs: noinline nounwind optnone
define internal i32 @dec1(i8 noundef zeroext %0) #0 !dbg !456 {
  %2 = alloca i32, align 4
  %3 = alloca i8, align 1
  store i8 %0, ptr %3, align 1
    #dbg_declare(ptr %3, !459, !DIExpression(), !460)
  %4 = load i8, ptr %3, align 1, !dbg !461
  %5 = zext i8 %4 to i32, !dbg !461
  %6 = icmp sge i32 %5, 65, !dbg !463
  br i1 %6, label %7, label %15, !dbg !464

7:                                                ; preds = %1
  %8 = load i8, ptr %3, align 1, !dbg !465
  %9 = zext i8 %8 to i32, !dbg !465
  %10 = icmp sle i32 %9, 90, !dbg !466
  br i1 %10, label %11, label %15, !dbg !467

11:                                               ; preds = %7
  %12 = load i8, ptr %3, align 1, !dbg !468
  %13 = zext i8 %12 to i32, !dbg !469
  %14 = sub i32 %13, 65, !dbg !470
  store i32 %14, ptr %2, align 4, !dbg !471
  br label %47, !dbg !471

15:                                               ; preds = %7, %1
  %16 = load i8, ptr %3, align 1, !dbg !472
  %17 = zext i8 %16 to i32, !dbg !472
  %18 = icmp sge i32 %17, 97, !dbg !474
  br i1 %18, label %19, label %28, !dbg !475

19:                                               ; preds = %15
  %20 = load i8, ptr %3, align 1, !dbg !476
  %21 = zext i8 %20 to i32, !dbg !476
  %22 = icmp sle i32 %21, 122, !dbg !477
  br i1 %22, label %23, label %28, !dbg !478

23:                                               ; preds = %19
  %24 = load i8, ptr %3, align 1, !dbg !479
  %25 = zext i8 %24 to i32, !dbg !480
  %26 = sub i32 %25, 97, !dbg !481
  %27 = add i32 %26, 26, !dbg !482
  store i32 %27, ptr %2, align 4, !dbg !483
  br label %47, !dbg !483

28:                                               ; preds = %19, %15
  %29 = load i8, ptr %3, align 1, !dbg !484
  %30 = zext i8 %29 to i32, !dbg !484
  %31 = icmp sge i32 %30, 48, !dbg !486
  br i1 %31, label %32, label %41, !dbg !487

32:                                               ; preds = %28
  %33 = load i8, ptr %3, align 1, !dbg !488
  %34 = zext i8 %33 to i32, !dbg !488
  %35 = icmp sle i32 %34, 57, !dbg !489
  br i1 %35, label %36, label %41, !dbg !490

36:                                               ; preds = %32
  %37 = load i8, ptr %3, align 1, !dbg !491
  %38 = zext i8 %37 to i32, !dbg !492
  %39 = sub i32 %38, 48, !dbg !493
  %40 = add i32 %39, 52, !dbg !494
  store i32 %40, ptr %2, align 4, !dbg !495
  br label %47, !dbg !495

41:                                               ; preds = %32, %28
  %42 = load i8, ptr %3, align 1, !dbg !496
  %43 = zext i8 %42 to i32, !dbg !496
  %44 = icmp eq i32 %43, 43, !dbg !497
  %45 = zext i1 %44 to i64, !dbg !496
  %46 = select i1 %44, i32 62, i32 63, !dbg !496
  store i32 %46, ptr %2, align 4, !dbg !498
  br label %47, !dbg !498

47:                                               ; preds = %41, %36, %23, %11
  %48 = load i32, ptr %2, align 4, !dbg !499
  ret i32 %48, !dbg !499
}

attributes #0 = { noinline nounwind optnone "frame-pointer"="all" "min-legal-vector-width"="0" "no-builtins" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #1 = { nobuiltin "no-builtins" }

!llvm.dbg.cu = !{!2}
!llvm.module.flags = !{!23, !24, !25, !26}
!llvm.ident = !{!27}

!0 = !DIGlobalVariableExpression(var: !1, expr: !DIExpression())
!1 = distinct !DIGlobalVariable(name: "src", scope: !2, file: !3, line: 3, type: !20, isLocal: true, isDefinition: true)
!2 = distinct !DICompileUnit(language: DW_LANG_C11, file: !3, producer: "Debian clang version 19.1.7 (3~deb12u1)", isOptimized: false, runtimeVersion: 0, emissionKind: FullDebug, retainedTypes: !4, globals: !12, splitDebugInlining: false, nameTableKind: None)
!3 = !DIFile(filename: "strings.c", directory: ".", checksumkind: CSK_MD5, checksum: "ebf4b652c3f8c4602897cf0a3f816284")
!4 = !{!5, !8, !10}
!5 = !DIDerivedType(tag: DW_TAG_typedef, name: "u8", file: !6, line: 4, baseType: !7)
!6 = !DIFile(filename: "./k.h", directory: ".", checksumkind: CSK_MD5, checksum: "92d2dce31644045d8dcf481040ee347a")
!7 = !DIBasicType(name: "unsigned char", size: 8, encoding: DW_ATE_unsigned_char)
!8 = !DIDerivedType(tag: DW_TAG_typedef, name: "u32", file: !6, line: 8, baseType: !9)
!9 = !DIBasicType(name: "unsigned int", size: 32, encoding: DW_ATE_unsigned)
!10 = !DIDerivedType(tag: DW_TAG_typedef, name: "i32", file: !6, line: 9, baseType: !11)
!11 = !DIBasicType(name: "int", size: 32, encoding: DW_ATE_signed)
!12 = !{!0, !13, !18}
!13 = !DIGlobalVariableExpression(var: !14, expr: !DIExpression())
!14 = distinct !DIGlobalVariable(name: "dst", scope: !2, file: !3, line: 3, type: !15, isLocal: true, isDefinition: true)
!15 = !DICompositeType(tag: DW_TAG_array_type, baseType: !5, size: 8192, elements: !16)
!16 = !{!17}
!17 = !DISubrange(count: 1024)
!18 = !DIGlobalVariableExpression(var: !19, expr: !DIExpression())
!19 = distinct !DIGlobalVariable(name: "out", scope: !2, file: !3, line: 3, type: !20, isLocal: true, isDefinition: true)
!20 = !DICompositeType(tag: DW_TAG_array_type, baseType: !5, size: 5632, elements: !21)
!21 = !{!22}
!22 = !DISubrange(count: 704)
!23 = !{i32 7, !"Dwarf Version", i32 5}
!24 = !{i32 2, !"Debug Info Version", i32 3}
!25 = !{i32 1, !"wchar_size", i32 4}
!26 = !{i32 7, !"frame-pointer", i32 2}
!27 = !{!"Debian clang version 19.1.7 (3~deb12u1)"}
!28 = distinct !DISubprogram(name: "k_strings", scope: !3, file: !3, line: 46, type: !29, scopeLine: 46, flags: DIFlagPrototyped, spFlags: DISPFlagDefinition, unit: !2, retainedNodes: !31)
!29 = !DISubroutineType(types: !30)
!30 = !{!8, !8}
!31 = !{}
!32 = !DILocalVariable(name: "n", arg: 1, scope: !28, file: !3, line: 46, type: !8)
!33 = !DILocation(line: 46, column: 19, scope: !28)
!34 = !DILocalVariable(name: "i", scope: !28, file: !3, line: 47, type: !8)
!35 = !DILocation(line: 47, column: 7, scope: !28)
!36 = !DILocalVariable(name: "r", scope: !28, file: !3, line: 47, type: !8)
!37 = !DILocation(line: 47, column: 10, scope: !28)
!38 = !DILocalVariable(name: "sum", scope: !28, file: !3, line: 47, type: !8)
!39 = !DILocation(line: 47, column: 13, scope: !28)
!40 = !DILocalVariable(name: "pat", scope: !28, file: !3, line: 48, type: !41)
!41 = !DICompositeType(tag: DW_TAG_array_type, baseType: !5, size: 48, elements: !42)
!42 = !{!43}
!43 = !DISubrange(count: 6)
!44 = !DILocation(line: 48, column: 6, scope: !28)
!45 = !DILocation(line: 49, column: 10, scope: !46)
!46 = distinct !DILexicalBlock(scope: !28, file: !3, line: 49, column: 3)
!47 = !DILocation(line: 49, column: 8, scope: !46)
!48 = !DILocation(line: 49, column: 15, scope: !49)
!49 = distinct !DILexicalBlock(scope: !46, file: !3, line: 49, column: 3)
!50 = !DILocation(line: 49, column: 17, scope: !49)
!51 = !DILocation(line: 49, column: 3, scope: !46)
!52 = !DILocation(line: 49, column: 49, scope: !49)
!53 = !DILocation(line: 49, column: 53, scope: !49)
!54 = !DILocation(line: 49, column: 51, scope: !49)
!55 = !DILocation(line: 49, column: 61, scope: !49)
!56 = !DILocation(line: 49, column: 59, scope: !49)
!57 = !DILocation(line: 49, column: 55, scope: !49)
!58 = !DILocation(line: 49, column: 64, scope: !49)
!59 = !DILocation(line: 49, column: 46, scope: !49)
!60 = !DILocation(line: 49, column: 38, scope: !49)
!61 = !DILocation(line: 49, column: 33, scope: !49)
!62 = !DILocation(line: 49, column: 29, scope: !49)
!63 = !DILocation(line: 49, column: 36, scope: !49)
!64 = !DILocation(line: 49, column: 25, scope: !49)
!65 = !DILocation(line: 49, column: 3, scope: !49)
!66 = distinct !{!66, !51, !67, !68}
!67 = !DILocation(line: 49, column: 68, scope: !46)
!68 = !{!"llvm.loop.mustprogress"}
!69 = !DILocation(line: 50, column: 12, scope: !28)
!70 = !DILocation(line: 51, column: 10, scope: !71)
!71 = distinct !DILexicalBlock(scope: !28, file: !3, line: 51, column: 3)
!72 = !DILocation(line: 51, column: 8, scope: !71)
!73 = !DILocation(line: 51, column: 15, scope: !74)
!74 = distinct !DILexicalBlock(scope: !71, file: !3, line: 51, column: 3)
!75 = !DILocation(line: 51, column: 19, scope: !74)
!76 = !DILocation(line: 51, column: 17, scope: !74)
!77 = !DILocation(line: 51, column: 3, scope: !71)
!78 = !DILocalVariable(name: "o", scope: !79, file: !3, line: 52, type: !8)
!79 = distinct !DILexicalBlock(scope: !74, file: !3, line: 51, column: 27)
!80 = !DILocation(line: 52, column: 9, scope: !79)
!81 = !DILocalVariable(name: "l", scope: !79, file: !3, line: 52, type: !8)
!82 = !DILocation(line: 52, column: 12, scope: !79)
!83 = !DILocation(line: 53, column: 10, scope: !79)
!84 = !DILocation(line: 53, column: 22, scope: !79)
!85 = !DILocation(line: 53, column: 24, scope: !79)
!86 = !DILocation(line: 53, column: 30, scope: !79)
!87 = !DILocation(line: 53, column: 19, scope: !79)
!88 = !DILocation(line: 53, column: 5, scope: !79)
!89 = !DILocation(line: 53, column: 41, scope: !79)
!90 = !DILocation(line: 53, column: 48, scope: !79)
!91 = !DILocation(line: 54, column: 11, scope: !79)
!92 = !DILocation(line: 54, column: 15, scope: !79)
!93 = !DILocation(line: 54, column: 32, scope: !79)
!94 = !DILocation(line: 54, column: 22, scope: !79)
!95 = !DILocation(line: 54, column: 20, scope: !79)
!96 = !DILocation(line: 54, column: 9, scope: !79)
!97 = !DILocation(line: 55, column: 5, scope: !79)
!98 = !DILocation(line: 56, column: 37, scope: !79)
!99 = !DILocation(line: 56, column: 39, scope: !79)
!100 = !DILocation(line: 56, column: 35, scope: !79)
!101 = !DILocation(line: 56, column: 27, scope: !79)
!102 = !DILocation(line: 56, column: 10, scope: !79)
!103 = !DILocation(line: 56, column: 12, scope: !79)
!104 = !DILocation(line: 56, column: 18, scope: !79)
!105 = !DILocation(line: 56, column: 5, scope: !79)
!106 = !DILocation(line: 56, column: 25, scope: !79)
!107 = !DILocation(line: 57, column: 11, scope: !79)
!108 = !DILocation(line: 57, column: 15, scope: !79)
!109 = !DILocation(line: 57, column: 22, scope: !79)
!110 = !DILocation(line: 57, column: 20, scope: !79)
!111 = !DILocation(line: 57, column: 39, scope: !79)
!112 = !DILocation(line: 57, column: 32, scope: !79)
!113 = !DILocation(line: 57, column: 9, scope: !79)
!114 = !DILocation(line: 58, column: 9, scope: !79)
!115 = !DILocation(line: 58, column: 7, scope: !79)
!116 = !DILocation(line: 59, column: 26, scope: !79)
!117 = !DILocation(line: 59, column: 9, scope: !79)
!118 = !DILocation(line: 59, column: 7, scope: !79)
!119 = !DILocation(line: 60, column: 9, scope: !79)
!120 = !DILocation(line: 60, column: 5, scope: !79)
!121 = !DILocation(line: 60, column: 12, scope: !79)
!122 = !DILocation(line: 61, column: 11, scope: !79)
!123 = !DILocation(line: 61, column: 15, scope: !79)
!124 = !DILocation(line: 61, column: 22, scope: !79)
!125 = !DILocation(line: 61, column: 20, scope: !79)
!126 = !DILocation(line: 61, column: 35, scope: !79)
!127 = !DILocation(line: 61, column: 39, scope: !79)
!128 = !DILocation(line: 61, column: 37, scope: !79)
!129 = !DILocation(line: 61, column: 31, scope: !79)
!130 = !DILocation(line: 61, column: 26, scope: !79)
!131 = !DILocation(line: 61, column: 24, scope: !79)
!132 = !DILocation(line: 61, column: 49, scope: !79)
!133 = !DILocation(line: 61, column: 42, scope: !79)
!134 = !DILocation(line: 61, column: 9, scope: !79)
!135 = !DILocation(line: 62, column: 38, scope: !79)
!136 = !DILocation(line: 62, column: 42, scope: !79)
!137 = !DILocation(line: 62, column: 48, scope: !79)
!138 = !DILocation(line: 62, column: 35, scope: !79)
!139 = !DILocation(line: 62, column: 27, scope: !79)
!140 = !DILocation(line: 62, column: 10, scope: !79)
!141 = !DILocation(line: 62, column: 12, scope: !79)
!142 = !DILocation(line: 62, column: 18, scope: !79)
!143 = !DILocation(line: 62, column: 5, scope: !79)
!144 = !DILocation(line: 62, column: 25, scope: !79)
!145 = !DILocation(line: 63, column: 3, scope: !79)
!146 = !DILocation(line: 51, column: 23, scope: !74)
!147 = !DILocation(line: 51, column: 3, scope: !74)
!148 = distinct !{!148, !77, !149, !68}
!149 = !DILocation(line: 63, column: 3, scope: !71)
!150 = !DILocation(line: 64, column: 10, scope: !28)
!151 = !DILocation(line: 64, column: 3, scope: !28)
!152 = distinct !DISubprogram(name: "mcpy", scope: !3, file: !3, line: 6, type: !153, scopeLine: 6, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2, retainedNodes: !31)
!153 = !DISubroutineType(types: !154)
!154 = !{null, !155, !156, !8}
!155 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !5, size: 64)
!156 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !157, size: 64)
!157 = !DIDerivedType(tag: DW_TAG_const_type, baseType: !5)
!158 = !DILocalVariable(name: "d", arg: 1, scope: !152, file: !3, line: 6, type: !155)
!159 = !DILocation(line: 6, column: 22, scope: !152)
!160 = !DILocalVariable(name: "s", arg: 2, scope: !152, file: !3, line: 6, type: !156)
!161 = !DILocation(line: 6, column: 35, scope: !152)
!162 = !DILocalVariable(name: "n", arg: 3, scope: !152, file: !3, line: 6, type: !8)
!163 = !DILocation(line: 6, column: 42, scope: !152)
!164 = !DILocation(line: 6, column: 47, scope: !152)
!165 = !DILocation(line: 6, column: 54, scope: !152)
!166 = !DILocation(line: 6, column: 68, scope: !167)
!167 = distinct !DILexicalBlock(scope: !152, file: !3, line: 6, column: 57)
!168 = !DILocation(line: 6, column: 66, scope: !167)
!169 = !DILocation(line: 6, column: 61, scope: !167)
!170 = !DILocation(line: 6, column: 64, scope: !167)
!171 = !DILocation(line: 6, column: 73, scope: !167)
!172 = distinct !{!172, !164, !173, !68}
!173 = !DILocation(line: 6, column: 77, scope: !152)
!174 = !DILocation(line: 6, column: 79, scope: !152)
!175 = distinct !DISubprogram(name: "find", scope: !3, file: !3, line: 7, type: !176, scopeLine: 7, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2, retainedNodes: !31)
!176 = !DISubroutineType(types: !177)
!177 = !{!8, !156, !156}
!178 = !DILocalVariable(name: "h", arg: 1, scope: !175, file: !3, line: 7, type: !156)
!179 = !DILocation(line: 7, column: 27, scope: !175)
!180 = !DILocalVariable(name: "p", arg: 2, scope: !175, file: !3, line: 7, type: !156)
!181 = !DILocation(line: 7, column: 40, scope: !175)
!182 = !DILocalVariable(name: "i", scope: !175, file: !3, line: 8, type: !8)
!183 = !DILocation(line: 8, column: 7, scope: !175)
!184 = !DILocalVariable(name: "j", scope: !175, file: !3, line: 8, type: !8)
!185 = !DILocation(line: 8, column: 10, scope: !175)
!186 = !DILocation(line: 9, column: 10, scope: !187)
!187 = distinct !DILexicalBlock(scope: !175, file: !3, line: 9, column: 3)
!188 = !DILocation(line: 9, column: 8, scope: !187)
!189 = !DILocation(line: 9, column: 15, scope: !190)
!190 = distinct !DILexicalBlock(scope: !187, file: !3, line: 9, column: 3)
!191 = !DILocation(line: 9, column: 17, scope: !190)
!192 = !DILocation(line: 9, column: 3, scope: !187)
!193 = !DILocation(line: 10, column: 12, scope: !194)
!194 = distinct !DILexicalBlock(scope: !195, file: !3, line: 10, column: 5)
!195 = distinct !DILexicalBlock(scope: !190, file: !3, line: 9, column: 26)
!196 = !DILocation(line: 10, column: 10, scope: !194)
!197 = !DILocation(line: 10, column: 17, scope: !198)
!198 = distinct !DILexicalBlock(scope: !194, file: !3, line: 10, column: 5)
!199 = !DILocation(line: 10, column: 19, scope: !198)
!200 = !DILocation(line: 10, column: 22, scope: !198)
!201 = !DILocation(line: 10, column: 25, scope: !198)
!202 = !DILocation(line: 10, column: 27, scope: !198)
!203 = !DILocation(line: 10, column: 31, scope: !198)
!204 = !DILocation(line: 10, column: 29, scope: !198)
!205 = !DILocation(line: 10, column: 37, scope: !198)
!206 = !DILocation(line: 10, column: 39, scope: !198)
!207 = !DILocation(line: 10, column: 34, scope: !198)
!208 = !DILocation(line: 0, scope: !198)
!209 = !DILocation(line: 10, column: 5, scope: !194)
!210 = !DILocation(line: 10, column: 44, scope: !198)
!211 = !DILocation(line: 10, column: 5, scope: !198)
!212 = distinct !{!212, !209, !213, !68}
!213 = !DILocation(line: 10, column: 48, scope: !194)
!214 = !DILocation(line: 11, column: 10, scope: !215)
!215 = distinct !DILexicalBlock(scope: !195, file: !3, line: 11, column: 9)
!216 = !DILocation(line: 11, column: 12, scope: !215)
!217 = !DILocation(line: 11, column: 9, scope: !195)
!218 = !DILocation(line: 11, column: 23, scope: !215)
!219 = !DILocation(line: 11, column: 16, scope: !215)
!220 = !DILocation(line: 12, column: 3, scope: !195)
!221 = !DILocation(line: 9, column: 22, scope: !190)
!222 = !DILocation(line: 9, column: 3, scope: !190)
!223 = distinct !{!223, !192, !224, !68}
!224 = !DILocation(line: 12, column: 3, scope: !187)
!225 = !DILocation(line: 13, column: 3, scope: !175)
!226 = !DILocation(line: 14, column: 1, scope: !175)
!227 = distinct !DISubprogram(name: "slen", scope: !3, file: !3, line: 4, type: !228, scopeLine: 4, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2, retainedNodes: !31)
!228 = !DISubroutineType(types: !229)
!229 = !{!8, !156}
!230 = !DILocalVariable(name: "s", arg: 1, scope: !227, file: !3, line: 4, type: !156)
!231 = !DILocation(line: 4, column: 27, scope: !227)
!232 = !DILocalVariable(name: "i", scope: !227, file: !3, line: 4, type: !8)
!233 = !DILocation(line: 4, column: 36, scope: !227)
!234 = !DILocation(line: 4, column: 43, scope: !227)
!235 = !DILocation(line: 4, column: 50, scope: !227)
!236 = !DILocation(line: 4, column: 52, scope: !227)
!237 = !DILocation(line: 4, column: 57, scope: !227)
!238 = distinct !{!238, !234, !237, !68}
!239 = !DILocation(line: 4, column: 68, scope: !227)
!240 = !DILocation(line: 4, column: 61, scope: !227)
!241 = distinct !DISubprogram(name: "scmp", scope: !3, file: !3, line: 5, type: !242, scopeLine: 5, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2, retainedNodes: !31)
!242 = !DISubroutineType(types: !243)
!243 = !{!10, !156, !156}
!244 = !DILocalVariable(name: "a", arg: 1, scope: !241, file: !3, line: 5, type: !156)
!245 = !DILocation(line: 5, column: 27, scope: !241)
!246 = !DILocalVariable(name: "b", arg: 2, scope: !241, file: !3, line: 5, type: !156)
!247 = !DILocation(line: 5, column: 40, scope: !241)
!248 = !DILocation(line: 5, column: 45, scope: !241)
!249 = !DILocation(line: 5, column: 53, scope: !241)
!250 = !DILocation(line: 5, column: 52, scope: !241)
!251 = !DILocation(line: 5, column: 55, scope: !241)
!252 = !DILocation(line: 5, column: 59, scope: !241)
!253 = !DILocation(line: 5, column: 58, scope: !241)
!254 = !DILocation(line: 5, column: 65, scope: !241)
!255 = !DILocation(line: 5, column: 64, scope: !241)
!256 = !DILocation(line: 5, column: 61, scope: !241)
!257 = !DILocation(line: 0, scope: !241)
!258 = !DILocation(line: 5, column: 71, scope: !259)
!259 = distinct !DILexicalBlock(scope: !241, file: !3, line: 5, column: 68)
!260 = !DILocation(line: 5, column: 76, scope: !259)
!261 = distinct !{!261, !248, !262, !68}
!262 = !DILocation(line: 5, column: 80, scope: !241)
!263 = !DILocation(line: 5, column: 95, scope: !241)
!264 = !DILocation(line: 5, column: 94, scope: !241)
!265 = !DILocation(line: 5, column: 89, scope: !241)
!266 = !DILocation(line: 5, column: 105, scope: !241)
!267 = !DILocation(line: 5, column: 104, scope: !241)
!268 = !DILocation(line: 5, column: 99, scope: !241)
!269 = !DILocation(line: 5, column: 97, scope: !241)
!270 = !DILocation(line: 5, column: 82, scope: !241)
!271 = distinct !DISubprogram(name: "b64enc", scope: !3, file: !3, line: 27, type: !272, scopeLine: 27, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2, retainedNodes: !31)
!272 = !DISubroutineType(types: !273)
!273 = !{!8, !155, !156, !8}
!274 = !DILocalVariable(name: "d", arg: 1, scope: !271, file: !3, line: 27, type: !155)
!275 = !DILocation(line: 27, column: 23, scope: !271)
!276 = !DILocalVariable(name: "s", arg: 2, scope: !271, file: !3, line: 27, type: !156)
!277 = !DILocation(line: 27, column: 36, scope: !271)
!278 = !DILocalVariable(name: "n", arg: 3, scope: !271, file: !3, line: 27, type: !8)
!279 = !DILocation(line: 27, column: 43, scope: !271)
!280 = !DILocalVariable(name: "i", scope: !271, file: !3, line: 28, type: !8)
!281 = !DILocation(line: 28, column: 7, scope: !271)
!282 = !DILocalVariable(name: "o", scope: !271, file: !3, line: 28, type: !8)
!283 = !DILocation(line: 28, column: 10, scope: !271)
!284 = !DILocation(line: 29, column: 10, scope: !285)
!285 = distinct !DILexicalBlock(scope: !271, file: !3, line: 29, column: 3)
!286 = !DILocation(line: 29, column: 8, scope: !285)
!287 = !DILocation(line: 29, column: 15, scope: !288)
!288 = distinct !DILexicalBlock(scope: !285, file: !3, line: 29, column: 3)
!289 = !DILocation(line: 29, column: 17, scope: !288)
!290 = !DILocation(line: 29, column: 23, scope: !288)
!291 = !DILocation(line: 29, column: 21, scope: !288)
!292 = !DILocation(line: 29, column: 3, scope: !285)
!293 = !DILocalVariable(name: "v", scope: !294, file: !3, line: 30, type: !8)
!294 = distinct !DILexicalBlock(scope: !288, file: !3, line: 29, column: 34)
!295 = !DILocation(line: 30, column: 9, scope: !294)
!296 = !DILocation(line: 30, column: 19, scope: !294)
!297 = !DILocation(line: 30, column: 21, scope: !294)
!298 = !DILocation(line: 30, column: 14, scope: !294)
!299 = !DILocation(line: 30, column: 24, scope: !294)
!300 = !DILocation(line: 30, column: 39, scope: !294)
!301 = !DILocation(line: 30, column: 41, scope: !294)
!302 = !DILocation(line: 30, column: 43, scope: !294)
!303 = !DILocation(line: 30, column: 34, scope: !294)
!304 = !DILocation(line: 30, column: 48, scope: !294)
!305 = !DILocation(line: 30, column: 31, scope: !294)
!306 = !DILocation(line: 30, column: 61, scope: !294)
!307 = !DILocation(line: 30, column: 63, scope: !294)
!308 = !DILocation(line: 30, column: 65, scope: !294)
!309 = !DILocation(line: 30, column: 56, scope: !294)
!310 = !DILocation(line: 30, column: 54, scope: !294)
!311 = !DILocation(line: 31, column: 17, scope: !294)
!312 = !DILocation(line: 31, column: 19, scope: !294)
!313 = !DILocation(line: 31, column: 12, scope: !294)
!314 = !DILocation(line: 31, column: 5, scope: !294)
!315 = !DILocation(line: 31, column: 7, scope: !294)
!316 = !DILocation(line: 31, column: 10, scope: !294)
!317 = !DILocation(line: 31, column: 44, scope: !294)
!318 = !DILocation(line: 31, column: 46, scope: !294)
!319 = !DILocation(line: 31, column: 53, scope: !294)
!320 = !DILocation(line: 31, column: 38, scope: !294)
!321 = !DILocation(line: 31, column: 27, scope: !294)
!322 = !DILocation(line: 31, column: 29, scope: !294)
!323 = !DILocation(line: 31, column: 31, scope: !294)
!324 = !DILocation(line: 31, column: 36, scope: !294)
!325 = !DILocation(line: 31, column: 77, scope: !294)
!326 = !DILocation(line: 31, column: 79, scope: !294)
!327 = !DILocation(line: 31, column: 85, scope: !294)
!328 = !DILocation(line: 31, column: 71, scope: !294)
!329 = !DILocation(line: 31, column: 60, scope: !294)
!330 = !DILocation(line: 31, column: 62, scope: !294)
!331 = !DILocation(line: 31, column: 64, scope: !294)
!332 = !DILocation(line: 31, column: 69, scope: !294)
!333 = !DILocation(line: 31, column: 108, scope: !294)
!334 = !DILocation(line: 31, column: 110, scope: !294)
!335 = !DILocation(line: 31, column: 103, scope: !294)
!336 = !DILocation(line: 31, column: 92, scope: !294)
!337 = !DILocation(line: 31, column: 94, scope: !294)
!338 = !DILocation(line: 31, column: 96, scope: !294)
!339 = !DILocation(line: 31, column: 101, scope: !294)
!340 = !DILocation(line: 32, column: 7, scope: !294)
!341 = !DILocation(line: 33, column: 3, scope: !294)
!342 = !DILocation(line: 29, column: 28, scope: !288)
!343 = !DILocation(line: 29, column: 3, scope: !288)
!344 = distinct !{!344, !292, !345, !68}
!345 = !DILocation(line: 33, column: 3, scope: !285)
!346 = !DILocation(line: 34, column: 3, scope: !271)
!347 = !DILocation(line: 34, column: 5, scope: !271)
!348 = !DILocation(line: 34, column: 8, scope: !271)
!349 = !DILocation(line: 35, column: 10, scope: !271)
!350 = !DILocation(line: 35, column: 3, scope: !271)
!351 = distinct !DISubprogram(name: "b64dec", scope: !3, file: !3, line: 37, type: !272, scopeLine: 37, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2, retainedNodes: !31)
!352 = !DILocalVariable(name: "d", arg: 1, scope: !351, file: !3, line: 37, type: !155)
!353 = !DILocation(line: 37, column: 23, scope: !351)
!354 = !DILocalVariable(name: "s", arg: 2, scope: !351, file: !3, line: 37, type: !156)
!355 = !DILocation(line: 37, column: 36, scope: !351)
!356 = !DILocalVariable(name: "n", arg: 3, scope: !351, file: !3, line: 37, type: !8)
!357 = !DILocation(line: 37, column: 43, scope: !351)
!358 = !DILocalVariable(name: "i", scope: !351, file: !3, line: 38, type: !8)
!359 = !DILocation(line: 38, column: 7, scope: !351)
!360 = !DILocalVariable(name: "o", scope: !351, file: !3, line: 38, type: !8)
!361 = !DILocation(line: 38, column: 10, scope: !351)
!362 = !DILocation(line: 39, column: 10, scope: !363)
!363 = distinct !DILexicalBlock(scope: !351, file: !3, line: 39, column: 3)
!364 = !DILocation(line: 39, column: 8, scope: !363)
!365 = !DILocation(line: 39, column: 15, scope: !366)
!366 = distinct !DILexicalBlock(scope: !363, file: !3, line: 39, column: 3)
!367 = !DILocation(line: 39, column: 19, scope: !366)
!368 = !DILocation(line: 39, column: 17, scope: !366)
!369 = !DILocation(line: 39, column: 3, scope: !363)
!370 = !DILocalVariable(name: "v", scope: !371, file: !3, line: 40, type: !8)
!371 = distinct !DILexicalBlock(scope: !366, file: !3, line: 39, column: 30)
!372 = !DILocation(line: 40, column: 9, scope: !371)
!373 = !DILocation(line: 40, column: 19, scope: !371)
!374 = !DILocation(line: 40, column: 21, scope: !371)
!375 = !DILocation(line: 40, column: 14, scope: !371)
!376 = !DILocation(line: 40, column: 25, scope: !371)
!377 = !DILocation(line: 40, column: 40, scope: !371)
!378 = !DILocation(line: 40, column: 42, scope: !371)
!379 = !DILocation(line: 40, column: 44, scope: !371)
!380 = !DILocation(line: 40, column: 35, scope: !371)
!381 = !DILocation(line: 40, column: 50, scope: !371)
!382 = !DILocation(line: 40, column: 32, scope: !371)
!383 = !DILocation(line: 40, column: 65, scope: !371)
!384 = !DILocation(line: 40, column: 67, scope: !371)
!385 = !DILocation(line: 40, column: 69, scope: !371)
!386 = !DILocation(line: 40, column: 60, scope: !371)
!387 = !DILocation(line: 40, column: 75, scope: !371)
!388 = !DILocation(line: 40, column: 57, scope: !371)
!389 = !DILocation(line: 40, column: 88, scope: !371)
!390 = !DILocation(line: 40, column: 90, scope: !371)
!391 = !DILocation(line: 40, column: 92, scope: !371)
!392 = !DILocation(line: 40, column: 83, scope: !371)
!393 = !DILocation(line: 40, column: 81, scope: !371)
!394 = !DILocation(line: 41, column: 17, scope: !371)
!395 = !DILocation(line: 41, column: 19, scope: !371)
!396 = !DILocation(line: 41, column: 12, scope: !371)
!397 = !DILocation(line: 41, column: 5, scope: !371)
!398 = !DILocation(line: 41, column: 7, scope: !371)
!399 = !DILocation(line: 41, column: 10, scope: !371)
!400 = !DILocation(line: 41, column: 43, scope: !371)
!401 = !DILocation(line: 41, column: 45, scope: !371)
!402 = !DILocation(line: 41, column: 38, scope: !371)
!403 = !DILocation(line: 41, column: 27, scope: !371)
!404 = !DILocation(line: 41, column: 29, scope: !371)
!405 = !DILocation(line: 41, column: 31, scope: !371)
!406 = !DILocation(line: 41, column: 36, scope: !371)
!407 = !DILocation(line: 41, column: 67, scope: !371)
!408 = !DILocation(line: 41, column: 63, scope: !371)
!409 = !DILocation(line: 41, column: 52, scope: !371)
!410 = !DILocation(line: 41, column: 54, scope: !371)
!411 = !DILocation(line: 41, column: 56, scope: !371)
!412 = !DILocation(line: 41, column: 61, scope: !371)
!413 = !DILocation(line: 42, column: 7, scope: !371)
!414 = !DILocation(line: 43, column: 3, scope: !371)
!415 = !DILocation(line: 39, column: 24, scope: !366)
!416 = !DILocation(line: 39, column: 3, scope: !366)
!417 = distinct !{!417, !369, !418, !68}
!418 = !DILocation(line: 43, column: 3, scope: !363)
!419 = !DILocation(line: 44, column: 10, scope: !351)
!420 = !DILocation(line: 44, column: 3, scope: !351)
!421 = distinct !DISubprogram(name: "enc1", scope: !3, file: !3, line: 15, type: !422, scopeLine: 15, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2, retainedNodes: !31)
!422 = !DISubroutineType(types: !423)
!423 = !{!5, !8}
!424 = !DILocalVariable(name: "v", arg: 1, scope: !421, file: !3, line: 15, type: !8)
!425 = !DILocation(line: 15, column: 20, scope: !421)
!426 = !DILocation(line: 16, column: 7, scope: !427)
!427 = distinct !DILexicalBlock(scope: !421, file: !3, line: 16, column: 7)
!428 = !DILocation(line: 16, column: 9, scope: !427)
!429 = !DILocation(line: 16, column: 7, scope: !421)
!430 = !DILocation(line: 16, column: 33, scope: !427)
!431 = !DILocation(line: 16, column: 31, scope: !427)
!432 = !DILocation(line: 16, column: 22, scope: !427)
!433 = !DILocation(line: 16, column: 15, scope: !427)
!434 = !DILocation(line: 17, column: 7, scope: !435)
!435 = distinct !DILexicalBlock(scope: !421, file: !3, line: 17, column: 7)
!436 = !DILocation(line: 17, column: 9, scope: !435)
!437 = !DILocation(line: 17, column: 7, scope: !421)
!438 = !DILocation(line: 17, column: 33, scope: !435)
!439 = !DILocation(line: 17, column: 31, scope: !435)
!440 = !DILocation(line: 17, column: 35, scope: !435)
!441 = !DILocation(line: 17, column: 22, scope: !435)
!442 = !DILocation(line: 17, column: 15, scope: !435)
!443 = !DILocation(line: 18, column: 7, scope: !444)
!444 = distinct !DILexicalBlock(scope: !421, file: !3, line: 18, column: 7)
!445 = !DILocation(line: 18, column: 9, scope: !444)
!446 = !DILocation(line: 18, column: 7, scope: !421)
!447 = !DILocation(line: 18, column: 33, scope: !444)
!448 = !DILocation(line: 18, column: 31, scope: !444)
!449 = !DILocation(line: 18, column: 35, scope: !444)
!450 = !DILocation(line: 18, column: 22, scope: !444)
!451 = !DILocation(line: 18, column: 15, scope: !444)
!452 = !DILocation(line: 19, column: 10, scope: !421)
!453 = !DILocation(line: 19, column: 12, scope: !421)
!454 = !DILocation(line: 19, column: 3, scope: !421)
!455 = !DILocation(line: 20, column: 1, scope: !421)
!456 = distinct !DISubprogram(name: "dec1", scope: !3, file: !3, line: 21, type: !457, scopeLine: 21, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !2, retainedNodes: !31)
!457 = !DISubroutineType(types: !458)
!458 = !{!8, !5}
!459 = !DILocalVariable(name: "c", arg: 1, scope: !456, file: !3, line: 21, type: !5)
!460 = !DILocation(line: 21, column: 20, scope: !456)
!461 = !DILocation(line: 22, column: 7, scope: !462)
!462 = distinct !DILexicalBlock(scope: !456, file: !3, line: 22, column: 7)
!463 = !DILocation(line: 22, column: 9, scope: !462)
!464 = !DILocation(line: 22, column: 16, scope: !462)
!465 = !DILocation(line: 22, column: 19, scope: !462)
!466 = !DILocation(line: 22, column: 21, scope: !462)
!467 = !DILocation(line: 22, column: 7, scope: !456)
!468 = !DILocation(line: 22, column: 41, scope: !462)
!469 = !DILocation(line: 22, column: 36, scope: !462)
!470 = !DILocation(line: 22, column: 43, scope: !462)
!471 = !DILocation(line: 22, column: 29, scope: !462)
!472 = !DILocation(line: 23, column: 7, scope: !473)
!473 = distinct !DILexicalBlock(scope: !456, file: !3, line: 23, column: 7)
!474 = !DILocation(line: 23, column: 9, scope: !473)
!475 = !DILocation(line: 23, column: 16, scope: !473)
!476 = !DILocation(line: 23, column: 19, scope: !473)
!477 = !DILocation(line: 23, column: 21, scope: !473)
!478 = !DILocation(line: 23, column: 7, scope: !456)
!479 = !DILocation(line: 23, column: 41, scope: !473)
!480 = !DILocation(line: 23, column: 36, scope: !473)
!481 = !DILocation(line: 23, column: 43, scope: !473)
!482 = !DILocation(line: 23, column: 49, scope: !473)
!483 = !DILocation(line: 23, column: 29, scope: !473)
!484 = !DILocation(line: 24, column: 7, scope: !485)
!485 = distinct !DILexicalBlock(scope: !456, file: !3, line: 24, column: 7)
!486 = !DILocation(line: 24, column: 9, scope: !485)
!487 = !DILocation(line: 24, column: 16, scope: !485)
!488 = !DILocation(line: 24, column: 19, scope: !485)
!489 = !DILocation(line: 24, column: 21, scope: !485)
!490 = !DILocation(line: 24, column: 7, scope: !456)
!491 = !DILocation(line: 24, column: 41, scope: !485)
!492 = !DILocation(line: 24, column: 36, scope: !485)
!493 = !DILocation(line: 24, column: 43, scope: !485)
!494 = !DILocation(line: 24, column: 49, scope: !485)
!495 = !DILocation(line: 24, column: 29, scope: !485)
!496 = !DILocation(line: 25, column: 10, scope: !456)
!497 = !DILocation(line: 25, column: 12, scope: !456)
!498 = !DILocation(line: 25, column: 3, scope: !456)
!499 = !DILocation(line: 26, column: 1, scope: !456)
; counts: 9 66 528
