#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# setup.sh - creates the trainer's virtual environment, build/train-venv, unless it exists and is up to date.
set -eu
cd "$(dirname "$0")/.."
if cmp -s train/requirements.txt build/train-venv/stamp; then
	exit 0
fi
mkdir -p build
echo "train: creating build/train-venv (once)" >&2
rm -rf build/train-venv
if ! { python3 -m venv build/train-venv && build/train-venv/bin/pip install --quiet --upgrade pip &&
	build/train-venv/bin/pip install --quiet -r train/requirements.txt; } >build/train-venv.log 2>&1; then
	echo "train: the trainer's packages could not be installed; see build/train-venv.log" >&2
	exit 1
fi
cp train/requirements.txt build/train-venv/stamp
