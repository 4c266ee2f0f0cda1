#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compiles everything in the ways that must work, with warnings as errors and with gcc and clang: each source file by itself; the
# library as one unit, with the detector, with language detection, and with the scalar paths in place of the vector paths.
set -u
cd "$(dirname "$0")/.."
out=build/test-build
mkdir -p $out
passed=0 failed=0
try() { # try COMMAND…: runs the command; if it fails, prints the command and its output
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
# If a later version removes a header, make must still work in an old build folder.  For that, the dependency file must have an
# empty rule for each header (gcc -MP).
try grep -q 'src/page.h:$' build/all.d
echo "build: $passed passed, $failed failed"
[ $failed -eq 0 ]
