"""What a figure is called where its key stands alone: behind a link, beside a decision."""

import re
from collections.abc import Mapping
from typing import Final

from hotline.domain.playbook import Playbook
from hotline.evaluation.places import NOWHERE

_SPOKEN: Final = (
    (r"t2/rt/([^/]+)/(\d+)", r"\1/=RT \2"),
    (r"t4/day/(.+)", r"cases/=\1"),
    (r"t4/(\d)/(\d+)", r"heat/#\1/=\2.00"),
    (r"t5/unit/(\d+)/(.+)", r"@\1/\2"),
    (r"t5/area/(.+)", r"\1"),
    (r"(t6)/notable", r"\1"),
    (r"t7/partner/([^/]+)/(\w+)", r"%\1/\2"),
    (r"t[78]/[^/]+/(\w+)", r"\1"),
    (r"t9/satisfaction/(\d)", r"satisfaction/=\1"),
    (r"t10/text/(\w+)", r"text_\1"),
    (r"t10/outage/(\w+)", r"!\1"),
    (r"t\d+/(.+)", r"\1"),
)
"""The first pattern that fits says what is spoken of a key.

`=` stands before what is said as it is, `#` before a weekday, `@` before a unit, `!` before a failure, `%`
before a partner.
"""


def name_of(key: str, playbook: Playbook, language: str, units: Mapping[int, str]) -> str:
    """`t3/darurat/verify/late` as "Darurat · Verifikasi · Terlambat"; `units` are names by id.

    A key that says nothing to this playbook (an area or type that is no more) stands as it is.
    """
    spoken = next((re.sub(*rule, key) for rule in _SPOKEN if re.fullmatch(rule[0], key)), key)
    known = _vocabulary(playbook, language, units)
    said = [part[1:] if part.startswith("=") else known.get(part, "") for part in spoken.split("/")]
    return " · ".join(said) if all(said) else key


def _vocabulary(playbook: Playbook, language: str, units: Mapping[int, str]) -> dict[str, str]:
    own = playbook.programme.language
    return {
        **{key: said.get(language) or said[own] for key, said in playbook.report.words.items()},
        **{str(code): target.name for code, target in playbook.targets.items()},
        **{code: area.name for code, area in playbook.areas.items()},
        **{code: kind.name for code, kind in playbook.types.items()},
        **{f"!{code}": name for code, name in playbook.evaluation.outages.items()},
        **{f"#{day}": name for day, name in enumerate(playbook.report.word("weekdays", language).split())},
        **{f"@{unit}": name for unit, name in units.items()},
        **{f"%{code}": partner.name for code, partner in playbook.partners.items()},
        NOWHERE: playbook.report.word("nowhere", language),
        "old": playbook.report.word("old", language, days=str(playbook.evaluation.backlog_days)),
    }
