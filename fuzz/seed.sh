#!/bin/sh
# Copies the fixtures, their binary form, and the contract's tables behind the number that chooses each, to where the
# fuzzer looks for its first inputs.
set -eu
cd "$(dirname "$0")"
mkdir -p corpus/text corpus/tables corpus/structured corpus/binary
find ../fixtures -name '*.nir' | while read -r fixture; do
    name=$(printf %s "${fixture#../fixtures/}" | tr / -)
    cp "$fixture" "corpus/text/$name"
    cp "$fixture" "corpus/structured/$name"
done
find ../fixtures -name '*.nir' -exec cargo run --quiet --example binary_seeds -- corpus/binary {} +
# The order of `native_ir::contract::TABLES`.
number=0
for table in targets machine-types effects traps opcodes memory-model runtime-abi schema diagnostics \
    lowering-invariants verification-cases; do
    { printf "\\$(printf %o "$number")"; cat "../native-ir/$table.tsv"; } >"corpus/tables/$table"
    number=$((number + 1))
done
