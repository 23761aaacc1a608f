"""The application interface as an OpenAPI document, made from the records it is made of.

Source: OpenAPI Specification 3.1.1; JSON Schema 2020-12.
"""

from collections.abc import Iterable
from typing import Final, Literal, cast

from pydantic.json_schema import JsonSchemaMode, models_json_schema

from interop.gateway.feed import EVENTS_MAX, Events
from interop.gateway.uploading import HeldMaterial
from interop.model.canonical import Json
from interop.model.record import Record
from interop.node.api import CURSOR_MAX, KEY_CHARS_MAX, PREFIX, WAIT_S_MAX
from interop.node.material_paths import material_paths
from interop.node.problems import PROBLEM, Problem
from interop.node.verbs import VERBS, Verb
from interop.node.webhooks import Message

VERSION: Final = "1.1.0"
JSON: Final = "application/json"
SCHEMAS: Final = "#/components/schemas/"

Tree = dict[str, Json]
Way = Literal["validation", "serialization"]


def document() -> Tree:
    """Return the document; the same whenever it is made."""
    names, schemas = _schemas()
    paths: Tree = {
        f"{PREFIX}/{name}": {"post": _verb(name, verb, names)} for name, verb in VERBS.items()
    }
    paths[f"{PREFIX}/events"] = {"get": _events(names)}
    paths |= material_paths(names[HeldMaterial, "serialization"])
    paths |= {"/health": _open("health", "节点存活", "the store answers")}
    paths |= {"/ready": _open("ready", "节点就绪", "the node can work now")}
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "interop-gateway application interface",
            "version": VERSION,
            "summary": "异地收件、本地办理 · received here, handled there",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "security": [{"key": []}],
        "paths": paths,
        "webhooks": {"event": {"post": _webhook(names)}},
        "components": {
            "schemas": schemas,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "parameters": {"IdempotencyKey": _key()},
            "responses": {"Refused": _refused(names)},
        },
    }


Names = dict[tuple[type[Record], Way], Json]


def _schemas() -> tuple[Names, Tree]:
    """Return a reference for every record, and what the references mean."""
    wanted: list[tuple[type[Record], Way]] = [
        *((verb.body, "validation") for verb in VERBS.values()),
        *((verb.answer, "serialization") for verb in VERBS.values()),
        *((record, "serialization") for record in (Events, HeldMaterial, Problem, Message)),
    ]
    asked: Iterable[tuple[type[Record], JsonSchemaMode]] = dict.fromkeys(wanted)
    refs, defined = models_json_schema([*asked], ref_template=SCHEMAS + "{model}")
    names = {key: cast("Json", refs[key]) for key in wanted}
    return names, cast("Tree", defined["$defs"])


def _verb(name: str, verb: Verb, names: Names) -> Tree:
    found: Tree = {
        "operationId": name,
        "summary": f"{verb.zh} · {verb.en}",
        "requestBody": {
            "required": True,
            "content": {JSON: {"schema": names[verb.body, "validation"]}},
        },
        "responses": _responses(names[verb.answer, "serialization"]),
    }
    if verb.effect == "case":
        found["parameters"] = [{"$ref": "#/components/parameters/IdempotencyKey"}]
    return found


def _events(names: Names) -> Tree:
    return {
        "operationId": "events",
        "summary": "游标之后的事件，可等待 · what happened past a cursor; may wait for it",
        "parameters": [
            _query("after", 0, CURSOR_MAX - 1, 0),
            _query("limit", 1, EVENTS_MAX, EVENTS_MAX),
            _query("wait_s", 0, WAIT_S_MAX, 0),
        ],
        "responses": _responses(names[Events, "serialization"]),
    }


def _webhook(names: Names) -> Tree:
    headers: list[Json] = [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
        for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
    ]
    return {
        "operationId": "webhook",
        "summary": "签名通知（Standard Webhooks）· a signed message, told until it is taken",
        "security": [],
        "parameters": headers,
        "requestBody": {
            "required": True,
            "content": {JSON: {"schema": names[Message, "serialization"]}},
        },
        "responses": {"2XX": {"description": "taken"}},
    }


def _responses(schema: Json) -> Tree:
    refused: Json = {"$ref": "#/components/responses/Refused"}
    content: Json = {JSON: {"schema": schema}}
    answer: Json = {"description": "done", "content": content}
    return {"200": answer, "4XX": refused, "5XX": refused}


def _refused(names: Names) -> Tree:
    content: Json = {PROBLEM: {"schema": names[Problem, "serialization"]}}
    words = "refused, with every reason in both languages (RFC 9457)"
    return {"description": words, "content": content}


def _open(name: str, zh: str, en: str) -> Tree:
    responses: Json = {"200": {"description": "yes"}, "503": {"description": "not now"}}
    words = f"{zh} · {en}"
    get: Json = {"operationId": name, "summary": words, "security": [], "responses": responses}
    return {"get": get}


def _key() -> Tree:
    words = "一个请求一个键，重试时不变 · one key per request, the same when it is sent again"
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": words,
        "schema": {"type": "string", "minLength": 1, "maxLength": KEY_CHARS_MAX},
    }


def _query(name: str, least: int, most: int, default: int) -> Tree:
    schema: Json = {"type": "integer", "minimum": least, "maximum": most, "default": default}
    return {"name": name, "in": "query", "required": False, "schema": schema}
