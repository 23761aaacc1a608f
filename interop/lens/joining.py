"""One text out of several fields: the template that joins them, the codec that reads it."""

from typing import Final, cast

from interop.lens.schema import FieldRule
from interop.lens.template import Template, read_template

JOINED: Final = {
    "money_cn": "{amount:N}{unit:U}",
    "money": "{amount:N}{unit:U}",
}
DATE_TEMPLATE: Final = "{year:Y}-{month:M}-{day:D}"
DATE_PATTERN: Final = "%Y-%m-%d"


def joined(rule: FieldRule) -> tuple[str, Template | None]:
    """Return the codec of ``rule``, and the template if it joins several sources."""
    name, _, argument = rule.codec.partition(":")
    if rule.join:
        # What is only joined has the texts of the template as its domain.
        spec = f"affix:{rule.join}" if rule.codec == "text" else rule.codec
        return spec, sound_template(rule.join)
    if name == "join_date":
        return f"date:{DATE_PATTERN}", sound_template(DATE_TEMPLATE)
    if len(rule.sources) < 2:  # noqa: PLR2004 -- one source needs no joining
        return rule.codec, None
    if name == "affix":
        return rule.codec, sound_template(argument)
    return rule.codec, sound_template(JOINED.get(name, ""))


def sound_template(text: str) -> Template:
    """Return the template that ``text`` writes, in a file that the checks found sound."""
    return cast("Template", read_template(text))
