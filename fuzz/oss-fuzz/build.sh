#!/bin/bash -eu
# SPDX-License-Identifier: Apache-2.0
# Builds all fuzz targets for OSS-Fuzz, with their seeds and the dictionary.  OSS-Fuzz sets CC, CXX, CFLAGS, CXXFLAGS,
# LIB_FUZZING_ENGINE, SRC, WORK and OUT.  The targets are built without the optional detectors, which its runners do not have.
cd "$SRC/makala"
for source in $(grep -l '^int LLVMFuzzerTestOneInput' fuzz/*.c); do
	target=$(basename "$source" .c)
	$CC $CFLAGS -std=c17 -I. -c "$source" -o "$WORK/$target.o"
	$CXX $CXXFLAGS "$WORK/$target.o" -o "$OUT/$target" $LIB_FUZZING_ENGINE -lm
	cp fuzz/html.dict "$OUT/$target.dict"
	printf '[libfuzzer]\nmax_len = 16384\n' >"$OUT/$target.options"
	python3 -m zipfile -c "$OUT/${target}_seed_corpus.zip" "fuzz/seeds/$target"/*
done
