"""Settings: every default works, and a wrong one is named by one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.settings import VARIABLES, SettingError, Settings, terminal_locale
from models.words import LOCALES, Words

ROOT = Path(__file__).parents[2]
WORDS = Words(ROOT / "translations", strict=True)

WRONG = [
    ("KIZUKI_PUBLIC_URL", "kizuki.example.jp"),
    ("KIZUKI_PUBLIC_URL", "ftp://kizuki.example.jp"),
    ("KIZUKI_PUBLIC_URL", "https://kizuki.example.jp/town"),
    ("KIZUKI_PUBLIC_URL", "https://kizuki.example.jp:99999"),
    ("KIZUKI_PUBLIC_URL", "https://[kizuki"),
    ("KIZUKI_PUBLIC_URL", "https://ki zuki"),
    ("KIZUKI_AUDIT_MAIL", "nobody"),
    ("KIZUKI_AUDIT_FOLDER", __file__),
    ("KIZUKI_AUDIT_YEARS", "0"),
    ("KIZUKI_BIND", "localhost"),
    ("KIZUKI_PORT", "0"),
    ("KIZUKI_PORT", "65535"),
    ("KIZUKI_PORT", "８０００"),
    ("KIZUKI_LAN", "yes"),
    ("KIZUKI_INSTANCE", __file__),
    ("DATABASE_URL", "mysql://kizuki"),
    ("DATABASE_URL", "sqlite://"),
    ("DATABASE_URL", "sqlite:///:memory:"),
    ("DATABASE_URL", "postgresql+psycopg2://kizuki"),
    ("DATABASE_URL", "sqlite+aiosqlite:///kizuki"),
    ("DATABASE_URL", "kizuki"),
    ("KIZUKI_KEY_FILE", str(ROOT)),
    ("KIZUKI_VAPID_SUBJECT", "kizuki@example.jp"),
    ("KIZUKI_VAPID_SUBJECT", "mailto:kizuki@localhost"),
    ("KIZUKI_VAPID_SUBJECT", "https://town.local"),
    ("KIZUKI_VAPID_SUBJECT", "https://192.168.0.1"),
    ("KIZUKI_SMTP_URL", "mail.example.jp:25"),
    ("KIZUKI_SMTP_URL", "smtp://"),
    ("KIZUKI_SMTP_URL", "smtp://mail.example.jp:port"),
    ("KIZUKI_SMTP_URL", "smtp://mail.example.jp"),
    ("KIZUKI_MAIL_FROM", "kizuki"),
    ("KIZUKI_PUSH_HOSTS", ","),
    ("KIZUKI_PUSH_HOSTS", "https://fcm.googleapis.com"),
    ("KIZUKI_PUSH_HOSTS", "*"),
    ("KIZUKI_PUSH_HOSTS", "10.0.0.5"),
    ("KIZUKI_PUSH_HOSTS", "push.example.0x7f"),
    ("KIZUKI_TRUSTED_PROXIES", "6"),
    ("KIZUKI_LOG_LEVEL", "LOUD"),
    ("KIZUKI_SIGNINS_PER_MINUTE", "-1"),
    ("KIZUKI_CODES_PER_MINUTE", "many"),
    ("KIZUKI_NOTES_PER_HOUR", "1.5"),
    ("KIZUKI_SILENT_DAYS", "0"),
]


def _sentence(error: SettingError, locale: str) -> str:
    return WORDS.say(locale, error.key, **error.params)


@pytest.mark.parametrize(("name", "value"), WRONG)
@pytest.mark.parametrize("locale", LOCALES)
def test_a_wrong_setting_is_named_by_one_sentence(name: str, value: str, locale: str) -> None:
    with pytest.raises(SettingError) as caught:
        Settings.from_env({name: value})
    sentence = _sentence(caught.value, locale)
    wanted = "KIZUKI_MAIL_FROM" if value == "smtp://mail.example.jp" else name
    assert wanted in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize("name", ["DATABASE_URL", "KIZUKI_SMTP_URL"])
def test_the_sentence_does_not_tell_a_password(name: str) -> None:
    with pytest.raises(SettingError) as caught:
        Settings.from_env({name: "nothing://kizuki:himitsu@host"})
    assert "himitsu" not in _sentence(caught.value, "en")


def test_every_setting_has_a_wrong_value_in_this_test() -> None:
    assert {name for name, _ in WRONG} == set(VARIABLES)


def test_every_default_works() -> None:
    settings = Settings.from_env({})
    assert settings.public_url == "http://localhost:8000"
    assert settings.database_url.startswith("sqlite:////")
    assert settings.vapid_subject == "https://kizuki.example"
    assert Settings.from_env(dict.fromkeys(VARIABLES, "")) == settings


def test_defaults_follow_what_is_given(tmp_path: Path) -> None:
    given = {"KIZUKI_INSTANCE": str(tmp_path), "KIZUKI_PORT": "9000"}
    settings = Settings.from_env(given)
    assert settings.database_url == f"sqlite:///{tmp_path}/kizuki.sqlite3"
    assert settings.key_file == tmp_path / "keys.json"
    assert settings.public_url == "http://localhost:9000"


@pytest.mark.parametrize(
    ("public_url", "subject"),
    [
        ("https://kizuki.town.example.jp", "https://kizuki.town.example.jp"),
        ("https://kizuki2.jp:8443", "https://kizuki2.jp:8443"),
        ("https://town.local:8000", "https://kizuki.example"),
        ("https://192.168.0.3", "https://kizuki.example"),
    ],
)
def test_a_real_public_address_is_the_push_subject(public_url: str, subject: str) -> None:
    assert Settings.from_env({"KIZUKI_PUBLIC_URL": public_url}).vapid_subject == subject


def test_push_to_this_machine_needs_a_town_on_this_machine() -> None:
    hosts = {"KIZUKI_PUSH_HOSTS": "loopback, FCM.googleapis.com"}
    assert Settings.from_env(hosts).push_hosts == ("loopback", "fcm.googleapis.com")
    with pytest.raises(SettingError):
        Settings.from_env(hosts | {"KIZUKI_PUBLIC_URL": "https://kizuki.example.jp"})


@pytest.mark.parametrize(
    ("environ", "locale"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LANG": "ja_JP.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
    ],
)
def test_the_command_line_speaks_the_terminals_language(
    environ: dict[str, str], locale: str
) -> None:
    assert terminal_locale(environ) == locale
