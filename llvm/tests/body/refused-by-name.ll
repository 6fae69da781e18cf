; Instructions, constants and attributes that are known and have no place.
; error: 16:3 LLVM/instruction
; error: 29:3 LLVM/instruction
; error: 35:3 LLVM/instruction
; error: 42:3 LLVM/constant
; error: 46:3 LLVM/instruction
; error: 53:13 LLVM/attribute
; error: 57:13 LLVM/attribute
; error: 61:12 LLVM/address-space
; error: 69:3 LLVM/attribute
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"

declare i32 @handler(...)

define void @unwinds() personality ptr @handler {
  invoke void @callee() to label %next unwind label %pad
next:
  ret void
pad:
  %l = landingpad { ptr, i32 } cleanup
  resume { ptr, i32 } %l
}

define void @callee() {
  ret void
}

define void @jumps(ptr %p) {
  indirectbr ptr %p, [label %done]
done:
  ret void
}

define i32 @walks(ptr %p) {
  %v = va_arg ptr %p, i32
  ret i32 %v
}

define ptr @label() {
  br label %here
here:
  ret ptr blockaddress(@label, %here)
}

define void @assembly() {
  callbr void asm "", "!i"() to label %next [label %other]
next:
  ret void
other:
  ret void
}

define void @argument(ptr inalloca(i32) %p) {
  ret void
}

define void @static_chain(ptr nest %p) {
  ret void
}

define i32 @space(ptr addrspace(1) %p) {
  %v = load i32, ptr addrspace(1) %p
  ret i32 %v
}

declare i32 @setjmp(ptr) returns_twice

define i32 @twice(ptr %p) {
  %r = call i32 @setjmp(ptr %p)
  ret i32 %r
}
