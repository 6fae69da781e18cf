; error: 5:1 LLVM/syntax the `}` that closes the body is missing
define void @h() {
  ret void
; the end
