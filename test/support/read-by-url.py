"""Reads one series by its address with the readers that people have, and prints what each found as JSON."""

import json
import sys
import urllib.request

import duckdb
import pandas
import polars
import pyarrow
import pyarrow.ipc
from duckdb_extensions import import_extension

import_extension("httpfs")
url, query = sys.argv[1:]


def address(ending):
    return f"{url}.{ending}?{query}"


def by_duckdb(source):
    connection = duckdb.connect()
    connection.execute("load httpfs")
    count, high, volume = connection.execute(f"select count(*), max(high), sum(volume) from {source}").fetchone()
    return [count, high, volume]


def by_frame(frame):
    return [len(frame), float(frame["high"].max()), float(frame["volume"].sum())]


def by_arrow(answer):
    table = pyarrow.ipc.open_file(pyarrow.py_buffer(answer.read()))
    assert json.loads(table.schema.metadata[b"completeness"])["complete"]
    return by_frame(table.read_all().to_pandas())


print(
    json.dumps(
        {
            "duckdb parquet": by_duckdb(f"'{address('parquet')}'"),
            "duckdb csv": by_duckdb(f"read_csv('{address('csv')}')"),
            "pandas csv": by_frame(pandas.read_csv(address("csv"))),
            "pandas parquet": by_frame(pandas.read_parquet(address("parquet"))),
            "pandas feather": by_frame(pandas.read_feather(address("feather"))),
            "polars csv": by_frame(polars.read_csv(address("csv"))),
            "polars parquet": by_frame(polars.read_parquet(address("parquet"))),
            "polars scan parquet": by_frame(polars.scan_parquet(address("parquet")).collect()),
            "polars arrow": by_frame(polars.read_ipc(address("arrow"))),
            "pyarrow arrow": by_arrow(urllib.request.urlopen(address("arrow"))),
        }
    )
)
