"""What the SHACL engines are compared on: plans with faults, and the results of one as of another."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from pyoxigraph import RdfFormat, parse

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
PROGRAM = BENCHMARKS / "shacl_engines.py"
# In a process of its own: there the benchmarks import each other by their plain names.
WRITE = "import sys; sys.path.insert(0, sys.argv[1]); from shacl_engines import write_data, {more}"


def test_about_one_line_in_a_hundred_is_damaged_and_always_the_same_ones() -> None:
    program = (
        f"{WRITE.format(more='faulty_plan, plan_lines')}; import json; "
        "print(json.dumps([[plan_lines(n, 'asserted'), faulty_plan(n), faulty_plan(n)] for n in range(1, 5)]))"
    )
    done = subprocess.run([sys.executable, "-c", program, BENCHMARKS], capture_output=True, text=True, check=True)
    plans = json.loads(done.stdout)
    sound = sum(len(sound.splitlines()) for sound, _, _ in plans)
    kept = sum(len(set(sound.splitlines()) & set(faulty.splitlines())) for sound, faulty, _ in plans)
    assert 0.005 < (sound - kept) / sound < 0.015
    for _, faulty, again in plans:
        assert faulty == again
        assert list(parse(faulty, format=RdfFormat.N_TRIPLES))


def test_ours_finds_the_faults_with_any_number_of_jobs(tmp_path: Path) -> None:
    write = f"{WRITE.format(more='Path as P')}; write_data(P(sys.argv[2]), 3)"
    subprocess.run([sys.executable, "-c", write, BENCHMARKS, tmp_path], check=True)
    found = []
    for way, jobs in (("shacl", "1"), ("shacl", "2"), ("report", "2")):
        command = [sys.executable, PROGRAM, "--perform", way, "--jobs", jobs, tmp_path / "3.nt", tmp_path / "results"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert min(json.loads(done.stdout)["spent"]) > 0
        found.append(sorted((tmp_path / "results").read_text("utf-8").splitlines()))
    assert found[0] == found[1] == found[2]
    assert {line.split("/")[5].split()[0] for line in found[0]} >= {"org-000001", "org-000002", "org-000003"}
