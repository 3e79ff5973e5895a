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

# With Python's own venv where there is one; uv would take the newest Python, perhaps one that the locked packages have no
# wheels for. The packages that install and build others come first, so that those that come as source are built with the
# locked tools and nothing is downloaded beside them.
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
    find_index
    install_locked build
}

# Of the locked packages, or of this machine where it made the environment; there is none for some processors.
find_uv() {
    uv=$venv/bin/uv
    [ -x $uv ] || uv=$(command -v uv) || uv=
}

# uv takes a tenth of pip's time. Of how pip is set up here it is told the index alone; where that is not enough, pip tries.
install() {
    find_uv
    if [ -n "$uv" ]; then
        $uv pip install --quiet --native-tls ${index:+--default-index "$index"} --python $python $compiled "$@" && return
        is_of_uv && return 1
    fi
    $python -m pip --disable-pip-version-check --no-input install --quiet "$@"
}

# An environment that uv made has no pip.
is_of_uv() {
    grep -q '^uv *=' $venv/pyvenv.cfg
}

install_locked() {
    echo "Installing the $(grep -c == "requirements/$1.txt") locked packages of requirements/$1.txt in $venv ..."
    install --require-hashes --no-build-isolation -r "requirements/$1.txt"
}

# What this machine's pip has in place of the public index, at the place that is looked at last.
find_index() {
    index=
    is_of_uv || index=$($python -m pip config list 2>/dev/null | sed -n "s/^[^=]*\.index-url='\(.*\)'\$/\1/p" | tail -n 1)
}

# Development packages are added to a finished environment that has none; anything else begins anew.
can_be_extended() {
    [ "$name" = dev ] && [ ! -e "$venv/packages-dev" ] &&
        is_fresh packages-runtime "$(packages_state runtime)" && has_working_python
}

# What runs is compiled, as pip does it: a command starts at once, also where Python may write nothing. Of the development
# packages, which are many, each is when it is first imported.
install_packages() {
    compiled=--compile-bytecode
    if can_be_extended; then
        rm "$venv/packages-runtime"
        find_index
    else
        make_environment
        install_locked runtime
    fi
    if [ "$name" = dev ]; then
        compiled=
        install_locked dev
    fi
}

compiled=
if ! { is_fresh "packages-$name" "$(packages_state "$name")" && has_working_python; }; then
    install_packages
    # dev.txt holds all of runtime.txt. Stamps come last: an interrupted run leaves none.
    packages_state runtime >"$venv/packages-runtime"
    packages_state "$name" >"$venv/packages-$name"
fi
if ! is_fresh project "$(project_state)"; then
    index=
    install --no-index --no-deps --no-build-isolation --editable .
    project_state >"$venv/project"
fi
