; Accesses to registers: single ones, in structs, in arrays, wide ones in parts; what is memory stays ordered.
target datalayout = "e-m:e-p:32:32-Fi8-i64:64-v128:64:128-a:0:32-n32-S64"
target triple = "thumbv6m-unknown-none-eabi"
%gpio = type { [4 x i32], i32, i8, i16, [8 x i32] }
@flag = global i32 0
define i32 @direct() {
  %v = load volatile i32, ptr inttoptr (i32 1073741824 to ptr), align 4
  store volatile i8 1, ptr inttoptr (i32 1073741828 to ptr), align 1
  ret i32 %v
}
define void @fields(i32 %i) {
  store volatile i32 1, ptr getelementptr (%gpio, ptr inttoptr (i32 1342177280 to ptr), i32 0, i32 1), align 4
  %p = getelementptr inbounds %gpio, ptr inttoptr (i32 1342177280 to ptr), i32 0, i32 3
  store volatile i16 2, ptr %p, align 2
  %q = getelementptr inbounds %gpio, ptr inttoptr (i32 1342177280 to ptr), i32 0, i32 4, i32 %i
  store volatile i32 3, ptr %q, align 4
  ret void
}
define i64 @wide() {
  %v = load volatile i64, ptr inttoptr (i32 1073745920 to ptr), align 8
  ret i64 %v
}
define void @sums(i32 %base) {
  %a = add i32 1073741840, 16
  %p = inttoptr i32 %a to ptr
  store volatile float 1.0, ptr %p, align 4
  ret void
}
define void @memory(ptr %p, i32 %i) {
  store volatile i32 1, ptr @flag, align 4
  ;! note: 32 not known
  store volatile i32 1, ptr %p, align 4
  ;! note: 34 not known
  store volatile i32 1, ptr inttoptr (i32 536870912 to ptr), align 4
  %q = getelementptr inbounds i32, ptr inttoptr (i32 1073741824 to ptr), i32 %i
  ;! note: 37 not known
  store volatile i32 1, ptr %q, align 4
  ;! note: 39 not known
  store volatile i32 1, ptr null, align 4
  store i32 1, ptr inttoptr (i32 1073741824 to ptr), align 4
  ret void
}
;= profile  bare-metal
;= type @gpio = struct{array[i32,4], i32, i8, i16, array[i32,8]}
;= register @mmio_40000000 : ptr[mmio,i32] = 0x40000000 access=read-write
;= register @mmio_40000004 : ptr[mmio,i8] = 0x40000004 access=read-write
;= register @mmio_50000010 : ptr[mmio,i32] = 0x50000010 access=read-write
;= register @mmio_50000016 : ptr[mmio,i16] = 0x50000016 access=read-write
;= register @mmio_50000018 : ptr[mmio,array[i32,8]] = 0x50000018 access=read-write
;= register @mmio_40001000 : ptr[mmio,i32] = 0x40001000 access=read-write
;= register @mmio_40001004 : ptr[mmio,i32] = 0x40001004 access=read-write
;= register @mmio_40000020 : ptr[mmio,i32] = 0x40000020 access=read-write
;= data pub @flag : i32 = zero
;= fn pub @direct() -> (i32) effects(hardware) source=0 !6:12 {
;= %0: ptr[mmio,i32] = register @mmio_40000000 !7:3
;= %v: i32 = load.i32 %0 address_space=mmio ordering=volatile !7:3
;= %2: ptr[mmio,i8] = register @mmio_40000004 !8:3
;= store.i8 1, %2 address_space=mmio ordering=volatile !8:3
;= fn pub @fields(%i: i32) -> () effects(hardware, trap) source=0 !11:13 {
;= %1: ptr[mmio,i32] = register @mmio_50000010 !12:3
;= store.i32 1, %1 address_space=mmio ordering=volatile !12:3
;= %6: ptr[mmio,i16] = register @mmio_50000016 !14:3
;= store.i16 2, %6 address_space=mmio ordering=volatile !14:3
;= %14: ptr[mmio,array[i32,8]] = register @mmio_50000018 !16:3
;= %15: ptr[mmio,i32] = element %14, %i !16:3
;= store.i32 3, %15 address_space=mmio ordering=volatile !16:3
;= fn pub @wide() -> (i64) effects(hardware) source=0 !19:12 {
;= %0: ptr[mmio,i32] = register @mmio_40001000 !20:3
;= %1: i32 = load.i32 %0 address_space=mmio ordering=volatile !20:3
;= %2: ptr[mmio,i32] = register @mmio_40001004 !20:3
;= %3: i32 = load.i32 %2 address_space=mmio ordering=volatile !20:3
;= fn pub @sums(%base: i32) -> () effects(hardware) source=0 !23:13 {
;= %4: ptr[mmio,i32] = register @mmio_40000020 !26:3
;= store.i32 1065353216, %4 address_space=mmio ordering=volatile !26:3
;= fn pub @memory(%p: ptr[generic,i8], %i: i32) -> () effects(write) source=0 !29:13 {
;= store.i32 1, %3 ordering=ordered !30:3
;= store.i32 1, %p ordering=ordered !32:3
;= store.i32 1, %6 ordering=ordered !34:3
;= store.i32 1, %q ordering=ordered !37:3
;= store.i32 1, %13 ordering=ordered !39:3
