#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds that must go through: each file by itself, the whole as one unit, both compilers, warnings as errors, with and without the detector,
# and the scalar twins of the vector paths.
set -u
cd "$(dirname "$0")/.."
out=build/test-build
mkdir -p $out
passed=0 failed=0
try() { # COMMAND…
	if "$@" >$out/log 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED $*"
		cat $out/log
	fi
}
warn='-std=c17 -O2 -Wall -Wextra -Wshadow -Wconversion -Werror'
detector=$(pkg-config --exists uchardet && echo "-DMK_WITH_DETECTOR $(pkg-config --cflags uchardet)")
for cc in gcc clang; do
	for file in src/base/*.c src/*.c; do
		case $file in src/all.c) used= ;; *) used=-Wno-unused-const-variable ;; esac
		case $file in src/detect.c) more=$detector ;; *) more= ;; esac
		try $cc $warn $used $more -c "$file" -o $out/one.o
	done
	try $cc $warn $detector -c src/all.c -o $out/all.o
	try $cc $warn -DMK_WITH_LANGUAGES -c src/all.c -o $out/all.o
	try $cc $warn -DMK_SCALAR -c src/all.c -o $out/scalar.o
	for file in io/*.c cli/*.c; do
		try $cc $warn -I. -D_POSIX_C_SOURCE=200809L -c "$file" -o $out/one.o
	done
done
try cc -std=c17 -O2 -ffp-contract=off -c src/all.c -o $out/plain.o
# A header that a later version does without must not stop make in an old build folder: each has a rule of its own.
try grep -q 'src/page.h:$' build/all.d
echo "build: $passed passed, $failed failed"
[ $failed -eq 0 ]
