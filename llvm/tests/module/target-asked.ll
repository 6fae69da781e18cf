; A file without a data layout has that of the target which is asked for.
;! target: sim-cortex-m0
;= target   sim-cortex-m0
;= data pub @p : ptr[generic,i8] = zero
@p = global ptr null
