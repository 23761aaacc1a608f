"""The laws hold on every shipped mapping and on one that uses every codec."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interop.conformance.strategies.lens import documents, planted, values, views
from interop.conformance.strategies.model import JSONS
from interop.errors import ContractViolation, KnowledgeError
from interop.lens import Lens, MappingFile
from interop.lens.codec import read_value
from interop.lens.laws import (
    create_get,
    encode_decode,
    get_put,
    put_get,
    reordered,
    route,
    total,
    unmapped,
    unmapped_preserved,
)

FAULTS_MAX = 20

# Wide documents take their time: a third of the counts, never less than a hundredth of all.
LAWS = settings(max_examples=max(10, settings().max_examples // 3))


@LAWS
@given(data=st.data())
def test_the_laws_hold(lens: Lens, file: MappingFile, data: st.DataObject) -> None:
    document, view = data.draw(documents(lens, file)), data.draw(views(lens))
    assert lens.diagnose(document) == ()
    assert get_put(lens, document)
    assert put_get(lens, view, document)
    assert unmapped_preserved(lens, view, document)
    assert create_get(lens, view)
    assert unmapped(lens, lens.create(view)) == {}
    assert encode_decode(lens, document)
    assert reordered(lens, document)
    once = lens.put(view, document)
    assert lens.put(view, once) == once


@LAWS
@given(data=st.data())
def test_every_codec_reads_what_it_prints(lens: Lens, data: st.DataObject) -> None:
    for _, row in lens.rows:
        value = data.draw(values(row.codec.domain))
        assert read_value(row.codec, row.codec.print(value)) == value


@LAWS
@given(data=st.data(), count=st.integers(1, FAULTS_MAX))
def test_as_many_faults_are_reported_as_were_planted(
    lens: Lens, file: MappingFile, count: int, data: st.DataObject
) -> None:
    faulty = data.draw(planted(lens, data.draw(documents(lens, file)), count))
    found = lens.diagnose(faulty)
    assert len(found) == count
    assert "秘密" not in repr(found)
    with pytest.raises(ContractViolation) as caught:
        lens.get(faulty)
    assert caught.value.reasons == tuple(fault.reason for fault in found)


@LAWS
@given(document=JSONS)
def test_reading_any_document_is_total(lens: Lens, document: object) -> None:
    assert total(lens, document)  # type: ignore[arg-type]  # any JSON


@given(document=JSONS)
def test_any_document_is_read_or_refused_with_faults(sample: Lens, document: object) -> None:
    with pytest.raises(ContractViolation):
        sample.get(document)  # type: ignore[arg-type]  # any JSON


@given(view=JSONS)
def test_any_view_is_written_or_refused_with_faults(sample: Lens, view: object) -> None:
    with pytest.raises(KnowledgeError):
        sample.create(view)  # type: ignore[arg-type]  # any JSON


@pytest.mark.parametrize("kind", ["business-licence", "resident-card"])
@given(data=st.data())
def test_one_region_to_another_and_back_keeps_every_field(
    kind: str, every: dict[str, MappingFile], data: st.DataObject
) -> None:
    here, there = (Lens.of(every[f"{kind}/{code}.toml"]) for code in ("320000", "310000"))
    view = data.draw(views(here))
    assert there.get(there.create(view)) == view
    assert route(here, there, here.create(view))
