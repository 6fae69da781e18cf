; A data layout that no target has.
;! error: 3 LLVM/layout x86_64-unknown-linux-elf: e-m:e
target datalayout = "e-m:e-p:32:32"
target triple = "i386-unknown-linux-gnu"
