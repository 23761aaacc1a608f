"""The benchmarks run and give their figures; how fast they are is not judged here."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

FIGURES = {
    "startup": {"import_ms", "help_ms", "vs_import_zeep"},
    "path": {
        *("decide_us", "map_us", "verify_token_us", "batch_roundtrip_ms"),
        *("pyjwt_vs_ours", "bare_commits_vs_ours"),
    },
    "identity_tokens": {
        *("es256_vs_raw", "rs256_vs_raw", "eddsa_vs_raw", "es256_us", "raw_es256_us"),
        *("cached_us", "cached_vs_raw", "registry_10_issuers_us", "registry_10k_issuers_us"),
        *("pyjwt_vs_ours", "joserfc_vs_ours", "authlib_vs_ours", "jwcrypto_vs_ours"),
    },
}
# Peers that need not be installed.
OPTIONAL = {"joserfc_vs_ours", "authlib_vs_ours", "jwcrypto_vs_ours"}


def _benchmarks(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 -- our own interpreter and module
        [sys.executable, "-m", "benchmarks", *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", FIGURES)
def test_a_benchmark_prints_its_figures(root: Path, name: str) -> None:
    done = _benchmarks(root, name, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert set(told) == {*FIGURES[name], "machine", "on"}
    for key in FIGURES[name]:
        if key in OPTIONAL and told[key] is None:
            continue
        assert isinstance(told[key], int | float)
        assert told[key] >= 0


def test_an_unknown_benchmark_is_a_wrong_usage(root: Path) -> None:
    done = _benchmarks(root, "nonsense")
    assert done.returncode == 2
    assert "unknown benchmark `nonsense`" in done.stderr
    assert "startup" in done.stderr


def test_every_benchmark_can_be_run_by_name(root: Path) -> None:
    found = {path.stem for path in (root / "benchmarks").glob("[a-z]*.py")} - {"measure"}
    assert set(FIGURES) <= found
    for name in found:
        code = f"from benchmarks.{name} import run; assert run.__doc__"
        subprocess.run([sys.executable, "-c", code], cwd=root, check=True)  # noqa: S603 -- own code


def test_the_results_name_every_figure(root: Path) -> None:
    page = (root / "benchmarks/RESULTS.md").read_text(encoding="utf-8")
    for figures in FIGURES.values():
        assert all(f"`{name}`" in page for name in figures)
