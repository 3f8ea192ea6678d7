"""The only reader of the environment: one frozen Settings. Names and defaults are listed in the README."""

import ipaddress
import os
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import BadInput

PROJECT = Path(__file__).resolve().parent.parent
WORDS = {
    "PORT": "must be a number",
    "public_url": "must begin with https:// (or http://) and name a host, such as https://mail.example.com",
    "trusted_proxies": "must be networks such as 10.0.0.0/8, separated by commas",
}


class Settings(BaseSettings):
    """What the operator decided, from names that begin with SES_DESK_. Relative paths are from the project folder."""

    model_config = SettingsConfigDict(
        env_prefix="SES_DESK_", frozen=True, extra="ignore", env_ignore_empty=True
    )

    data_dir: Path = Path("data")
    database_url: str = ""
    vault_keys: SecretStr | None = None
    link_keys: SecretStr | None = None
    public_url: str = ""
    admin_name: str = ""
    admin_password: SecretStr | None = None
    certificate_dir: Path | None = None
    allow_custom_endpoints: bool = False
    trusted_proxies: str = ""
    figures_dir: Path | None = None  # the receiver names it to its own processes: hand_down_figures
    port: int = Field(default=8501, validation_alias="PORT")
    host: str = Field(default="127.0.0.1", validation_alias="HOST")

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, words: str) -> str:
        """Every word must be a network; pydantic names the setting."""
        for word in words.replace(",", " ").split():
            ipaddress.ip_network(word, strict=False)
        return words

    @field_validator("public_url")
    @classmethod
    def _address(cls, url: str) -> str:
        """A web address with a host; pydantic names the setting."""
        parts = urlsplit(url)
        if url and (parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0):
            raise ValueError("no web address")
        return url

    @property
    def folder(self) -> Path:
        """The data folder, absolute."""
        return self.data_dir if self.data_dir.is_absolute() else PROJECT / self.data_dir

    @property
    def store_url(self) -> str:
        """The SQLAlchemy URL of the store: what was set, else SQLite in the data folder."""
        return self.database_url or f"sqlite:///{self.folder / 'ses-desk.db'}"

    @property
    def certificates(self) -> Path | None:
        """The operator's folder of SNS signing certificates, absolute, or None."""
        folder = self.certificate_dir
        return folder if folder is None or folder.is_absolute() else PROJECT / folder


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once. BadInput names the one that cannot be used, never its value."""
    try:
        return Settings()
    except ValidationError as wrong:
        place, why = (
            str(wrong.errors()[0]["loc"][0]),
            WORDS.get(str(wrong.errors()[0]["loc"][0]), "cannot be used"),
        )
        name = place if place.isupper() else f"SES_DESK_{place.upper()}"
        raise BadInput(f"{name} {why}. The settings table in README.md says what it may be.", name) from None


def hand_down_figures(folder: str) -> None:
    """Name, to the processes that this one will start, the folder in which they share their figures."""
    os.environ["SES_DESK_FIGURES_DIR"] = folder


def custom_endpoints() -> dict[str, str]:
    """boto3's own AWS_ENDPOINT_URL* names that are set: honoured only with SES_DESK_ALLOW_CUSTOM_ENDPOINTS=1."""
    return {
        name: value for name, value in os.environ.items() if name.startswith("AWS_ENDPOINT_URL") and value
    }
