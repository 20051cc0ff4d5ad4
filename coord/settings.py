"""The one place that reads the environment."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Self
from urllib.parse import SplitResult, parse_qsl, urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from typing_extensions import override

EXAMPLE_SECRET = "development-only-not-a-secret"  # noqa: S105  a known value, refused in production
SHORTEST_KEY = 32
# Words of values that were meant to be replaced.
_EXAMPLES = ("example", "changeme", "change-me", "change_me", "placeholder", "development-only", "demo-password")
# What PostgreSQL's client calls a connection whose server has shown who it is.
_VERIFIED = ("verify-ca", "verify-full")
_ANY_HOST = ("*", "0.0.0.0", "[::]")  # noqa: S104  named to be refused


class BadSettings(Exception):
    """The process cannot start with these settings; one line for each that is wrong."""

    def __init__(self, *lines: str) -> None:
        """With the lines, each of which names the setting."""
        super().__init__("\n".join(lines))
        self.lines = lines


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


class FromFiles(PydanticBaseSettingsSource):
    """Values in files: ``COORD_SECRET_KEY_FILE`` names one, as container platforms hand secrets over."""

    @override
    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The content of the file that is named for a field, None without one."""
        variable = f"COORD_{field_name.upper()}"
        path = os.environ.get(f"{variable}_FILE")  # noqa: TID251 - the one place
        if not path:
            return None, field_name, False
        if os.environ.get(variable):  # noqa: TID251 - the one place
            raise BadSettings(f"{variable} and {variable}_FILE are both set; keep one")
        try:
            return Path(path).read_text("utf-8").strip(), field_name, False
        except (OSError, UnicodeDecodeError):
            raise BadSettings(f"{variable}_FILE names a file that cannot be read") from None

    @override
    def __call__(self) -> dict[str, Any]:
        """Every value that stands in a file."""
        found = {name: self.get_field_value(info, name)[0] for name, info in self.settings_cls.model_fields.items()}
        return {name: value for name, value in found.items() if value is not None}


def _is_elsewhere(host: str | None) -> bool:
    return host is not None and host not in {"127.0.0.1", "::1", "localhost"}


def _is_checked(queue: SplitResult) -> bool:
    """Whether the queue is reached by TLS and has to show a certificate."""
    asked = dict(parse_qsl(queue.query)).get("ssl_cert_reqs", "required")
    return queue.scheme == "rediss" and asked == "required"


def files_for_everybody() -> Iterator[str]:
    """Settings whose files other accounts of this machine may read."""
    for name in Settings.model_fields:
        variable = f"COORD_{name.upper()}_FILE"
        path = os.environ.get(variable)  # noqa: TID251 - the one place
        if path and Path(path).exists() and Path(path).stat().st_mode & 0o077:
            yield variable


def _is_example(key: str) -> bool:
    return any(word in key.lower() for word in _EXAMPLES)


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
    breached_passwords: Path | None = Field(
        default=None,
        description="a file of SHA-1 hashes in order, one a line: passwords that became public; empty: ours only",
    )
    session_idle_minutes: int = Field(
        default=0, ge=0, le=720, description="a session ends after so long without use; 0: 15, in development 720"
    )
    guardian_under: int = Field(
        default=18, ge=14, le=21, description="who is younger needs a guardian's consent; under 14 always"
    )
    names_per_hour: int = Field(
        default=5000, ge=0, description="names of clients shown to one person in an hour; 0: any"
    )
    searches_per_hour: int = Field(
        default=1000, ge=0, description="searches for people by one person in an hour; 0: any"
    )
    exports_per_hour: int = Field(default=60, ge=0, description="files that one person takes away in an hour; 0: any")
    imports_per_hour: int = Field(default=60, ge=0, description="workbooks that one person brings in an hour; 0: any")
    sendings_per_hour: int = Field(
        default=60, ge=0, description="webhooks that one person tests or sends again in an hour; 0: any"
    )
    keep_outpatient_years: int = Field(
        default=15, ge=0, le=100, description="years for which an outpatient record is kept before it may be erased"
    )
    keep_inpatient_years: int = Field(
        default=30, ge=0, le=100, description="years for which an inpatient record is kept before it may be erased"
    )
    copy_private_notes: bool = Field(
        default=False, description="whether a person's copy holds the private notes that a therapist wrote about them"
    )
    keep_audit_years: int = Field(
        default=6, ge=1, le=100, description="years for which openings in an emergency and ended tokens are kept"
    )
    region: str = Field(
        default="CN",
        pattern="^[A-Z]{2}$",
        description="where this deployment keeps its data: two letters of ISO 3166-1",
    )
    disclosure_notice_zh: str = Field(
        default="",
        max_length=600,
        description="what goes with everything about a person that leaves, Chinese; empty: our wording",
    )
    disclosure_notice_en: str = Field(default="", max_length=600, description="the same in English")
    disclosure_notice_ko: str = Field(default="", max_length=600, description="the same in Korean")
    erased_ids: Path | None = Field(
        default=None, description="the list of erased ids, apart from the database; empty: in the data folder"
    )
    env: Environment = Field(default=Environment.DEVELOPMENT, description="development or production")
    base_url: str = Field(default="http://127.0.0.1:8000", description="the address people use, without a slash")
    default_language: str = Field(default="zh-CN", pattern="^(zh-CN|en|ko)$", description="for visitors without one")
    smtp_url: SecretStr = Field(
        default=SecretStr(""), description="smtp://user:password@host:587, or smtps://; empty: no mail"
    )
    mail_from: str = Field(default="", pattern=r"^(|[^@\s<>]+@[^@\s<>]+)$", description="the sender's address of mails")
    monitoring_networks: str = Field(
        default="127.0.0.0/8,::1/128", description="from where /metrics and details of /readyz are shown; with commas"
    )
    scanner_command: str = Field(
        default="", description="reads a brought file from its standard input, ends with 0: clean, 1: harmful"
    )
    webhook_loopback: bool = Field(
        default=False, description="whether webhooks may go to this machine, for development; never in production"
    )
    data_dir: Path = Field(default_factory=data_folder, description="SQLite file, embedded queue, uploads")

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is given by name, the environment, then files that the environment names."""
        return init_settings, env_settings, FromFiles(settings_cls)

    @model_validator(mode="after")
    def _production_is_serious(self) -> Self:
        if self.is_production and (lines := [*self._weak_keys(), *self._open_doors()]):
            raise ValueError("\n".join(lines))
        return self

    def _weak_keys(self) -> Iterator[str]:
        """One line for each key that is none."""
        rings = self.keys
        for name, keys in rings.items():
            if any(_is_example(key) for key in keys):
                yield f"{name} is the example value; set a random one in production"
            elif any(len(key) < SHORTEST_KEY for key in keys):
                yield f"{name} needs random values of {SHORTEST_KEY} characters or more"
        every = [key for keys in rings.values() for key in keys if not _is_example(key)]
        if len(every) != len(set(every)):
            yield f"{', '.join(rings)} need values of their own"

    def _open_doors(self) -> Iterator[str]:
        """One line for each way in that production does not have."""
        if not self.base_url.startswith("https://"):
            yield "COORD_BASE_URL must start with https:// in production"
        elif not urlsplit(self.base_url).hostname or any(host in self.base_url for host in _ANY_HOST):
            yield "COORD_BASE_URL must name one host in production"
        if self.webhook_loopback:
            yield "COORD_WEBHOOK_LOOPBACK must be off in production"
        if os.environ.get("COORD_DEBUG") or sys.flags.dev_mode:  # noqa: TID251 - the one place
            yield "COORD_DEBUG and Python's development mode must be off in production"

    @model_validator(mode="after")
    def _mail_is_whole(self) -> Self:
        url = self.smtp_url.get_secret_value()
        if url and not self.mail_from:
            raise ValueError("COORD_SMTP_URL needs COORD_MAIL_FROM")
        if url and not url.startswith(("smtp://", "smtps://")):
            raise ValueError("COORD_SMTP_URL must start with smtp:// or smtps://")
        return self

    @model_validator(mode="after")
    def _networks_are_networks(self) -> Self:
        for network in self.monitored_from:
            try:
                ip_network(network)
            except ValueError:
                raise ValueError("COORD_MONITORING_NETWORKS holds something that is no network") from None
        return self

    @model_validator(mode="after")
    def _list_can_be_read(self) -> Self:
        if self.breached_passwords and not os.access(self.breached_passwords, os.R_OK):
            raise ValueError("COORD_BREACHED_PASSWORDS names a file that cannot be read")
        return self

    @property
    def keys(self) -> Mapping[str, Sequence[str]]:
        """Every secret key by the name of its setting; a ring has several."""
        return {
            "COORD_SECRET_KEY": [self.secret_key.get_secret_value()],
            "COORD_SEALING_KEYS": self.sealing_ring,
            "COORD_VAULT_KEYS": self.vault_ring,
            "COORD_CHECKPOINT_KEYS": self.checkpoint_ring,
            "COORD_SEARCH_KEY": [self.search_key.get_secret_value()],
        }

    @property
    def unencrypted(self) -> Sequence[str]:
        """Servers on other machines that production reaches without encryption, by their settings."""
        if not self.is_production:
            return []
        database, queue = urlsplit(self.database_url), urlsplit(self.redis_url)
        asked = dict(parse_qsl(database.query)).get("sslmode", "")
        found = {
            "COORD_DATABASE_URL": _is_elsewhere(database.hostname) and asked not in _VERIFIED,
            "COORD_REDIS_URL": _is_elsewhere(queue.hostname) and not _is_checked(queue),
        }
        return [name for name, is_open in found.items() if is_open]

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
    def monitored_from(self) -> Sequence[str]:
        """The networks from which somebody may look at how the process is doing."""
        return [network.strip() for network in self.monitoring_networks.split(",") if network.strip()]

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


def _lines_of(error: ValidationError) -> Iterator[str]:
    for found in error.errors(include_input=False, include_url=False):
        name = "".join(f"COORD_{str(part).upper()}: " for part in found["loc"][:1])
        yield from (f"{name}{line}" for line in found["msg"].removeprefix("Value error, ").splitlines())


def environment(**changed: str) -> dict[str, str]:
    """The environment of a child process: this one's, with some settings (by field name) changed."""
    return dict(os.environ) | {f"COORD_{name.upper()}": value for name, value in changed.items()}  # noqa: TID251 - the one place


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process. Raises ``BadSettings``."""
    try:
        return Settings()
    except ValidationError as error:
        raise BadSettings(*_lines_of(error)) from None
