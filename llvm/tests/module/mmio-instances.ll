; Functions that touch hardware through a parameter get an instance for each constant address.
target datalayout = "e-m:e-p:32:32-Fi8-i64:64-v128:64:128-a:0:32-n32-S64"
target triple = "thumbv6m-unknown-none-eabi"
%timer = type { i32, i32 }
define internal void @start(ptr %t) {
  store volatile i32 1, ptr %t, align 4
  ret void
}
define internal void @both(ptr %t, i32 %n) {
  call void @start(ptr %t)
  %stop = getelementptr %timer, ptr %t, i32 0, i32 1
  store volatile i32 %n, ptr %stop, align 4
  ret void
}
;! note: 16 instances for known addresses: 1
define void @public(ptr %t) {
  store volatile i32 7, ptr %t, align 4
  ret void
}
define internal void @addressed(ptr %t) {
  store volatile i32 8, ptr %t, align 4
  ret void
}
define weak void @replaced(ptr %t) {
  store volatile i32 9, ptr %t, align 4
  ret void
}
define void @main(ptr %callback) {
  call void @both(ptr inttoptr (i32 1073741824 to ptr), i32 1)
  call void @both(ptr inttoptr (i32 1073745920 to ptr), i32 2)
  call void @both(ptr inttoptr (i32 1073741824 to ptr), i32 3)
  call void @public(ptr inttoptr (i32 1073741824 to ptr))
  call void @addressed(ptr inttoptr (i32 1073741824 to ptr))
  call void @replaced(ptr inttoptr (i32 1073741824 to ptr))
  store ptr @addressed, ptr %callback
  ret void
}
;= profile  bare-metal
;= type @timer = struct{i32, i32}
;= register @mmio_40000000 : ptr[mmio,i32] = 0x40000000 access=read-write
;= register @mmio_40000004 : ptr[mmio,i32] = 0x40000004 access=read-write
;= register @mmio_40001004 : ptr[mmio,i32] = 0x40001004 access=read-write
;= register @mmio_40001000 : ptr[mmio,i32] = 0x40001000 access=read-write
;= fn pub @public(%t: ptr[generic,i8]) -> () effects(write) source=0 !16:13 {
;= store.i32 7, %t ordering=ordered !17:3
;= fn @addressed(%t: ptr[generic,i8]) -> () effects(write) source=0 !20:22 {
;= store.i32 8, %t ordering=ordered !21:3
;= fn pub weak @replaced(%t: ptr[generic,i8]) -> () effects(write) source=0 !24:18 {
;= store.i32 9, %t ordering=ordered !25:3
;= fn pub @main(%callback: ptr[generic,i8]) -> () effects(write, hardware) source=0 !28:13 {
;= call @"public.mmio_40000000"(%3) !32:3
;= call @"addressed.mmio_40000000"(%6) !33:3
;= call @replaced(%9) !34:3
;= fn @"addressed.mmio_40000000"(%t: ptr[generic,i8]) -> () effects(hardware) source=0 !20:22 {
;= %1: ptr[mmio,i32] = register @mmio_40000000 !21:3
;= store.i32 8, %1 address_space=mmio ordering=volatile !21:3
;= fn @"public.mmio_40000000"(%t: ptr[generic,i8]) -> () effects(hardware) source=0 !16:13 {
;= %1: ptr[mmio,i32] = register @mmio_40000000 !17:3
;= store.i32 7, %1 address_space=mmio ordering=volatile !17:3
;= fn @"both.mmio_40000000"(%t: ptr[generic,i8], %n: i32) -> () effects(hardware) source=0 !9:22 {
;= %3: ptr[mmio,i32] = register @mmio_40000004 !12:3
;= store.i32 %n, %3 address_space=mmio ordering=volatile !12:3
;= fn @"both.mmio_40001000"(%t: ptr[generic,i8], %n: i32) -> () effects(hardware) source=0 !9:22 {
;= %3: ptr[mmio,i32] = register @mmio_40001004 !12:3
;= store.i32 %n, %3 address_space=mmio ordering=volatile !12:3
;= fn @"start.mmio_40000000"(%t: ptr[generic,i8]) -> () effects(hardware) source=0 !5:22 {
;= %1: ptr[mmio,i32] = register @mmio_40000000 !6:3
;= store.i32 1, %1 address_space=mmio ordering=volatile !6:3
;= fn @"start.mmio_40001000"(%t: ptr[generic,i8]) -> () effects(hardware) source=0 !5:22 {
;= %1: ptr[mmio,i32] = register @mmio_40001000 !6:3
;= store.i32 1, %1 address_space=mmio ordering=volatile !6:3
