"""Keep the loggers of the libraries below from writing what travels."""

import logging
from typing import Final

# INVARIANT: below WARNING these write headers, addresses and whole envelopes.
_CAPPED: Final = (
    "httpcore", "httpcore.connection", "httpcore.http11", "httpcore.proxy", "httpx",
    "zeep", "zeep.client", "zeep.loader", "zeep.transports", "zeep.wsdl", "zeep.xsd",
)  # fmt: skip


def cap_loggers() -> None:
    """Raise the level of the HTTP and SOAP loggers to WARNING where it is lower.

    Done before every call, since an application may set levels at any time.
    """
    for name in _CAPPED:
        logger = logging.getLogger(name)
        if logger.level < logging.WARNING:
            logger.setLevel(logging.WARNING)
