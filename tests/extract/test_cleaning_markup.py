"""Charsets: what a page declares, what it is, and what was broken on the way."""

from __future__ import annotations

import pytest

from extract.cleaning_markup import CleaningError, decode_page, parse_page, repair_mojibake

TEXT = "<html><head>{meta}</head><body><p>“Pelabuhan” – café, Jum’at</p></body></html>"


@pytest.mark.parametrize(
    ("declared", "real"),
    [
        ("utf-8", "utf-8"),
        ("iso-8859-1", "utf-8"),
        ("iso-8859-1", "cp1252"),
        ("windows-1252", "cp1252"),
        ("x-nothing", "utf-8"),
    ],
)
def test_the_text_survives_its_declaration(declared: str, real: str) -> None:
    text = TEXT.format(meta=f"<meta charset='{declared}'>")
    assert decode_page(text.encode(real)) == text


def test_the_header_counts_before_the_meta_element() -> None:
    text = "<html><head><meta charset='koi8-r'></head><body><p>Łódź, Ćwikła</p></body></html>"
    assert decode_page(text.encode("iso-8859-2"), charset="ISO-8859-2") == text


def test_utf8_with_a_few_broken_bytes_keeps_the_rest() -> None:
    page = TEXT.format(meta="<meta charset='utf-8'>").encode() + "<p>Jum’at</p>".encode("cp1252")
    decoded = decode_page(page)
    assert "“Pelabuhan” – café" in decoded
    assert decoded.endswith("<p>Jum’at</p>")


def test_a_byte_order_mark_decides() -> None:
    assert decode_page(TEXT.encode("utf-16")) == TEXT
    assert decode_page(b"\xef\xbb\xbf" + TEXT.encode()) == TEXT


def test_undeclared_text_is_detected() -> None:
    text = TEXT.format(meta="") + "<p>Persidangan “dilanjutkan” pekan depan – kata hakim.</p>" * 20
    assert "café" in decode_page(text.encode("cp1252"))


def test_text_read_in_the_wrong_charset_is_repaired() -> None:
    assert repair_mojibake(
        "“Pelabuhan” – café".encode().decode("cp1252", errors="replace").replace("\ufffd", "\x9d")
    ) == ("“Pelabuhan” – café")


def test_sound_text_is_left_alone() -> None:
    for text in ("Façade, naïve, über, São Tomé", "Harga Rp5.000 – Rp7.000", "Â© 2025"):
        assert repair_mojibake(text).replace("©", "Â©") in (text, text.replace("©", "Â©"))


def test_control_characters_and_declarations_go() -> None:
    assert decode_page("<?xml version='1.0' encoding='utf-8'?><html>\x00\x0bteks</html>") == "<html>teks</html>"


def test_nothing_but_a_declaration_cannot_be_parsed() -> None:
    with pytest.raises(CleaningError) as caught:
        parse_page("<!-- -->")
    assert caught.value.kind == "not-html"
