"""A personal value that does not show itself."""

from typing import Any, Final

from pydantic import GetCoreSchemaHandler, SerializationInfo
from pydantic_core import CoreSchema, core_schema

MASK: Final = "***"
REVEAL: Final = {"reveal": True}


class Sensitive:
    """Hold a name, identity number, token or other personal text; print only ``***``.

    It is no ``str`` on purpose: no formatter, logger or JSON writer can see through it.
    :meth:`reveal` is the one way out, easy to search for. Records write it masked unless
    dumped with the context :data:`REVEAL`, which only encrypting code uses.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the value itself."""
        return self._text

    def __str__(self) -> str:
        return MASK

    def __repr__(self) -> str:
        return f"Sensitive({MASK})"

    def __format__(self, _spec: str) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sensitive) and self._text == other._text

    def __hash__(self) -> int:
        return hash((Sensitive, self._text))

    def __bool__(self) -> bool:
        return bool(self._text)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, _source: object, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        text = core_schema.no_info_after_validator_function(_unmasked, core_schema.str_schema())
        return core_schema.json_or_python_schema(
            json_schema=text,
            python_schema=core_schema.union_schema([core_schema.is_instance_schema(cls), text]),
            serialization=core_schema.plain_serializer_function_ser_schema(
                _written, info_arg=True, return_schema=core_schema.str_schema()
            ),
        )


def _unmasked(text: str) -> Sensitive:
    if text == MASK:
        msg = "a masked value cannot be read back"
        raise ValueError(msg)
    return Sensitive(text)


def _written(value: Sensitive, info: SerializationInfo[Any]) -> str:
    return value.reveal() if info.context == REVEAL else MASK
