"""Notices on paper: every text shown as it is, none of it obeyed; seals held to the notice."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from interop.cases import Content, NoticeTexts, compose
from interop.cases.printing import to_html
from interop.cases.sealing import seal_notice
from interop.conformance.strategies.cases import CONTENTS
from interop.crypto.keys import PrivateKey
from interop.errors import RegionFault, TrustError
from interop.model.canonical import digest
from interop.model.case import Notice, NoticeKind
from interop.model.ports import SealMark
from interop.model.sensitive import Sensitive
from interop.simulator.seals import SimulatedSeals, seal_holds

KINDS = st.sampled_from(NoticeKind)
ORGAN = "113101159999011534"
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
HOSTILE = [
    "<script>alert(1)</script>",
    "</p></body><img src=x onerror=alert(1)>",
    '" onmouseover="x',
    "&lt;b&gt; & &#60;",
    "<!-- ",
    "]]>",
]


@dataclass
class Tags(HTMLParser):
    """Collects the tags of a page, as another parser sees it."""

    found: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]


def hostile(text: str, texts: NoticeTexts) -> Notice:
    content = Content(
        case=text, item=text, region="310115", applicant=Sensitive(text), on=NOW.date(),
        items=(text,), detail=text, organ=text,
    )  # fmt: skip
    return compose(NoticeKind.RULING, content, texts=texts, serial=1)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_an_application_is_read_as_markup(text: str, texts: NoticeTexts) -> None:
    page = to_html(hostile(text, texts), texts=texts)
    tags = Tags()
    tags.feed(page)
    assert tags.found <= {"html", "head", "meta", "title", "style", "body", "p", "h1"}
    shown = "".join(str(part) for part in html.fromstring(page).itertext())
    assert f"申请人：{text}" in shown
    assert "default-src 'none'" in page


@given(kind=KINDS, content=CONTENTS)
def test_every_line_of_the_notice_stands_on_the_page(
    kind: NoticeKind, content: Content, texts: NoticeTexts
) -> None:
    notice = compose(kind, content, texts=texts, serial=3)
    page = to_html(notice, texts=texts)
    tags = Tags()
    tags.feed(page)
    assert tags.found <= {"html", "head", "meta", "title", "style", "body", "p", "h1"}
    assert page.count("<p") == 1 + len(
        [
            line
            for line in notice.text.reveal().splitlines()
            if line.strip() and line not in {notice.number, texts.template(kind).title}
        ]
    )


@pytest.fixture(scope="module")
def key() -> PrivateKey:
    return PrivateKey.generate(use="sig")


def test_a_sealed_notice_shows_its_seal_and_its_digest(
    texts: NoticeTexts, key: PrivateKey
) -> None:
    notice = hostile("甲", texts)
    service = SimulatedSeals(key, lambda: NOW, seals={ORGAN: "示例机关<章>"})
    mark = seal_notice(notice, service, organ=ORGAN)
    assert mark.content_digest == notice.digest()
    page = to_html(notice, texts=texts, seal=mark)
    assert "示例机关&lt;章&gt;" in page
    assert notice.digest() in page
    jwk = key.public.to_jwk()
    assert seal_holds(mark, notice.to_bytes(), jwk, alg="ES256")
    assert not seal_holds(mark, notice.to_bytes() + b" ", jwk, alg="ES256")
    renamed = mark.model_copy(update={"name": "别的机关"})
    assert not seal_holds(renamed, notice.to_bytes(), jwk, alg="ES256")
    other = PrivateKey.generate(use="sig")
    with pytest.raises(TrustError):
        seal_holds(mark, notice.to_bytes(), other.public.to_jwk(), alg="ES256")


def test_a_seal_on_something_else_is_refused(texts: NoticeTexts, key: PrivateKey) -> None:
    notice = hostile("甲", texts)
    service = SimulatedSeals(key, lambda: NOW, seals={ORGAN: "章"})
    with pytest.raises(RegionFault) as refused:
        seal_notice(notice, service, organ="113101159999999999")
    assert refused.value.code == "seal-unknown"
    for changed in ({"content_digest": digest(b"other")}, {"organ": "113101159999999999"}):
        with pytest.raises(RegionFault) as refused:
            seal_notice(notice, Swapped(service, changed), organ=ORGAN)
        assert refused.value.code == "seal-mismatch"


@dataclass
class Swapped:
    """A seal service that gives back another mark than the one that was asked for."""

    service: SimulatedSeals
    changed: dict[str, str]

    def seal(self, data: bytes, *, organ: str) -> SealMark:
        return self.service.seal(data, organ=organ).model_copy(update=self.changed)
