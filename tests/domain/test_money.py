import pytest

from hotline.domain.money import money


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("KES 1785.50", (1785.5, "KES")),
        ("IDR 1,234,567.00", (1234567.0, "IDR")),
        (" USD 0.0079 ", (0.0079, "USD")),
        ("IDR -350", (-350.0, "IDR")),
        ("0", None),
        ("", None),
        ("KES", None),
        ("KES nan1", None),
        ("KES 1e999", None),
    ],
)
def test_an_amount_and_its_currency(words: str, amount: tuple[float, str] | None) -> None:
    assert money(words) == amount
