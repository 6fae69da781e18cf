; Without optimisation parameters and pointers lie in variables, which are stored to once.
target datalayout = "e-m:e-p:32:32-Fi8-i64:64-v128:64:128-a:0:32-n32-S64"
target triple = "thumbv6m-unknown-none-eabi"
define internal void @start(ptr %0, i32 %1) {
  %3 = alloca ptr, align 4
  %4 = alloca i32, align 4
  %5 = alloca ptr, align 4
  store ptr %0, ptr %3, align 4
  store i32 %1, ptr %4, align 4
  store ptr inttoptr (i32 1073750016 to ptr), ptr %5, align 4
  %6 = load ptr, ptr %3, align 4
  %7 = load i32, ptr %4, align 4
  store volatile i32 %7, ptr %6, align 4
  %8 = load ptr, ptr %5, align 4
  store volatile i32 %7, ptr %8, align 4
  ret void
}
define internal void @twice(ptr %0) {
  %2 = alloca ptr, align 4
  store ptr %0, ptr %2, align 4
  %3 = load ptr, ptr %2, align 4
  %4 = getelementptr inbounds i32, ptr %3, i32 1
  store ptr %4, ptr %2, align 4
  %5 = load ptr, ptr %2, align 4
  ;! note: 26 not known
  store volatile i32 1, ptr %5, align 4
  ret void
}
define internal void @escapes(ptr %0, ptr %1) {
  %3 = alloca ptr, align 4
  store ptr %0, ptr %3, align 4
  store ptr %3, ptr %1, align 4
  %4 = load ptr, ptr %3, align 4
  ;! note: 35 not known
  store volatile i32 1, ptr %4, align 4
  ret void
}
define void @main(ptr %p) {
  call void @start(ptr inttoptr (i32 1073741824 to ptr), i32 3)
  call void @twice(ptr inttoptr (i32 1073741824 to ptr))
  call void @escapes(ptr inttoptr (i32 1073741824 to ptr), ptr %p)
  ret void
}
define void @replaced(i1 %c) {
  %p = alloca ptr, align 4
  store ptr inttoptr (i32 1073741824 to ptr), ptr %p, align 4
  br i1 %c, label %then, label %end
then:
  store ptr inttoptr (i32 1073745920 to ptr), ptr %p, align 4
  br label %end
end:
  %q = load ptr, ptr %p, align 4
  ;! note: 54 not known
  store volatile i32 1, ptr %q, align 4
  ret void
}
;= profile  bare-metal
;= register @mmio_40002000 : ptr[mmio,i32] = 0x40002000 access=read-write
;= register @mmio_40000000 : ptr[mmio,i32] = 0x40000000 access=read-write
;= fn @twice(%0: ptr[generic,i8]) -> () effects(read, write) source=0 !18:22 {
;= store.i32 1, %5 ordering=ordered !26:3
;= fn @escapes(%0: ptr[generic,i8], %1: ptr[generic,i8]) -> () effects(read, write) source=0 !29:22 {
;= store.i32 1, %5 ordering=ordered !35:3
;= fn pub @main(%p: ptr[generic,i8]) -> () effects(read, write, hardware) source=0 !38:13 {
;= call @twice(%3) !40:3
;= call @escapes(%6, %p) !41:3
;= fn pub @replaced(%c: i1) -> () effects(read, write) source=0 !44:13 {
;= store.i32 1, %q ordering=ordered !54:3
;= fn @"start.mmio_40000000"(%0: ptr[generic,i8], %1: i32) -> () effects(read, write, hardware) source=0 !4:22 {
;= %13: ptr[mmio,i32] = register @mmio_40000000 !13:3
;= store.i32 %12, %13 address_space=mmio ordering=volatile !13:3
;= %15: ptr[mmio,i32] = register @mmio_40002000 !15:3
;= store.i32 %12, %15 address_space=mmio ordering=volatile !15:3
