; Types, and what LLVM 19 says of them (opt -passes=instcombine of the addresses that getelementptr gives from null):
; size, alignment, offsets of the fields.
target datalayout = "e-m:e-p:32:32-Fi8-i64:64-v128:64:128-a:0:32-n32-S64"
target triple = "thumbv6m-none-unknown-eabi"
; 96 8 0 8 80 88
%T0 = type { { [4 x i16] }, { { i24 }, { i32, i40, i64 }, [3 x i64], { <3 x i16> }, { ptr } }, ptr, double }
; 2 2 0
%T1 = type { half }
; 1 1 0
%T2 = type { i8 }
; 24 8 0 0 8
%T3 = type { {  }, i64, [2 x i64] }
; 16 8 0 8
%T4 = type { [3 x i8], <2 x float> }
; 136 8 0 16 32 48 76
%T5 = type { { i100 }, [2 x <2 x float>], <4 x i32>, <{ i24, {  }, i65, <2 x ptr> }>, <{ { i8, i32, i24 }, {}, <{ <3 x float>, i64, [2 x i64], [3 x i8] }> }> }
; 72 8 0 16
%T6 = type { i128, { { i64, <3 x i16>, i65, i8, double }, [0 x <4 x i32>], i32 } }
; 28 1 0 1 20 20
%T7 = type <{ i1, <{ [1 x double], i16, [1 x <2 x ptr>], i1 }>, <{  }>, <2 x float> }>
; 352 16 0 0 0 233 240
%T8 = type { [0 x i32], {  }, <{ { i65, [2 x i64], [3 x i8], i40, i8 }, i1, { i16, i65, i128, <2 x float>, i100 }, [3 x i128], <16 x i32> }>, { [3 x {}] }, { i40, <2 x ptr>, { <3 x float>, i1, <3 x float>, <8 x i8> }, { float, i7, i65 } } }
; 128 1 0 0
%T9 = type <{ [0 x i64], { <16 x i32>, { <2 x float>, i16, <2 x float>, i24, [0 x i32] }, <3 x float>, float } }>
; 64 8 0 0 48
%T10 = type { [0 x { <3 x i16>, {}, float }], { <4 x i32>, [1 x i16], [2 x i64], <8 x i8> }, <4 x i32> }
; 16 8 0 8
%T11 = type { <2 x float>, i32 }
; 48 8 0 1 4 8
%T12 = type { { i1 }, i1, i24, { <8 x i8>, {}, i32, <{ i64, i8, i128, i1 }> } }
; 56 8 0 8 48 48
%T13 = type { i16, { i32, <{  }>, [0 x [3 x i8]], i128, i128 }, [0 x i32], i8 }
; 8 8 0 8 8
%T14 = type { <3 x i16>, <{  }>, [0 x i32] }
; 128 16 0 8 16 112
%T15 = type { i64, i1, { { {}, <2 x float>, i40, half }, i7, { ptr, i24, i128, i7, <3 x float> }, { i32 }, i1 }, i100 }
; 24 1 0 8
%T16 = type <{ <2 x ptr>, i100 }>
; 4 4 0
%T17 = type { ptr }
; 16 1 0 8
%T18 = type <{ i64, double }>
; 16 8 0
%T19 = type { i65 }
; 12 1 0 4
%T20 = type <{ i32, <2 x float> }>
; 128 64 0 64 64 72 88
%T21 = type { <16 x i32>, <{ [2 x {}] }>, i40, { i65 }, [0 x i32] }
; 16 1 0 0
%T22 = type <{ {  }, <4 x i32> }>
; 40 1 0
%T23 = type <{ { half, double, <8 x i8>, i128 } }>
; 90 1 0 2
%T24 = type <{ i16, { { i64, [2 x i64] }, i65, i16, { [0 x i32], <4 x i32>, i100, <2 x ptr> } } }>
; 80 16 0 8 24 64
%T25 = type { [3 x i8], i128, [2 x [2 x i64]], <3 x float> }
; 132 1 0 4 4
%T26 = type <{ ptr, <{  }>, { { i8, i32, <2 x float> }, <16 x i32> } }>
; 16 1 0
%T27 = type <{ i128 }>
; 96 16 0 8 32
%T28 = type { i1, [2 x i64], { <3 x float>, [3 x [2 x i64]] } }
; 0 1 0
%T29 = type { <{  }> }
; 56 8 0 8 16 24 32
%T30 = type { i40, i32, i64, i7, { { i128, i1, float } } }
; 1 1 0
%T31 = type { i8 }
; 72 8 0 16 64
%T32 = type { i100, { <{ <3 x i16>, <4 x i32> }>, { double, i1 }, i16, i24 }, i64 }
; 64 8 0 32 40 48
%T33 = type { <{ [0 x <2 x ptr>], [4 x <3 x i16>], {  } }>, double, i8, i65 }
; 64 16 0 16
%T34 = type { <3 x float>, { {  }, i64, <4 x i32>, i65 } }
; 48 4 0 2 44
%T35 = type { i16, <{ { i7, i24, half, <3 x i16> }, i65 }>, i24 }
; 36 1 0 24 28 28
%T36 = type <{ { half, i7, i100 }, i24, {}, <3 x i16> }>
; 5 1 0 1 5
%T37 = type <{ i8, ptr, {} }>
; 192 64 0 64
%T38 = type { { { [3 x i8] }, <{ i40, <4 x i32>, [0 x i32], <2 x float> }>, [1 x i32], {}, i32 }, { <16 x i32>, <3 x float>, [3 x [2 x i64]], [0 x i32] } }
; 160 8 0 0 16 32 128
%T39 = type { [3 x [0 x <2 x float>]], i65, i65, <{ [4 x i100], <3 x float>, <{ double, i1 }> }>, { { double, <4 x i32> }, ptr } }
; 56 2 0 1 54
%T40 = type { i1, <{ double, float, [4 x i24], { {}, <8 x i8>, <4 x i32> } }>, half }
; 72 8 0 8 64
%T41 = type { i32, { { double, <4 x i32>, <4 x i32>, i24 }, <8 x i8> }, <2 x ptr> }
; 0 1 0
%T42 = type { {  } }
; 448 64 0 16 24 64 384
%T43 = type { i65, i32, [0 x <2 x float>], { <2 x ptr>, <{ <8 x i8>, <3 x float>, i128, <4 x i32> }>, i128, { <3 x float>, <16 x i32>, i1 } }, i7 }
; 16 1 0 8
%T44 = type <{ <2 x ptr>, <8 x i8> }>
; 8 4 0 4
%T45 = type { float, i7 }
; 40 8 0 0 16 20 24
%T46 = type { {  }, [1 x i128], { ptr }, [3 x <{  }>], [2 x i64] }
; 96 1 0 16 80 80
%T47 = type <{ [2 x i64], <16 x i32>, <{  }>, i128 }>
; 48 8 0 8 16
%T48 = type { half, <3 x i16>, { i16, { half, float, i65 } } }
; 8 1 0
%T49 = type <{ i64 }>
; 72 1 0 8
%T50 = type <{ i40, <16 x i32> }>
; 128 64 0 64 72 80
%T51 = type { <16 x i32>, { i24 }, <8 x i8>, <2 x float> }
; 144 4 0 136
%T52 = type { <{ [2 x i64], { <8 x i8>, <3 x i16>, <3 x float>, i64 }, <4 x i32>, i40, <{ [2 x i64], i65, [2 x i64] }> }>, { i32, half } }
; 32 1 0 16
%T53 = type <{ i65, i65 }>
; 136 8 0 4 112 128
%T54 = type { float, { <{ i64, i128, [3 x i8], [2 x i64], double }>, <{ float, <2 x ptr>, i65 }>, <{ [3 x i8], i8, double, i65, [0 x i32] }> }, [1 x [1 x [2 x i64]]], double }
; 320 64 0 1 64 192 280
%T55 = type { i1, {}, { { i8, [3 x i8], <16 x i32>, {} }, {  } }, { { half, double }, <4 x i32>, <{ <4 x i32>, [2 x i64], [3 x i8], {}, {} }>, <{ <3 x i16>, {}, <3 x i16>, i8 }> }, <2 x ptr> }
; 89 1 0 25
%T56 = type <{ <{ { i1 }, <2 x ptr>, i65 }>, { [2 x i32], {}, <{ <3 x float>, {}, i24, i65, <2 x float> }>, i40 } }>
; 12 4 0 4 8
%T57 = type { i32, ptr, half }
; 129 1 0 1 1 1 129
%T58 = type <{ i1, {}, [0 x i32], { [0 x double], <16 x i32>, i1, i16, [4 x <2 x ptr>] }, <{  }> }>
; 48 8 0 12 38 40
%T59 = type { <{ <2 x ptr>, [3 x i8] }>, { <{ <2 x ptr>, i100 }>, half }, i8, <8 x i8> }
; 152 8 0 8 143 144
%T60 = type { { <2 x float> }, <{ [0 x i7], ptr, [3 x i8], { [0 x i32], i8, <16 x i32> } }>, i8, double }
; 3 1 0
%T61 = type { [3 x i8] }
; 104 8 0 8
%T62 = type { { i1 }, [2 x [3 x i100]] }
; 384 64 0 320 328 336
%T63 = type { { { <3 x float>, <16 x i32>, [3 x i8] }, <{ half, <2 x ptr>, i100, <2 x ptr> }>, [3 x i8], <{ [3 x i8], <3 x i16>, double, i7, float }>, i24 }, i40, [1 x i40], <{ [1 x [2 x i64]] }> }
; 184 8 0 120 156 160 176
%T64 = type { [3 x { <4 x i32>, [2 x i64], i32 }], <{ [3 x i8], i128, <{ {} }>, <3 x float> }>, half, [2 x i64], [1 x i32] }
; 32 8 0 0 24 26
%T65 = type { {  }, { [0 x i32], { i100 }, {  }, half }, half, {  } }
; 128 64 0 64 64
%T66 = type { <16 x i32>, [0 x <{ half, ptr, <8 x i8>, <16 x i32>, i32 }>], i64 }
; 224 1 0 64 96
%T67 = type <{ { i64, [2 x [2 x i64]], { i1, i64 }, i8, <{  }> }, [4 x <2 x float>], { { <3 x float>, half, i24 }, <3 x float>, i128, { <8 x i8>, half, i100, i100, i7 }, {  } } }>
; 72 8 0 16 48 52
%T68 = type { <4 x i32>, { [4 x i64], {  } }, i24, <{ [0 x i65], { i64 }, {}, half, <2 x ptr> }> }
; 112 8 0 16 32 56
%T69 = type { [2 x i64], i100, { i7, { i24, [3 x i8] }, <8 x i8> }, { i65, <{ <3 x i16>, i100 }>, i16, [2 x ptr] } }
; 24 1 0 0 16 24
%T70 = type <{ {  }, i128, i40, {} }>
; 32 16 0 4 16
%T71 = type { i1, float, <3 x float> }
; 80 16 0 8 40 48 64
%T72 = type { [1 x i8], { i16, <{ i64, i40, i1, i1 }>, [0 x i32], <2 x float> }, { double, {  } }, <3 x float>, ptr }
; 56 8 0
%T73 = type { { <{ <3 x float>, i100 }>, i24, {}, { double, [3 x i8] } } }
; 162 1 0 8 152 152 154
%T74 = type <{ [1 x { <2 x float>, {} }], <{ { half, i40, i1 }, <16 x i32>, { <2 x ptr>, {} }, { i8, i24, i128, <3 x float> } }>, [0 x i32], { half }, <2 x float> }>
; 40 8 0 16 32
%T75 = type { { i100, <{  }>, {  } }, { <8 x i8>, float }, [1 x i1] }
; 18 1 0 2 2 10
%T76 = type <{ half, {}, i40, <2 x float> }>
; 144 1 0 28 28 124 140
%T77 = type <{ { <{ i64, i65 }>, i7, [3 x i8] }, { [1 x [0 x i32]] }, { i64, <{ <16 x i32>, i1 }>, <4 x i32> }, i128, float }>
; 8 8 0 0 8
%T78 = type { [3 x {  }], <2 x ptr>, <{  }> }
; 48 8 0 4 4 8 16
%T79 = type { i32, {  }, i32, <2 x float>, { i128, <3 x i16>, [0 x i32], i32 } }
@v0 = external global %T0
@v1 = external global %T1
@v2 = external global %T2
@v3 = external global %T3
@v4 = external global %T4
@v5 = external global %T5
@v6 = external global %T6
@v7 = external global %T7
@v8 = external global %T8
@v9 = external global %T9
@v10 = external global %T10
@v11 = external global %T11
@v12 = external global %T12
@v13 = external global %T13
@v14 = external global %T14
@v15 = external global %T15
@v16 = external global %T16
@v17 = external global %T17
@v18 = external global %T18
@v19 = external global %T19
@v20 = external global %T20
@v21 = external global %T21
@v22 = external global %T22
@v23 = external global %T23
@v24 = external global %T24
@v25 = external global %T25
@v26 = external global %T26
@v27 = external global %T27
@v28 = external global %T28
@v29 = external global %T29
@v30 = external global %T30
@v31 = external global %T31
@v32 = external global %T32
@v33 = external global %T33
@v34 = external global %T34
@v35 = external global %T35
@v36 = external global %T36
@v37 = external global %T37
@v38 = external global %T38
@v39 = external global %T39
@v40 = external global %T40
@v41 = external global %T41
@v42 = external global %T42
@v43 = external global %T43
@v44 = external global %T44
@v45 = external global %T45
@v46 = external global %T46
@v47 = external global %T47
@v48 = external global %T48
@v49 = external global %T49
@v50 = external global %T50
@v51 = external global %T51
@v52 = external global %T52
@v53 = external global %T53
@v54 = external global %T54
@v55 = external global %T55
@v56 = external global %T56
@v57 = external global %T57
@v58 = external global %T58
@v59 = external global %T59
@v60 = external global %T60
@v61 = external global %T61
@v62 = external global %T62
@v63 = external global %T63
@v64 = external global %T64
@v65 = external global %T65
@v66 = external global %T66
@v67 = external global %T67
@v68 = external global %T68
@v69 = external global %T69
@v70 = external global %T70
@v71 = external global %T71
@v72 = external global %T72
@v73 = external global %T73
@v74 = external global %T74
@v75 = external global %T75
@v76 = external global %T76
@v77 = external global %T77
@v78 = external global %T78
@v79 = external global %T79
