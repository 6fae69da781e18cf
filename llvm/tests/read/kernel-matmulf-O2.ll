; ModuleID = 'matmulf.c'
source_filename = "matmulf.c"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

@A = internal unnamed_addr global [16 x [16 x double]] zeroinitializer, align 16
@B = internal unnamed_addr global [16 x [16 x double]] zeroinitializer, align 16
@C = internal unnamed_addr global [16 x [16 x double]] zeroinitializer, align 16

; Function Attrs: nofree norecurse nosync nounwind memory(readwrite, argmem: none, inaccessiblemem: none)
define dso_local i32 @k_matmulf(i32 noundef %0) local_unnamed_addr #0 {
  br label %2

2:                                                ; preds = %2, %1
  %3 = phi i64 [ 0, %1 ], [ %102, %2 ]
  %4 = insertelement <2 x i64> poison, i64 %3, i64 0
  %5 = shufflevector <2 x i64> %4, <2 x i64> poison, <2 x i32> zeroinitializer
  %6 = trunc <2 x i64> %5 to <2 x i32>
  %7 = add <2 x i32> %6, <i32 0, i32 2>
  %8 = uitofp <2 x i32> %7 to <2 x double>
  %9 = fmul <2 x double> %8, <double 1.250000e-01, double 1.250000e-01>
  %10 = fadd <2 x double> %9, <double -1.500000e+00, double -1.500000e+00>
  %11 = getelementptr inbounds [16 x [16 x double]], ptr @A, i64 0, i64 %3, i64 0
  store <2 x double> %10, ptr %11, align 16, !tbaa !2
  %12 = trunc <2 x i64> %5 to <2 x i32>
  %13 = add <2 x i32> %12, <i32 0, i32 -1>
  %14 = sitofp <2 x i32> %13 to <2 x double>
  %15 = fmul <2 x double> %14, <double 2.500000e-01, double 2.500000e-01>
  %16 = fadd <2 x double> %15, <double 5.000000e-01, double 5.000000e-01>
  %17 = getelementptr inbounds [16 x [16 x double]], ptr @B, i64 0, i64 %3, i64 0
  store <2 x double> %16, ptr %17, align 16, !tbaa !2
  %18 = trunc <2 x i64> %5 to <2 x i32>
  %19 = add <2 x i32> %18, <i32 4, i32 6>
  %20 = uitofp <2 x i32> %19 to <2 x double>
  %21 = fmul <2 x double> %20, <double 1.250000e-01, double 1.250000e-01>
  %22 = fadd <2 x double> %21, <double -1.500000e+00, double -1.500000e+00>
  %23 = getelementptr inbounds [16 x [16 x double]], ptr @A, i64 0, i64 %3, i64 2
  store <2 x double> %22, ptr %23, align 16, !tbaa !2
  %24 = trunc <2 x i64> %5 to <2 x i32>
  %25 = add <2 x i32> %24, <i32 -2, i32 -3>
  %26 = sitofp <2 x i32> %25 to <2 x double>
  %27 = fmul <2 x double> %26, <double 2.500000e-01, double 2.500000e-01>
  %28 = fadd <2 x double> %27, <double 5.000000e-01, double 5.000000e-01>
  %29 = getelementptr inbounds [16 x [16 x double]], ptr @B, i64 0, i64 %3, i64 2
  store <2 x double> %28, ptr %29, align 16, !tbaa !2
  %30 = trunc <2 x i64> %5 to <2 x i32>
  %31 = add <2 x i32> %30, <i32 8, i32 10>
  %32 = uitofp <2 x i32> %31 to <2 x double>
  %33 = fmul <2 x double> %32, <double 1.250000e-01, double 1.250000e-01>
  %34 = fadd <2 x double> %33, <double -1.500000e+00, double -1.500000e+00>
  %35 = getelementptr inbounds [16 x [16 x double]], ptr @A, i64 0, i64 %3, i64 4
  store <2 x double> %34, ptr %35, align 16, !tbaa !2
  %36 = trunc <2 x i64> %5 to <2 x i32>
  %37 = add <2 x i32> %36, <i32 -4, i32 -5>
  %38 = sitofp <2 x i32> %37 to <2 x double>
  %39 = fmul <2 x double> %38, <double 2.500000e-01, double 2.500000e-01>
  %40 = fadd <2 x double> %39, <double 5.000000e-01, double 5.000000e-01>
  %41 = getelementptr inbounds [16 x [16 x double]], ptr @B, i64 0, i64 %3, i64 4
  store <2 x double> %40, ptr %41, align 16, !tbaa !2
  %42 = trunc <2 x i64> %5 to <2 x i32>
  %43 = add <2 x i32> %42, <i32 12, i32 14>
  %44 = uitofp <2 x i32> %43 to <2 x double>
  %45 = fmul <2 x double> %44, <double 1.250000e-01, double 1.250000e-01>
  %46 = fadd <2 x double> %45, <double -1.500000e+00, double -1.500000e+00>
  %47 = getelementptr inbounds [16 x [16 x double]], ptr @A, i64 0, i64 %3, i64 6
  store <2 x double> %46, ptr %47, align 16, !tbaa !2
  %48 = trunc <2 x i64> %5 to <2 x i32>
  %49 = add <2 x i32> %48, <i32 -6, i32 -7>
  %50 = sitofp <2 x i32> %49 to <2 x double>
  %51 = fmul <2 x double> %50, <double 2.500000e-01, double 2.500000e-01>
  %52 = fadd <2 x double> %51, <double 5.000000e-01, double 5.000000e-01>
  %53 = getelementptr inbounds [16 x [16 x double]], ptr @B, i64 0, i64 %3, i64 6
  store <2 x double> %52, ptr %53, align 16, !tbaa !2
  %54 = trunc <2 x i64> %5 to <2 x i32>
  %55 = add <2 x i32> %54, <i32 16, i32 18>
  %56 = uitofp <2 x i32> %55 to <2 x double>
  %57 = fmul <2 x double> %56, <double 1.250000e-01, double 1.250000e-01>
  %58 = fadd <2 x double> %57, <double -1.500000e+00, double -1.500000e+00>
  %59 = getelementptr inbounds [16 x [16 x double]], ptr @A, i64 0, i64 %3, i64 8
  store <2 x double> %58, ptr %59, align 16, !tbaa !2
  %60 = trunc <2 x i64> %5 to <2 x i32>
  %61 = add <2 x i32> %60, <i32 -8, i32 -9>
  %62 = sitofp <2 x i32> %61 to <2 x double>
  %63 = fmul <2 x double> %62, <double 2.500000e-01, double 2.500000e-01>
  %64 = fadd <2 x double> %63, <double 5.000000e-01, double 5.000000e-01>
  %65 = getelementptr inbounds [16 x [16 x double]], ptr @B, i64 0, i64 %3, i64 8
  store <2 x double> %64, ptr %65, align 16, !tbaa !2
  %66 = trunc <2 x i64> %5 to <2 x i32>
  %67 = add <2 x i32> %66, <i32 20, i32 22>
  %68 = uitofp <2 x i32> %67 to <2 x double>
  %69 = fmul <2 x double> %68, <double 1.250000e-01, double 1.250000e-01>
  %70 = fadd <2 x double> %69, <double -1.500000e+00, double -1.500000e+00>
  %71 = getelementptr inbounds [16 x [16 x double]], ptr @A, i64 0, i64 %3, i64 10
  store <2 x double> %70, ptr %71, align 16, !tbaa !2
  %72 = trunc <2 x i64> %5 to <2 x i32>
  %73 = add <2 x i32> %72, <i32 -10, i32 -11>
  %74 = sitofp <2 x i32> %73 to <2 x double>
  %75 = fmul <2 x double> %74, <double 2.500000e-01, double 2.500000e-01>
  %76 = fadd <2 x double> %75, <double 5.000000e-01, double 5.000000e-01>
  %77 = getelementptr inbounds [16 x [16 x double]], ptr @B, i64 0, i64 %3, i64 10
  store <2 x double> %76, ptr %77, align 16, !tbaa !2
  %78 = trunc <2 x i64> %5 to <2 x i32>
  %79 = add <2 x i32> %78, <i32 24, i32 26>
  %80 = uitofp <2 x i32> %79 to <2 x double>
  %81 = fmul <2 x double> %80, <double 1.250000e-01, double 1.250000e-01>
  %82 = fadd <2 x double> %81, <double -1.500000e+00, double -1.500000e+00>
  %83 = getelementptr inbounds [16 x [16 x double]], ptr @A, i64 0, i64 %3, i64 12
  store <2 x double> %82, ptr %83, align 16, !tbaa !2
  %84 = trunc <2 x i64> %5 to <2 x i32>
  %85 = add <2 x i32> %84, <i32 -12, i32 -13>
  %86 = sitofp <2 x i32> %85 to <2 x double>
  %87 = fmul <2 x double> %86, <double 2.500000e-01, double 2.500000e-01>
  %88 = fadd <2 x double> %87, <double 5.000000e-01, double 5.000000e-01>
  %89 = getelementptr inbounds [16 x [16 x double]], ptr @B, i64 0, i64 %3, i64 12
  store <2 x double> %88, ptr %89, align 16, !tbaa !2
  %90 = trunc <2 x i64> %5 to <2 x i32>
  %91 = add <2 x i32> %90, <i32 28, i32 30>
  %92 = uitofp <2 x i32> %91 to <2 x double>
  %93 = fmul <2 x double> %92, <double 1.250000e-01, double 1.250000e-01>
  %94 = fadd <2 x double> %93, <double -1.500000e+00, double -1.500000e+00>
  %95 = getelementptr inbounds [16 x [16 x double]], ptr @A, i64 0, i64 %3, i64 14
  store <2 x double> %94, ptr %95, align 16, !tbaa !2
  %96 = trunc <2 x i64> %5 to <2 x i32>
  %97 = add <2 x i32> %96, <i32 -14, i32 -15>
  %98 = sitofp <2 x i32> %97 to <2 x double>
  %99 = fmul <2 x double> %98, <double 2.500000e-01, double 2.500000e-01>
  %100 = fadd <2 x double> %99, <double 5.000000e-01, double 5.000000e-01>
  %101 = getelementptr inbounds [16 x [16 x double]], ptr @B, i64 0, i64 %3, i64 14
  store <2 x double> %100, ptr %101, align 16, !tbaa !2
  %102 = add nuw nsw i64 %3, 1
  %103 = icmp eq i64 %102, 16
  br i1 %103, label %104, label %2, !llvm.loop !6

104:                                              ; preds = %2
  %105 = icmp eq i32 %0, 0
  br i1 %105, label %267, label %106

106:                                              ; preds = %104, %247
  %107 = phi i32 [ %264, %247 ], [ 0, %104 ]
  %108 = phi i32 [ %265, %247 ], [ 0, %104 ]
  br label %109

109:                                              ; preds = %244, %106
  %110 = phi i64 [ %245, %244 ], [ 0, %106 ]
  %111 = getelementptr inbounds [16 x [16 x double]], ptr @A, i64 0, i64 %110, i64 0
  %112 = load double, ptr %111, align 16, !tbaa !2
  %113 = getelementptr inbounds [16 x [16 x double]], ptr @A, i64 0, i64 %110, i64 15
  %114 = load double, ptr %113, align 8, !tbaa !2
  %115 = getelementptr inbounds [16 x [16 x double]], ptr @A, i64 0, i64 %110, i64 14
  %116 = load double, ptr %115, align 16, !tbaa !2
  %117 = getelementptr inbounds [16 x [16 x double]], ptr @A, i64 0, i64 %110, i64 13
  %118 = load double, ptr %117, align 8, !tbaa !2
  %119 = getelementptr inbounds [16 x [16 x double]], ptr @A, i64 0, i64 %110, i64 12
  %120 = load double, ptr %119, align 16, !tbaa !2
  %121 = getelementptr inbounds [16 x [16 x double]], ptr @A, i64 0, i64 %110, i64 11
  %122 = load double, ptr %121, align 8, !tbaa !2
  %123 = getelementptr inbounds [16 x [16 x double]], ptr @A, i64 0, i64 %110, i64 10
  %124 = load double, ptr %123, align 16, !tbaa !2
  %125 = getelementptr inbounds [16 x [16 x double]], ptr @A, i64 0, i64 %110, i64 9
  %126 = load double, ptr %125, align 8, !tbaa !2
  %127 = getelementptr inbounds [16 x [16 x double]], ptr @A, i64 0, i64 %110, i64 8
  %128 = load double, ptr %127, align 16, !tbaa !2
  %129 = getelementptr inbounds [16 x [16 x double]], ptr @A, i64 0, i64 %110, i64 7
  %130 = load double, ptr %129, align 8, !tbaa !2
  %131 = getelementptr inbounds [16 x [16 x double]], ptr @A, i64 0, i64 %110, i64 6
  %132 = load double, ptr %131, align 16, !tbaa !2
  %133 = getelementptr inbounds [16 x [16 x double]], ptr @A, i64 0, i64 %110, i64 5
  %134 = load double, ptr %133, align 8, !tbaa !2
  %135 = getelementptr inbounds [16 x [16 x double]], ptr @A, i64 0, i64 %110, i64 4
  %136 = load double, ptr %135, align 16, !tbaa !2
  %137 = getelementptr inbounds [16 x [16 x double]], ptr @A, i64 0, i64 %110, i64 3
  %138 = load double, ptr %137, align 8, !tbaa !2
  %139 = getelementptr inbounds [16 x [16 x double]], ptr @A, i64 0, i64 %110, i64 2
  %140 = load double, ptr %139, align 16, !tbaa !2
  %141 = getelementptr inbounds [16 x [16 x double]], ptr @A, i64 0, i64 %110, i64 1
  %142 = load double, ptr %141, align 8, !tbaa !2
  %143 = insertelement <2 x double> poison, double %112, i64 0
  %144 = shufflevector <2 x double> %143, <2 x double> poison, <2 x i32> zeroinitializer
  %145 = insertelement <2 x double> poison, double %142, i64 0
  %146 = shufflevector <2 x double> %145, <2 x double> poison, <2 x i32> zeroinitializer
  %147 = insertelement <2 x double> poison, double %140, i64 0
  %148 = shufflevector <2 x double> %147, <2 x double> poison, <2 x i32> zeroinitializer
  %149 = insertelement <2 x double> poison, double %138, i64 0
  %150 = shufflevector <2 x double> %149, <2 x double> poison, <2 x i32> zeroinitializer
  %151 = insertelement <2 x double> poison, double %136, i64 0
  %152 = shufflevector <2 x double> %151, <2 x double> poison, <2 x i32> zeroinitializer
  %153 = insertelement <2 x double> poison, double %134, i64 0
  %154 = shufflevector <2 x double> %153, <2 x double> poison, <2 x i32> zeroinitializer
  %155 = insertelement <2 x double> poison, double %132, i64 0
  %156 = shufflevector <2 x double> %155, <2 x double> poison, <2 x i32> zeroinitializer
  %157 = insertelement <2 x double> poison, double %130, i64 0
  %158 = shufflevector <2 x double> %157, <2 x double> poison, <2 x i32> zeroinitializer
  %159 = insertelement <2 x double> poison, double %128, i64 0
  %160 = shufflevector <2 x double> %159, <2 x double> poison, <2 x i32> zeroinitializer
  %161 = insertelement <2 x double> poison, double %126, i64 0
  %162 = shufflevector <2 x double> %161, <2 x double> poison, <2 x i32> zeroinitializer
  %163 = insertelement <2 x double> poison, double %124, i64 0
  %164 = shufflevector <2 x double> %163, <2 x double> poison, <2 x i32> zeroinitializer
  %165 = insertelement <2 x double> poison, double %122, i64 0
  %166 = shufflevector <2 x double> %165, <2 x double> poison, <2 x i32> zeroinitializer
  %167 = insertelement <2 x double> poison, double %120, i64 0
  %168 = shufflevector <2 x double> %167, <2 x double> poison, <2 x i32> zeroinitializer
  %169 = insertelement <2 x double> poison, double %118, i64 0
  %170 = shufflevector <2 x double> %169, <2 x double> poison, <2 x i32> zeroinitializer
  %171 = insertelement <2 x double> poison, double %116, i64 0
  %172 = shufflevector <2 x double> %171, <2 x double> poison, <2 x i32> zeroinitializer
  %173 = insertelement <2 x double> poison, double %114, i64 0
  %174 = shufflevector <2 x double> %173, <2 x double> poison, <2 x i32> zeroinitializer
  br label %175

175:                                              ; preds = %175, %109
  %176 = phi i64 [ 0, %109 ], [ %242, %175 ]
  %177 = getelementptr inbounds [16 x [16 x double]], ptr @B, i64 0, i64 0, i64 %176
  %178 = load <2 x double>, ptr %177, align 16, !tbaa !2
  %179 = fmul <2 x double> %144, %178
  %180 = fadd <2 x double> %179, zeroinitializer
  %181 = getelementptr inbounds [16 x [16 x double]], ptr @B, i64 0, i64 1, i64 %176
  %182 = load <2 x double>, ptr %181, align 16, !tbaa !2
  %183 = fmul <2 x double> %146, %182
  %184 = fadd <2 x double> %180, %183
  %185 = getelementptr inbounds [16 x [16 x double]], ptr @B, i64 0, i64 2, i64 %176
  %186 = load <2 x double>, ptr %185, align 16, !tbaa !2
  %187 = fmul <2 x double> %148, %186
  %188 = fadd <2 x double> %184, %187
  %189 = getelementptr inbounds [16 x [16 x double]], ptr @B, i64 0, i64 3, i64 %176
  %190 = load <2 x double>, ptr %189, align 16, !tbaa !2
  %191 = fmul <2 x double> %150, %190
  %192 = fadd <2 x double> %188, %191
  %193 = getelementptr inbounds [16 x [16 x double]], ptr @B, i64 0, i64 4, i64 %176
  %194 = load <2 x double>, ptr %193, align 16, !tbaa !2
  %195 = fmul <2 x double> %152, %194
  %196 = fadd <2 x double> %192, %195
  %197 = getelementptr inbounds [16 x [16 x double]], ptr @B, i64 0, i64 5, i64 %176
  %198 = load <2 x double>, ptr %197, align 16, !tbaa !2
  %199 = fmul <2 x double> %154, %198
  %200 = fadd <2 x double> %196, %199
  %201 = getelementptr inbounds [16 x [16 x double]], ptr @B, i64 0, i64 6, i64 %176
  %202 = load <2 x double>, ptr %201, align 16, !tbaa !2
  %203 = fmul <2 x double> %156, %202
  %204 = fadd <2 x double> %200, %203
  %205 = getelementptr inbounds [16 x [16 x double]], ptr @B, i64 0, i64 7, i64 %176
  %206 = load <2 x double>, ptr %205, align 16, !tbaa !2
  %207 = fmul <2 x double> %158, %206
  %208 = fadd <2 x double> %204, %207
  %209 = getelementptr inbounds [16 x [16 x double]], ptr @B, i64 0, i64 8, i64 %176
  %210 = load <2 x double>, ptr %209, align 16, !tbaa !2
  %211 = fmul <2 x double> %160, %210
  %212 = fadd <2 x double> %208, %211
  %213 = getelementptr inbounds [16 x [16 x double]], ptr @B, i64 0, i64 9, i64 %176
  %214 = load <2 x double>, ptr %213, align 16, !tbaa !2
  %215 = fmul <2 x double> %162, %214
  %216 = fadd <2 x double> %212, %215
  %217 = getelementptr inbounds [16 x [16 x double]], ptr @B, i64 0, i64 10, i64 %176
  %218 = load <2 x double>, ptr %217, align 16, !tbaa !2
  %219 = fmul <2 x double> %164, %218
  %220 = fadd <2 x double> %216, %219
  %221 = getelementptr inbounds [16 x [16 x double]], ptr @B, i64 0, i64 11, i64 %176
  %222 = load <2 x double>, ptr %221, align 16, !tbaa !2
  %223 = fmul <2 x double> %166, %222
  %224 = fadd <2 x double> %220, %223
  %225 = getelementptr inbounds [16 x [16 x double]], ptr @B, i64 0, i64 12, i64 %176
  %226 = load <2 x double>, ptr %225, align 16, !tbaa !2
  %227 = fmul <2 x double> %168, %226
  %228 = fadd <2 x double> %224, %227
  %229 = getelementptr inbounds [16 x [16 x double]], ptr @B, i64 0, i64 13, i64 %176
  %230 = load <2 x double>, ptr %229, align 16, !tbaa !2
  %231 = fmul <2 x double> %170, %230
  %232 = fadd <2 x double> %228, %231
  %233 = getelementptr inbounds [16 x [16 x double]], ptr @B, i64 0, i64 14, i64 %176
  %234 = load <2 x double>, ptr %233, align 16, !tbaa !2
  %235 = fmul <2 x double> %172, %234
  %236 = fadd <2 x double> %232, %235
  %237 = getelementptr inbounds [16 x [16 x double]], ptr @B, i64 0, i64 15, i64 %176
  %238 = load <2 x double>, ptr %237, align 16, !tbaa !2
  %239 = fmul <2 x double> %174, %238
  %240 = fadd <2 x double> %236, %239
  %241 = getelementptr inbounds [16 x [16 x double]], ptr @C, i64 0, i64 %110, i64 %176
  store <2 x double> %240, ptr %241, align 16, !tbaa !2
  %242 = add nuw i64 %176, 2
  %243 = icmp eq i64 %242, 16
  br i1 %243, label %244, label %175, !llvm.loop !8

244:                                              ; preds = %175
  %245 = add nuw nsw i64 %110, 1
  %246 = icmp eq i64 %245, 16
  br i1 %246, label %247, label %109, !llvm.loop !11

247:                                              ; preds = %244
  %248 = load double, ptr getelementptr inbounds (i8, ptr @C, i64 424), align 8, !tbaa !2
  %249 = fmul double %248, 7.812500e-03
  %250 = and i32 %108, 15
  %251 = zext nneg i32 %250 to i64
  %252 = mul i32 %108, 7
  %253 = and i32 %252, 15
  %254 = zext nneg i32 %253 to i64
  %255 = getelementptr inbounds [16 x [16 x double]], ptr @A, i64 0, i64 %251, i64 %254
  store double %249, ptr %255, align 8, !tbaa !2
  %256 = mul i32 %107, 33
  %257 = mul i32 %108, 3
  %258 = and i32 %257, 15
  %259 = zext nneg i32 %258 to i64
  %260 = getelementptr inbounds [16 x [16 x double]], ptr @C, i64 0, i64 %251, i64 %259
  %261 = load double, ptr %260, align 8, !tbaa !2
  %262 = fmul double %261, 1.600000e+01
  %263 = fptosi double %262 to i32
  %264 = add i32 %256, %263
  %265 = add nuw i32 %108, 1
  %266 = icmp eq i32 %265, %0
  br i1 %266, label %267, label %106, !llvm.loop !12

267:                                              ; preds = %247, %104
  %268 = phi i32 [ 0, %104 ], [ %264, %247 ]
  ret i32 %268
}

attributes #0 = { nofree norecurse nosync nounwind memory(readwrite, argmem: none, inaccessiblemem: none) "min-legal-vector-width"="0" "no-builtins" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }

!llvm.module.flags = !{!0}
!llvm.ident = !{!1}

!0 = !{i32 1, !"wchar_size", i32 4}
!1 = !{!"Debian clang version 19.1.7 (3~deb12u1)"}
!2 = !{!3, !3, i64 0}
!3 = !{!"double", !4, i64 0}
!4 = !{!"omnipotent char", !5, i64 0}
!5 = !{!"Simple C/C++ TBAA"}
!6 = distinct !{!6, !7}
!7 = !{!"llvm.loop.mustprogress"}
!8 = distinct !{!8, !7, !9, !10}
!9 = !{!"llvm.loop.isvectorized", i32 1}
!10 = !{!"llvm.loop.unroll.runtime.disable"}
!11 = distinct !{!11, !7}
!12 = distinct !{!12, !7}
; counts: 1 9 286
