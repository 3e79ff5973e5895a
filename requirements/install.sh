#!/bin/sh
# Makes .venv: the locked packages of requirements/NAME.txt and the project itself, editable.
#
#   sh requirements/install.sh runtime|dev
#
# What is there already is kept: nothing is asked of pip, uv or the network while the lock, pyproject.toml and the
# checkout's place are those of the last finished run. A changed lock gives a new environment, so that no package
# stays that is no longer locked.
set -eu
cd "$(dirname "$0")/.."

name=${1:-}
case $name in
runtime | dev) ;;
*)
    echo "usage: sh requirements/install.sh runtime|dev" >&2
    exit 2
    ;;
esac

venv=.venv
python=$venv/bin/python

# The scripts in .venv/bin name the place of the checkout: a moved one needs new ones.
packages_state() {
    pwd -P
    cksum <"requirements/$1.txt"
}

project_state() {
    cksum <pyproject.toml
}

# Whether stamp $1 of the last finished run holds the text $2.
is_fresh() {
    [ -f "$venv/$1" ] && [ "$(cat "$venv/$1")" = "$2" ]
}

# The import fails too when the machine's Python has become another version under the environment.
has_working_python() {
    [ -x $python ] && $python -c 'import hatchling' 2>/dev/null
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

can_make_environments() {
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

# Sets $base to the first Python that can make an environment; leaves it empty where there is none.
find_python() {
    base=
    without_venv=
    too_old=
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        command -v "$candidate" >/dev/null 2>&1 || continue
        if ! is_new_enough "$candidate"; then
            too_old=${too_old:-$candidate}
        elif ! can_make_environments "$candidate"; then
            without_venv=${without_venv:-$candidate}
        else
            base=$candidate
            return
        fi
    done
}

explain_missing_python() {
    if [ -n "$without_venv" ]; then
        echo "stratgraph: $without_venv has no venv module. Install it (Debian, Ubuntu: apt install ${without_venv##*/}-venv) or install uv, and run make again."
    elif [ -n "$too_old" ]; then
        version=$("$too_old" -c 'import platform; print(platform.python_version())' 2>/dev/null || echo "of unknown version")
        echo "stratgraph: Python 3.11 or newer is needed; $too_old is $version. Install a newer one (Debian 12, Ubuntu 24.04: apt install python3 python3-venv) or uv, and run make again; PYTHON=/path/to/python3 names one that is not on the PATH."
    else
        echo "stratgraph: neither Python 3.11 or newer nor uv was found. Install one (Debian 12, Ubuntu 24.04: apt install python3 python3-venv) and run make again."
    fi
}

# pip where Python brings it; uv (which would take the newest Python, perhaps one that the locked packages have no wheels
# for) where it does not, or where there is no Python at all. The packages that build others
# come first, so that those that come as source are built with the locked tools and nothing is downloaded beside them.
make_environment() {
    find_python
    if [ -n "$base" ]; then
        rm -rf $venv
        "$base" -m venv $venv
    elif command -v uv >/dev/null 2>&1; then
        rm -rf $venv
        uv venv --quiet --python "${PYTHON:->=3.11,<3.15}" $venv
    else
        explain_missing_python >&2
        exit 1
    fi
    install_locked build
}

# An environment that uv made has no pip, until the development packages bring one.
runs_pip() {
    [ -f $venv/pyvenv.cfg ] && ! grep -q '^uv *=' $venv/pyvenv.cfg
}

install() {
    if runs_pip; then
        $python -m pip --disable-pip-version-check --no-input install --quiet "$@"
    else
        uv pip install --quiet --python $python "$@"
    fi
}

install_locked() {
    echo "Installing the $(grep -c == "requirements/$1.txt") locked packages of requirements/$1.txt in $venv ..."
    install --require-hashes --no-build-isolation -r "requirements/$1.txt"
}

# Development packages are added to a finished environment that has none; anything else begins anew.
can_be_extended() {
    [ "$name" = dev ] && [ ! -e "$venv/packages-dev" ] &&
        is_fresh packages-runtime "$(packages_state runtime)" && has_working_python
}

install_packages() {
    if can_be_extended; then
        rm "$venv/packages-runtime"
    else
        make_environment
    fi
    install_locked "$name"
}

if ! { is_fresh "packages-$name" "$(packages_state "$name")" && has_working_python; }; then
    install_packages
    # dev.txt holds all of runtime.txt. Stamps come last: an interrupted run leaves none.
    packages_state runtime >"$venv/packages-runtime"
    packages_state "$name" >"$venv/packages-$name"
fi
if ! is_fresh project "$(project_state)"; then
    install --no-index --no-deps --no-build-isolation --editable .
    project_state >"$venv/project"
fi
