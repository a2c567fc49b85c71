"""The same rows, put into every kind of place that predictions come from."""

import gzip
import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pyarrow as pa
import pyarrow.parquet
from psycopg import sql

from bot.domain.ranking import Ranking
from bot.domain.sourcing import SourceSpec

Rows = Sequence[Mapping[str, Any]]
Put = Callable[[Rows, Path, str], SourceSpec]
"""Writes rows, all with the same columns, below a folder or into a Postgres, and says how to reach them."""

_ARROW = {str: pa.string(), float: pa.float64(), bool: pa.bool_(), int: pa.int64(), datetime: pa.timestamp("us", "UTC")}
_SQLITE = {str: "TEXT", float: "REAL", bool: "BOOLEAN", int: "INTEGER", datetime: "TEXT"}
_POSTGRES = {str: "text", float: "float8", bool: "bool", int: "int8", datetime: "timestamptz"}
_KNOWN = {"occurred_at": datetime, "score": float, "loss": float, "confidence": float, "correct": bool}


def parquet(rows: Rows, folder: Path, _: str) -> SourceSpec:
    path = folder / f"{uuid4().hex}.parquet"
    columns = {
        name: pa.array([_scalar(row[name]) for row in rows], type=_ARROW[kind], from_pandas=False)
        for name, kind in _types(rows).items()
    }
    pyarrow.parquet.write_table(pa.table(columns), path)
    return SourceSpec(uri=str(path))


def csv(rows: Rows, folder: Path, _: str) -> SourceSpec:
    """Texts are quoted and nulls are not: that is how CSV tells the two apart."""
    path = folder / f"{uuid4().hex}.csv"
    lines = [",".join(rows[0]), *(",".join(map(_cell, row.values())) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
    return SourceSpec(uri=str(path))


def jsonl(rows: Rows, folder: Path, _: str) -> SourceSpec:
    path = folder / f"{uuid4().hex}.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as file:
        file.writelines(json.dumps(dict(zip(row, map(_plain, row.values()), strict=True))) + "\n" for row in rows)
    return SourceSpec(uri=str(path))


def sqlite(rows: Rows, folder: Path, _: str) -> SourceSpec:
    path = folder / f"{uuid4().hex}.db"
    columns = ", ".join(f'"{name}" {_SQLITE[kind]}' for name, kind in _types(rows).items())
    marks = ", ".join("?" for _ in rows[0])
    connection = sqlite3.connect(path)
    connection.execute(f"CREATE TABLE t ({columns})")
    cells = [[_plain(_scalar(value)) for value in row.values()] for row in rows]
    connection.executemany(f"INSERT INTO t VALUES ({marks})", cells)
    connection.commit()
    connection.close()
    return SourceSpec(uri=f"sqlite:///{path}", table="t")


def postgres(rows: Rows, _: Path, server: str) -> SourceSpec:
    table = f"t{uuid4().hex}"
    columns = [f'"{name}" {_POSTGRES[kind]}' for name, kind in _types(rows).items()]
    with psycopg.connect(server, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL(f"CREATE TABLE {table} ({', '.join(columns)})"))
        with cursor.copy(sql.SQL(f"COPY {table} FROM STDIN")) as copy:
            for row in rows:
                copy.write_row([_scalar(value) for value in row.values()])
    return SourceSpec(uri=server, table=table)


EVERYWHERE: dict[str, Put] = {put.__name__: put for put in (parquet, csv, jsonl, sqlite, postgres)}


def ranked(spec: SourceSpec, by: Ranking) -> SourceSpec:
    """*spec*, asked by another ranking."""
    return replace(spec, ranking=by)


def _types(rows: Rows) -> dict[str, type]:
    """What each column holds: what it must, else what its first value is, else text."""
    return {
        name: next((type(_scalar(row[name])) for row in rows if row[name] is not None), _KNOWN.get(name, str))
        for name in rows[0]
    }


def _scalar(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = _plain(value) if isinstance(value, str | datetime) else json.dumps(value)
    return '"' + text.replace('"', '""') + '"'
