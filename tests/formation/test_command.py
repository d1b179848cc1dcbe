"""`flask form`: a pool in, a plan out."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.formation.checker import check
from tests.formation.conftest import pool_of, somebody
from tests.formation.pools import make_pool

ROOT = Path(__file__).parents[2]


@pytest.fixture
def form(app: Flask, tmp_path: Path) -> Any:
    """Runs the command on a document; yields its result and the plan, None where there is none."""

    def run(document: Any, *options: str) -> tuple[Any, Any]:
        pool, plan = tmp_path / "pool.json", tmp_path / "plan.json"
        pool.write_text(document if isinstance(document, str) else json.dumps(document))
        result = app.test_cli_runner().invoke(args=["form", str(pool), "-o", str(plan), *options])
        return result, json.loads(plan.read_text()) if plan.exists() else None

    return run


def test_a_plan_comes_out(form):
    pool = make_pool(60, 2)
    result, plan = form(pool, "--effort", "400000", "--seed", "3")
    assert result.exit_code == 0
    assert (plan["format"], plan["seed"], plan["interrupted"]) == ("vakcirkel-plan/1", 3, False)
    assert check(pool, plan).violations == {}
    assert set(plan["circles"][0]) == {"members", "windows", "score", "parts"}
    assert set(plan["circles"][0]["parts"]) == {"department", "profession", "seniority", "theme", "repeats"}
    assert f"{plan['placed']} mensen geplaatst" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("{", "geen JSON"),
        ([], "JSON object"),
        ({"format": "vakcirkel-pool/2"}, "vakcirkel-pool/2"),
        (pool_of([somebody(1), somebody(1)]), "in the pool twice"),
        (pool_of([somebody(1, slots=[100])]), "out of range"),
        (pool_of([somebody(1, slots=[-1])]), "out of range"),
        (pool_of([somebody(1, languages=[])]), "languages of person 1 are empty"),
        (pool_of([somebody(1)], apart=[[1, 2]]), "names 2, who is not in the pool"),
        (pool_of([somebody(1)], together=[[1, "x"]]), "names 'x'"),
        (pool_of([somebody(1)], together=[[1, 1]]), "with itself"),
        (pool_of([somebody(1, seniority=6)]), "from 1 to 5"),
        (pool_of([somebody(None)]), "people[0].id"),
        (pool_of([somebody(1)], rules={"size_min": 9}), "sizes run from"),
        (pool_of([somebody(1)], rules={"weights": {"theme": 3}}), "weights.theme"),
        (pool_of("x"), "people[0] is not an object"),
        (pool_of([]) | {"people": {}}, "people is not a list"),
    ],
)
def test_a_malformed_pool_is_refused_with_words_and_without_a_plan(form, wrong, words):
    result, plan = form(wrong)
    assert (result.exit_code, plan) == (2, None)
    assert words in result.stderr


def test_an_empty_pool_is_well_formed(form):
    result, plan = form(pool_of([]))
    assert result.exit_code == 0
    assert (plan["circles"], plan["waitlist"], plan["placed"], plan["J"]) == ([], [], 0, 0.0)


def test_ctrl_c_keeps_the_best_so_far(tmp_path):
    pool, plan = tmp_path / "pool.json", tmp_path / "plan.json"
    document = make_pool(200, 1)
    pool.write_text(json.dumps(document))
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "form", str(pool), "-o", str(plan)]
    settings = os.environ | {"VAR_DIR": str(tmp_path), "SECRET_KEY": "x" * 40, "LOG_KEYS": f"k:{'A' * 43}="}
    with subprocess.Popen(
        [*command, "--effort", "2000000000"], cwd=ROOT, env=settings, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        while "Cirkels vormen" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 0
    found = json.loads(plan.read_text())
    assert found["interrupted"] is True
    assert check(document, found).violations == {}
    assert found["placed"] > 150
