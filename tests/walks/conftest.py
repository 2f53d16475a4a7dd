from contextlib import contextmanager

import pytest

from tests.walks.course import Course, rehearsal
from tests.walks.reader import PHONE, Reader
from tests.walks.town import town_at


@pytest.fixture(scope="session")
def town(chromium, tmp_path_factory):
    """The town of all walks; everybody who walks is somebody new."""
    with town_at(tmp_path_factory.mktemp("town")) as made:
        yield made


@pytest.fixture
def course(tmp_path, chromium):
    """A vote in a town of its own, whose paper is not published yet."""
    with town_at(tmp_path, rehearsal) as made:
        yield Course(made)


@pytest.fixture
def reader_for(town, chromium):
    """A phone in the hand of somebody, or of a passer-by."""

    @contextmanager
    def reading(who=None, *, language="fa", scripts=True, town=town):
        # Dark where there are no scripts: so both schemes are seen in every state.
        scheme = "light" if scripts else "dark"
        context = chromium.new_context(
            viewport=PHONE, java_script_enabled=scripts, reduced_motion="reduce",
            color_scheme=scheme,
        )  # fmt: skip
        cookies = [{"name": "lang", "value": language, "url": town.url}]
        context.add_cookies(cookies + ([town.cookie_of(who)] if who else []))
        page = context.new_page()
        page.set_default_timeout(30_000)
        yield Reader(page, town, language, scripts=scripts)
        context.close()

    return reading
