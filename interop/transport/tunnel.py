"""Open a tunnel through a proxy.

Source: RFC 9110 sections 9.3.6 (CONNECT) and 11.7 (authentication); RFC 9112 section 3.2.3.
"""

from typing import Final

import h11
import httpcore

from interop.errors import RegionUnavailable
from interop.transport.way import Proxy
from interop.transport.way_reasons import PROXY_REFUSED

ANSWER_BYTES_MAX: Final = 16 * 1024
READ_BYTES: Final = 4096
OPENED: Final = range(200, 300)


def open_tunnel(
    stream: httpcore.NetworkStream, target: str, proxy: Proxy, timeout: float | None
) -> None:
    """Ask the proxy at the other end of ``stream`` to connect it to ``target``.

    Args:
        stream: Connected to the proxy.
        target: ``host:port``, an IPv6 address in brackets.
        proxy: Who it is asked as.
        timeout: As of the stream.

    Raises:
        RegionUnavailable: ``transport-proxy-refused``; nothing has reached the host.
        httpcore.TimeoutException: Late.
    """
    wire = h11.Connection(h11.CLIENT, max_incomplete_event_size=ANSWER_BYTES_MAX)
    headers = [("Host", target)]
    if proxy.authorization:
        headers.append(("Proxy-Authorization", proxy.authorization.reveal()))
    request = h11.Request(method="CONNECT", target=target, headers=headers)
    try:
        stream.write(wire.send(request) + wire.send(h11.EndOfMessage()), timeout)
        status = _status(wire, stream, timeout)
    except (httpcore.NetworkError, h11.ProtocolError):
        status = 0
    # What a proxy sends before the host can have said anything is not the host's.
    if status not in OPENED or wire.trailing_data[0]:
        got = status or "no answer"
        raise RegionUnavailable(PROXY_REFUSED.of(field="proxy", got=got)) from None


def _status(wire: h11.Connection, stream: httpcore.NetworkStream, timeout: float | None) -> int:
    while True:
        event = wire.next_event()
        if event is h11.NEED_DATA:
            wire.receive_data(stream.read(READ_BYTES, timeout))
        elif isinstance(event, h11.Response):
            return event.status_code
        elif not isinstance(event, h11.InformationalResponse):
            return 0
