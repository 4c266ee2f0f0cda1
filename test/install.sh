#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs into build/test-install, builds and runs the README's C example, examples/ten_lines.c and examples/batch.c with the
# installed libraries, shared and static, and uninstalls everything again.
set -u
cd "$(dirname "$0")/.."
prefix=$PWD/build/test-install
rm -rf "$prefix"
passed=0 failed=0
check() { # check WHAT COMMAND…: runs the command; if it fails, prints WHAT and the output
	what=$1
	shift
	if "$@" >build/test-install.log 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED $what"
		cat build/test-install.log
	fi
}
pc() {
	PKG_CONFIG_PATH=$prefix/lib/pkgconfig pkg-config "$@"
}
page=test/cases/habari-sw/page.html

unset LD_LIBRARY_PATH
check "make install prints how pkg-config finds it" sh -c "make -s install PREFIX='$prefix' | grep -q 'PKG_CONFIG_PATH=$prefix/lib/pkgconfig'"
for file in bin/makala include/makala.h include/makala_debug.h lib/libmakala.a lib/libmakala.so lib/libmakala.so.1 lib/pkgconfig/makala.pc include/makala_io.h \
  lib/libmakala-io.a lib/libmakala-io.so lib/libmakala-io.so.1 lib/pkgconfig/makala-io.pc share/man/man1/makala.1 \
  share/bash-completion/completions/makala share/zsh/site-functions/_makala share/fish/vendor_completions.d/makala.fish; do
	check "$file is installed" test -s "$prefix/$file"
done
check "the version of the pkg-config package" test "$(pc --modversion makala)" = "$(sed -n 's/^#define MK_VERSION_STRING "\(.*\)"/\1/p' makala.h)"
check "a program with the shared library" sh -c "cc -std=c17 examples/ten_lines.c -o build/ten_lines $(pc --cflags --libs makala) && \
  build/ten_lines <$page >build/ten_lines.md"
check "the program prints the article" grep -q . build/ten_lines.md
check "the program prints the same as the command" sh -c "'$prefix/bin/makala' -t markdown $page | cmp - build/ten_lines.md"
check "a program with the static library prints the same" sh -c "cc -std=c17 examples/ten_lines.c -o build/ten_lines_static $(pc --cflags makala) \
  '$prefix/lib/libmakala.a' $(pc --static --libs makala | sed 's/-lmakala //') && build/ten_lines_static <$page | cmp - build/ten_lines.md"
check "a program with the shared libmakala-io" sh -c "cc -std=c17 examples/batch.c -o build/batch $(pc --cflags --libs makala-io) && \
  build/batch examples >build/batch.jsonl"
check "the program prints a record for each page, as the command does" sh -c "'$prefix/bin/makala' -q -t json examples | cmp - build/batch.jsonl"
check "a program with the static libmakala-io prints the same" sh -c "cc -std=c17 examples/batch.c -o build/batch_static $(pc --cflags makala-io) \
  '$prefix/lib/libmakala-io.a' '$prefix/lib/libmakala.a' \
  $(pc --static --libs makala-io | sed 's/-lmakala-io //; s/-lmakala //') && build/batch_static examples | cmp - build/batch.jsonl"
check "the README's C example prints the article" sh -c "sed -n '/^\`\`\`c\$/,/^\`\`\`\$/p' README.md | sed '/^\`/d' >build/readme.c && \
  cc build/readme.c -o build/readme $(pc --cflags --libs makala) && build/readme <$page | cmp - build/ten_lines.md"
check "the README's C example links statically" sh -c "cc -static build/readme.c -o build/readme $(pc --static --cflags --libs makala) && \
  build/readme <$page | cmp - build/ten_lines.md"
check "a static program with libmakala-io prints a record for each page" sh -c "cc -static -std=c17 examples/batch.c -o build/batch_static \
  $(pc --static --cflags --libs makala-io) && build/batch_static examples | grep -c '^{.schema' | grep -qx '$(grep -c '' build/batch.jsonl)'"
for lib in makala:mk_ makala-io:mk_io_; do
	check "lib${lib%:*}.a defines only global names that begin with ${lib#*:}" \
	  sh -c "! nm -g --defined-only '$prefix/lib/lib${lib%:*}.a' | grep '^[0-9a-f]' | grep -v ' ${lib#*:}'"
done
check "a program's own function may have the name of one in libmakala" sh -c "cp examples/ten_lines.c build/clash.c && \
  echo 'void buf_add(void); void buf_add(void) {}' >>build/clash.c && cc build/clash.c -o build/clash $(pc --cflags makala) \
  '$prefix/lib/libmakala.a' $(pc --static --libs makala | sed 's/-lmakala //') && \
  build/clash <$page | cmp - build/ten_lines.md"
check "examples/batch.c has at most forty lines" test "$(grep -c '' examples/batch.c)" -le 40
check "the headers compile as C++" sh -c "echo '#include <makala_debug.h>\n#include <makala_io.h>' | c++ -x c++ -fsyntax-only -I'$prefix/include' -"
check "libmakala exports only names that begin with mk_" sh -c "! nm -D --defined-only '$prefix/lib/libmakala.so' | grep -v ' mk_\|MAKALA_1.0'"
check "libmakala-io exports only names that begin with mk_io_" \
  sh -c "! nm -D --defined-only '$prefix/lib/libmakala-io.so' | grep -v ' mk_io_'"
check "the soname of libmakala-io has a version" sh -c "readelf -d '$prefix/lib/libmakala-io.so' | grep -q 'SONAME.*\[libmakala-io.so.1\]'"
check "the man page renders" sh -c "man -l '$prefix/share/man/man1/makala.1' | grep -q SYNOPSIS"
check "examples/ten_lines.c has at most fourteen lines that are not empty" test "$(grep -c . examples/ten_lines.c)" -le 14
check "make uninstall" make -s uninstall PREFIX="$prefix"
check "make uninstall leaves no file" sh -c "! find '$prefix' -type f -o -type l | grep ."
echo "install: $passed passed, $failed failed"
[ $failed -eq 0 ]
