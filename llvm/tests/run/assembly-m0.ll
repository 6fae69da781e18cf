; The idioms of a Cortex-M: barriers, waiting, the interrupt mask, special registers; as assembly and as intrinsics.
;! run: @barriers()
;! run: @interrupts() == 1
;! run: @status() == 0

target datalayout = "e-m:e-p:32:32-Fi8-i64:64-v128:64:128-a:0:32-n32-S64"
target triple = "thumbv6m-none-unknown-eabi"

define void @barriers() {
  call void asm sideeffect "dmb 0xF", "~{memory}"()
  call void asm sideeffect "DSB SY", "~{memory}"()
  call void asm sideeffect "isb #15", "~{memory}"()
  call void asm sideeffect "dmb\0A\09dsb\0A\09isb", "~{memory}"()
  call void asm sideeffect "nop; nop", ""()
  call void asm sideeffect "yield", ""()
  call void asm sideeffect "sev", ""()
  call void @llvm.arm.dmb(i32 15)
  call void @llvm.arm.dsb(i32 15)
  call void @llvm.arm.isb(i32 15)
  call void @llvm.arm.hint(i32 0)
  call void @llvm.arm.hint(i32 1)
  call void @llvm.arm.hint(i32 4)
  ret void
}

; The mask is off, on, off, and as it was.
define i32 @interrupts() {
  call void asm sideeffect "cpsie i", "~{memory}"()
  %off = call i32 asm sideeffect "MRS $0, primask", "=r"()
  call void asm sideeffect "cpsid i", "~{memory}"()
  %on = call i32 asm sideeffect "mrs ${0}, PRIMASK", "=r,~{memory}"()
  call void asm sideeffect "MSR primask, $0", "r,~{memory}"(i32 %off)
  %again = call i32 asm sideeffect "MRS $0, primask", "=r"()
  %mask = shl i32 %off, 2
  %some = or i32 %mask, %on
  %last = shl i32 %again, 1
  %all = or i32 %some, %last
  ret i32 %all
}

define i32 @status() {
  %ipsr = call i32 asm sideeffect "MRS $0, ipsr", "=r"()
  %control = call i32 asm sideeffect "MRS $0, control", "=r"()
  %all = or i32 %ipsr, %control
  ret i32 %all
}

; Not run: they wait, call a supervisor that is not there, or move the stack.
define void @waits() {
  call void asm sideeffect "wfi", ""()
  call void asm sideeffect "wfe", ""()
  call void asm sideeffect "svc 0", "~{memory}"()
  call void asm sideeffect "svc $0", "i,~{memory}"(i32 7)
  call void @llvm.arm.hint(i32 2)
  call void @llvm.arm.hint(i32 3)
  ret void
}

define i32 @stacks(i32 %top) {
  call void asm sideeffect "MSR psp, $0", "r"(i32 %top)
  %psp = call i32 asm sideeffect "MRS $0, psp", "=r"()
  ret i32 %psp
}

declare void @llvm.arm.dmb(i32)
declare void @llvm.arm.dsb(i32)
declare void @llvm.arm.isb(i32)
declare void @llvm.arm.hint(i32)
