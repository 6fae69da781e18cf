define void @a() {
  ret void
}
; ÿ
; error: 4:3 LLVM/encoding the byte 0xff at offset 34 is no UTF-8
