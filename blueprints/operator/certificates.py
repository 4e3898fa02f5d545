"""A certificate authority of this machine's own, for phones in the same network."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization

LEAF_DAYS = 365
"""iOS refuses server certificates of more than 825 days."""
RENEWED_BEFORE = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Certificates:
    """Where the files are: the authority's certificate, the server's chain and its key."""

    authority: Path
    chain: Path
    key: Path


def certificates(folder: Path, names: list[str], now: dt.datetime) -> Certificates:
    """The authority kept in `folder`, and a server certificate for `names` made by it.

    Both are reused; the server's is made anew when it ends soon or other names are needed.
    """
    files = Certificates(folder / "lan-ca.pem", folder / "lan-server.pem", folder / "lan-key.pem")
    authority = _authority(files.authority, folder / "lan-ca-key.pem")
    if not _is_good(files, set(names), now):
        leaf = authority.issue_cert(
            *names,
            common_name=names[0],
            not_before=now - dt.timedelta(days=1),
            not_after=now + dt.timedelta(days=LEAF_DAYS),
        )
        _write(files.key, _pkcs8(leaf.private_key_pem.bytes()))
        _write(files.chain, b"".join(part.bytes() for part in leaf.cert_chain_pems))
    return files


def _authority(certificate: Path, key: Path) -> trustme.CA:
    if certificate.exists() and key.exists():
        return trustme.CA.from_pem(certificate.read_bytes(), key.read_bytes())
    authority = trustme.CA(organization_name="Kizuki", organization_unit_name="LAN")
    _write(key, authority.private_key_pem.bytes())
    _write(certificate, authority.cert_pem.bytes())
    return authority


def _is_good(files: Certificates, names: set[str], now: dt.datetime) -> bool:
    if not files.chain.exists() or not files.key.exists():
        return False
    leaf = x509.load_pem_x509_certificates(files.chain.read_bytes())[0]
    authority = x509.load_pem_x509_certificate(files.authority.read_bytes())
    try:
        leaf.verify_directly_issued_by(authority)
    except (ValueError, InvalidSignature):
        return False
    found = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    held = {str(name.value) for name in found}
    return names <= held and leaf.not_valid_after_utc - now > RENEWED_BEFORE


def _pkcs8(pem: bytes) -> bytes:
    """The key in the only form the web server reads."""
    return serialization.load_pem_private_key(pem, password=None).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, readable by the owner only."""
    draft = path.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    draft.replace(path)
