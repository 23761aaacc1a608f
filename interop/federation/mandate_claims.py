"""What a mandate may say beyond whom and what: how much, and that it can be taken back.

Source: 民法典 第一百六十五条 (matters, powers and term), 第一百七十三条 (the principal may
take a mandate back).
"""

from typing import Annotated, Final

from msgspec import Meta, Struct

from interop.federation.claims import MandateClaims, Url

AMOUNT_FEN_MAX: Final = 10**15


class StatusPlace(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a status list tells of this very thing.

    Attributes:
        idx: Position.
        uri: Names the list.
    """

    idx: Annotated[int, Meta(ge=0, le=2**31)]
    uri: Url


class StatusClaim(Struct, frozen=True, forbid_unknown_fields=True):
    """The member ``status``. Source: draft-ietf-oauth-status-list section 6."""

    status_list: StatusPlace


class MandateTerms(MandateClaims, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Claims of a mandate with its terms; both may be left out.

    Attributes:
        amount_fen_max: Largest amount of one matter, in fen (分); none if the matter has no
            amount or any is meant.
        revocable: The issuer tells by a list what is taken back; without a list that is known
            and fresh the mandate does not count.
        status: Its place in a status list of the issuer; with it the same holds.
    """

    amount_fen_max: Annotated[int, Meta(ge=0, le=AMOUNT_FEN_MAX)] | None = None
    revocable: bool = False
    status: StatusClaim | None = None
