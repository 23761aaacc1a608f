"""What crosses a border or is stored: frozen, closed, strict."""

from dataclasses import replace
from typing import Self, cast

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from interop.errors import CaseError, InteropError, Reason
from interop.model.canonical import Json, canonical_bytes, digest, read_json
from interop.model.reasons import RECORD_INVALID
from interop.model.sensitive import REVEAL
from interop.model.wording import told_in_chinese


class Record(BaseModel):
    """Base of every record: unknown fields refused, no coercion, hashable.

    Records are read from JSON bytes (:meth:`from_json`) so that dates, decimals and tuples
    come from their one spelling. Reading reports every problem, each with its path.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, hide_input_in_errors=True
    )

    @classmethod
    def from_json(
        cls, data: bytes, *, error: type[InteropError] = CaseError, field: str = "$"
    ) -> Self:
        """Return the record in ``data``.

        Raises:
            InteropError: ``error`` with one ``record-invalid`` per problem, or
                ``json-malformed``.
        """
        read_json(data, error=error, field=field)
        return cls._validated(data, error, field)

    @classmethod
    def from_value(
        cls, value: Json, *, error: type[InteropError] = CaseError, field: str = "$"
    ) -> Self:
        """Return the record in an already parsed JSON ``value``; raise as :meth:`from_json`."""
        return cls._validated(canonical_bytes(value), error, field)

    @classmethod
    def _validated(cls, data: bytes, error: type[InteropError], field: str) -> Self:
        try:
            return cls.model_validate_json(data)
        except ValidationError as fault:
            raise error(*problems(fault, field)) from None

    def masked(self) -> Json:
        """Return JSON with every sensitive value masked, for reports."""
        return cast("Json", self.model_dump(mode="json", exclude_none=True, by_alias=True))

    def revealed(self) -> Json:
        """Return JSON with sensitive values in clear: only for what gets encrypted."""
        return cast(
            "Json",
            self.model_dump(mode="json", exclude_none=True, by_alias=True, context=REVEAL),
        )

    def to_bytes(self) -> bytes:
        """Return the canonical bytes, sensitive values in clear."""
        return canonical_bytes(self.revealed())

    def digest(self, *, algorithm: str = "sha-256") -> str:
        """Return the digest of :meth:`to_bytes`."""
        return digest(self.to_bytes(), algorithm=algorithm)


def problems(fault: ValidationError, field: str = "$") -> tuple[Reason, ...]:
    """Return one reason per problem of a pydantic error, with its path and no input value."""
    found = fault.errors(include_input=False, include_url=False)
    return tuple(_reason(problem, field) for problem in found)


def _reason(problem: ErrorDetails, field: str) -> Reason:
    place = ".".join([field, *(str(part) for part in problem["loc"])])
    english = problem["msg"]
    chinese = told_in_chinese(problem["type"], problem.get("ctx", {}), english)
    told = RECORD_INVALID.of(field=place, got=english)
    return replace(told, zh=RECORD_INVALID.of(field=place, got=chinese).zh)
