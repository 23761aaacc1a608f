"""One certificate of fifty leaves: a mapping, the same by hand, and documents for both.

The hand-written functions are what a programmer would write for the same result: blanks
stripped, days checked, closed code lists looked up. They find no unknown field and say
nothing of a fault but the first.
"""

import tomllib
from collections.abc import Callable
from datetime import date
from typing import Final, cast

from interop.lens import Lens, MappingFile
from interop.model.canonical import Json, json_bytes

Document = dict[str, Json]

TEXTS: Final = tuple(f"WB{number:02}" for number in range(24))
DAYS: Final = tuple(f"RQ{number:02}" for number in range(8))
STATES: Final = tuple(f"ZT{number:02}" for number in range(6))
STATE: Final = {
    "1100": "llc", "1110": "llc", "1130": "llc", "1200": "joint-stock", "4500": "sole",
    "4530": "partnership",
}  # fmt: skip
BACK: Final = {"llc": "1100", "joint-stock": "1200", "sole": "4500", "partnership": "4530"}
OWNERS: Final = 4
LEAVES: Final = len(TEXTS) + len(DAYS) + len(STATES) + 3 * OWNERS
LONG: Final = "长期"


def mapping() -> MappingFile:
    """Return the mapping of the certificate."""
    rows = [f'"cert.text_{n:02}" = "{key}"' for n, key in enumerate(TEXTS[:12])]
    rows += [f'"body.text_{n:02}" = "KZ.{key}"' for n, key in enumerate(TEXTS[12:])]
    rows += [
        f'"cert.day_{n:02}" = {{ from = "{key}", codec = "date:%Y年%m月%d日" }}'
        for n, key in enumerate(DAYS[:7])
    ]
    rows.append(
        f'"cert.day_07" = {{ from = "{DAYS[7]}", codec = "date_or_open:%Y年%m月%d日|{LONG}" }}'
    )
    rows += [
        f'"body.state_{n:02}" = {{ from = "KZ.{key}", codec = "code:state" }}'
        for n, key in enumerate(STATES)
    ]
    codes = "\n".join(f'"{code}" = "{value}"' for code, value in STATE.items())
    text = f"""
[mapping]
id = "990000.sample"
version = "1.0.0"
region = "990000"
format = "json"
source = "made up for measuring"
illustrative = true
[codes.state]
{codes}
[fields]
{chr(10).join(rows)}
"body.owners[]" = {{ from = "KZ.GD", key = "id", fields = {{ name = "XM", id = "ZJHM", since = {{ from = "CZRQ", codec = "date:%Y%m%d" }} }} }}
[loss]
quotient = [{{ path = "state", reason = "made up for measuring" }}]
"""  # noqa: E501 -- one table of TOML stays on one line
    return MappingFile.from_value(tomllib.loads(text))


def lens() -> Lens:
    """Return the lens of the certificate."""
    return Lens.of(mapping())


def document(number: int = 0) -> Document:
    """Return one document; ``number`` varies its values."""
    texts = {key: f"长三角测试文本第{number}号{key}" for key in TEXTS[:12]}
    inner: Document = {key: f"经营项目{number}测试有限公司{key}" for key in TEXTS[12:]}
    codes = sorted(STATE)
    inner |= {key: codes[(number + at) % len(codes)] for at, key in enumerate(STATES)}
    inner["GD"] = [
        {"XM": f"测试甲{at}", "ZJHM": f"{number}{at:017}", "CZRQ": f"20{10 + at}0102"}
        for at in range(OWNERS)
    ]
    days = {
        key: f"{2000 + (number + at) % 25}年{1 + at:02}月{1 + number % 28:02}日"
        for at, key in enumerate(DAYS[:7])
    }
    return {**texts, **days, DAYS[7]: LONG, "KZ": inner}


def changed(view: Json) -> Json:
    """Return ``view`` with a text, a day, a code and a member of its list changed."""
    held = view if isinstance(view, dict) else {}
    cert, body = held["cert"], held["body"]
    if not isinstance(cert, dict) or not isinstance(body, dict):
        return view
    owners = body["owners"]
    first, *others = owners if isinstance(owners, list) else []
    member = {**first, "name": "测试乙"} if isinstance(first, dict) else first
    return {
        "cert": {**cert, "text_00": "改过的文本", "day_00": "2026-03-02"},
        "body": {**body, "state_00": "partnership", "owners": [*others, member]},
    }


def _day(text: str) -> str:
    text = text.strip()
    return date(int(text[:4]), int(text[5:7]), int(text[8:10])).isoformat()


def _packed(text: str) -> str:
    return date(int(text[:4]), int(text[4:6]), int(text[6:8])).isoformat()


def _shown(day: str) -> str:
    date.fromisoformat(day)
    return f"{day[:4]}年{day[5:7]}月{day[8:]}日"


def _get_source() -> str:
    cert = [f"'text_{n:02}': s['{key}'].strip()" for n, key in enumerate(TEXTS[:12])]
    cert += [f"'day_{n:02}': day(s['{key}'])" for n, key in enumerate(DAYS[:7])]
    cert.append(f"'day_07': None if s['{DAYS[7]}'] == LONG else day(s['{DAYS[7]}'])")
    body = [f"'text_{n:02}': kz['{key}'].strip()" for n, key in enumerate(TEXTS[12:])]
    body += [f"'state_{n:02}': STATE[kz['{key}']]" for n, key in enumerate(STATES)]
    body.append(
        "'owners': [{'name': g['XM'].strip(), 'id': g['ZJHM'].strip(),"
        " 'since': packed(g['CZRQ'])} for g in kz['GD']]"
    )
    return (
        "def get(s):\n    kz = s['KZ']\n"
        f"    return {{'cert': {{{', '.join(cert)}}}, 'body': {{{', '.join(body)}}}}}\n"
    )


def _put_source() -> str:
    lines = ["def put(v, s):", "    n = {**s}", "    kz = n['KZ'] = {**s['KZ']}"]
    lines.append("    cert, body = v['cert'], v['body']")
    lines += [
        _change("cert", f"text_{n:02}", k, "{}.strip()") for n, k in enumerate(TEXTS[:12])
    ]
    lines += [_change("cert", f"day_{n:02}", k, "day({})") for n, k in enumerate(DAYS[:7])]
    lines.append(_change("cert", "day_07", DAYS[7], "(None if {0} == LONG else day({0}))"))
    lines += [
        _change("body", f"text_{n:02}", k, "{}.strip()") for n, k in enumerate(TEXTS[12:])
    ]
    lines += [_change("body", f"state_{n:02}", k, "STATE[{}]") for n, k in enumerate(STATES)]
    return "\n".join([*lines, *_OWNERS, "    return n", ""])


def _change(part: str, name: str, key: str, reading: str) -> str:
    """Return the line that writes one field if it has changed."""
    old = f"{'s' if part == 'cert' else 'kz'}['{key}']"
    new = f"{part}['{name}']"
    written = {
        "d": f"shown({new})",
        "S": f"BACK[{new}]",
        "(": f"LONG if {new} is None else shown({new})",
    }
    target = f"{'n' if part == 'cert' else 'kz'}['{key}']"
    return f"    if {new} != {reading.format(old)}: {target} = {written.get(reading[0], new)}"


_OWNERS: Final = (
    "    known = {g['ZJHM'].strip(): g for g in kz['GD']}",
    "    owners = []",
    "    for w in body['owners']:",
    "        g = {**known.get(w['id'], {})}",
    "        if w['name'] != g.get('XM', '').strip(): g['XM'] = w['name']",
    "        if w['id'] != g.get('ZJHM', '').strip(): g['ZJHM'] = w['id']",
    "        if 'CZRQ' not in g or packed(g['CZRQ']) != w['since']:",
    "            g['CZRQ'] = w['since'].replace('-', '')",
    "        owners.append(g)",
    "    kz['GD'] = owners",
)
_NAMES: dict[str, object] = {
    "day": _day, "packed": _packed, "shown": _shown, "STATE": STATE, "BACK": BACK, "LONG": LONG,
}  # fmt: skip
exec(_get_source() + _put_source(), _NAMES)  # noqa: S102 -- spelt out like this by a programmer, field by field
hand_get = cast("Callable[[Document], Json]", _NAMES["get"])
hand_put = cast("Callable[[Json, Document], Json]", _NAMES["put"])


def run() -> dict[str, float]:
    """Return the size of the sample that the other figures are about."""
    return {"leaves": LEAVES, "document_bytes": len(json_bytes(document()))}
