; The triple is of another family than the data layout.
;! error: 4 LLVM/target family thumbv6m
target datalayout = "e-m:e-p:32:32-Fi8-i64:64-v128:64:128-a:0:32-n32-S64"
target triple = "x86_64-unknown-linux-gnu"
