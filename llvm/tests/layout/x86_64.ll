; Types, and what LLVM 19 says of them (opt -passes=instcombine of the addresses that getelementptr gives from null):
; size, alignment, offsets of the fields.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
; 40 8 0 24 32
%T0 = type { <{ {  }, <8 x i8>, <4 x i32> }>, double, i16 }
; 0 1 0
%T1 = type { {  } }
; 160 16 0 32 40 72 80
%T2 = type { { [0 x i8], [1 x i64], <8 x i8>, fp128 }, <8 x i8>, [2 x [2 x i64]], i8, [3 x { ptr, ptr, i7 }] }
; 32 16 0 16
%T3 = type { i65, i100 }
; 32 16 0 0 16
%T4 = type { [0 x double], i100, <2 x float> }
; 72 8 0
%T5 = type { { { half, <8 x i8> }, i16, { i16, [2 x i64], <8 x i8> }, { [3 x i8], ptr } } }
; 40 8 0 24
%T6 = type { { { <2 x float>, ptr, i40 } }, <{ <{ float, i64 }>, [3 x i8] }> }
; 96 16 0 16 32 48 80
%T7 = type { i65, double, <3 x float>, [1 x { <2 x ptr>, i8, {}, [3 x i8] }], float }
; 13 1 0 0 4 5
%T8 = type <{ [0 x i24], i32, i8, <8 x i8> }>
; 56 1 0
%T9 = type <{ { i24, [1 x half], [3 x <2 x float>], <{ i65, i32, [0 x i32] }> } }>
; 16 16 0
%T10 = type { <4 x i32> }
; 208 1 0 112 136 184 200
%T11 = type <{ { <2 x ptr>, <{ <4 x i32>, i128, i7, {}, <2 x ptr> }>, { fp128 }, { half } }, { [2 x i64], [2 x [0 x i32]], { i32, i24 } }, { { half, i16, i32 }, { i128 }, [0 x [0 x i32]], float }, i128, i64 }>
; 160 16 0 80 112 112 120
%T12 = type { <{ fp128, [3 x half], <3 x i16>, i1, <{ <4 x i32>, i64, i24, i24, i24 }> }>, [2 x fp128], [0 x i32], ptr, <{ <4 x i32>, i64, i1, { {} } }> }
; 152 1 0
%T13 = type { [2 x <{ <16 x i32>, <3 x i16>, i24, {} }>] }
; 0 1 0
%T14 = type { {  } }
; 179 1 0 128 132 134 150
%T15 = type <{ [1 x { <16 x i32>, i7, i40 }], <{ { float } }>, i16, i65, { <{ i64, i64, i7, i32, <2 x float> }> } }>
; 90 1 0 8 90 90
%T16 = type <{ { i24, i16, {  } }, <{ <3 x float>, i16, <16 x i32> }>, <{  }>, {} }>
; 48 1 0 48
%T17 = type <{ { { <3 x i16>, <8 x i8> }, i40, [2 x i64], i16, i1 }, {  } }>
; 120 8 0 16 116
%T18 = type { { <3 x i16>, i40, [0 x i7] }, <{ i24, <{ {}, ptr, i128, <16 x i32>, i40 }> }>, i24 }
; 128 16 0 0
%T19 = type { {  }, { fp128, { i24, i100, [2 x i64], i64 }, i8, <{  }>, { i8, fp128 } } }
; 106 1 0 16 32 40 42
%T20 = type <{ i65, i128, ptr, half, { i8, <{ i128, float }>, <2 x ptr>, <4 x i32> } }>
; 8 1 0
%T21 = type <{ <8 x i8> }>
; 16 1 0
%T22 = type <{ <2 x ptr> }>
; 88 8 0 48 72 80 80
%T23 = type { { <{ <3 x float>, i100, <2 x float>, [0 x i32], i64 }> }, { [2 x i64], { {} }, {  }, [1 x i8], half }, ptr, [0 x [1 x i1]], i16 }
; 72 1 0 0 0 64 72
%T24 = type <{ {  }, [0 x i32], <16 x i32>, i40, {} }>
; 16 8 0 4 7 8
%T25 = type { float, [3 x i8], i8, [1 x i64] }
; 8 4 0 1 4
%T26 = type { [1 x i8], [3 x i8], i24 }
; 28 1 0 24 26
%T27 = type <{ { ptr, { i16, i1, i16, ptr } }, <{ i16 }>, half }>
; 80 16 0 8 16 32 64
%T28 = type { i32, { <2 x float> }, <2 x float>, { i64, float, fp128 }, i100 }
; 23 1 0
%T29 = type { <{ <{ half, float, <8 x i8>, double, i8 }> }> }
; 24 1 0 8
%T30 = type <{ i40, i100 }>
; 264 1 0 64 72
%T31 = type <{ { { <3 x i16>, [0 x i32], [0 x i32], <3 x float>, <2 x ptr> }, <3 x i16>, <2 x float> }, i40, { <2 x ptr>, <2 x float>, [3 x <2 x ptr>], i24, <16 x i32> } }>
; 96 8 0 24 32
%T32 = type { <{ <3 x i16>, i16, <3 x i16> }>, i40, <{ { float, <4 x i32>, i40, i8, <8 x i8> } }> }
; 32 16 0 16
%T33 = type { i7, <2 x ptr> }
; 64 16 0 0 0
%T34 = type { <{  }>, {}, { { float, fp128, ptr }, i32, i64 } }
; 128 64 0 0 64 72
%T35 = type { {}, <16 x i32>, <8 x i8>, <{ { <4 x i32> }, <{  }>, <8 x i8>, i40, <3 x float> }> }
; 146 1 0 16 17 18
%T36 = type <{ i100, [1 x i7], i1, { [0 x <2 x float>], { i40, double, i7, [2 x i64], double }, i1, { i16, i24, fp128, ptr, {} }, <3 x float> } }>
; 19 1 0 3
%T37 = type <{ [3 x i8], <3 x float> }>
; 96 16 0 1 24 48
%T38 = type { i1, <{ [2 x i64] }>, [2 x i64], { i16, { <2 x ptr>, [0 x i32] }, [0 x i32], half, { i1, i16, i32 } } }
; 42 1 0 26 34
%T39 = type <{ <{ [2 x i64], half, ptr }>, <2 x float>, double }>
; 131 1 0 1 65 99
%T40 = type <{ i8, <16 x i32>, { i16, <{ i100, <3 x float> }> }, { [0 x i32], { i16, i7, [2 x i64], {}, i40 } } }>
; 212 1 0 64 192 196
%T41 = type <{ <16 x i32>, { { i100 }, <16 x i32> }, i24, i128 }>
; 48 8 0
%T42 = type { [3 x [2 x double]] }
; 2 1 0
%T43 = type <{ i16 }>
; 64 1 0 16 24 56
%T44 = type <{ [2 x i64], { double }, <{ <{ {}, i65, i40, [0 x i32], ptr }> }>, <8 x i8> }>
; 1 1 0
%T45 = type { i7 }
; 16 1 0 0
%T46 = type <{ [0 x <{  }>], fp128 }>
; 32 16 0 0 16 32
%T47 = type { {  }, i8, fp128, [0 x i128] }
; 192 64 0 64 128
%T48 = type { { {  }, <{ half, i8 }>, <3 x float>, { fp128 }, <{ i16 }> }, i16, <16 x i32> }
; 96 16 0 16 32 48 64
%T49 = type { <3 x i16>, i128, i40, i65, { { half, i1 }, { float, i24 }, i128 } }
; 160 16 0 32 48 96
%T50 = type { [2 x i128], i8, [3 x <3 x float>], { i64, i128, i16, <2 x float>, { fp128 } } }
; 48 8 0
%T51 = type { [3 x [2 x i64]] }
; 72 1 0 64
%T52 = type <{ [1 x [4 x fp128]], <8 x i8> }>
; 256 16 0 8 16 240
%T53 = type { <{ i32 }>, { <3 x i16> }, <{ {  }, <2 x ptr>, { <8 x i8>, float, ptr, i128, <3 x float> }, ptr, { <16 x i32>, i32, half } }>, <4 x i32> }
; 0 16 0
%T54 = type { [0 x { <4 x i32>, {} }] }
; 256 64 0 64
%T55 = type { i16, { <{  }>, { <16 x i32>, i128, [0 x i32] }, half, [2 x <3 x float>], fp128 } }
; 24 8 0 8 12 16
%T56 = type { i40, [1 x i8], float, i40 }
; 128 64 0 64 64 80
%T57 = type { <16 x i32>, {}, <2 x ptr>, <{ [4 x i32], <3 x i16>, [3 x half] }> }
; 96 16 0 16 48 64 80
%T58 = type { i100, { <3 x float>, <{  }>, i65 }, { <{ [0 x i32], i64 }>, [3 x i8], i7, [0 x i1] }, <4 x i32>, i7 }
; 88 1 0 16 24
%T59 = type <{ [1 x fp128], i64, <16 x i32> }>
; 24 8 0 8
%T60 = type { i16, [2 x i40] }
; 104 1 0
%T61 = type { [4 x <{ ptr, <4 x i32>, i7, i1 }>] }
; 48 16 0 16 16 32
%T62 = type { i128, {}, <3 x float>, [1 x i24] }
; 192 16 0 8 8 160 176
%T63 = type { [3 x { i16 }], [0 x i32], <{ float, { i16, ptr, i32, <2 x ptr>, i100 }, { i40, [3 x i8] }, { i65, i24, <4 x i32>, i40 }, { [0 x i32] } }>, <3 x float>, <2 x ptr> }
; 80 16 0 16 17 60 64
%T64 = type { fp128, i1, <{ { i65 }, <8 x i8>, i128 }>, i32, [1 x i64] }
; 16 8 0
%T65 = type { [2 x i64] }
; 320 64 0
%T66 = type { { <8 x i8>, { fp128 }, { i32, i24, i8, <16 x i32>, i16 }, [2 x i64], {} } }
; 32 16 0 16 32
%T67 = type { i1, i65, {} }
; 48 16 0 32 36
%T68 = type { { i65, [0 x i1], {}, <2 x float> }, i24, {  } }
; 24 8 0 4 4 8
%T69 = type { i24, {}, {  }, [2 x i64] }
; 80 16 0 64
%T70 = type { { fp128, <8 x i8>, <{ [2 x i64], i128 }>, [0 x [2 x i64]] }, i100 }
; 144 16 0 96 112 120
%T71 = type { { <2 x ptr>, i24, double, { <2 x ptr>, ptr, <3 x float>, {} }, <8 x i8> }, fp128, <3 x i16>, { [2 x i64] } }
; 32 16 0 16
%T72 = type { <2 x ptr>, { i40 } }
; 160 16 0 8 48 64 80
%T73 = type { i64, <{ <4 x i32>, i7, i24, [0 x i32], <{ i32 }> }>, i65, { i32, [0 x float], i1 }, { <2 x ptr>, i1, <3 x float>, {  }, { <8 x i8>, double, [3 x i8] } } }
; 176 16 0 64 160 168 176
%T74 = type { { i32, i100, [2 x i64], double, float }, [2 x { <3 x float>, <4 x i32>, i128 }], i1, <2 x float>, <{  }> }
; 8 4 0 4
%T75 = type { { i32 }, i24 }
; 256 64 0 64 80 88 160
%T76 = type { <16 x i32>, { [0 x i32], { i128 }, {  }, [0 x float] }, double, <{ { i32, [0 x i32] }, { float }, {}, <16 x i32>, [3 x [0 x i32]] }>, { { i65, <2 x ptr>, fp128 }, { float } } }
; 64 16 0 0 32 64
%T77 = type { [0 x i32], { i65, <2 x float> }, [2 x i65], <{  }> }
; 6 2 0 2 4
%T78 = type { { half }, i1, i16 }
; 20 1 0 4 12
%T79 = type <{ [4 x i7], ptr, i64 }>
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
