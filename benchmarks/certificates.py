"""Certificates: mapped against peers, streamed, verified and decided upon, in one object."""

from benchmarks import (
    certificates_exempt,
    certificates_map,
    certificates_ofd,
    certificates_stream,
)

PARTS = (certificates_map, certificates_stream, certificates_ofd, certificates_exempt)


def run() -> dict[str, float | None]:
    """Return all figures; None where a peer is absent."""
    figures: dict[str, float | None] = {}
    for part in PARTS:
        figures |= part.run()
    return figures
