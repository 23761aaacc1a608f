"""The laws hold on every shipped mapping and on one that uses every codec."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.lens import documents, planted, values, views
from interop.conformance.strategies.model import JSONS
from interop.errors import ContractViolation, KnowledgeError
from interop.lens import Lens, MappingFile
from interop.lens.laws import (
    create_get,
    encode_decode,
    get_put,
    put_get,
    unmapped,
    unmapped_preserved,
)

FAULTS_MAX = 6


@given(data=st.data())
def test_writing_back_what_was_read_changes_nothing(
    lens: Lens, file: MappingFile, data: st.DataObject
) -> None:
    document = data.draw(documents(lens, file))
    assert lens.diagnose(document) == ()
    assert get_put(lens, document)


@given(data=st.data())
def test_reading_gives_what_was_put_and_the_rest_is_untouched(
    lens: Lens, file: MappingFile, data: st.DataObject
) -> None:
    view, old = data.draw(views(lens)), data.draw(documents(lens, file))
    assert put_get(lens, view, old)
    assert unmapped_preserved(lens, view, old)


@given(data=st.data())
def test_reading_gives_what_was_created(lens: Lens, data: st.DataObject) -> None:
    view = data.draw(views(lens))
    assert create_get(lens, view)
    assert unmapped(lens, lens.create(view)) == {}


@given(data=st.data())
def test_bytes_say_what_the_document_says(
    lens: Lens, file: MappingFile, data: st.DataObject
) -> None:
    assert encode_decode(lens, data.draw(documents(lens, file)))


@given(data=st.data())
def test_putting_the_same_twice_is_putting_it_once(
    lens: Lens, file: MappingFile, data: st.DataObject
) -> None:
    view, old = data.draw(views(lens)), data.draw(documents(lens, file))
    once = lens.put(view, old)
    assert lens.put(view, once) == once


@given(data=st.data())
def test_every_codec_reads_what_it_prints(lens: Lens, data: st.DataObject) -> None:
    for row in lens.rows:
        value = data.draw(values(row.codec.domain))
        assert row.codec.parse(row.codec.print(value)) == value


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
    assert caught.value.reasons == found


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
    old = here.create(view)
    assert here.put(there.get(there.create(here.get(old))), old) == old
