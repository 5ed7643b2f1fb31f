"""Officials' words without what could name a caller."""

import pytest

from hotline.evaluation.neutral import neutral


@pytest.mark.parametrize(
    ("words", "names", "said"),
    [
        ("pelaku lari, hub 0812 9999 8888", (), "pelaku lari, hub (nomor)"),
        ("Bu Zubaidah Hanum melihat", ("Zubaidah Hanum",), "Bu (pelapor) melihat"),
        ("ZUBAIDAH kembali", ("Zubaidah Hanum",), "(pelapor) kembali"),
        ("RT 5 jam 22.00, 40 kk, kasus 1007", ("Budi",), "RT 5 jam 22.00, 40 kk, kasus 1007"),
        ("budidaya ikan", ("Budi",), "budidaya ikan"),
        ("+62-812-9999-8888.", (), "(nomor)."),
        ("Al (x", ("Al (x",), "(pelapor)"),
    ],
)
def test_no_name_and_no_number_is_left(words: str, names: tuple[str, ...], said: str) -> None:
    assert neutral(words, names) == said
