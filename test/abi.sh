#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compares the binary interface of makala.h with that recorded in test/makala.abi, using abidiff.
#
#	test/abi.sh [--update]
#
# Fails on a change that would break programs compiled against an earlier 1.x, and on an addition that test/makala.abi does not have
# yet.  After an addition, run test/abi.sh --update and commit the file.  The interface of makala_debug.h may change, so it is left
# out.  test/makala.abi is for x86-64; on other processors the test is skipped.  BUILD is the library's folder (default: build).
set -u
cd "$(dirname "$0")/.."
build=${BUILD:-build}
work=$build/test-abi
mkdir -p "$work/include"
if [ "$(uname -m)" != x86_64 ]; then
	echo "abi: 0 passed, 0 failed, 1 skipped"
	exit 0
fi
cp makala.h "$work/include"
names=$(sed -n 's/^MK_API .*\b\(mk_[a-z_]*\)(.*/\1/p' makala.h)
# Links the library again, exporting only the functions of makala.h.
printf 'MAKALA_1.0 { global: %s; local: *; };\n' "$(echo "$names" | paste -sd';')" >"$work/map"
cc -shared -Wl,-soname,"$(readlink "$build/libmakala.so")" -Wl,--version-script="$work/map" -Wl,--unresolved-symbols=ignore-all \
  "$build/all.o" -o "$work/libmakala.so" || exit 1
abidw --headers-dir "$work/include" --drop-private-types --exported-interfaces-only --no-corpus-path --no-comp-dir-path --no-show-locs \
  --no-elf-needed --no-architecture "$work/libmakala.so" --out-file "$work/makala.abi" || exit 1
if [ "${1:-}" = --update ]; then
	cp "$work/makala.abi" test/makala.abi
	exit
fi
passed=0 failed=0
check() { # check WHAT COMMAND…: runs the command; if it fails, prints WHAT and the output
	what=$1
	shift
	if "$@" >"$work/log" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED $what"
		cat "$work/log"
	fi
}
check "the interface equals test/makala.abi (after an addition: test/abi.sh --update)" abidiff test/makala.abi "$work/makala.abi"
check "every function of makala.h is in test/makala.abi" sh -c "for name in $(echo $names); do
	grep -q \"<elf-symbol name='\$name'\" test/makala.abi || { echo \$name; exit 1; }; done"
# Checks that abidiff detects a change at all: an interface in which a struct member has moved must differ.
sed "s/<data-member access='public' layout-offset-in-bits='64'>/<data-member access='public' layout-offset-in-bits='96'>/" test/makala.abi \
  >"$work/broken.abi"
check "abidiff detects a moved member" sh -c "! abidiff test/makala.abi '$work/broken.abi'"
echo "abi: $passed passed, $failed failed"
[ $failed -eq 0 ]
