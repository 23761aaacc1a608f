"""Logs: structured, on standard error, with a masking net under the typed values."""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Literal

import structlog

from interop.errors import redacted

Form = Literal["json", "console"]
Level = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]


def configure_logs(*, form: Form = "json", level: Level = "INFO") -> None:
    """Send every log line, ours and third parties', through one masking pipeline.

    Args:
        form: ``json`` for machines, ``console`` for people.
        level: Lowest level shown; third-party loggers never show less than WARNING.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    # Masked last, so that nothing is added unmasked.
    last: list[structlog.typing.Processor] = [mask, _renderer(form)]
    numeric = logging.getLevelNamesMapping()[level]
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(numeric),
        # Standard error as it is when a line is written, whoever has replaced it since.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    theirs = max(logging.WARNING, numeric)
    handler = logging.StreamHandler(sys.stderr)
    # On the handler: a library may lower the level of its own loggers at any time.
    handler.setLevel(theirs)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    logging.basicConfig(handlers=[handler], level=theirs, force=True)


def _renderer(form: Form) -> structlog.typing.Processor:
    if form == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    # Plain: a richer traceback shows local variables.
    plain = structlog.dev.plain_traceback
    return structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain)


def mask(
    _logger: object, _method: str, event: MutableMapping[str, object]
) -> MutableMapping[str, object]:
    """Mask identity numbers, phone numbers and tokens in every value of an event.

    The last net: sensitive values are typed and print as ``***`` before they get here.
    """
    for key, value in event.items():
        event[key] = _masked(value)
    return event


def _masked(value: object) -> object:
    if isinstance(value, bool | float | None):
        return value
    if isinstance(value, int):
        shown = redacted(str(value))
        return value if shown == str(value) else shown
    if isinstance(value, Mapping):
        return {redacted(str(key)): _masked(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(part) for part in value]
    if isinstance(value, bytes):
        # Not by repr: an escape such as \x88 would join the digits beside it.
        return redacted(value.decode("utf-8", "replace"))
    # What is no JSON is written out here, not by the renderer behind the net.
    return redacted(value if isinstance(value, str) else repr(value))
