from civic.cli import cli
from civic.verbs import SECTIONS


def test_every_verb_is_on_the_help_page():
    shown = {name for names in SECTIONS.values() for name in names}
    assert set(cli.commands) <= shown
