import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.incident_number import LONGEST, is_valid, number_of

ORDINALS = st.integers(1, 10_000_000)


@pytest.mark.parametrize("number", ["1041", "1055", "1064"])
def test_known_numbers_are_valid(number: str) -> None:
    assert is_valid(number)


@pytest.mark.parametrize(
    "number", ["", "4", "104", "1042", "0041", "1 041", "1041x", "١٠٤١", "²041", "-1041", "1" * 5000]
)
def test_what_can_be_no_number_is_none(number: str) -> None:
    assert not is_valid(number)


@given(ORDINALS)
def test_every_number_is_valid_and_has_at_least_four_digits(ordinal: int) -> None:
    number = number_of(ordinal)
    assert is_valid(number)
    assert 4 <= len(number) <= LONGEST


@given(ORDINALS)
def test_every_single_wrong_digit_is_found(ordinal: int) -> None:
    number = number_of(ordinal)
    for place, right in enumerate(number):
        for wrong in set("0123456789") - {right}:
            assert not is_valid(number[:place] + wrong + number[place + 1 :])


@given(ORDINALS)
def test_every_swap_of_neighbours_is_found(ordinal: int) -> None:
    number = number_of(ordinal)
    for place in range(len(number) - 1):
        one, other = number[place], number[place + 1]
        if one != other:
            assert not is_valid(number[:place] + other + one + number[place + 2 :])


def test_no_number_looks_like_a_year_and_none_comes_twice() -> None:
    numbers = [number_of(ordinal) for ordinal in range(1, 3000)]
    assert len(set(numbers)) == len(numbers)
    assert not [number for number in numbers if 1900 <= int(number) <= 2099]
    assert not [year for year in range(1900, 2100) if is_valid(str(year))]


@given(ORDINALS)
def test_later_incidents_have_greater_numbers(ordinal: int) -> None:
    assert int(number_of(ordinal)) < int(number_of(ordinal + 1))


@pytest.mark.parametrize("ordinal", [0, -1])
def test_incidents_are_counted_from_one(ordinal: int) -> None:
    with pytest.raises(ValueError, match="counted from 1"):
        number_of(ordinal)
