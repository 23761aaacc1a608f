"""The tables as statements see them: every step's shape, in order."""

from functools import cache
from typing import Final

from sqlalchemy import ColumnElement, MetaData, Table, and_, bindparam

from interop.store.columns import spelled
from interop.store.migrations import STEPS


@cache
def metadata_at(version: int) -> MetaData:
    """Return the shape of schema ``version``; 0 is empty."""
    metadata = MetaData()
    for step in STEPS[:version]:
        step.shape(metadata)
    for table in metadata.tables.values():
        for column in table.columns:
            column.type = spelled(column.type)
    return metadata


VERSION: Final = len(STEPS)
METADATA: Final = metadata_at(VERSION)


def _table(name: str) -> Table:
    return METADATA.tables[name]


SCHEMA_VERSION: Final = _table("schema_version")
ORGAN_KEY: Final = _table("organ_key")
CASE_KEY: Final = _table("case_key")
COUNTER: Final = _table("counter")
KNOWLEDGE_VERSION: Final = _table("knowledge_version")
AUDIT_LINE: Final = _table("audit_line")
AUDIT_HEAD: Final = _table("audit_head")
LEASE: Final = _table("lease")
NONCE: Final = _table("nonce")
USE_COUNT: Final = _table("use_count")
CASE_FILE: Final = _table("case_file")
DOCUMENT: Final = _table("case_document")
FACT: Final = _table("case_fact")
NOTICE: Final = _table("notice")
ROLLUP: Final = _table("rollup")
STANDING: Final = _table("standing")
OUTBOX: Final = _table("outbox")
BATCH: Final = _table("batch")
MARK: Final = _table("mark")
ANSWER: Final = _table("answer")
DEAD_LETTER: Final = _table("dead_letter")
RECEIVED: Final = _table("received")
SENDING: Final = _table("sending")
LANE_STATE: Final = _table("lane_state")
TASK: Final = _table("task")
TOKEN_USE: Final = _table("token_use")
TOKEN_HORIZON: Final = _table("token_horizon")
REVOCATION: Final = _table("revocation")
REVOCATION_FEED: Final = _table("revocation_feed")
LOGOUT: Final = _table("logout")
STATUS_LIST: Final = _table("status_list")
MATERIAL: Final = _table("material")
MATERIAL_USE: Final = _table("material_use")
MATERIAL_CHUNK: Final = _table("material_chunk")
CASE_PARTY: Final = _table("case_party")
JOINT_PART: Final = _table("joint_part")
LEGAL_HOLD: Final = _table("legal_hold")
CERTIFICATE_USE: Final = _table("certificate_use")


def this_lane(table: Table) -> ColumnElement[bool]:
    """Return the condition of a lane, to be bound as ``to_peer`` and ``to_lane``."""
    return and_(table.c.peer == bindparam("to_peer"), table.c.lane == bindparam("to_lane"))


def on_lane(table: Table, peer: str, lane: int) -> ColumnElement[bool]:
    """Return the condition that a row belongs to one lane of one peer."""
    return and_(table.c.peer == peer, table.c.lane == lane)
