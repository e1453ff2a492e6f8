#!/bin/sh
# `make demo`: lint the example repository, show its versions as a matrix, repair a scratch copy, lint that again.
set -eu
BIN=$(cd "${BIN:-.venv/bin}" && pwd)
cd "$(dirname "$0")/bilingual"
SCRATCH=$(mktemp -d)
trap 'rm -rf "$SCRATCH"' EXIT
step() { printf '\n\033[1m$ %s\033[0m\n' "$*"; }

step "owui-lint --lang en                                  # a repository with planted defects"
"$BIN/owui-lint" --lang en && exit 1 || test $? -eq 1

step "owui-lint versions --lang en                         # every place that states a version"
"$BIN/owui-lint" versions --lang en

cp -R . "$SCRATCH/bilingual"
cd "$SCRATCH/bilingual"
step "owui-lint --fix-versions --lang en                   # in a scratch copy"
"$BIN/owui-lint" --fix-versions --lang en

step "owui-lint --lang en                                  # what is left are warnings: exit 0"
"$BIN/owui-lint" --lang en
