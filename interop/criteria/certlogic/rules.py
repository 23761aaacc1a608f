"""Rules of CertLogic as files: ``<country>/<rule>/rule.json``, value sets beside them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from interop.criteria.certlogic.data import read_file
from interop.criteria.certlogic.moments import day_ms, moment_of
from interop.criteria.certlogic.paths import malformed, shown
from interop.criteria.certlogic.reasons import FOLDER, LIMIT
from interop.errors import KnowledgeError
from interop.model.canonical import Json

RULES_MAX: Final = 5_000
CASES_PER_RULE_MAX: Final = 5_000
RULE_FILE: Final = "rule.json"
VALUE_SETS: Final = "valuesets"
TEXT: Final = ("文字", "text")
ALWAYS: Final = (day_ms(1, 1, 1), day_ms(9999, 12, 31))


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        identifier: Its identifier.
        country: Who publishes it.
        version: Its version.
        type: ``Acceptance`` or another type of rule.
        certificate: ``General``, ``Vaccination``, ``Test`` or ``Recovery``.
        descriptions: What it says, by language.
        valid_from: First moment it counts, in milliseconds; the earliest if none is named.
        valid_to: First moment it no longer counts, in milliseconds; the last if none is named.
        logic: The CertLogic expression.
    """

    identifier: str
    country: str
    version: str
    type: str
    certificate: str
    descriptions: Mapping[str, str]
    valid_from: int
    valid_to: int
    logic: Json


def read_rule(file: Path) -> Rule:
    """Return the rule in ``file``.

    Raises:
        KnowledgeError: The file is no JSON, or no rule; the field names file and key.
    """
    place = "/".join(file.parts[-3:])
    held = read_file(file)
    if not isinstance(held, dict):
        raise malformed(place, ("对象", "an object"), shown(held))
    if "Logic" not in held:
        raise malformed(f"{place}:Logic", ("CertLogic 表达式", "an expression"), "nothing")
    return Rule(
        identifier=_text(held, "Identifier", place),
        country=_text(held, "Country", place),
        version=_text(held, "Version", place),
        type=_text(held, "Type", place),
        certificate=_text(held, "CertificateType", place),
        descriptions=_descriptions(held.get("Description")),
        valid_from=_moment(held, "ValidFrom", place, ALWAYS[0]),
        valid_to=_moment(held, "ValidTo", place, ALWAYS[1]),
        logic=held["Logic"],
    )


def rule_folders(folder: Path) -> tuple[Path, ...]:
    """Return the folders with a rule: below ``folder``, or below its sub-folders.

    Raises:
        KnowledgeError: ``certlogic-folder`` if there is none, ``certlogic-limit``.
    """
    found = sorted(
        file.parent for depth in ("*", "*/*") for file in folder.glob(f"{depth}/{RULE_FILE}")
    )
    if not found:
        raise KnowledgeError(FOLDER.of(field=folder.name))
    if len(found) > RULES_MAX:
        raise KnowledgeError(LIMIT.of(field=folder.name, expected=RULES_MAX, got=len(found)))
    return tuple(found)


def jurisdictions(folder: Path) -> dict[str, tuple[Rule, ...]]:
    """Return the rules of every sub-folder that holds any, by the name of the sub-folder.

    Raises:
        KnowledgeError: No rule at all, or one that cannot be read.
    """
    found = {
        below.name: tuple(read_rule(file) for file in sorted(below.glob(f"*/{RULE_FILE}")))
        for below in sorted(folder.iterdir() if folder.is_dir() else ())
        if below.is_dir()
    }
    kept = {name: rules for name, rules in found.items() if rules}
    if not kept:
        raise KnowledgeError(FOLDER.of(field=folder.name))
    if sum(map(len, kept.values())) > RULES_MAX:
        raise KnowledgeError(LIMIT.of(field=folder.name, expected=RULES_MAX, got="more"))
    return kept


def read_value_sets(folder: Path) -> dict[str, Json]:
    """Return the value sets in ``folder/valuesets``, by name; none if there is no such folder.

    The folder of one country may have them beside it, as the folder of all has them inside.
    A file holds either names with their lists, or one set as it is published
    (``valueSetId``, ``valueSetValues``).

    Raises:
        KnowledgeError: A file that cannot be read.
    """
    found: dict[str, Json] = {}
    inside, beside = folder / VALUE_SETS, folder.absolute().parent / VALUE_SETS
    alone = not inside.is_dir() and any(folder.glob(f"*/{RULE_FILE}"))
    for file in sorted((beside if alone else inside).glob("*.json")):
        held = read_file(file)
        if not isinstance(held, dict):
            raise malformed(f"{VALUE_SETS}/{file.name}", ("对象", "an object"), shown(held))
        name, values = held.get("valueSetId"), held.get("valueSetValues")
        if isinstance(name, str) and isinstance(values, dict):
            found[name] = list(values)
        else:
            found |= {key: value for key, value in held.items() if isinstance(value, list)}
    return found


def _text(held: dict[str, Json], key: str, place: str) -> str:
    value = held.get(key)
    if not isinstance(value, str) or not value:
        raise malformed(f"{place}:{key}", TEXT, shown(value))
    return value


def _moment(held: dict[str, Json], key: str, place: str, open_: int) -> int:
    """Return an end of the rule's window; ``open_`` where none is named."""
    if held.get(key) is None:
        return open_
    value = moment_of(_text(held, key, place))
    if value is None:
        raise malformed(f"{place}:{key}", ("时刻", "a moment"), shown(held[key]))
    return value


def _descriptions(rows: Json) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows if isinstance(rows, list) else ():
        lang, text = (
            (row.get("lang"), row.get("desc")) if isinstance(row, dict) else (None, None)
        )
        if isinstance(lang, str) and isinstance(text, str) and text.strip():
            found[lang] = text
    return found
