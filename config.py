"""Settings, read once from the environment. No secret has a default."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ROOT = Path(__file__).resolve().parent
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class ConfigError(Exception):
    """A setting that the app refuses to start with; the message names it and says what to do."""


@dataclass(frozen=True)
class Config:
    """Everything the app is told from outside. `from_env` makes it; nothing else reads the environment."""

    var_dir: Path
    database_url: str
    secret_key: str
    log_keys: tuple[str, ...]  # newest first, each "name:base64 of 32 bytes"
    base_url: str
    mail_url: str
    mail_from: str
    intake_address: str | None
    inbox_url: str | None  # None: invitations say where to answer, RSVP=FALSE
    trusted_hosts: tuple[str, ...]
    trusted_proxies: int
    demo: bool
    timezone: str

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Config:
        """The configuration of this process. Raises ConfigError naming the setting that is wrong."""
        var_dir = Path(env.get("VAR_DIR") or ROOT / "var").resolve()
        port = env.get("PORT") or "8000"
        base_url = (env.get("BASE_URL") or f"http://127.0.0.1:{port}").rstrip("/")
        host = urlsplit(base_url).hostname or ""
        config = cls(
            var_dir=var_dir,
            database_url=env.get("DATABASE_URL") or f"sqlite:///{var_dir / 'circles.db'}",
            secret_key=env.get("SECRET_KEY") or _file(var_dir / "secret_key"),
            log_keys=tuple((env.get("LOG_KEYS") or _file(var_dir / "log_keys")).split()),
            base_url=base_url,
            mail_url=env.get("MAIL_URL") or f"file://{var_dir / 'mail'}",
            mail_from=env.get("MAIL_FROM") or f"vakcirkels@{_mail_domain(host)}",
            intake_address=env.get("INTAKE_ADDRESS") or None,
            inbox_url=env.get("INBOX_URL") or None,
            trusted_hosts=tuple((env.get("TRUSTED_HOSTS") or _hosts(host)).replace(",", " ").split()),
            trusted_proxies=_number("TRUSTED_PROXIES", env.get("TRUSTED_PROXIES") or "0"),
            demo=env.get("DEMO", "") in {"1", "true", "yes"},
            timezone=env.get("TIMEZONE") or "Europe/Amsterdam",
        )
        config.refuse_what_is_unsafe()
        return config

    @property
    def is_https(self) -> bool:
        """People reach the app over https, so cookies may be `Secure`."""
        return self.base_url.startswith("https://")

    def refuse_what_is_unsafe(self) -> None:
        """Raises ConfigError for a weak secret, missing log keys or an address that is neither https nor loopback."""
        if len(self.secret_key.encode()) < 32:
            raise ConfigError(
                "SECRET_KEY: missing or shorter than 32 bytes. Run `make setup`, or set a long random value."
            )
        if not self.log_keys:
            raise ConfigError(
                "LOG_KEYS: no key to seal the logs with. Run `make setup`, or set name:base64key."
            )
        parts = urlsplit(self.base_url)
        if not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)):
            raise ConfigError("BASE_URL: must begin with https://, or point to this very machine.")
        if not self.database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ConfigError("DATABASE_URL: must begin with sqlite:/// or postgresql+psycopg://.")
        if not self.mail_url.startswith(("smtp://", "smtps://", "file:///")):
            raise ConfigError("MAIL_URL: must begin with smtp://, smtps:// or file:///.")
        if self.inbox_url and not self.intake_address:
            raise ConfigError("INTAKE_ADDRESS: needed beside INBOX_URL; replies are sent to it.")
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ConfigError(f"TIMEZONE: {self.timezone} is not a known zone.") from error

    def for_flask(self) -> dict[str, Any]:
        """The same settings under the names that Flask and its extensions look for."""
        secure = self.is_https
        return {
            "SETTINGS": self,
            "SECRET_KEY": self.secret_key,
            # Errors are logged, and must not bring names and addresses along.
            "SQLALCHEMY_ENGINES": {"default": {"url": self.database_url, "hide_parameters": True}},
            "SESSION_COOKIE_NAME": "__Host-vakcirkels" if secure else "vakcirkels",
            "SESSION_COOKIE_SECURE": secure,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "PERMANENT_SESSION_LIFETIME": 14 * 24 * 3600,
            "MAX_CONTENT_LENGTH": 1_000_000,
            "TRUSTED_HOSTS": list(self.trusted_hosts) or None,
            "PREFERRED_URL_SCHEME": urlsplit(self.base_url).scheme,
            "WTF_CSRF_TIME_LIMIT": None,  # a page left open over lunch may still be sent
            "WTF_CSRF_SSL_STRICT": True,
            "BABEL_DEFAULT_LOCALE": "nl",
            "BABEL_DEFAULT_TIMEZONE": self.timezone,
            "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "circles" / "translations"),
            "ALEMBIC": {
                "script_location": str(ROOT / "migrations"),
                "file_template": "%%(rev)s_%%(slug)s",
            },
            "ALEMBIC_CONTEXT": {"render_as_batch": True, "compare_server_default": True},
        }


def _file(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""


def _mail_domain(host: str) -> str:
    return "vakcirkels.example" if host in LOOPBACK else host


def _hosts(host: str) -> str:
    return " ".join(sorted(LOOPBACK)) if host in LOOPBACK else host


def _number(name: str, text: str) -> int:
    if not text.isdigit():
        raise ConfigError(f"{name}: {text!r} is not a whole number.")
    return int(text)
