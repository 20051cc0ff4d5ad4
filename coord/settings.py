"""The one place that reads the environment."""

import os
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

EXAMPLE_SECRET = "development-only-not-a-secret"  # noqa: S105  a known value, refused in production
SHORTEST_KEY = 32


class Environment(StrEnum):
    """Where the process runs: production refuses examples and insecure cookies."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class Mail(StrEnum):
    """What becomes of mails: they go out, are kept for people to look at while they develop, or are not written."""

    SMTP = "smtp"
    MAILBOX = "mailbox"
    OFF = "off"


def data_folder() -> Path:
    """The user's own data folder for coord (XDG base directories)."""
    return Path.home() / ".local" / "share" / "coord"


def _ring_of(value: SecretStr) -> Sequence[str]:
    return [key.strip() for key in value.get_secret_value().split(",") if key.strip()] or [""]


class Settings(BaseSettings):
    """Every setting of coord, read from ``COORD_*`` once and frozen."""

    model_config = SettingsConfigDict(env_prefix="COORD_", frozen=True, extra="ignore")

    database_url: str = Field(default="", description="SQLAlchemy URL; empty: an SQLite file in the data folder")
    redis_url: str = Field(default="", description="Redis or Valkey URL; empty: the embedded queue")
    secret_key: SecretStr = Field(default=SecretStr(EXAMPLE_SECRET), description="signs what leaves the server")
    sealing_keys: SecretStr = Field(
        default=SecretStr(EXAMPLE_SECRET), description="seals second factors; several with commas, the newest first"
    )
    vault_keys: SecretStr = Field(
        default=SecretStr(EXAMPLE_SECRET), description="seals identities; several with commas, the newest first"
    )
    checkpoint_keys: SecretStr = Field(
        default=SecretStr(EXAMPLE_SECRET),
        description="signs checkpoints of the audit trail; several with commas, the newest first",
    )
    search_key: SecretStr = Field(
        default=SecretStr(EXAMPLE_SECRET), description="makes the hashes under which names are found; never changed"
    )
    second_factor: bool | None = Field(
        default=None, description="whether roles that see records need a second factor; empty: in production"
    )
    session_idle_minutes: int = Field(
        default=0, ge=0, le=720, description="a session ends after so long without use; 0: 15, in development 720"
    )
    guardian_under: int = Field(
        default=18, ge=14, le=21, description="who is younger needs a guardian's consent; under 14 always"
    )
    env: Environment = Field(default=Environment.DEVELOPMENT, description="development or production")
    base_url: str = Field(default="http://127.0.0.1:8000", description="the address people use, without a slash")
    default_language: str = Field(default="zh-CN", pattern="^(zh-CN|en|ko)$", description="for visitors without one")
    smtp_url: SecretStr = Field(
        default=SecretStr(""), description="smtp://user:password@host:587, or smtps://; empty: no mail"
    )
    mail_from: str = Field(default="", pattern=r"^(|[^@\s<>]+@[^@\s<>]+)$", description="the sender's address of mails")
    data_dir: Path = Field(default_factory=data_folder, description="SQLite file, embedded queue, uploads")

    @model_validator(mode="after")
    def _production_is_serious(self) -> Self:
        if self.env is Environment.PRODUCTION:
            if self.secret_key.get_secret_value() == EXAMPLE_SECRET:
                raise ValueError("COORD_SECRET_KEY is the example value; set a random one in production")
            self._refuse_weak_keys()
            if not self.base_url.startswith("https://"):
                raise ValueError("COORD_BASE_URL must start with https:// in production")
        return self

    @model_validator(mode="after")
    def _mail_is_whole(self) -> Self:
        url = self.smtp_url.get_secret_value()
        if url and not self.mail_from:
            raise ValueError("COORD_SMTP_URL needs COORD_MAIL_FROM")
        if url and not url.startswith(("smtp://", "smtps://")):
            raise ValueError("COORD_SMTP_URL must start with smtp:// or smtps://")
        return self

    def _refuse_weak_keys(self) -> None:
        rings = {
            "COORD_SEALING_KEYS": self.sealing_ring,
            "COORD_VAULT_KEYS": self.vault_ring,
            "COORD_CHECKPOINT_KEYS": self.checkpoint_ring,
            "COORD_SEARCH_KEY": [self.search_key.get_secret_value()],
        }
        for name, keys in rings.items():
            if any(len(key) < SHORTEST_KEY or key == EXAMPLE_SECRET for key in keys):
                raise ValueError(f"{name} needs random values of {SHORTEST_KEY} characters or more")
        if len(every := [key for keys in rings.values() for key in keys]) != len(set(every)):
            raise ValueError(f"{', '.join(rings)} need values of their own")

    @property
    def effective_database_url(self) -> str:
        """The database to use; the embedded default lives in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir / 'coord.sqlite'}"

    @property
    def calendar_folder(self) -> Path:
        """Where tables of holidays lie that did not come with coord."""
        return self.data_dir / "calendars"

    @property
    def sealing_ring(self) -> Sequence[str]:
        """The keys that seal second factors, the newest first."""
        return _ring_of(self.sealing_keys)

    @property
    def vault_ring(self) -> Sequence[str]:
        """The keys that wrap the keys of clients, the newest first."""
        return _ring_of(self.vault_keys)

    @property
    def checkpoint_ring(self) -> Sequence[str]:
        """The keys that sign checkpoints, the newest first; older ones check what they signed."""
        return _ring_of(self.checkpoint_keys)

    @property
    def requires_second_factor(self) -> bool:
        """Whether roles that see people's records need a second factor."""
        return self.is_production if self.second_factor is None else self.second_factor

    @property
    def session_idle(self) -> timedelta:
        """How long a session may stay unused."""
        return timedelta(minutes=self.session_idle_minutes or (15 if self.is_production else 720))

    @property
    def mail(self) -> Mail:
        """What becomes of mails."""
        if self.smtp_url.get_secret_value():
            return Mail.SMTP
        return Mail.OFF if self.is_production else Mail.MAILBOX

    @property
    def is_production(self) -> bool:
        """Whether the strict rules of production apply."""
        return self.env is Environment.PRODUCTION


def environment(**changed: str) -> dict[str, str]:
    """The environment of a child process: this one's, with some settings (by field name) changed."""
    return dict(os.environ) | {f"COORD_{name.upper()}": value for name, value in changed.items()}  # noqa: TID251 - the one place


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
