; Exception handling of Windows, which the reader refuses.
; error: 15:3 LLVM/instruction
; error: 17:3 LLVM/instruction
; error: 26:3 LLVM/instruction
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"

declare i32 @handler(...)
declare void @callee()

define void @funclets() personality ptr @handler {
  invoke void @callee() to label %next unwind label %switch
next:
  ret void
switch:
  %s = catchswitch within none [label %catch] unwind to caller
catch:
  %c = catchpad within %s [ptr null]
  catchret from %c to label %next
}

define void @cleanups() personality ptr @handler {
  invoke void @callee() to label %next unwind label %pad
next:
  ret void
pad:
  %c = cleanuppad within none []
  cleanupret from %c unwind to caller
}
