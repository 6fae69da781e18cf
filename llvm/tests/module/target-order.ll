; The order of specifications, and what processors are fast with, mean nothing.
target datalayout = "e-S128-i128:128-f80:128-i64:64:64-m:e-p272:64:64-p271:32:32-p270:32:32"
;= target   x86_64-unknown-linux-elf
