; Global values and what stands beside them.
; dump
source_filename = "a \22file\22.c"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

module asm ".globl x"
module asm "x: .byte \22\\n\22"

$group = comdat any
$once = comdat any
$"other" = comdat nodeduplicate

@0 = private unnamed_addr constant [2 x i8] c"a\00", align 1
@1 = internal global i32 0
@"\01plain" = global i32 0
@"with space" = hidden global i8 1, section ".data.\22x\22", align 16
@weak = weak dso_local global i32 1, comdat($group)
@weak_odr = weak_odr local_unnamed_addr constant i32 1
@once = linkonce global i32 1, comdat
@once_odr = linkonce_odr protected global i32 1
@common = common global [4 x i32] zeroinitializer, align 4
@extern = external global i32
@extern_weak = extern_weak global i32
@import = external dllimport global i32
@export = dllexport global i32 0
@available = available_externally global i32 1
@tls = thread_local(localexec) global i32 0
@tls_default = external thread_local local_unnamed_addr global i32
@space = addrspace(3) externally_initialized global i32 undef
@sanitized = global i32 0, no_sanitize_address, no_sanitize_hwaddress, sanitize_memtag, sanitize_address_dyninit
@model = global i32 0, partition "p", code_model "small", !dbg !0
@used = appending global [1 x ptr] [ptr @weak], section "llvm.metadata" #0

@alias = alias i32, ptr @weak
@alias_part = hidden alias i8, getelementptr inbounds (i8, ptr @common, i64 4)
@alias_function = weak alias void (), ptr @body, partition "p"
@chosen = ifunc void (), ptr @resolver

declare ptr @resolver()
declare !dbg !1 extern_weak i32 @declared(i32 noundef, ptr, ...) local_unnamed_addr #0
declare fastcc void @conventions_fast()
declare cc 10 void @conventions_number(i32 %named)
declare cc77 void @conventions_number_joined()
declare arm_aapcs_vfpcc void @conventions_arm()
declare ccc void @conventions_c()

define void @body() unnamed_addr addrspace(0) #0 section ".text.x" comdat($group) align 16 gc "statepoint-example" prefix i32 7 prologue i8 1 personality ptr @personality !dbg !1 {
  ret void
}

define available_externally void @inlined() {
  ret void
}

declare i32 @personality(...)

attributes #0 = { nounwind }

!named = !{!0, !1}
!0 = !{}
!1 = !{}
^0 = module: (path: "x (", hash: (0, 0, 0, 0, 0))
^1 = typeid: (name: "_ZTS1A", summary: (typeTestRes: (kind: allOnes, sizeM1BitWidth: 7)))
^2 = flags: 8
