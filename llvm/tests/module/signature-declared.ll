; Declarations that say something else than the definition in another file; `(...)` says nothing.
;! with: signature-other.txt
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
declare i32 @wrong(i64)
declare i32 @open(...)
declare zeroext i16 @extended(i16)
define i32 @f() {
  %a = call i32 (...) @open(i32 1)
  %b = call i16 @extended(i16 1)
  ;! error: 12 LLVM/signature declared with another type
  %c = call i32 @wrong(i64 1)
  ret i32 %a
}
