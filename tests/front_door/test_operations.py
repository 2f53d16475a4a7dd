"""The page for those who run a city says what there is to set."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONFIG = (ROOT / "civic" / "config.py").read_text()
PAGE = (ROOT / "docs" / "operations.md").read_text()


def test_every_setting_is_told():
    names = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', CONFIG))
    assert len(names) > 40
    assert {name for name in names if f"`{name}" not in PAGE} == set()
