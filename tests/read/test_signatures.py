"""Digital signatures: found, named, and never called valid without a reason."""

from __future__ import annotations

import datetime
from pathlib import Path

import pikepdf
import pytest

from pipeline.config import Settings
from pipeline.letter import DigitalSignature
from pipeline.read import open_source


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PDF signed with a certificate of our own making."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import pkcs12
    from cryptography.x509.oid import NameOID
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers

    folder = tmp_path_factory.mktemp("signed")
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, "Văn phòng Ủy ban nhân dân tỉnh Mẫu"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Tỉnh Mẫu"),
        ]
    )
    start = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=36500))
        .add_extension(
            x509.KeyUsage(True, True, *[False] * 7),
            critical=True,
        )
        .sign(key, hashes.SHA256())
    )
    store = folder / "key.p12"
    store.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"k", key, certificate, None, serialization.NoEncryption()
        )
    )
    signer = signers.SimpleSigner.load_pkcs12(str(store))  # type: ignore[no-untyped-call]  # pyHanko has no types here
    plain = folder / "plain.pdf"
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.save(plain)
    path = folder / "signed.pdf"
    with plain.open("rb") as source, path.open("wb") as out:
        signers.sign_pdf(
            IncrementalPdfFileWriter(source),
            signers.PdfSignatureMetadata(field_name="Ky"),
            signer=signer,
            output=out,
        )
    return path


def signatures(path: Path) -> tuple[DigitalSignature, ...]:
    return open_source(path, Settings()).signatures


def test_who_for_whom_and_when(signed: Path) -> None:
    (found,) = signatures(signed)
    assert found.by == "Văn phòng Ủy ban nhân dân tỉnh Mẫu"
    assert found.organisation == "Tỉnh Mẫu"
    assert found.time is not None
    when = datetime.datetime.fromisoformat(found.time)
    assert abs(datetime.datetime.now(when.tzinfo) - when) < datetime.timedelta(minutes=10)


def test_intact_but_unchecked_is_unknown(signed: Path) -> None:
    (found,) = signatures(signed)
    assert found.valid is None


def test_a_changed_byte_is_seen(signed: Path, tmp_path: Path) -> None:
    content = bytearray(signed.read_bytes())
    place = content.index(b"/MediaBox")
    changed = content.replace(b"612", b"611", 1) if b"612" in content[place:] else None
    assert changed is not None
    path = tmp_path / "changed.pdf"
    path.write_bytes(changed)
    (found,) = signatures(path)
    assert found.valid is False


def test_a_cut_signature_is_named_as_far_as_it_goes(signed: Path, tmp_path: Path) -> None:
    """A file rewritten by a splitting tool keeps the field, but no signature that holds."""
    path = tmp_path / "rewritten.pdf"
    with pikepdf.open(signed) as pdf:
        pdf.save(path)
    found = signatures(path)
    assert all(one.valid is not True for one in found)


def test_unsigned_files_have_none(tmp_path: Path) -> None:
    path = tmp_path / "plain.pdf"
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.save(path)
    assert signatures(path) == ()
