; What linkers alone ask for says nothing more here; `coldcc` functions have the module's ABI.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
$once = comdat any
;= fn pub weak @once(%x: i32) -> (i32) source=0 !6:35 {
define linkonce_odr dso_local i32 @once(i32 %x) unnamed_addr comdat {
  %y = add i32 %x, 1
  ret i32 %y
}
;= fn @rare(%x: i32) -> (i32) source=0 !11:28 {
define internal coldcc i32 @rare(i32 %x) {
  %y = call i32 @once(i32 %x)
  ret i32 %y
}
;= fn pub @main() -> (i32) source=0 !17:19 {
;! never: comdat
define hidden i32 @main() {
  %y = call coldcc i32 @rare(i32 4)
  ret i32 %y
}
