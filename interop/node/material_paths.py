"""The contents of materials in the OpenAPI document."""

from typing import Final

from interop.model.canonical import Json
from interop.node.materials import HOST, OFFSET

Tree = dict[str, Json]
REFUSED: Final[Tree] = {"$ref": "#/components/responses/Refused"}
OCTETS: Final = "application/octet-stream"
FROM: Final[Tree] = {"type": "integer", "minimum": 0, "default": 0}
CODE: Final = "材料编码，第二个文件为 编码~2 · material code; its second file is code~2"
PROGRESS: Final = (OFFSET, "Upload-Length", "Upload-Complete")


def material_paths(held: Json) -> Tree:
    """Return the paths of contents.

    Args:
        held: Reference to the schema of what is told of one.
    """
    return {HOST: {"put": _put(held), "head": _head(), "get": _get()}}


def _put(held: Json) -> Tree:
    body: Json = {"required": True, "content": {"*/*": {}}}
    return {
        "operationId": "put_material",
        "summary": "上传或续传材料内容 · take the content of a material in, or go on with it",
        "parameters": [*_WHERE, _header(OFFSET, "从何处续传 · where it goes on", FROM)],
        "requestBody": body,
        "responses": _responses({"application/json": {"schema": held}}, "200"),
    }


def _head() -> Tree:
    headers: Tree = {name: {"schema": {"type": "string"}} for name in PROGRESS}
    told: Json = {"description": "how much is held", "headers": headers}
    refused: Json = {"description": "refused"}
    return {
        "operationId": "head_material",
        "summary": "已收到多少 · how much of a content is held, and where to go on",
        "parameters": [*_WHERE],
        "responses": {"200": told, "4XX": refused, "5XX": refused},
    }


def _get() -> Tree:
    return {
        "operationId": "get_material",
        "summary": "取材料内容，可按字节范围 · the content of a material, or a range of it",
        "parameters": [*_WHERE, _header("Range", "RFC 9110 14.2", {"type": "string"})],
        "responses": _responses({OCTETS: {}}, "200", "206"),
    }


def _responses(content: Tree, *statuses: str) -> Tree:
    done: Json = {"description": "done", "content": content}
    return {**dict.fromkeys(statuses, done), "4XX": REFUSED, "5XX": REFUSED}


def _in_path(name: str, words: str) -> Json:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": words,
        "schema": {"type": "string"},
    }


def _header(name: str, words: str, schema: Tree) -> Json:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": words,
        "schema": schema,
    }


_WHERE: Final = (_in_path("case", "办件编号 · case number"), _in_path("code", CODE))
