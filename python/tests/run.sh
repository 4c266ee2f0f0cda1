#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the package into build/python-venv and runs its tests there.
#
#	python/tests/run.sh [--clean] [PYTEST-OPTION…]
#
# The virtual environment is kept.  The package is linked with the core that make has built.  With --clean a clone of the last commit is
# installed into a new environment instead, as a user does it, for each of Python 3.11, 3.12 and 3.13 that is found; that takes
# minutes.
set -eu
cd "$(dirname "$0")/../.."
root=$PWD
venv=$root/build/python-venv
requirements=python/tests/requirements.txt

prepare() { # PYTHON VENV: a virtual environment with the requirements
	if ! cmp -s $requirements "$2/requirements.txt"; then
		rm -rf "$2"
		"$1" -m venv "$2"
		"$2/bin/pip" install -q -r $requirements
		cp $requirements "$2/requirements.txt"
	fi
}
pythons() { # paths of the interpreters of 3.11 to 3.13, one for each version
	for version in 3.11 3.12 3.13; do
		for python in "python$version" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python; do
			if "$python" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$version')" 2>/dev/null; then
				echo "$python"
				break
			fi
		done
	done
}
count() { # turns the last line of pytest into one that test/run counts
	awk '{ print } /(passed|failed|skipped|error)/ { last = $0 } END {
		for (i = split(last, word, " "); i > 1; i--) n[word[i]] = word[i - 1]
		sub(/,/, "", n["failed,"])
		print "python: " n["passed"] + n["passed,"] " passed, " n["failed"] + n["failed,"] + n["error"] + n["errors"] " failed, " n["skipped"] + n["skipped,"] " skipped" }'
}

if [ "${1:-}" = --clean ]; then
	shift
	clone=$root/build/python-clone
	wheels=$root/build/python-wheels
	rm -rf "$clone" "$wheels"
	git clone -q . "$clone"
	for python in $(pythons); do
		rm -rf "$root/build/python-clean"
		prepare "$python" "$root/build/python-clean"
		"$root/build/python-clean/bin/pip" install -q "$clone"
		(cd "$clone" && MAKALA_COMMAND=$root/build/makala "$root/build/python-clean/bin/python" -m pytest -q -rs "$@") 2>&1 | count
	done
	exit
fi
prepare python3 "$venv"
if ! make -sq build/libmakala.a >/dev/null 2>&1; then
	make -s build/libmakala.a build/makala
fi
# Installed in any case, since pip does not see which sources have changed; linking takes two seconds.
MAKALA_LIBRARY=$root/build/libmakala.a "$venv/bin/pip" install -q --no-build-isolation --no-deps --force-reinstall . >build/python-install.log 2>&1 || {
	cat build/python-install.log
	exit 1
}
"$venv/bin/python" -m pytest -q -rs "$@" 2>&1 | count
