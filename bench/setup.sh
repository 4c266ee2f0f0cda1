#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# setup.sh - installs the peers: packages of the distribution through tools/needs, the rest into the virtual environments
# build/bench-venv and, if Python 3.12 or newer is found, build/bench-venv-magic.  Does nothing and prints nothing if everything is
# installed and up to date; if an installation fails, prints a message on stderr and exits with 1.
set -eu
cd "$(dirname "$0")/.."
mkdir -p build
tools/needs bench

newer_python() {
	for python in python3 python3.14 python3.13 python3.12; do
		if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then
			"$python" -c 'import sys; print(sys.executable)'
			return
		fi
	done
	for python in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[2-9]*/bin/python; do
		if [ -x "$python" ]; then
			echo "$python"
			return
		fi
	done
}

# make_environment PYTHON DIR REQUIREMENTS: the stamp is a copy of REQUIREMENTS, so a changed pin rebuilds the environment.
make_environment() {
	if cmp -s "$3" "$2/stamp"; then
		return
	fi
	echo "bench: creating $2 (once)" >&2
	rm -rf "$2"
	# pip before version 24 fails on two packages that require the same extra in different spelling.
	if ! { "$1" -m venv "$2" && "$2/bin/pip" install --quiet --upgrade pip &&
		"$2/bin/pip" install --quiet -r "$3"; } >"$2.log" 2>&1; then
		echo "bench: the peers could not be installed; see $2.log" >&2
		exit 1
	fi
	cp "$3" "$2/stamp"
}

make_environment python3 build/bench-venv bench/requirements.txt
python=$(newer_python)
if [ -n "$python" ]; then
	make_environment "$python" build/bench-venv-magic bench/requirements-magic.txt
fi
