from __future__ import annotations

import csv
import time
from pathlib import Path
from typing import get_args

import pytest

import extract.lexicon
from extract.article import Article, OutletHints
from extract.engines import load_engine
from extract.events import find_events
from extract.events_lexicon import triggers
from extract.facts import Event, ParticipantRole
from extract.pipeline import Extractor
from extract.sentences import split_sentences
from extract.state import ArticleState

TYPES = {
    "COORD_MEETING", "AGREEMENT", "TASKFORCE", "JOINT_OP", "RESCUE", "ARREST", "PROSECUTION", "HANDOVER",
    "REPATRIATION", "VICTIM_SERVICE", "AWARENESS", "TRAINING", "DIALOGUE", "LIAISON_VISIT", "POLICY", "STATEMENT",
}  # fmt: skip
# Makes any article about trafficking, without reporting an event.
TOPIC = "\nTindak pidana perdagangan orang (TPPO) masih terjadi di daerah itu."


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor()


def events_of(extractor: Extractor, text: str, published: str = "2025-03-12T08:00:00+08:00") -> list[Event]:
    article = Article("t", "", "", "Kasus perdagangan orang", text + TOPIC, published_at=published)
    outlet = OutletHints("x", "X", province_code="11")
    return extractor.facts(article, outlet).events


ONE_EVENT = [
    ("BP3MI NTT menggelar rapat koordinasi penanganan TPPO di Kupang, Senin (10/3/2025).",
     "COORD_MEETING", "held", "2025-03-10"),
    ("Polda NTT dan BP3MI NTT menandatangani perjanjian kerja sama di Kupang, Senin (10/3/2025).",
     "AGREEMENT", "held", "2025-03-10"),
    ("Bupati Belu mengukuhkan Gugus Tugas TPPO Kabupaten Belu di Atambua, Senin (10/3/2025).",
     "TASKFORCE", "held", "2025-03-10"),
    ("Polisi dari Polres Belu menggagalkan keberangkatan tujuh calon pekerja migran di Atambua, Senin (10/3/2025).",
     "RESCUE", "held", "2025-03-10"),
    ("Polres Belu menangkap seorang perekrut berinisial AK (40) di Atambua, Senin (10/3/2025).",
     "ARREST", "held", "2025-03-10"),
    ("Pengadilan Negeri Kupang menjatuhkan hukuman enam tahun penjara kepada terdakwa, Senin (10/3/2025).",
     "PROSECUTION", "held", "2025-03-10"),
    ("Polres Belu menyerahkan enam korban kepada BP3MI NTT di Kupang, Senin (10/3/2025).",
     "HANDOVER", "held", "2025-03-10"),
    ("Sebanyak 40 pekerja migran dipulangkan BP3MI NTT ke Kupang, Senin (10/3/2025).",
     "REPATRIATION", "held", "2025-03-10"),
    ("LPSK menyerahkan restitusi kepada dua korban di Kupang, Senin (10/3/2025).",
     "VICTIM_SERVICE", "held", "2025-03-10"),
    ("Kantor Imigrasi Atambua menggelar sosialisasi pencegahan TPPO di Atambua, Senin (10/3/2025).",
     "AWARENESS", "held", "2025-03-10"),
    ("IOM menyelenggarakan pelatihan identifikasi korban di Kupang, Senin (10/3/2025).",
     "TRAINING", "held", "2025-03-10"),
    ("Kejati NTT menggelar seminar penuntutan perkara TPPO di Kupang, Senin (10/3/2025).",
     "DIALOGUE", "held", "2025-03-10"),
    ("Komnas Perempuan mengunjungi BP3MI NTT di Kupang, Senin (10/3/2025).",
     "LIAISON_VISIT", "held", "2025-03-10"),
    ("DPRD Belu mengesahkan raperda pencegahan perdagangan orang di Atambua, Senin (10/3/2025).",
     "POLICY", "held", "2025-03-10"),
    ("Direktur PADMA Indonesia Gabriel Solo mendesak Polda NTT bekerja lebih cepat, Senin (10/3/2025).",
     "STATEMENT", "held", "2025-03-10"),
    ("BP3MI NTT akan menggelar rapat koordinasi di Kupang, Kamis (20/3/2025).",
     "COORD_MEETING", "planned", "2025-03-20"),
    ("Rapat koordinasi berikutnya dijadwalkan berlangsung di Kupang, Kamis (20/3/2025).",
     "COORD_MEETING", "planned", "2025-03-20"),
    ("Polda NTT masih memburu perekrut berinisial TL.", "ARREST", "ongoing", None),
    ("Dinas Sosial NTT kini menampung para korban di Kupang.", "VICTIM_SERVICE", "ongoing", None),
    ("Direktur PADMA Indonesia Gabriel Solo mengusulkan dibentuk satgas di tiap kecamatan di Belu.",
     "TASKFORCE", "proposed", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "status", "start"), ONE_EVENT, ids=[f"{k}-{s}" for _, k, s, _ in ONE_EVENT])
def test_one_sentence_reports_one_event(
    extractor: Extractor, text: str, kind: str, status: str, start: str | None
) -> None:
    found = [(event.type, event.status, event.start_date) for event in events_of(extractor, text)]
    assert found == [(kind, status, start)]


NO_EVENT = [
    # cumulative statistics
    "Sepanjang 2024 Polda NTT menangkap 41 perekrut.",
    "Sejak Januari BP3MI NTT memulangkan 1.204 pekerja migran.",
    "Menurut data Polda, selama 2024 tercatat 61 korban diselamatkan.",
    # denied, required, only meant
    "Polres Belu belum menangkap perekrutnya.",
    "Korban di bawah umur wajib diserahkan kepada UPTD PPA paling lama enam jam kemudian.",
    "Polres Belu akan berkoordinasi dengan BP3MI NTT untuk pemulangan korban.",
    # what people have been through, not what happened now
    "Tiga perempuan yang pernah dipulangkan dari Suriah itu kini berdagang.",
    # a room, a title and a quotation
    "Mereka berbincang di ruang rapat lantai dua.",
    "Direktur Sosialisasi dan Kelembagaan BP2MI Frans Wangga tersenyum.",
    "“Kami sudah menangkap banyak orang,” katanya.",
]


@pytest.mark.parametrize("text", NO_EVENT, ids=[text[:40] for text in NO_EVENT])
def test_statistics_rules_purposes_and_references_are_no_events(extractor: Extractor, text: str) -> None:
    assert events_of(extractor, text) == []


def test_an_article_of_no_relevance_has_no_events(extractor: Extractor) -> None:
    text = "PMI Kota Padang menggelar rapat koordinasi donor darah di Padang, Senin (10/3/2025)."
    article = Article("t", "", "", "Donor darah", text, published_at="2025-03-12T08:00:00+07:00")
    assert extractor.facts(article).events == []


def test_the_date_of_a_statement_is_not_the_date_of_the_event(extractor: Extractor) -> None:
    text = (
        "Polres Belu menangkap perekrut berinisial AK di Atambua, Jumat (7/3/2025) malam.\n"
        'Kapolres Belu AKBP Gede Suarsana membenarkan. "Ia kami tangkap di rumahnya," kata Gede, Selasa (11/3/2025).'
    )
    assert [(event.type, event.start_date) for event in events_of(extractor, text)] == [("ARREST", "2025-03-07")]


def test_an_event_takes_the_date_of_the_sentence_beside_it(extractor: Extractor) -> None:
    text = "Sebelas pekerja migran asal NTT akhirnya dipulangkan. Mereka mendarat di Kupang, Senin (10/3/2025)."
    (event,) = events_of(extractor, text)
    assert (event.type, event.start_date, event.date_basis) == ("REPATRIATION", "2025-03-10", "paragraph")


def test_the_same_night_is_the_night_of_the_event_before(extractor: Extractor) -> None:
    text = (
        "Polres Belu menggagalkan keberangkatan tujuh orang di Atambua, Senin (10/3/2025).\n"
        "Malam itu juga mereka diserahkan kepada BP3MI NTT."
    )
    rescue, handover = events_of(extractor, text)
    assert (handover.type, handover.start_date, handover.date_basis) == ("HANDOVER", rescue.start_date, "same_day")
    assert {(item.agency, item.role) for item in handover.participants} == {
        ("Kepolisian Resor Belu", "giver"),
        ("Balai Pelayanan Pelindungan Pekerja Migran Indonesia Nusa Tenggara Timur", "receiver"),
    }


def test_the_place_is_the_narrowest_of_the_sentence_and_never_where_people_come_from(extractor: Extractor) -> None:
    text = (
        "KUPANG – Polda NTT menyelamatkan tiga perempuan asal Kabupaten Alor di Kelurahan Alak, Kecamatan Alak, "
        "Kota Kupang, Senin (10/3/2025)."
    )
    (event,) = events_of(extractor, text)
    assert event.place_code == "53.71.01.1008"


def test_the_outlets_province_is_never_the_place_of_an_event(extractor: Extractor) -> None:
    (event,) = events_of(extractor, "Petugas menangkap seorang perekrut berinisial AK, Senin (10/3/2025).")
    assert event.place_code is None


def test_who_organised_led_spoke_and_attended(extractor: Extractor) -> None:
    text = (
        "KUPANG – Pemerintah Provinsi NTT menggelar rapat koordinasi TPPO, Senin (10/3/2025). Rapat dipimpin "
        "Kepala DP3A NTT dr. Ruth Lado, M.Kes.\n"
        "Turut hadir Kapolres Belu AKBP Gede Suarsana, S.I.K., Kepala BP3MI NTT Sofia Lende, dan Kajari Belu "
        "Samuel Ndun."
    )
    (event,) = events_of(extractor, text)
    roles = {(item.agency, item.person): item.role for item in event.participants}
    dinas = "Dinas Pemberdayaan Perempuan dan Perlindungan Anak Nusa Tenggara Timur"
    bp3mi = "Balai Pelayanan Pelindungan Pekerja Migran Indonesia Nusa Tenggara Timur"
    assert roles == {
        ("Pemerintah Provinsi Nusa Tenggara Timur", None): "organiser",
        (dinas, "Ruth Lado"): "chair",
        ("Kepolisian Resor Belu", "Gede Suarsana"): "attendee",
        (bp3mi, "Sofia Lende"): "attendee",
        ("Kejaksaan Negeri Belu", "Samuel Ndun"): "attendee",
    }


def test_a_joint_operation_and_the_rescue_it_brought_share_their_agencies(extractor: Extractor) -> None:
    text = (
        "Tim gabungan Lanal Kupang dan Polda NTT menggagalkan penyelundupan 34 pekerja migran di Kota Kupang, "
        "Senin (10/3/2025)."
    )
    found = {event.type: {item.agency for item in event.participants} for event in events_of(extractor, text)}
    assert set(found) == {"JOINT_OP", "RESCUE"}
    assert found["JOINT_OP"] == found["RESCUE"]
    assert len(found["RESCUE"]) == 2


def test_a_suspect_handed_to_the_prosecutors_is_also_a_step_of_the_prosecution(extractor: Extractor) -> None:
    text = "Polda NTT melimpahkan tersangka DN (38) ke Kejaksaan Negeri Kupang, Senin (10/3/2025)."
    assert [(event.type, event.start_date) for event in events_of(extractor, text)] == [
        ("HANDOVER", "2025-03-10"),
        ("PROSECUTION", "2025-03-10"),
    ]


def test_repeated_reports_of_one_event_are_one_event_with_all_its_evidence(extractor: Extractor) -> None:
    text = (
        "Polres Belu menangkap perekrut berinisial AK (40) di Atambua, Senin (10/3/2025).\n"
        "Polisi menangkap AK di rumahnya. Ia ditangkap tanpa perlawanan, Senin malam."
    )
    (event,) = events_of(extractor, text)
    assert len(event.spans) >= 2
    assert [item.person for item in event.participants if item.role == "target"] == ["AK"]


def test_evidence_is_the_whole_sentence(extractor: Extractor) -> None:
    sentence = "BP3MI NTT menggelar rapat koordinasi di Kupang, Senin (10/3/2025)."
    (event,) = events_of(extractor, sentence)
    assert event.spans[0].text == sentence
    assert event.spans[0].source == "events:rapat koordinasi"


def test_odd_text_never_raises(extractor: Extractor) -> None:
    for text in ("", "\n\n", "menggelar menggelar rapat rapat diserahkan ke", "ditangkap ditangkap ditangkap, , ("):
        events_of(extractor, text)
    (event,) = events_of(extractor, "Polda NTT menangkap AK, Senin.", published="")
    assert event.start_date is None


def test_the_trigger_file_knows_only_types_of_the_ontology_and_covers_them_all() -> None:
    assert {trigger.type for group in triggers().values() for trigger in group} == TYPES


def test_the_participant_cues_name_only_known_roles() -> None:
    path = Path(extract.lexicon.__file__).parent / "reference" / "event_participant_cues.csv"
    with path.open(encoding="utf-8") as lines:
        assert {row["role"] for row in csv.DictReader(lines)} <= set(get_args(ParticipantRole))


@pytest.mark.slow
def test_reading_events_takes_time_in_proportion_to_the_text(extractor: Extractor) -> None:
    paragraph = (
        "Polres Belu menangkap RS (24) di Atambua, Senin (10/3/2025). Kepala BP3MI NTT Sofia Lende, S.Sos., menerima "
        "korban MN. Mereka diserahkan ke Dinas Sosial NTT.\n"
    )

    def seconds(times: int) -> float:
        state = ArticleState(Article("t", "", "", "", paragraph * times))
        state.sentences = split_sentences(state.text)
        doc = load_engine(extractor.engine).blank(state.text)
        doc._.jejak = state
        for name, component in extractor.steps.items():
            if name not in ("jejak_sentences", "jejak_quotes", "jejak_events"):
                component(doc)
        state.relevance = "core"
        started = time.process_time()
        assert find_events(state)
        return time.process_time() - started

    # Four times the text; what grows with its square would take sixteen times as long.
    assert min(seconds(800) for _ in range(2)) < 10 * max(min(seconds(200) for _ in range(2)), 0.05)
