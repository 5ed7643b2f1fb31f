"""The playbook's texts fit one part with their longest values, and these are as long as its own words."""

from dataclasses import replace
from typing import Final

import pytest

from hotline.domain.playbook import Playbook, Text
from hotline.domain.segments import Alphabet, measure
from hotline.playbook_reader import read_playbook
from hotline.playbook_texts import TEXT_FIELDS, longest_values_are_long_enough, texts_can_be_sent
from hotline.settings import DEFAULT_PLAYBOOK


@pytest.fixture(scope="module")
def playbook() -> Playbook:
    return read_playbook(DEFAULT_PLAYBOOK)


TEXTS: Final = sorted(read_playbook(DEFAULT_PLAYBOOK).texts)


@pytest.mark.parametrize("key", TEXTS)
def test_each_text_goes_in_one_part_however_long_its_values(playbook: Playbook, key: str) -> None:
    text = playbook.texts[key]
    for language in text.words:
        size = measure(text.fill(language, **text.longest))
        assert (size.alphabet, size.parts) == (Alphabet.GSM7, 1)


def changed(playbook: Playbook, key: str, **changes: object) -> Playbook:
    text: Text = replace(playbook.texts[key], **changes)  # type: ignore[arg-type]
    return replace(playbook, texts={**playbook.texts, key: text})


def test_a_kelurahan_with_a_longer_name_is_a_fault_at_start_and_no_second_part_later(
    playbook: Playbook,
) -> None:
    code, area = next(iter(playbook.areas.items()))
    longer = replace(
        playbook, areas={**playbook.areas, code: replace(area, name="Lingkar Selatan Barat Daya")}
    )
    said = [str(fault) for fault in longest_values_are_long_enough(longer)]
    assert any("place_noted" in each and "Lingkar Selatan Barat Daya RT 99" in each for each in said)


@pytest.mark.parametrize(
    ("key", "told_by"), [("state_on_scene", "status"), ("word_need_backup", "unit_not_possible")]
)
def test_a_longer_word_is_a_fault_of_the_text_that_says_it(
    playbook: Playbook, key: str, told_by: str
) -> None:
    words = {language: f"{each} sekarang juga ini" for language, each in playbook.texts[key].words.items()}
    said = [str(fault) for fault in longest_values_are_long_enough(changed(playbook, key, words=words))]
    assert any(f"text {told_by}" in each for each in said)


@pytest.mark.parametrize("words", ["x" * 161, "“Halo”", "€" * 81])
def test_a_text_that_does_not_fit_is_a_fault(playbook: Playbook, words: str) -> None:
    assert list(texts_can_be_sent(changed(playbook, "help", words={"id": words})))


def test_a_text_that_can_not_be_filled_crashes_no_check(playbook: Playbook) -> None:
    broken = changed(playbook, "state_on_scene", words={"id": "sejak {time"})
    assert list(longest_values_are_long_enough(broken)) == []
    assert list(texts_can_be_sent(broken))


def test_the_programmes_own_texts_are_all_demanded_or_an_outcome(playbook: Playbook) -> None:
    outcomes = {each.text for each in (*playbook.dispositions.values(), *playbook.rejections.values())}
    assert set(playbook.texts) <= set(TEXT_FIELDS) | outcomes
    assert list(longest_values_are_long_enough(playbook)) == []
