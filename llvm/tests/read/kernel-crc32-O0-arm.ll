; ModuleID = 'crc32.c'
source_filename = "crc32.c"
target datalayout = "e-m:e-p:32:32-Fi8-i64:64-v128:64:128-a:0:32-n32-S64"
target triple = "thumbv6m-unknown-none-eabi"

@tab = internal global [256 x i32] zeroinitializer, align 4
@buf = internal global [2048 x i8] zeroinitializer, align 1

; Function Attrs: noinline nounwind optnone
define dso_local i32 @k_crc32(i32 noundef %0) #0 {
  %2 = alloca i32, align 4
  %3 = alloca i32, align 4
  %4 = alloca i32, align 4
  %5 = alloca i32, align 4
  %6 = alloca i8, align 1
  store i32 %0, ptr %2, align 4
  store i32 -1, ptr %5, align 4
  store i32 0, ptr %3, align 4
  br label %7

7:                                                ; preds = %16, %1
  %8 = load i32, ptr %3, align 4
  %9 = icmp ult i32 %8, 256
  br i1 %9, label %10, label %19

10:                                               ; preds = %7
  %11 = load i32, ptr %3, align 4
  %12 = trunc i32 %11 to i8
  store i8 %12, ptr %6, align 1
  %13 = call i32 @crc_bits(ptr noundef %6, i32 noundef 1, i32 noundef 0) #1
  %14 = load i32, ptr %3, align 4
  %15 = getelementptr inbounds [256 x i32], ptr @tab, i32 0, i32 %14
  store i32 %13, ptr %15, align 4
  br label %16

16:                                               ; preds = %10
  %17 = load i32, ptr %3, align 4
  %18 = add i32 %17, 1
  store i32 %18, ptr %3, align 4
  br label %7, !llvm.loop !4

19:                                               ; preds = %7
  store i32 0, ptr %3, align 4
  br label %20

20:                                               ; preds = %32, %19
  %21 = load i32, ptr %3, align 4
  %22 = icmp ult i32 %21, 2048
  br i1 %22, label %23, label %35

23:                                               ; preds = %20
  %24 = load i32, ptr %3, align 4
  %25 = mul i32 %24, 7
  %26 = load i32, ptr %3, align 4
  %27 = lshr i32 %26, 3
  %28 = add i32 %25, %27
  %29 = trunc i32 %28 to i8
  %30 = load i32, ptr %3, align 4
  %31 = getelementptr inbounds [2048 x i8], ptr @buf, i32 0, i32 %30
  store i8 %29, ptr %31, align 1
  br label %32

32:                                               ; preds = %23
  %33 = load i32, ptr %3, align 4
  %34 = add i32 %33, 1
  store i32 %34, ptr %3, align 4
  br label %20, !llvm.loop !6

35:                                               ; preds = %20
  store i32 0, ptr %4, align 4
  br label %36

36:                                               ; preds = %50, %35
  %37 = load i32, ptr %4, align 4
  %38 = load i32, ptr %2, align 4
  %39 = icmp ult i32 %37, %38
  br i1 %39, label %40, label %53

40:                                               ; preds = %36
  %41 = load i32, ptr %5, align 4
  %42 = call i32 @crc_tab(ptr noundef @buf, i32 noundef 2048, i32 noundef %41) #1
  store i32 %42, ptr %5, align 4
  %43 = load i32, ptr %5, align 4
  %44 = call i32 @crc_bits(ptr noundef @buf, i32 noundef 256, i32 noundef %43) #1
  store i32 %44, ptr %5, align 4
  %45 = load i32, ptr %5, align 4
  %46 = trunc i32 %45 to i8
  %47 = load i32, ptr %4, align 4
  %48 = and i32 %47, 2047
  %49 = getelementptr inbounds [2048 x i8], ptr @buf, i32 0, i32 %48
  store i8 %46, ptr %49, align 1
  br label %50

50:                                               ; preds = %40
  %51 = load i32, ptr %4, align 4
  %52 = add i32 %51, 1
  store i32 %52, ptr %4, align 4
  br label %36, !llvm.loop !7

53:                                               ; preds = %36
  %54 = load i32, ptr %5, align 4
  %55 = xor i32 %54, -1
  ret i32 %55
}

; Function Attrs: noinline nounwind optnone
define internal i32 @crc_bits(ptr noundef %0, i32 noundef %1, i32 noundef %2) #0 {
  %4 = alloca ptr, align 4
  %5 = alloca i32, align 4
  %6 = alloca i32, align 4
  %7 = alloca i32, align 4
  %8 = alloca i32, align 4
  store ptr %0, ptr %4, align 4
  store i32 %1, ptr %5, align 4
  store i32 %2, ptr %6, align 4
  store i32 0, ptr %7, align 4
  br label %9

9:                                                ; preds = %41, %3
  %10 = load i32, ptr %7, align 4
  %11 = load i32, ptr %5, align 4
  %12 = icmp ult i32 %10, %11
  br i1 %12, label %13, label %44

13:                                               ; preds = %9
  %14 = load ptr, ptr %4, align 4
  %15 = load i32, ptr %7, align 4
  %16 = getelementptr inbounds i8, ptr %14, i32 %15
  %17 = load i8, ptr %16, align 1
  %18 = zext i8 %17 to i32
  %19 = load i32, ptr %6, align 4
  %20 = xor i32 %19, %18
  store i32 %20, ptr %6, align 4
  store i32 0, ptr %8, align 4
  br label %21

21:                                               ; preds = %37, %13
  %22 = load i32, ptr %8, align 4
  %23 = icmp ult i32 %22, 8
  br i1 %23, label %24, label %40

24:                                               ; preds = %21
  %25 = load i32, ptr %6, align 4
  %26 = and i32 %25, 1
  %27 = icmp ne i32 %26, 0
  br i1 %27, label %28, label %32

28:                                               ; preds = %24
  %29 = load i32, ptr %6, align 4
  %30 = lshr i32 %29, 1
  %31 = xor i32 %30, -306674912
  br label %35

32:                                               ; preds = %24
  %33 = load i32, ptr %6, align 4
  %34 = lshr i32 %33, 1
  br label %35

35:                                               ; preds = %32, %28
  %36 = phi i32 [ %31, %28 ], [ %34, %32 ]
  store i32 %36, ptr %6, align 4
  br label %37

37:                                               ; preds = %35
  %38 = load i32, ptr %8, align 4
  %39 = add i32 %38, 1
  store i32 %39, ptr %8, align 4
  br label %21, !llvm.loop !8

40:                                               ; preds = %21
  br label %41

41:                                               ; preds = %40
  %42 = load i32, ptr %7, align 4
  %43 = add i32 %42, 1
  store i32 %43, ptr %7, align 4
  br label %9, !llvm.loop !9

44:                                               ; preds = %9
  %45 = load i32, ptr %6, align 4
  ret i32 %45
}

; Function Attrs: noinline nounwind optnone
define internal i32 @crc_tab(ptr noundef %0, i32 noundef %1, i32 noundef %2) #0 {
  %4 = alloca ptr, align 4
  %5 = alloca i32, align 4
  %6 = alloca i32, align 4
  %7 = alloca i32, align 4
  store ptr %0, ptr %4, align 4
  store i32 %1, ptr %5, align 4
  store i32 %2, ptr %6, align 4
  store i32 0, ptr %7, align 4
  br label %8

8:                                                ; preds = %26, %3
  %9 = load i32, ptr %7, align 4
  %10 = load i32, ptr %5, align 4
  %11 = icmp ult i32 %9, %10
  br i1 %11, label %12, label %29

12:                                               ; preds = %8
  %13 = load i32, ptr %6, align 4
  %14 = load ptr, ptr %4, align 4
  %15 = load i32, ptr %7, align 4
  %16 = getelementptr inbounds i8, ptr %14, i32 %15
  %17 = load i8, ptr %16, align 1
  %18 = zext i8 %17 to i32
  %19 = xor i32 %13, %18
  %20 = and i32 %19, 255
  %21 = getelementptr inbounds [256 x i32], ptr @tab, i32 0, i32 %20
  %22 = load i32, ptr %21, align 4
  %23 = load i32, ptr %6, align 4
  %24 = lshr i32 %23, 8
  %25 = xor i32 %22, %24
  store i32 %25, ptr %6, align 4
  br label %26

26:                                               ; preds = %12
  %27 = load i32, ptr %7, align 4
  %28 = add i32 %27, 1
  store i32 %28, ptr %7, align 4
  br label %8, !llvm.loop !10

29:                                               ; preds = %8
  %30 = load i32, ptr %6, align 4
  ret i32 %30
}

attributes #0 = { noinline nounwind optnone "frame-pointer"="all" "no-builtins" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="cortex-m0" "target-features"="+armv6-m,+soft-float,+strict-align,+thumb-mode,-aes,-bf16,-d32,-dotprod,-fp-armv8,-fp-armv8d16,-fp-armv8d16sp,-fp-armv8sp,-fp16,-fp16fml,-fp64,-fpregs,-fullfp16,-mve,-mve.fp,-neon,-sha2,-vfp2,-vfp2sp,-vfp3,-vfp3d16,-vfp3d16sp,-vfp3sp,-vfp4,-vfp4d16,-vfp4d16sp,-vfp4sp" "use-soft-float"="true" }
attributes #1 = { nobuiltin "no-builtins" }

!llvm.module.flags = !{!0, !1, !2}
!llvm.ident = !{!3}

!0 = !{i32 1, !"wchar_size", i32 4}
!1 = !{i32 1, !"min_enum_size", i32 4}
!2 = !{i32 7, !"frame-pointer", i32 2}
!3 = !{!"Debian clang version 19.1.7 (3~deb12u1)"}
!4 = distinct !{!4, !5}
!5 = !{!"llvm.loop.mustprogress"}
!6 = distinct !{!6, !5}
!7 = distinct !{!7, !5}
!8 = distinct !{!8, !5}
!9 = distinct !{!9, !5}
!10 = distinct !{!10, !5}
; counts: 3 30 155
