"""Files that are no workbook, or one made to do harm: refused with a clear word before they cost anything."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
from typing import TYPE_CHECKING

import pytest

from stratgraph.errors import LimitError, SourceError
from stratgraph.formats import workbook
from stratgraph.identifiers import PlanIdentifiers

if TYPE_CHECKING:
    from pathlib import Path

    from stratgraph.statements import StatedPlan

GOALS = "xl/worksheets/sheet6.xml"


def read(data: bytes, *, max_bytes: int = 1_000_000, max_expanded_bytes: int = 20_000_000) -> StatedPlan:
    return workbook.read(data, file="p.xlsx", max_bytes=max_bytes, max_expanded_bytes=max_expanded_bytes, max_rows=500)


@pytest.fixture(scope="module")
def plain() -> bytes:
    return workbook.template(identifiers=PlanIdentifiers("acme", "2030"), language="en")


def packed(data: bytes, parts: dict[str, bytes | None], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The archive with some parts in the stead of others, or left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", packing) as target:
        kept = {name: source.read(name) for name in source.namelist()}
        for name, content in (kept | parts).items():
            if content is not None:
                target.writestr(name, content)
    return out.getvalue()


def sheet(rows: bytes) -> bytes:
    return b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"


def test_what_is_made_here_is_read(plain: bytes) -> None:
    assert read(plain).identifiers == PlanIdentifiers("acme", "2030")
    assert read(packed(plain, {})).identifiers == PlanIdentifiers("acme", "2030")


def test_macros_are_never_looked_at(plain: bytes) -> None:
    assert read(packed(plain, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" * 9})).statements == read(plain).statements


# --- the archive -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "It is no workbook"),
        (b"Place,Label\n", "It is no workbook"),
        (b"PK\x03\x04 and nothing more", "It is no workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "with a password, or one of the old form"),
    ],
)
def test_what_is_no_archive_is_refused(data: bytes, what: str) -> None:
    with pytest.raises(SourceError, match=what) as caught:
        read(data)
    assert str(caught.value.where) == "p.xlsx"
    assert "XLSX" in caught.value.mend


def test_a_file_that_is_too_large_is_refused_with_the_setting(plain: bytes) -> None:
    with pytest.raises(LimitError) as caught:
        read(plain, max_bytes=1_000)
    assert (caught.value.setting, caught.value.value) == ("max_plan_bytes", 1_000)


def test_a_bomb_is_refused_before_it_is_unpacked(plain: bytes) -> None:
    data = packed(plain, {GOALS: b" " * 60_000_000})
    assert len(data) < 200_000
    tracemalloc.start()
    with pytest.raises(LimitError) as caught:
        read(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (caught.value.setting, caught.value.value) == ("max_expanded_bytes", 20_000_000)
    assert peak < 5_000_000
    with pytest.raises(SourceError, match="times its size, as no workbook does"):
        read(data, max_expanded_bytes=100_000_000)


def declared(data: bytes, name: str, size: int) -> bytes:
    """The archive with another unpacked size of one part, in both of the places that say it."""
    out = bytearray(data)
    info = zipfile.ZipFile(io.BytesIO(data)).getinfo(name)
    struct.pack_into("<L", out, info.header_offset + 22, size)
    entry = data.index(b"PK\x01\x02", info.header_offset)
    while data[entry + 46 : entry + 46 + len(name)] != name.encode():
        entry = data.index(b"PK\x01\x02", entry + 4)
    struct.pack_into("<L", out, entry + 24, size)
    return bytes(out)


def test_a_bomb_that_lies_about_its_size_is_not_unpacked_beyond_it(plain: bytes) -> None:
    data = declared(packed(plain, {GOALS: sheet(b" " * 60_000_000)}), GOALS, 30)
    tracemalloc.start()
    with pytest.raises(SourceError, match=f"Its part {GOALS} is"):
        read(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


def test_more_parts_than_a_workbook_has_are_refused(plain: bytes) -> None:
    with pytest.raises(SourceError, match="more than 2,000 parts"):
        read(packed(plain, {f"x/{number}": b"" for number in range(2_001)}))


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/evil.xml", "xl/../../evil.xml", "C:/evil.xml", "xl\\evil.xml"])
def test_names_that_lead_out_are_refused(plain: bytes, name: str) -> None:
    with pytest.raises(SourceError, match="leads out of the archive"):
        read(packed(plain, {name: b""}))


def test_an_unusual_packing_is_refused(plain: bytes) -> None:
    with pytest.raises(SourceError, match="no spreadsheet program uses"):
        read(packed(plain, {}, zipfile.ZIP_LZMA))


def test_encrypted_parts_are_refused(plain: bytes) -> None:
    data = bytearray(plain)
    entry = plain.index(b"PK\x01\x02")
    data[entry + 8] |= 1
    with pytest.raises(SourceError, match="encrypted"):
        read(bytes(data))


def test_two_parts_of_one_name_are_refused(plain: bytes) -> None:
    data = packed(plain, {"xl/worksheets/sheet7.xmm": b""}).replace(b"sheet7.xmm", b"sheet7.xml")
    with pytest.raises(SourceError, match="same name"):
        read(data)


def test_parts_that_lie_over_each_other_are_refused(plain: bytes) -> None:
    data = bytearray(packed(plain, {}, zipfile.ZIP_STORED))
    entry = data.index(b"PK\x01\x02")
    sizes = struct.unpack_from("<LL", data, entry + 20)
    struct.pack_into("<LL", data, entry + 20, sizes[0] + len(data), sizes[1] + len(data))
    with pytest.raises(SourceError, match="lie over each other"):
        read(bytes(data))


@pytest.mark.parametrize("name", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", GOALS])
def test_a_part_that_is_missing_is_named(plain: bytes, name: str) -> None:
    with pytest.raises(SourceError, match=f"its part {name} is missing"):
        read(packed(plain, {name: None}))


def test_damage_anywhere_is_a_clear_word_and_no_crash(plain: bytes) -> None:
    for start in range(0, len(plain), 499):
        data = bytearray(plain)
        data[start] ^= 0x55
        try:
            read(bytes(data))
        except (SourceError, LimitError) as error:
            assert error.where is not None  # noqa: PT017 - the damage may do no harm


# --- XML -------------------------------------------------------------------------------------------------------------

LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
BOMB = b'<!DOCTYPE sst [<!ENTITY l0 "lol">' + LAUGHS + b"]>"


@pytest.mark.parametrize("name", ["xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml", GOALS, "_rels/.rels"])
def test_an_entity_bomb_is_refused_in_any_part(plain: bytes, name: str) -> None:
    data = packed(plain, with_strings(plain) | {name: BOMB + b"<sst><si><t>&l9;</t></si></sst>"})
    with pytest.raises(SourceError, match=f"Its part {name} has a document type"):
        read(data)


def with_strings(data: bytes) -> dict[str, bytes | None]:
    """The part that leads to the shared strings, which our own workbooks do not have."""
    name = "xl/_rels/workbook.xml.rels"
    extra = b'<Relationship Id="s" Type="x/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>'
    relations = zipfile.ZipFile(io.BytesIO(data)).read(name)
    return {name: relations.replace(b"</Relationships>", extra), "xl/sharedStrings.xml": b"<sst/>"}


@pytest.mark.parametrize("declaration", [b'<!DOCTYPE a SYSTEM "%s">', b'<!DOCTYPE a [<!ENTITY x SYSTEM "%s">]>'])
def test_an_external_entity_is_never_fetched(plain: bytes, declaration: bytes, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret", encoding="utf-8")
    content = declaration % secret.as_uri().encode() + sheet(b'<row><c t="inlineStr"><is><t>&x;</t></is></c></row>')
    with pytest.raises(SourceError, match="document type") as caught:
        read(packed(plain, {GOALS: content}))
    assert "a secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"<a>" * 5_000, "too many elements within elements"),
        (b"<worksheet><sheetData>", "no element found"),
        (b"", "no element found"),
        (b'<?xml version="1.0" encoding="utf-99"?><a/>', "unknown encoding"),
        (sheet(b'<row r="x"/>'), "there is no row x"),
        (sheet(b'<row r="0"/>'), "there is no row 0"),
        (sheet(b'<row><c r="$A$1"><v>1</v></c></row>'), "there is no cell"),
        (sheet(b'<row><c t="s"><v>7</v></c></row>'), "there is no shared string 7"),
        (sheet(b'<row><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>'), "is there twice"),
    ],
)
def test_a_sheet_that_is_not_well_formed_is_refused(plain: bytes, content: bytes, what: str) -> None:
    with pytest.raises(SourceError, match=what) as caught:
        read(packed(plain, {GOALS: content}))
    assert GOALS in caught.value.what


def test_a_row_of_many_cells_costs_no_memory(plain: bytes) -> None:
    data = packed(plain, {GOALS: sheet(b"<row>" + b"<c/>" * 200_000 + b"</row>")})
    read(plain)  # what is kept from the first time on
    tracemalloc.start()
    read(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3_000_000
