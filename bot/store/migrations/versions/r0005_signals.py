"""Alerts are made of signals, which have edges, may be held, and are silenced. Never changed again."""

import json
from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text, text

revision = "0005"
down_revision = "0004"

metadata = MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s"})
Id = BigInteger().with_variant(Integer, "sqlite")
RANKS = {"critical": 0, "high": 1, "normal": 2, "low": 3}

Table(
    "signals", metadata,
    Column("fingerprint", String, primary_key=True),
    Column("client_id", String, nullable=False),
    Column("state", String, nullable=False),
    Column("alert", BigInteger),
    Column("rank", Integer, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "alert", "state", "rank", "started_at"),
    Index("ix_signals_held", "client_id", "started_at", sqlite_where=text("state = 'held'"),
          postgresql_where=text("state = 'held'")),
)  # fmt: skip
Table(
    "edges", metadata,
    Column("id", Id, primary_key=True),
    Column("fingerprint", String, nullable=False),
    Column("client_id", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("turn", String, nullable=False),
    Column("alert", BigInteger),
    Column("why", Text, nullable=False),
    Index(None, "fingerprint", "id"),
    Index(None, "alert", "id"),
)  # fmt: skip
Table(
    "inhibitors", metadata,
    Column("fingerprint", String, primary_key=True),
    Column("inhibition", String, primary_key=True),
    Column("client_id", String, nullable=False),
    Column("equal", String, nullable=False),
    Column("title", String, nullable=False),
    Index(None, "client_id", "inhibition", "equal"),
)  # fmt: skip
Table(
    "silences", metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("client_id", String, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Index(None, "client_id", "ends_at"),
)  # fmt: skip

_SIGNAL = text(
    "INSERT INTO signals (fingerprint, client_id, state, alert, rank, started_at, body)"
    " VALUES (:fingerprint, :client, 'firing', :alert, :rank, :started, :body)"
)


def upgrade() -> None:
    metadata.create_all(op.get_bind(), checkfirst=False)
    op.add_column("alerts", Column("grouped", String, nullable=False, server_default=""))
    _alerts()
    still = text("state <> 'cleared'")
    op.create_index("ix_alerts_grouped", "alerts", ["grouped"], sqlite_where=still, postgresql_where=still)
    _outages()


def _alerts() -> None:
    """Each was one signal's, and was told when it was raised."""
    found = op.get_bind().execute(text("SELECT number, client_id, state, started_at, body FROM alerts")).fetchall()
    for number, client, state, started, stored in found:
        body = json.loads(stored)
        grouped = f"{client}\x1fmonitor/{body['monitor']}"
        open_ = state != "cleared"
        body |= {
            "steps": [{"after": after, "target": target} for after, target in body["steps"]], "group": grouped,
            "announced_at": body["raised_at"], "called_at": body["raised_at"], "firing": int(open_),
        }  # fmt: skip
        op.get_bind().execute(
            text("UPDATE alerts SET body = :body, grouped = :grouped WHERE number = :number"),
            {"body": json.dumps(body, separators=(",", ":")), "grouped": grouped, "number": number},
        )
        if open_:
            op.get_bind().execute(_SIGNAL, _signal(number, client, started, body))


def _signal(number: int, client: str, started: int, body: dict[str, Any]) -> dict[str, Any]:
    monitor, severity = body["monitor"], body["severity"]
    fingerprint = f"monitor/{monitor}"
    signal = {
        "fingerprint": fingerprint, "client": client, "title": body["title"], "severity": severity,
        "started_at": body["started_at"], "sentence": body["sentence"], "about": body["about"],
        "labels": {"client": client, "monitor": monitor, "severity": severity}, "monitor": monitor,
        "failures": body["failures"], "alert": number,
    }  # fmt: skip
    return {
        "fingerprint": fingerprint, "client": client, "alert": number, "rank": RANKS[severity], "started": started,
        "body": json.dumps(signal, separators=(",", ":")),
    }  # fmt: skip


def _outages() -> None:
    """An outage is its monitor's, whether or not it rang."""
    op.execute("CREATE TABLE outages_0004 AS SELECT * FROM outages")
    op.drop_table("outages")
    op.create_table(
        "outages",
        Column("alert", BigInteger),
        Column("client_id", String, nullable=False),
        Column("monitor", String, primary_key=True),
        Column("started_at", BigInteger, primary_key=True, autoincrement=False),
        Column("ended_at", BigInteger),
    )
    op.execute(
        "INSERT INTO outages (alert, client_id, monitor, started_at, ended_at)"
        " SELECT MAX(alert), MAX(client_id), monitor, started_at, MAX(ended_at) FROM outages_0004"
        " GROUP BY monitor, started_at"
    )
    op.drop_table("outages_0004")
    op.create_index("ix_outages_client_id_started_at", "outages", ["client_id", "started_at"])
