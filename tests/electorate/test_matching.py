import time

import pytest

from civic.config import Settings, WrongSetting
from civic.electorate.kinds import Match
from civic.electorate.matching import HttpMatcher, TableMatcher, matcher_of
from tests.conftest import settings_for
from tests.electorate.register import running
from tests.kernel.test_config import GOOD

ID, MOBILE = "0932833810", "09121234567"
YES, NO = '{"matched": true}', '{"matched": false, "more": "not looked at"}'


def ask(server, timeout=1):
    return HttpMatcher(server.url, "secret-token", timeout).match(ID, MOBILE)


class TestOverHttp:
    def test_it_asks_with_a_token_and_nothing_more_than_needed(self):
        with running((200, YES)) as register:
            assert ask(register) is Match.MATCHED
        ((headers, asked),) = register.asked
        assert headers["Authorization"] == "Bearer secret-token"
        assert asked == {"national_id": ID, "mobile": MOBILE}

    def test_a_no_is_a_no_and_is_not_asked_again(self):
        with running((200, NO)) as register:
            assert ask(register) is Match.NOT_MATCHED
        assert len(register.asked) == 1

    @pytest.mark.parametrize(
        "said",
        [
            (500, YES), (404, YES), (401, ""), (204, ""), (307, YES), (200, "<html>busy</html>"),
            (200, '{"matched": tru'), (200, "[true]"), (200, "{}"), (200, '{"matched": "yes"}'),
            (200, '{"matched": 1}'), (200, '{"matched": null}'), (200, "\xff"),
            (200, " " * 5000 + YES),
        ],
    )  # fmt: skip
    def test_what_is_no_verdict_is_no_answer(self, said):
        with running(said) as register:
            assert ask(register) is Match.UNAVAILABLE
        assert len(register.asked) == 2

    def test_the_second_try_may_bring_it(self):
        with running(lambda times: (500, "") if times == 1 else (200, YES)) as register:
            assert ask(register) is Match.MATCHED

    def test_a_silent_one_is_left_after_two_tries(self):
        begun = time.monotonic()
        with running(None) as register:
            assert ask(register) is Match.UNAVAILABLE
        assert time.monotonic() - begun < 4

    def test_one_that_dribbles_too(self):
        begun = time.monotonic()
        with running((200, list(YES * 3))) as register:
            assert ask(register) is Match.UNAVAILABLE
        assert time.monotonic() - begun < 5

    def test_nobody_at_home(self):
        assert HttpMatcher("http://127.0.0.1:9/", "t", 1).match(ID, MOBILE) is Match.UNAVAILABLE

    def test_the_log_holds_neither_id_nor_number_nor_token(self, capsys):
        with running((500, f"{ID} {MOBILE}")) as register:
            ask(register)
        said = "".join(capsys.readouterr())
        assert "status 500" in said
        assert not any(word in said for word in (ID, MOBILE, "secret-token", register.url))


class TestTheTable:
    def test_it_answers_what_stands_in_it(self, tmp_path):
        file = tmp_path / "table.csv"
        file.write_text("۰۹۳۲۸۳۳۸۱۰,+98 912 123 4567\n0012345679,unavailable\n")
        table = TableMatcher.read(file)
        assert table.match(ID, MOBILE) is Match.MATCHED
        assert table.match(ID, "09120000000") is Match.NOT_MATCHED
        assert table.match("0012345679", MOBILE) is Match.UNAVAILABLE
        assert table.match("1111111111", MOBILE) is Match.NOT_MATCHED

    def test_the_settings_choose(self, tmp_path):
        assert matcher_of(settings_for("sqlite://", tmp_path)) is None
        file = tmp_path / "table.csv"
        file.write_text("")
        more = {"matcher": "table", "matcher_file": str(file), "demo": True}
        assert isinstance(matcher_of(settings_for("sqlite://", tmp_path, **more)), TableMatcher)
        more = {"matcher": "http", "matcher_url": "https://r.example", "matcher_token": "t"}
        assert isinstance(matcher_of(settings_for("sqlite://", tmp_path, **more)), HttpMatcher)

    @pytest.mark.parametrize(
        ("more", "named"),
        [
            ({"matcher": "http"}, "MATCHER_URL"),
            ({"matcher": "http", "matcher_url": "http://register.example/"}, "MATCHER_URL"),
            ({"matcher": "http", "matcher_url": "https:///match"}, "MATCHER_URL"),
            ({"matcher": "http", "matcher_url": "https://r.example", "matcher_timeout": 60},
             "MATCHER_TIMEOUT"),
            ({"matcher": "table", "matcher_file": __file__}, "DEMO"),
            ({"matcher": "table", "demo": True}, "MATCHER_FILE"),
        ],
    )  # fmt: skip
    def test_wrong_ones_are_refused(self, tmp_path, more, named):
        with pytest.raises(WrongSetting, match=named):
            settings_for("sqlite://", tmp_path, **more).check()

    def test_an_unknown_one_is_refused(self):
        with pytest.raises(WrongSetting, match="MATCHER"):
            Settings.read({**GOOD, "MATCHER": "guess"})
