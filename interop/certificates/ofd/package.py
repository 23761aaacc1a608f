"""The files of an OFD package, read within limits and never written to disk.

A package is a ZIP file. Whoever reads it by its directory and whoever reads it from the front
must find the same files, so local headers have to agree with the directory and nothing may lie
hidden between them.
Source: GB/T 33190-2016 clause 6 (package); PKWARE APPNOTE 6.3.10 (ZIP).
"""

import io
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from interop.certificates.ofd.reasons import (
    OFD_BACKSLASH,
    OFD_BOMB,
    OFD_DATA,
    OFD_DEPTH,
    OFD_ENCRYPTED,
    OFD_ENTRIES,
    OFD_HEADER,
    OFD_HIDDEN,
    OFD_METHOD,
    OFD_NAME,
    OFD_NO_ZIP,
    OFD_OVERLAP,
    OFD_SYMLINK,
    OFD_TOO_LARGE,
    OFD_TRAVERSAL,
    OFD_TWICE,
)
from interop.errors import Reason, ReasonRow, TrustError

PACKAGE_BYTES_MAX: Final = 64 * 1024 * 1024
UNPACKED_BYTES_MAX: Final = 256 * 1024 * 1024
ENTRIES_MAX: Final = 10_000
NAME_CHARS_MAX: Final = 512
FOLDERS_MAX: Final = 16
# A page of XML packs to a fortieth; what packs better and is large is a bomb.
RATIO_MAX: Final = 200
RATIO_FREE_BYTES: Final = 256 * 1024

_LOCAL: Final = struct.Struct("<4s5H3L2H")
_LOCAL_MAGIC: Final = b"PK\x03\x04"
_ENCRYPTED: Final = 0x01 | 0x40
_DESCRIPTOR: Final = 0x08
_UTF8: Final = 0x800
_RAW: Final = -15
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_MASKED: Final = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Package:
    """The files of one OFD document.

    Attributes:
        parts: Content by path inside the package, without a leading slash.
    """

    parts: Mapping[str, bytes]
    _folded: Mapping[str, str]

    @classmethod
    def read(cls, data: bytes) -> "Package":
        """Return the files of the package in ``data``.

        Raises:
            TrustError: A code that begins with ``ofd-``, one for each way in which a package
                is broken or hostile.
        """
        if len(data) > PACKAGE_BYTES_MAX:
            raise TrustError(OFD_TOO_LARGE.of(expected=PACKAGE_BYTES_MAX, got=len(data)))
        entries = _listed(data)
        places = {name: _place(data, entry, name) for name, entry in entries.items()}
        _require_apart(data, places)
        parts = {
            name: _unpacked(data, entries[name], name, place)
            for name, place in places.items()
            if not name.endswith("/")
        }
        return cls(parts, {_fold(name): name for name in parts})

    def find(self, path: str) -> str | None:
        """Return the name of the file at ``path``, whatever its case; None if there is none."""
        return path if path in self.parts else self._folded.get(_fold(path))


def _listed(data: bytes) -> dict[str, zipfile.ZipInfo]:
    """Return the directory by safe name; no two names differ only in spelling."""
    infos = _directory(data)
    total = sum(info.file_size for info in infos)
    if total > UNPACKED_BYTES_MAX:
        raise TrustError(OFD_BOMB.of(field="*", expected=UNPACKED_BYTES_MAX, got=total))
    names = [_named(info) for info in infos]
    if repeated := _repeated(names):
        raise TrustError(OFD_TWICE.of(field=repeated))
    found = dict(zip(names, infos, strict=True))
    for reason in (each for row in found.items() for each in _entry_faults(*row)):
        raise TrustError(reason)
    return found


def _directory(data: bytes) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            infos, comment = opened.infolist(), opened.comment
    except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, OSError):
        raise TrustError(OFD_NO_ZIP.of(got="directory")) from None
    if b"PK\x05\x06" in comment:
        raise TrustError(OFD_NO_ZIP.of(got="two directories"))
    if len(infos) > ENTRIES_MAX:
        raise TrustError(OFD_ENTRIES.of(expected=ENTRIES_MAX, got=len(infos)))
    return infos


def _named(info: zipfile.ZipInfo) -> str:
    """Return the safe name of an entry.

    Names without the UTF-8 flag are tried as UTF-8 and as GB 18030, which Chinese packers
    write.
    """
    name = info.orig_filename
    if not info.flag_bits & _UTF8 and not name.isascii():
        name = _spelled(name.encode("cp437"))
    for row, wrong in _name_faults(name):
        if wrong:
            raise TrustError(row.of(field=ascii(name)[:NAME_CHARS_MAX], expected=FOLDERS_MAX))
    return name


def _spelled(raw: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TrustError(OFD_NAME.of(field=ascii(raw)))


def _name_faults(name: str) -> Iterator[tuple[ReasonRow, bool]]:
    parts = name.removesuffix("/").split("/")
    yield OFD_BACKSLASH, "\\" in name
    yield OFD_TRAVERSAL, name.startswith("/") or ".." in parts or ":" in parts[0]
    yield OFD_NAME, "" in parts or "." in parts or len(name) > NAME_CHARS_MAX
    yield OFD_NAME, _CONTROL.search(name) is not None
    yield OFD_DEPTH, len(parts) > FOLDERS_MAX


def _entry_faults(name: str, info: zipfile.ZipInfo) -> Iterator[Reason]:
    kind = stat.S_IFMT(info.external_attr >> 16)
    folder = name.endswith("/")
    if info.flag_bits & _ENCRYPTED:
        yield OFD_ENCRYPTED.of(field=name)
    if kind not in {0, stat.S_IFDIR if folder else stat.S_IFREG}:
        yield OFD_SYMLINK.of(field=name)
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        yield OFD_METHOD.of(field=name, got=info.compress_type)
    if folder and info.file_size:
        yield OFD_NAME.of(field=name)
    if info.file_size > max(RATIO_FREE_BYTES, RATIO_MAX * info.compress_size):
        yield OFD_BOMB.of(field=name, expected=f"{RATIO_MAX}:1", got=info.file_size)


def _fold(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _repeated(names: list[str]) -> str:
    """Return the first name that is there already in some spelling; empty if there is none."""
    seen: set[str] = set()
    for name in names:
        key = _fold(name.rstrip("/"))
        if key in seen:
            return name
        seen.add(key)
    return ""


def _place(data: bytes, info: zipfile.ZipInfo, name: str) -> tuple[int, int, int]:
    """Return where an entry begins, where its data begins, and where that ends."""
    at = info.header_offset
    head = data[at : at + _LOCAL.size] if at >= 0 else b""
    if len(head) < _LOCAL.size or not head.startswith(_LOCAL_MAGIC):
        raise TrustError(OFD_HEADER.of(field=name))
    _, _, flags, method, _, _, crc, packed, size, name_size, extra_size = _LOCAL.unpack(head)
    start = at + _LOCAL.size + name_size + extra_size
    raw = data[at + _LOCAL.size : at + _LOCAL.size + name_size]
    written = raw.decode("utf-8" if flags & _UTF8 else "cp437", "replace")
    told = (crc, packed, size)
    agreed = {(info.CRC, info.compress_size, info.file_size)}
    if flags & _DESCRIPTOR:
        agreed.add((0, 0, 0))
        # A packer in one pass may know the sizes by ZIP64 only.
        agreed.add((0, _MASKED, _MASKED))
    same = (written, method, flags & _UTF8) == (
        info.orig_filename,
        info.compress_type,
        info.flag_bits & _UTF8,
    )
    if not same or flags & _ENCRYPTED or (told not in agreed and _MASKED not in told[1:]):
        raise TrustError(OFD_HEADER.of(field=name))
    if start + info.compress_size > len(data):
        raise TrustError(OFD_DATA.of(field=name))
    return at, start, start + info.compress_size


def _require_apart(data: bytes, places: Mapping[str, tuple[int, int, int]]) -> None:
    """Refuse entries that share bytes, and entries that the directory does not list."""
    end = 0
    for name, (at, _, stop) in sorted(places.items(), key=lambda row: row[1]):
        if at < end:
            raise TrustError(OFD_OVERLAP.of(field=name))
        hidden = data.find(_LOCAL_MAGIC, end, at)
        if hidden >= 0:
            raise TrustError(OFD_HIDDEN.of(got=hidden))
        end = stop
    hidden = data.find(_LOCAL_MAGIC, end)
    if hidden >= 0:
        raise TrustError(OFD_HIDDEN.of(got=hidden))


def _unpacked(
    data: bytes, info: zipfile.ZipInfo, name: str, place: tuple[int, int, int]
) -> bytes:
    _, start, stop = place
    packed = data[start:stop]
    found = packed
    if info.compress_type == zipfile.ZIP_DEFLATED:
        found = _inflated(packed, info.file_size, name)
    if len(found) != info.file_size or zlib.crc32(found) != info.CRC:
        raise TrustError(OFD_DATA.of(field=name))
    return found


def _inflated(packed: bytes, size: int, name: str) -> bytes:
    """Return the plain bytes of a deflate stream that ends where it should.

    Nothing may follow its end, and the bits that fill up its last byte are zero: no byte of a
    stream is without meaning.
    """
    stream = zlib.decompressobj(_RAW)
    try:
        found = stream.decompress(packed[:-1], size + 1)
        stopped = bool(stream.unconsumed_tail) or not packed
        twin = stream.copy()
        rest = stream.decompress(packed[-1:], size + 1)
    except (zlib.error, ValueError):
        raise TrustError(OFD_DATA.of(field=name)) from None
    whole = stream.eof and not stream.unused_data
    if stopped or not whole or _is_padding(twin, packed[-1], rest):
        raise TrustError(OFD_DATA.of(field=name))
    return found + rest


def _is_padding(stream: "zlib._Decompress", last: int, rest: bytes) -> bool:
    """Return whether the highest bit that is set in the last byte means nothing."""
    if not last:
        return False
    fewer = bytes([last & ~(1 << (last.bit_length() - 1))])
    try:
        return stream.decompress(fewer) == rest and stream.eof
    except zlib.error:
        return False
