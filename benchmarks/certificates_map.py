"""Mapping a certificate of fifty leaves: by hand, by ours, by peers, all with equal results.

Peers that write no document are only measured reading. Blanks around values are left to ours
and the hand-written function: documents have none, which favours the peers.
"""

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import make_dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from multiprocessing import get_context
from typing import Final, TypeAlias, cast

import orjson
from lxml import etree
from pydantic import ConfigDict, TypeAdapter
from typing_extensions import TypedDict

from benchmarks import certificates_sample as sample
from benchmarks.measure import interleave
from interop.lens import Lens, MappingFile
from interop.model.canonical import Json

Work: TypeAlias = Callable[[], object]
Reader: TypeAlias = Callable[[sample.Document], object]

DOCUMENTS: Final = 50
ROUNDS: Final = 9
REPEAT: Final = 20
PEERS: Final = ("jq", "glom", "jsonata", "adaptix", "linkml")


def run(rounds: int = ROUNDS) -> dict[str, float | None]:
    """Return how many times longer each takes than the other; None where a peer is absent.

    Pipelines run first, in a process where no peer's modules are for the collector to visit.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        pipelines = alone.submit(_pipelines, rounds).result()
    return {**_reading(rounds), **pipelines}


def _reading(rounds: int) -> dict[str, float | None]:
    lens, documents = sample.lens(), [sample.document(n) for n in range(DOCUMENTS)]
    wanted = [sample.hand_get(one) for one in documents]
    views = [sample.changed(view) for view in wanted]
    pairs = list(zip(views, documents, strict=True))
    if [lens.get(one) for one in documents] != wanted:
        msg = "ours reads something else than the hand-written function"
        raise AssertionError(msg)
    if [lens.put(*pair) for pair in pairs] != [sample.hand_put(*pair) for pair in pairs]:
        msg = "ours writes something else than the hand-written function"
        raise AssertionError(msg)
    work: dict[str, Work] = {
        "hand_get": lambda: [sample.hand_get(one) for one in documents],
        "get": lambda: [lens.get(one) for one in documents],
        "hand_put": lambda: [sample.hand_put(*pair) for pair in pairs],
        "put": lambda: [lens.put(*pair) for pair in pairs],
        "create": lambda: [lens.create(view) for view in views],
    }
    ours = interleave(work, rounds=3 * rounds, repeat=REPEAT).medians
    figures: dict[str, float | None] = {
        "get_vs_hand": round(ours["get"] / ours["hand_get"], 2),
        "put_vs_hand": round(ours["put"] / ours["hand_put"], 2),
        "create_vs_hand": round(ours["create"] / ours["hand_get"], 2),
        "get_us": round(ours["get"] / DOCUMENTS * 1e6, 2),
    }
    few, known = documents[:5], wanted[:5]
    readers = {name: reader for name in PEERS if (reader := _peer(name, few, known))}
    timed = interleave(
        {
            "get": lambda: [lens.get(one) for _ in range(REPEAT) for one in few],
            **{name: partial(_each, reader, few) for name, reader in readers.items()},
        },
        rounds=3 * rounds,
    ).medians
    for name in PEERS:
        ratio = timed[name] * REPEAT / timed["get"] if name in timed else None
        figures[f"{name}_vs_ours"] = ratio and round(ratio, 1)
    return figures


def _each(reader: Reader, documents: list[sample.Document]) -> None:
    for one in documents:
        reader(one)


def _peer(name: str, documents: list[sample.Document], wanted: list[Json]) -> Reader | None:
    module = {"jsonata": "jsonata", "linkml": "linkml_map"}.get(name, name)
    if find_spec(module) is None:
        return None
    reader = _PEERS[name](import_module(module))
    if name != "linkml" and [reader(one) for one in documents] != wanted:
        msg = f"{name} reads something else"
        raise AssertionError(msg)
    return reader


def _spread(
    text: str, *, day: str, last: str, code: str, inner: str
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the expressions of every field of both parts, from their patterns."""
    cert = {f"text_{n:02}": text.format(k) for n, k in enumerate(sample.TEXTS[:12])}
    cert |= {f"day_{n:02}": day.format(k) for n, k in enumerate(sample.DAYS[:7])}
    cert["day_07"] = last.format(sample.DAYS[7])
    body = {f"text_{n:02}": inner.format(k) for n, k in enumerate(sample.TEXTS[12:])}
    body |= {f"state_{n:02}": code.format(k) for n, k in enumerate(sample.STATES)}
    return cert, body


def _object(pairs: Mapping[str, str]) -> str:
    return "{" + ", ".join(f'"{key}": {value}' for key, value in pairs.items()) + "}"


def _jq(jq: object) -> Reader:
    dated = '(.{} | .[0:4] + "-" + .[5:7] + "-" + .[8:10])'
    codes = json.dumps(sample.STATE)
    cert, body = _spread(
        ".{}",
        day=dated,
        last=f'(if .{{}} == "{sample.LONG}" then null else "" end)',
        code="$state[.KZ.{}]",
        inner=".KZ.{}",
    )
    since = '(.CZRQ | .[0:4] + "-" + .[4:6] + "-" + .[6:8])'
    body["owners"] = f"[.KZ.GD[] | {{name: .XM, id: .ZJHM, since: {since}}}]"
    program = f"{codes} as $state | {{cert: {_object(cert)}, body: {_object(body)}}}"
    compiled = jq.compile(program)  # type: ignore[attr-defined]  # a peer without types
    return lambda document: compiled.input_value(document).first()


def _glom(glom: object) -> Reader:
    def dated(text: str) -> str | None:
        return None if text == sample.LONG else f"{text[:4]}-{text[5:7]}-{text[8:10]}"

    def packed(text: str) -> str:
        return f"{text[:4]}-{text[4:6]}-{text[6:8]}"

    cert: dict[str, object] = {f"text_{n:02}": k for n, k in enumerate(sample.TEXTS[:12])}
    cert |= {f"day_{n:02}": (k, dated) for n, k in enumerate(sample.DAYS)}
    body: dict[str, object] = {
        f"text_{n:02}": f"KZ.{k}" for n, k in enumerate(sample.TEXTS[12:])
    }
    body |= {
        f"state_{n:02}": (f"KZ.{k}", sample.STATE.__getitem__)
        for n, k in enumerate(sample.STATES)
    }
    body["owners"] = ("KZ.GD", [{"name": "XM", "id": "ZJHM", "since": ("CZRQ", packed)}])
    spec = {"cert": cert, "body": body}
    return lambda document: glom.glom(document, spec)  # type: ignore[attr-defined]  # as above


def _jsonata(jsonata: object) -> Reader:
    dated = (
        "($substring({0}, 0, 4) & '-' & $substring({0}, 5, 2) & '-' & $substring({0}, 8, 2))"
    )
    codes = json.dumps(sample.STATE)
    cert, body = _spread(
        "{}",
        day=dated,
        last=f"({{}} = '{sample.LONG}' ? null : '')",
        code="$lookup($state, KZ.{})",
        inner="KZ.{}",
    )
    since = (
        "$substring(CZRQ, 0, 4) & '-' & $substring(CZRQ, 4, 2) & '-' & $substring(CZRQ, 6, 2)"
    )
    body["owners"] = f"[KZ.GD.{{'name': XM, 'id': ZJHM, 'since': {since}}}]"
    text = f"($state := {codes}; {{'cert': {_object(cert)}, 'body': {_object(body)}}})"
    compiled = jsonata.Jsonata(text)  # type: ignore[attr-defined]  # as above
    evaluate: Reader = compiled.evaluate
    return evaluate


def _adaptix(adaptix: object) -> Reader:
    def dated(text: str) -> str | None:
        return None if text == sample.LONG else f"{text[:4]}-{text[5:7]}-{text[8:10]}"

    cert_keys = {f"text_{n:02}": k for n, k in enumerate(sample.TEXTS[:12])}
    days = {f"day_{n:02}": k for n, k in enumerate(sample.DAYS)}
    body_keys = {f"text_{n:02}": k for n, k in enumerate(sample.TEXTS[12:])}
    states = {f"state_{n:02}": k for n, k in enumerate(sample.STATES)}
    day, state, packed = (type(name, (str,), {}) for name in ("Day", "State", "Packed"))
    owner = make_dataclass("Owner", [("name", str), ("id", str), ("since", packed)])
    cert = make_dataclass("Cert", [*((k, str) for k in cert_keys), *((k, day) for k in days)])
    listed = cast("type", list[owner])  # type: ignore[valid-type]  # made above
    body = make_dataclass(
        "Body",
        [*((k, str) for k in body_keys), *((k, state) for k in states), ("owners", listed)],
    )
    of = adaptix
    retort = of.Retort(  # type: ignore[attr-defined]  # as above
        recipe=[
            of.name_mapping(cert, map={**cert_keys, **days}),  # type: ignore[attr-defined]  # as above
            of.name_mapping(body, map={**body_keys, **states, "owners": "GD"}),  # type: ignore[attr-defined]  # as above
            of.name_mapping(owner, map={"name": "XM", "id": "ZJHM", "since": "CZRQ"}),  # type: ignore[attr-defined]  # as above
            of.loader(day, dated),  # type: ignore[attr-defined]  # as above
            of.loader(state, sample.STATE.__getitem__),  # type: ignore[attr-defined]  # as above
            of.loader(packed, lambda t: f"{t[:4]}-{t[4:6]}-{t[6:8]}"),  # type: ignore[attr-defined]  # as above
        ]
    )
    plain = of.Retort(recipe=[of.dumper(kind, lambda v: v) for kind in (day, state, packed)])  # type: ignore[attr-defined]  # as above
    load_cert, load_body = retort.get_loader(cert), retort.get_loader(body)
    dump_cert, dump_body = plain.get_dumper(cert), plain.get_dumper(body)
    return lambda document: {
        "cert": dump_cert(load_cert(document)),
        "body": dump_body(load_body(document["KZ"])),
    }


def _linkml(_module: object) -> Reader:
    """Return linkml-map on the flat texts only: it has no day codec and gets no list."""
    transforming = import_module("linkml_map.transformer.object_transformer")
    viewing = import_module("linkml_runtime.utils.schemaview")
    keys = sample.TEXTS[:12]
    source = {
        "id": "https://example.org/s",
        "name": "s",
        "imports": ["linkml:types"],
        "prefixes": {"linkml": "https://w3id.org/linkml/"},
        "default_range": "string",
        "classes": {"Source": {"attributes": {key: {"range": "string"} for key in keys}}},
    }
    rules = {
        "class_derivations": {
            "Target": {
                "populated_from": "Source",
                "slot_derivations": {
                    f"text_{n:02}": {"populated_from": key} for n, key in enumerate(keys)
                },
            }
        }
    }
    view = viewing.SchemaView(json.dumps(source))
    transformer = transforming.ObjectTransformer(source_schemaview=view)
    transformer.create_transformer_specification(rules)

    def read(document: sample.Document) -> object:
        flat = {key: document[key] for key in keys}
        return transformer.map_object(flat, source_type="Source")

    return read


_PEERS: Final[Mapping[str, Callable[[object], Reader]]] = {
    "jq": _jq,
    "glom": _glom,
    "jsonata": _jsonata,
    "adaptix": _adaptix,
    "linkml": _linkml,
}


# Whole pipelines: bytes in, bytes out.


def _model() -> TypeAdapter[object]:
    """Return the canonical model of the sample, checked strictly, no field more or less."""
    owner = _record("Owner", {"name": str, "id": str, "since": str})
    cert: dict[str, object] = {f"text_{n:02}": str for n in range(12)}
    cert |= {f"day_{n:02}": str | None for n in range(8)}
    body: dict[str, object] = {f"text_{n:02}": str for n in range(12)}
    body |= {f"state_{n:02}": str for n in range(6)}
    body["owners"] = list[owner]  # type: ignore[valid-type]  # made above
    parts = {"cert": _record("Cert", cert), "body": _record("Body", body)}
    return TypeAdapter(_record("Certificate", parts))


def _record(name: str, fields: Mapping[str, object]) -> type:
    made = cast("Callable[..., type]", TypedDict)(name, dict(fields))
    made.__pydantic_config__ = ConfigDict(strict=True, extra="forbid")  # type: ignore[attr-defined]  # pydantic reads it
    return made


def _pipelines(rounds: int) -> dict[str, float | None]:
    lens, model = sample.lens(), _model()
    data = [orjson.dumps(sample.document(n)) for n in range(DOCUMENTS)]
    named, xml = named_lens(), [named_document(n) for n in range(DOCUMENTS)]

    def ours(one: bytes) -> bytes:
        view = lens.get(orjson.loads(one))
        model.validate_python(view)
        return orjson.dumps(view)

    work: dict[str, Work] = {
        "orjson": lambda: [orjson.dumps(orjson.loads(one)) for one in data],
        "json": lambda: [ours(one) for one in data],
        "lxml": lambda: [etree.fromstring(one) for one in xml],
        "xml": lambda: [orjson.dumps(named.get(named.decode(one))) for one in xml],
    }
    saxon = _saxon(xml, named)
    if saxon is not None:
        work["saxon"] = saxon
    timed = interleave(work, rounds=2 * rounds, repeat=4).medians
    return {
        "json_pipeline_vs_orjson": round(timed["json"] / timed["orjson"], 2),
        "xml_pipeline_vs_lxml": round(timed["xml"] / timed["lxml"], 2),
        "saxonche_vs_ours": round(timed["saxon"] / timed["xml"], 1) if saxon else None,
    }


def named_lens() -> Lens:
    """Return the lens of fifty named values in XML."""
    rows: dict[str, Json] = {f"cert.text_{n:02}": f"WB{n:02}" for n in range(44)}
    for n in range(6):
        rows[f"cert.day_{n:02}"] = {"from": f"RQ{n:02}", "codec": "date:%Y年%m月%d日"}
    head: dict[str, Json] = {
        "id": "990000.named",
        "version": "1.0.0",
        "region": "990000",
        "format": "xml-named",
        "root": "CustomDatas",
        "item": "CustomData",
        "source": "made up for measuring",
    }
    return Lens.of(MappingFile.from_value({"mapping": head, "fields": rows}))


def named_document(number: int) -> bytes:
    """Return one document of fifty named values."""
    texts = {f"WB{n:02}": f"长三角测试文本第{number}号{n}" for n in range(44)}
    days = {f"RQ{n:02}": f"20{10 + n}年0{1 + n}月{1 + number % 28:02}日" for n in range(6)}
    items = "".join(
        f'<CustomData Name="{name}">{text}</CustomData>'
        for name, text in {**texts, **days}.items()
    )
    return f"<CustomDatas>{items}</CustomDatas>".encode()


_SHEET: Final = """
<xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:output method="text"/>
<xsl:template match="/CustomDatas">{"cert": {<xsl:for-each select="CustomData">
<xsl:if test="position() > 1">, </xsl:if>"<xsl:value-of
select="replace(replace(@Name, 'WB', 'text_'), 'RQ', 'day_')"/>": "<xsl:value-of
select="if (starts-with(@Name, 'RQ')) then concat(substring(., 1, 4), '-', substring(., 6, 2),
'-', substring(., 9, 2)) else ."/>"</xsl:for-each>}}</xsl:template>
</xsl:stylesheet>
"""


def _saxon(xml: list[bytes], lens: Lens) -> Work | None:
    if find_spec("saxonche") is None:
        return None
    saxonche = import_module("saxonche")
    processor = saxonche.PySaxonProcessor(license=False)
    sheet = processor.new_xslt30_processor().compile_stylesheet(stylesheet_text=_SHEET)

    def transform(one: bytes) -> str:
        return str(
            sheet.transform_to_string(xdm_node=processor.parse_xml(xml_text=one.decode()))
        )

    if orjson.loads(transform(xml[0])) != lens.get(lens.decode(xml[0])):
        msg = "saxonche reads something else"
        raise AssertionError(msg)
    return lambda: [transform(one) for one in xml]
