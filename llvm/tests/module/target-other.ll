; The target that is asked for is another one.
;! target: sim-cortex-m0
;! error: 4 LLVM/layout sim-cortex-m0
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
