#!/bin/sh
# Copies the fixtures of native IR, of LLVM IR and of CMSIS-SVD, the binary form of the former, and the contract's tables behind the
# number that chooses each, to where the fuzzer looks for its first inputs.
set -eu
cd "$(dirname "$0")"
mkdir -p corpus/svd corpus/memory corpus/thumb corpus/code corpus/llvm corpus/text corpus/tables corpus/structured corpus/binary corpus/execution
find ../fixtures -name '*.nir' | while read -r fixture; do
    name=$(printf %s "${fixture#../fixtures/}" | tr / -)
    cp "$fixture" "corpus/text/$name"
    cp "$fixture" "corpus/structured/$name"
done
cp ../llvm/tests/read/*.ll corpus/llvm
printf 'flash 0x00000000 256K\nram 0x20000000 16K # all of it\nstack 1K\n' >corpus/memory/example
cp ../svd/tests/example.svd ../svd/tests/example.tsv corpus/svd
find ../fixtures -name '*.nir' -exec cargo run --quiet --example binary_seeds -- corpus/binary {} +
# Behind a plan: how many bytes it has, where the module comes from, then options (four bytes of fuel among them) and arguments.
options='\001\001\000\003\000\000\001\001\002\003\005\004\001\000\007'
for seed in corpus/binary/seed-*; do
    { printf "\\020\\000$options"; cat "$seed"; } >"corpus/execution/${seed##*/}"
done
for seed in corpus/structured/*.nir; do
    { printf "\\023\\004\\000\\000\\001$options"; cat "$seed"; } >"corpus/execution/${seed##*/}"
done
# Modules make code in `code`, and are code in `thumb`: most halfwords are instructions.
for seed in corpus/binary/seed-*; do
    { printf '\000\001'; cat "$seed"; } >"corpus/code/${seed##*/}"
    { printf '\040'; cat "$seed"; } >"corpus/code/damaged-${seed##*/}"
    cp "$seed" "corpus/thumb/${seed##*/}"
done
# The order of `native_ir::contract::TABLES`.
number=0
for table in targets machine-types effects traps opcodes memory-model runtime-abi schema diagnostics \
    lowering-invariants verification-cases; do
    { printf "\\$(printf %o "$number")"; cat "../native-ir/$table.tsv"; } >"corpus/tables/$table"
    number=$((number + 1))
done
