import pytest

from civic.config import Settings, WrongSetting

KEY = "ab" * 32
GOOD = {
    "SECRET_KEY": "s" * 32, "JOBS_KEY": KEY, "LOOKUP_KEY": KEY, "SEALING_KEY": KEY,
    "BALLOT_KEY": KEY, "RECEIPT_KEY": KEY,
}  # fmt: skip


def test_good_settings_are_read():
    settings = Settings.read({**GOOD, "PORT": "9000", "DATABASE_URL": "postgresql://u@h/d"})
    assert settings.port == 9000
    assert settings.database_url == "postgresql+psycopg://u@h/d"
    assert settings.language == "fa"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("JOBS_KEY", "not hex"),
        ("LOOKUP_KEY", "ab"),
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("DEMO", "yes"),
        ("DATABASE_URL", "mysql://x"),
        ("DATABASE_URL", "postgresql://u@h:port/d"),
        ("REDIS_URL", "127.0.0.1:6379"),
        ("REDIS_URL", "redis://h:port/0"),
        ("CITY_TIMEZONE", "Mars/Base"),
        ("LANGUAGE_DEFAULT", "de"),
        ("SMS_TRANSPORT", "http"),
        ("EMAIL_TRANSPORT", "smtp"),
    ],
)
def test_a_wrong_setting_is_named(name, value):
    mentioned = {"SMS_TRANSPORT": "SMS_URL", "EMAIL_TRANSPORT": "SMTP_URL"}.get(name, name)
    with pytest.raises(WrongSetting, match=mentioned):
        Settings.read({**GOOD, name: value})


def test_a_demo_never_sends_real_messages():
    with pytest.raises(WrongSetting, match="DEMO"):
        Settings.read({**GOOD, "DEMO": "1", "SMS_TRANSPORT": "http", "SMS_URL": "http://sms.test/"})


def test_secrets_are_not_printed():
    secret = {
        "SMS_TOKEN": "very-secret", "DATABASE_URL": "postgresql://u:very-secret@h/d",
        "REDIS_URL": "redis://:very-secret@h/0",
    }  # fmt: skip
    shown = repr(Settings.read({**GOOD, **secret}))
    assert "very-secret" not in shown
    assert "\\xab" not in shown
