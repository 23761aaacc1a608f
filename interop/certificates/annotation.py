"""The annotated copy (加注件): a copy that says for what it may be used, and until when.

Source: DB31/T 310018—2024 clause 8 (unverified).
"""

from datetime import datetime
from typing import Final

from interop.certificates.grant import GrantUse, check_grant
from interop.certificates.grant_reasons import ANNOTATED_COPY_EXPIRED
from interop.errors import CaseError, Lang
from interop.model.certificate import Annotation, Grant, HeldCertificate
from interop.model.day import SHANGHAI

CAPTIONS: Final = {
    "zh": "仅供{grantee}办理“{purpose}”（办件 {case}）使用，{until}前有效，不得转用",
    "en": "only for {grantee}, “{purpose}” (case {case}), until {until}; not to be passed on",
}


def annotate(
    held: HeldCertificate, grant: Grant, *, now: datetime, not_after: datetime
) -> HeldCertificate:
    """Return an annotated copy of ``held`` for what ``grant`` allows, until ``not_after``.

    Args:
        held: The certificate, fetched under the grant.
        grant: The grant.
        now: Now, aware.
        not_after: Last instant of use; aware, after now and not after the grant's own end.

    Raises:
        CaseError: The grant does not cover it, or the copy would outlive the grant.
    """
    use = GrantUse(
        grantee=grant.grantee,
        item=grant.item,
        case=grant.case,
        certificate=held.certificate.type,
        holder=grant.holder,
        at=now,
    )
    problems = list(check_grant(grant, use))
    if not now < not_after <= grant.not_after:
        problems.append(
            ANNOTATED_COPY_EXPIRED.of(field="not_after", got=grant.not_after.isoformat())
        )
    if problems:
        raise CaseError(*problems)
    return held.model_copy(
        update={
            "annotation": Annotation(
                case=grant.case,
                item=grant.item,
                grantee=grant.grantee,
                purpose=grant.purpose,
                not_after=not_after,
            )
        }
    )


def caption(annotation: Annotation, *, lang: Lang = "zh") -> str:
    """Return the words to print across the copy; the day in Asia/Shanghai."""
    return CAPTIONS[lang].format(
        grantee=annotation.grantee,
        purpose=annotation.purpose,
        case=annotation.case,
        until=annotation.not_after.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
    )
