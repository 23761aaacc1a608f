"""Files that carry: read within limits, named by digest, never seen half written."""

import hashlib
import os
from pathlib import Path
from typing import Final

from interop.errors import ExchangeError
from interop.exchange.reasons import FILE_TOO_LARGE

NAME_CHARS: Final = 16


def short(data: bytes) -> str:
    """Return what tells a file from another one under the same name."""
    return hashlib.sha256(data).hexdigest()[:NAME_CHARS]


def read(file: Path, bytes_max: int) -> bytes:
    """Return what a file holds.

    Raises:
        ExchangeError: ``exchange-file-too-large``.
    """
    with file.open("rb") as opened:
        data = opened.read(bytes_max + 1)
    if len(data) > bytes_max:
        raise ExchangeError(FILE_TOO_LARGE.of(field=file.name, expected=bytes_max))
    return data


def write(file: Path, data: bytes) -> Path:
    """Write a file unless it is there: its name tells its content."""
    return file if file.exists() else replace(file, data)


def replace(file: Path, data: bytes) -> Path:
    """Write a file whole, in the place of another one if there is one."""
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    with beside.open("wb") as opened:
        opened.write(data)
        opened.flush()
        os.fsync(opened.fileno())
    beside.replace(file)
    return file
