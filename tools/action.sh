#!/usr/bin/env bash
# The step of action.yml: install owui-lint into an environment of its own, run it with the inputs as arguments.
# Reads INPUT_* and what the runner sets (GITHUB_ACTION_PATH, RUNNER_TEMP, GITHUB_OUTPUT).
set -euo pipefail

lines=() arguments=()
# Read one value per line; white space around it and empty lines do not count.
read_lines() {
  lines=()
  local line
  while IFS= read -r line || [[ -n $line ]]; do
    line="${line%$'\r'}"
    line="${line#"${line%%[![:space:]]*}"}"
    line="${line%"${line##*[![:space:]]}"}"
    [[ -z $line ]] || lines+=("$line")
  done <<<"$1"
}

# No part of the checked repository may come before ours: not its pip.conf, its modules nor its environment file.
temporary="$(mktemp -d "${RUNNER_TEMP:-/tmp}/owui-lint.XXXXXX")"
# However the step ends, the output says how, and nothing is left.
finish() {
  local code=$?
  [[ -z ${GITHUB_OUTPUT:-} ]] || echo "exit-code=$code" >>"$GITHUB_OUTPUT"
  rm -rf "$temporary"
}
trap finish EXIT
export PIP_DISABLE_PIP_VERSION_CHECK=1
unset PYTHONPATH PYTHONHOME

python="$(command -v python3 || command -v python)" || {
  echo "owui-lint: no Python found; add actions/setup-python before this step." >&2
  exit 2
}
if ! "$python" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "owui-lint: Python 3.11 or newer is needed; add actions/setup-python before this step." >&2
  exit 2
fi

wanted="$GITHUB_ACTION_PATH"
if [[ -n ${INPUT_VERSION:-} ]]; then
  if ! [[ $INPUT_VERSION =~ ^[0-9]+(\.[0-9]+)*([a-z]+[0-9]+)?$ ]]; then
    echo "owui-lint: the input version is not a version such as 0.1.0." >&2
    exit 2
  fi
  wanted="owui-lint==$INPUT_VERSION"
fi
# What pip fails with would read as findings.
failed() {
  echo "owui-lint: it could not be installed; nothing was checked." >&2
  exit 3
}
"$python" -I -m venv "$temporary/venv" || failed
scripts="$temporary/venv/bin"
[[ -d $scripts ]] || scripts="$temporary/venv/Scripts"
(cd "$temporary" && "$scripts/python" -I -m pip install --quiet "$wanted") || failed

read_lines "${INPUT_ARGS:-}"
for line in ${lines[@]+"${lines[@]}"}; do
  if [[ $line != -* ]]; then
    echo "owui-lint: the input args takes options, one a line, as --name=value; paths go into the input paths." >&2
    exit 2
  fi
  arguments+=("$line")
done
[[ -z ${INPUT_PROFILE:-} ]] || arguments+=("--profile=$INPUT_PROFILE")
[[ -z ${INPUT_FAIL_ON:-} ]] || arguments+=("--fail-on=$INPUT_FAIL_ON")
read_lines "${INPUT_PATHS:-}"

# The cache is for people's machines; what a pull request puts into its folder is not looked at.
"$scripts/python" -I -m owui_lint check --no-cache --output-format=github ${arguments[@]+"${arguments[@]}"} \
  -- ${lines[@]+"${lines[@]}"}
