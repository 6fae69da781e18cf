; A register map names registers, and says what is none.
;! registers: mmio-map.tsv
target datalayout = "e-m:e-p:32:32-Fi8-i64:64-v128:64:128-a:0:32-n32-S64"
target triple = "thumbv6m-unknown-none-eabi"
define i32 @uart(i32 %i) {
  store volatile i32 65, ptr inttoptr (i32 1073751324 to ptr), align 4
  %v = load volatile i32, ptr inttoptr (i32 1073751320 to ptr), align 4
  %p = getelementptr inbounds [2 x i32], ptr inttoptr (i32 1342179072 to ptr), i32 0, i32 %i
  store volatile i32 1, ptr %p, align 4
  ;! note: 11 not known
  store volatile i8 65, ptr inttoptr (i32 1073751324 to ptr), align 1
  ;! note: 13 not known
  store volatile i32 65, ptr inttoptr (i32 1073751328 to ptr), align 4
  ret i32 %v
}
;= register @"UART0.TXD" : ptr[mmio,i32] = 0x4000251c access=write-only
;= register @"UART0.RXD" : ptr[mmio,i32] = 0x40002518 access=read-only
;= register @"GPIO.PIN_CNF" : ptr[mmio,array[i32,2]] = 0x50000700 access=read-write
