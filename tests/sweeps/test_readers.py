"""pandas, polars and DuckDB read the results, and see names, units and types."""

import json

import duckdb
import pandas
import polars
import pyarrow.parquet
import pytest
from conftest import run


@pytest.fixture
def folder(plan):
    run("sweep", plan, "-q")
    return plan.with_suffix(".sweep")


NAMES = ["point", "replicate", "seed", "dose", "strength", "dose_again", "mrna", "strong", "word", "error"]


def test_pandas(folder):
    frame = pandas.read_parquet(folder / "results.parquet")
    assert list(frame.columns) == NAMES
    numbers = {"point": "i", "replicate": "i", "seed": "i", "dose": "f", "strength": "f", "dose_again": "f", "mrna": "f", "strong": "b"}
    assert {name: frame[name].dtype.kind for name in numbers} == numbers
    assert pandas.api.types.is_string_dtype(frame["word"]) and set(frame["word"]) == {"s0.5", "s1.0"}
    assert sorted(set(frame["dose"])) == [0.1, 1.0]
    assert frame["error"].isna().all() and len(frame) == 20
    units = pyarrow.parquet.read_metadata(folder / "results.parquet").metadata
    assert units[b"bioxen.unit.dose"] == b"mM"
    # pandas can group what it has read.
    means = frame.groupby(["dose", "strength"])["mrna"].mean()
    statistics = pandas.read_parquet(folder / "statistics.parquet")
    ours = statistics[statistics["output"] == "mrna"].set_index(["dose", "strength"])["mean"]
    assert ((means - ours).abs() < 1e-12).all()


def test_polars(folder):
    frame = polars.read_parquet(folder / "results.parquet")
    assert frame.columns == NAMES
    schema = frame.schema
    assert schema["point"] == polars.Int64 and schema["dose"] == polars.Float64
    assert schema["strong"] == polars.Boolean and schema["word"] == polars.String
    statistics = polars.read_parquet(folder / "statistics.parquet")
    assert {"output", "sample_time", "unit", "count", "mean", "sd", "min", "max", "q0.05", "q0.5", "q0.95"} <= set(
        statistics.columns
    )
    traces = polars.read_parquet(folder / "traces.parquet")
    assert traces["replicate"].unique().to_list() == [0] and traces["point"].n_unique() == 4
    metadata = polars.read_parquet_metadata(folder / "results.parquet")
    assert metadata["bioxen.meta.seed"] == "7" and metadata["bioxen.unit.dose_again"] == "mM"


def test_duckdb(folder):
    path = str(folder / "results.parquet")
    rows = duckdb.sql(f"select dose, count(*) from '{path}' where strong group by dose order by dose").fetchall()
    assert rows == [(0.1, 5), (1.0, 5)]
    kinds = dict(row[:2] for row in duckdb.sql(f"describe select * from '{path}'").fetchall())
    assert (kinds["seed"], kinds["dose"], kinds["strong"], kinds["word"]) == ("BIGINT", "DOUBLE", "BOOLEAN", "VARCHAR")
    pairs = duckdb.sql(f"select key, value from parquet_kv_metadata('{path}')").fetchall()
    pairs = {bytes(key): bytes(value) for key, value in pairs}
    assert pairs[b"bioxen.unit.dose"] == b"mM"
    lock = json.loads((folder / "lock.json").read_text())
    assert pairs[b"bioxen.meta.sweep"].decode() == lock["identity"]
    assert pairs[b"bioxen.meta.script"].decode() == lock["inputs"][0]["sha256"]
    assert pairs[b"bioxen.meta.version"].decode() == lock["version"]
