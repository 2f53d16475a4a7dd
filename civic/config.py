"""The settings: read from the environment once, checked by name, never changed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

REPOSITORY = Path(__file__).parents[1]
KEY_BYTES = 32
LAST_PORT = 65_535
LONGEST_TIMEOUT = 15
LONGEST_WITHOUT_HEAD = 60


class WrongSetting(Exception):
    """A setting that cannot be used; the sentence names it."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs from city to city and from machine to machine."""

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    home: Path
    secret_key: str = field(repr=False)
    jobs_key: bytes = field(repr=False)
    lookup_key: bytes = field(repr=False)
    sealing_key: bytes = field(repr=False)
    ballot_key: bytes = field(repr=False)
    receipt_key: bytes = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    demo: bool = False
    https: bool = False
    trusted_hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    behind_proxies: int = 0
    language: Literal["fa", "en"] = "fa"
    calendar: Literal["jalali", "gregorian"] = "jalali"
    timezone: str = "Asia/Tehran"
    brand_fa: str = "من شهردارم"
    brand_en: str = "I am the Mayor"
    sms_transport: Literal["console", "http"] = "console"
    sms_url: str = ""
    sms_token: str = field(default="", repr=False)
    sms_sender: str = ""
    email_transport: Literal["console", "smtp"] = "console"
    smtp_url: str = field(default="", repr=False)
    email_from: str = "no-reply@localhost"
    matcher: Literal["none", "table", "http"] = "none"
    matcher_url: str = ""
    matcher_token: str = field(default="", repr=False)
    matcher_timeout: int = 5
    matcher_file: str = ""
    counter_fa: str = ""
    counter_en: str = ""
    ballot_keys_folder: Path | None = None
    signer_home: Path | None = None
    signer_socket: Path | None = None
    head_seconds: int = 60
    witnesses: tuple[str, ...] = ()
    recount_supporters: int = 50
    data_licence: str = "CC BY 4.0"
    data_licence_url: str = "https://creativecommons.org/licenses/by/4.0/"

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the environment; raises `WrongSetting` with the name of the first wrong one."""
        env = _Reader(os.environ if environ is None else environ)
        home = Path(env.text("CIVIC_HOME", str(REPOSITORY / "var"))).resolve()
        settings = cls(
            database_url=env.database("DATABASE_URL", f"sqlite:///{home}/civic.db"),
            redis_url=env.queue("REDIS_URL", f"unix://{home}/valkey.sock"),
            home=home,
            secret_key=env.secret("SECRET_KEY"),
            jobs_key=env.key("JOBS_KEY"),
            lookup_key=env.key("LOOKUP_KEY"),
            sealing_key=env.key("SEALING_KEY"),
            ballot_key=env.key("BALLOT_KEY"),
            receipt_key=env.key("RECEIPT_KEY"),
            host=env.text("HOST", "127.0.0.1"),
            port=env.port("PORT", 8000),
            demo=env.yes_or_no("DEMO", "0"),
            https=env.yes_or_no("HTTPS", "0"),
            trusted_hosts=env.words("TRUSTED_HOSTS", "127.0.0.1,localhost"),
            behind_proxies=env.integer("BEHIND_PROXIES", 0),
            language=env.choice("LANGUAGE_DEFAULT", "fa", {"fa", "en"}),
            calendar=env.choice("CALENDAR", "jalali", {"jalali", "gregorian"}),
            timezone=env.timezone("CITY_TIMEZONE", "Asia/Tehran"),
            brand_fa=env.text("BRAND_FA", "من شهردارم"),
            brand_en=env.text("BRAND_EN", "I am the Mayor"),
            sms_transport=env.choice("SMS_TRANSPORT", "console", {"console", "http"}),
            sms_url=env.text("SMS_URL", ""),
            sms_token=env.text("SMS_TOKEN", ""),
            sms_sender=env.text("SMS_SENDER", ""),
            email_transport=env.choice("EMAIL_TRANSPORT", "console", {"console", "smtp"}),
            smtp_url=env.text("SMTP_URL", ""),
            email_from=env.text("EMAIL_FROM", "no-reply@localhost"),
            **_register_and_counter(env),
            **_of_the_book(env, home),
            data_licence=env.text("DATA_LICENCE", "CC BY 4.0"),
            data_licence_url=env.text(
                "DATA_LICENCE_URL", "https://creativecommons.org/licenses/by/4.0/"
            ),
        )
        settings.check()
        return settings

    def check(self) -> None:
        """Refuse settings that contradict each other."""
        if self.sms_transport == "http" and urlsplit(self.sms_url).scheme not in {"http", "https"}:
            raise WrongSetting("SMS_URL must be the provider's address when SMS_TRANSPORT is http.")
        if self.email_transport == "smtp" and not urlsplit(self.smtp_url).hostname:
            raise WrongSetting("SMTP_URL must name a server when EMAIL_TRANSPORT is smtp.")
        self.check_matcher()
        if not 1 <= self.head_seconds <= LONGEST_WITHOUT_HEAD:
            raise WrongSetting("HEAD_SECONDS must lie between 1 and 60.")
        if self.demo and self.sms_transport == "http":
            raise WrongSetting("DEMO shows sign-in codes on the page; it cannot go with real SMS.")

    def check_matcher(self) -> None:
        """Refuse a register that would answer wrongly, or hear national ids over an open line."""
        if self.matcher == "table" and not (self.demo and Path(self.matcher_file).is_file()):
            raise WrongSetting("MATCHER=table is for a DEMO only and needs a MATCHER_FILE.")
        if self.matcher == "http":
            url = urlsplit(self.matcher_url)
            here = url.scheme == "http" and url.hostname in {"127.0.0.1", "localhost", "::1"}
            if not (url.scheme == "https" or here) or not url.hostname:
                raise WrongSetting("MATCHER_URL must begin with https:// when MATCHER is http.")
            if not 0 < self.matcher_timeout <= LONGEST_TIMEOUT:
                raise WrongSetting(f"MATCHER_TIMEOUT must lie between 1 and {LONGEST_TIMEOUT}.")

    @property
    def host_name(self) -> str:
        """The name of this site; its books and their signer are known by it."""
        return self.trusted_hosts[0].lstrip(".")

    @property
    def signer_place(self) -> Path:
        """Where the signer listens."""
        return self.signer_socket or self.home / "signer.sock"

    @property
    def signer_folder(self) -> Path:
        """Where the signer keeps its key and its memory."""
        return self.signer_home or self.home / "signer"

    @property
    def keys_folder(self) -> Path:
        """Where the keys of the votes lie, outside the database and its backups."""
        return self.ballot_keys_folder or self.home / "keys"

    @property
    def address(self) -> str:
        """Where people find this site; letters lead there."""
        host = self.host_name
        if self.https or self.behind_proxies:
            return f"{'https' if self.https else 'http'}://{host}"
        return f"http://{host}:{self.port}"

    @property
    def closing_grace(self) -> int:
        """Seconds after the close in which a ballot form opened before it is still taken."""
        return 120


class SignerSettings(NamedTuple):
    """All that the signer is told; the keys of the city are not among it."""

    folder: Path
    name: str
    socket: Path

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> SignerSettings:
        """Read the part of the environment that the signer needs."""
        env = _Reader(environ)
        home = Path(env.text("CIVIC_HOME", str(REPOSITORY / "var"))).resolve()
        place = _of_the_book(env, home)
        hosts = env.words("TRUSTED_HOSTS", "127.0.0.1,localhost")
        return cls(place["signer_home"], hosts[0].lstrip("."), place["signer_socket"])


def _of_the_book(env: _Reader, home: Path) -> dict[str, Any]:
    return {
        "ballot_keys_folder": Path(env.text("BALLOT_KEYS_FOLDER", str(home / "keys"))),
        "signer_home": Path(env.text("SIGNER_HOME", str(home / "signer"))),
        "signer_socket": Path(env.text("SIGNER_SOCKET", str(home / "signer.sock"))),
        "head_seconds": env.integer("HEAD_SECONDS", LONGEST_WITHOUT_HEAD),
        "witnesses": env.words("WITNESSES", ""),
        "recount_supporters": env.integer("RECOUNT_SUPPORTERS", 50),
    }


class _Reader:
    """Values of the environment, each refused by its name."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ

    def text(self, name: str, default: str) -> str:
        return self.environ.get(name, "").strip() or default

    def secret(self, name: str) -> str:
        value = self.environ.get(name, "").strip()
        if len(value) < KEY_BYTES:
            raise WrongSetting(f"{name} must be set to at least 32 characters.")
        return value

    def key(self, name: str) -> bytes:
        try:
            value = bytes.fromhex(self.environ.get(name, "").strip())
        except ValueError:
            raise WrongSetting(f"{name} must be written as hex digits.") from None
        if len(value) != KEY_BYTES:
            raise WrongSetting(f"{name} must be set to 64 hex digits (32 bytes).")
        return value

    def integer(self, name: str, default: int) -> int:
        value = self.text(name, str(default))
        if not value.isascii() or not value.isdigit():
            raise WrongSetting(f"{name} must be a whole number, not {value!r}.")
        return int(value)

    def port(self, name: str, default: int) -> int:
        value = self.integer(name, default)
        if not 0 < value <= LAST_PORT:
            raise WrongSetting(f"{name} must lie between 1 and {LAST_PORT}, not {value}.")
        return value

    def yes_or_no(self, name: str, default: str) -> bool:
        return self.choice(name, default, {"0", "1"}) == "1"

    def choice(self, name: str, default: str, choices: set[str]) -> Any:
        value = self.text(name, default)
        if value not in choices:
            raise WrongSetting(f"{name} must be one of {', '.join(sorted(choices))}.")
        return value

    def words(self, name: str, default: str) -> tuple[str, ...]:
        return tuple(word.strip() for word in self.text(name, default).split(",") if word.strip())

    def database(self, name: str, default: str) -> str:
        value = self.text(name, default)
        if value.startswith(("postgres://", "postgresql://")):
            value = "postgresql+psycopg://" + value.partition("://")[2]
        if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise WrongSetting(f"{name} must begin with postgresql:// or sqlite:///.")
        return self.with_good_port(name, value)

    def queue(self, name: str, default: str) -> str:
        value = self.text(name, default)
        if not value.startswith(("redis://", "rediss://", "unix://")):
            raise WrongSetting(f"{name} must begin with redis://, rediss:// or unix://.")
        return self.with_good_port(name, value)

    def with_good_port(self, name: str, url: str) -> str:
        try:
            _ = urlsplit(url).port
        except ValueError:
            raise WrongSetting(f"{name} names a port that is not one.") from None
        return url

    def timezone(self, name: str, default: str) -> str:
        value = self.text(name, default)
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise WrongSetting(f"{name} must be a time zone such as Asia/Tehran.") from None
        return value


def _register_and_counter(env: _Reader) -> dict[str, Any]:
    """What a city connects to check who is who, and where people help when it fails."""
    return {
        "matcher": env.choice("MATCHER", "none", {"none", "table", "http"}),
        "matcher_url": env.text("MATCHER_URL", ""),
        "matcher_token": env.text("MATCHER_TOKEN", ""),
        "matcher_timeout": env.integer("MATCHER_TIMEOUT", 5),
        "matcher_file": env.text("MATCHER_FILE", ""),
        "counter_fa": env.text("COUNTER_FA", ""),
        "counter_en": env.text("COUNTER_EN", ""),
    }
