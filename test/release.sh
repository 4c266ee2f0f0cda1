#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Tests of building and releasing: options rebuild, optional libraries may be missing, the same commit gives the same bytes in any
# folder, the SBOM is valid, signatures verify, OSS-Fuzz's script builds working targets, Debian's packages build and install.
#
#	test/release.sh [options|bytes|release|oss-fuzz|debian …]
#
# Needs `tools/needs build release fuzz`, and works on the last commit, except for the options.  A part without its tools is skipped.
set -u
cd "$(dirname "$0")/.."
[ $# -ge 1 ] || set -- options bytes release oss-fuzz debian
work=$PWD/build/test-release
log=$work/log
rm -rf "$work"
mkdir -p "$work"
unset BUILD CFLAGS SAN MAKEFLAGS SOURCE_DATE_EPOCH
passed=0 failed=0 skipped=0
check() { # check WHAT COMMAND…: runs the command; if it fails, prints WHAT and the end of its output
	what=$1
	shift
	if "$@" >"$log" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED $what"
		tail -20 "$log"
	fi
}
skip() { # skip WHAT
	skipped=$((skipped + 1))
	echo "skipped: $1"
}

test_options() {
	stop=build/test-release/options/io/stop.o
	quick() {
		make -s BUILD=build/test-release/options CFLAGS=-O0 "$@"
	}
	rebuilds() { # rebuilds OPTION…: the object is compiled again if make is called with the options, and not a second time
		quick $stop && touch "$work/mark" && quick "$@" $stop && [ $stop -nt "$work/mark" ] &&
			touch "$work/mark" && quick "$@" $stop && [ ! $stop -nt "$work/mark" ]
	}
	for option in CFLAGS='-O0 -DX="a b"' CC=clang CXX=clang++ SAN=-fsanitize=undefined MODEL=src/tables/model.h PLAIN_TEXT=src/tables/plain_text.h \
	  DETECTOR= LANGUAGES= WERROR=1; do
		check "make $option compiles again" rebuilds "$option"
	done
	objects=$(make -pnq BUILD=b LANGUAGES=cld2 tests 2>/dev/null | grep -E '^b/[^%]*(\.o|/[a-z_0-9]+): [^:]*\.(c|cc)\b')
	check "every file that is compiled depends on the flags" sh -c "echo '$objects' | grep -q b/cld2.o && ! echo '$objects' | grep -v ' b/flags\| b/counted.o'"

	# A C++ compiler without headers finds no CLD2, however make treats a backslash.
	none="CXX=c++ -nostdinc -nostdinc++"
	check "make finds no CLD2 if there are no headers" sh -c "make -n -B '$none' BUILD=b b/all.o | grep -q src/all.c && ! make -n -B '$none' BUILD=b b/all.o | grep LANGUAGES"
	check "make without the detectors" make -s "$none" DETECTOR= CFLAGS=-O0 BUILD=build/test-release/plain
	check "the command works without the detectors" sh -c "build/test-release/plain/makala examples/habari.html | grep -q Kiboga"
	check "the command needs no library of the detectors" sh -c "! ldd build/test-release/plain/makala | grep 'cld2\|uchardet\|stdc'"
}

test_bytes() {
	for folder in one another/and-deeper; do
		check "clone $folder" git clone -q . "$work/$folder"
		check "build in $folder" make -s -C "$work/$folder" all
		check "archive in $folder" sh -c "cd '$work/$folder' && touch -d yesterday README.md && make -s dist"
	done
	for file in makala libmakala.a libmakala.so.1 libmakala-io.a libmakala-io.so.1 release/*.tar.gz; do
		check "$file is the same bytes in two folders" sh -c "cmp $work/one/build/$file $work/another/and-deeper/build/$file"
	done
}

test_release() {
	check "make release" sh -c "make -s release 2>&1 | grep 'is not signed'"
	check "the checksums match" sh -c "cd build/release && sha256sum -c SHA256SUMS"
	check "the archive is the last commit" sh -c "tar -xzf build/release/makala-*.tar.gz -C '$work' && git archive HEAD | tar -t | grep -v '/\$' | sort >'$work/commit' && \
	  cd '$work'/makala-* && find . -type f | sed 's|^./||' | sort | cmp - ../commit"
	check "the archive builds without git" sh -c "cd '$work'/makala-* && make -s CFLAGS=-O0 && build/makala examples/habari.html | grep -q Kiboga"
	home=$(mktemp -d)
	GNUPGHOME=$home gpg --batch --quiet --passphrase '' --quick-generate-key release-test@example.org >/dev/null 2>&1
	check "make release KEY=…" sh -c "GNUPGHOME='$home' make -s release KEY=release-test@example.org"
	for signature in build/release/*.asc; do
		check "$signature verifies" sh -c "GNUPGHOME='$home' gpg --verify $signature"
	done
	check "the archive and the checksums are signed" test "$(ls build/release/*.asc | wc -l)" = 2
	GNUPGHOME=$home gpgconf --kill all
	rm -rf "$home"
}

test_oss_fuzz() {
	mkdir -p "$work/src" "$work/out" "$work/work"
	ln -s "$PWD" "$work/src/makala"
	flags='-O0 -fsanitize=address,undefined -fsanitize=fuzzer-no-link'
	check "build.sh" env CC=clang CXX=clang++ CFLAGS="$flags" CXXFLAGS="$flags" LIB_FUZZING_ENGINE=-fsanitize=fuzzer SRC="$work/src" \
	  WORK="$work/work" OUT="$work/out" fuzz/oss-fuzz/build.sh
	for source in fuzz/*.c; do
		target=$work/out/$(basename "$source" .c)
		check "$source runs on its seeds" sh -c "mkdir -p '$target.seeds' && cd '$target.seeds' && python3 -m zipfile -e '${target}_seed_corpus.zip' . && \
		  '$target' -runs=200 -dict='$target.dict' . 2>&1 | grep -q 'Done 200 runs'"
	done
}

test_debian() {
	check "make deb" make -s deb
	root=$work/root
	mkdir -p "$root"
	for package in libmakala1 libmakala-dev libmakala-io1 libmakala-io-dev makala; do
		check "$package has files" sh -c "dpkg-deb -x build/deb/${package}_*.deb '$root'"
	done
	check "the packaged command works" sh -c "'$root/usr/bin/makala' examples/habari.html | grep -q Kiboga"
	lib=$(dirname "$(find "$root" -name libmakala.so)")
	check "a program with the packaged library" sh -c "cc -std=c17 examples/batch.c -o '$work/batch' -I'$root/usr/include' -L'$lib' \
	  -lmakala-io -lmakala && LD_LIBRARY_PATH='$lib' '$work/batch' examples | grep -q Kiboga"
}

for part in "$@"; do
	case $part in
	options | bytes) ;;
	release) [ -x build/release-venv/bin/pyspdxtools ] && command -v gpg >/dev/null || { skip "$part, tools/needs release installs what it needs"; continue; } ;;
	oss-fuzz) command -v clang++ >/dev/null || { skip "$part, tools/needs fuzz installs what it needs"; continue; } ;;
	debian) command -v dh >/dev/null && command -v lintian >/dev/null || { skip "$part, tools/needs release installs what it needs"; continue; } ;;
	*) echo "test/release.sh: no part \"$part\"" >&2; exit 2 ;;
	esac
	if [ "$part" != options ] && [ "$part" != oss-fuzz ] && [ ! -e .git ]; then
		skip "$part, this is not a clone of the repository"
		continue
	fi
	"test_$(echo "$part" | tr - _)"
done
echo "release: $passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
