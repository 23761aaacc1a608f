"""Logs: structured, on standard error, with a masking net under the typed values."""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Literal

import structlog

from interop.errors import redacted

LOUD = ("httpx", "httpcore", "zeep", "uvicorn", "asyncio")


def configure_logs(*, form: Literal["json", "console"] = "json", level: str = "INFO") -> None:
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
        mask,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    numeric = logging.getLevelNamesMapping()[level]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(numeric),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=numeric, force=True)
    for name in LOUD:
        logging.getLogger(name).setLevel(max(logging.WARNING, numeric))


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
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, Mapping):
        return {key: _masked(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(part) for part in value]
    return value
