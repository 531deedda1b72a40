"""Digital signatures of a PDF: who, for whom, when, and whether they can be relied on.

Offline there is no list of revoked certificates and no list of trusted roots, so a signature is
never called valid here: ``valid`` is False when the signed bytes were changed or the
cryptography does not add up, and None when both are in order but the chain is not checked.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any, BinaryIO

from pipeline.letter import DigitalSignature

_MOST = 32  # signatures looked at: a letter has one to five
_MOST_BYTES = 300_000_000  # pyHanko reads in plain Python: larger files are not checked


def signatures_of(file: BinaryIO, pdf: Any, size: int) -> tuple[DigitalSignature, ...]:
    """The signatures of a PDF in the order of signing.

    Args:
        file: the PDF, open for reading.
        pdf: the same, open in pikepdf.
        size: its size in bytes.
    """
    fields = _signed_fields(pdf)
    if not fields:
        return ()
    found = _checked(file) if size <= _MOST_BYTES else []
    if not found:
        found = [_as_written(field) for field in fields]
    return tuple(sorted(found, key=lambda s: s.time or ""))


def _signed_fields(pdf: Any) -> list[Any]:
    """The signature dictionaries of the form's fields, at most :data:`_MOST`."""
    from pikepdf import Dictionary

    found: list[Any] = []
    form = pdf.Root.get("/AcroForm")
    pending = list(form.get("/Fields", [])) if isinstance(form, Dictionary) else []
    for _ in range(1000):  # a form of more fields than this is no letter
        if not pending or len(found) >= _MOST:
            break
        node = pending.pop(0)
        if not isinstance(node, Dictionary):
            continue
        value = node.get("/V")
        if str(node.get("/FT", "")) == "/Sig" and isinstance(value, Dictionary):
            found.append(value)
        pending.extend(node.get("/Kids", []))
    return found


def _checked(file: BinaryIO) -> list[DigitalSignature]:
    """What pyHanko finds; nothing where it can't follow the file."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    file.seek(0)
    try:
        embedded = PdfFileReader(file, strict=False).embedded_regular_signatures
        return [_check(signature) for signature in embedded[:_MOST]]
    except Exception:  # pyHanko raises anything at damaged files; the plain entries remain
        return []


def _check(signature: Any) -> DigitalSignature:
    subject = signature.signer_cert.subject.native if signature.signer_cert else {}
    entry = signature.sig_object
    return DigitalSignature(
        by=_text(subject.get("common_name")) or str(entry.get("/Name", "")) or "?",
        organisation=_text(subject.get("organization_name"))
        or _text(subject.get("organizational_unit_name")),
        time=_pdf_time(str(entry.get("/M", ""))) or _iso(signature.self_reported_timestamp),
        valid=None if _holds(signature) else False,
    )


def _holds(signature: Any) -> bool:
    """Whether the signed bytes are unchanged and the cryptography adds up; nothing on trust."""
    import asyncio

    from pyhanko.sign.validation import async_validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    context = ValidationContext(
        trust_roots=[], allow_fetching=False, weak_hash_algos=(), revocation_mode="soft-fail"
    )
    status = asyncio.run(
        async_validate_pdf_signature(signature, signer_validation_context=context, skip_diff=True)
    )
    return bool(status.intact and status.valid)


def _iso(time: Any) -> str | None:
    return time.isoformat() if isinstance(time, datetime) else None


def _text(value: Any) -> str | None:
    """A name of a certificate; several of one kind are joined from the narrowest to the widest."""
    if isinstance(value, list):
        return ", ".join(map(str, value)) or None
    return str(value) if value else None


def _as_written(entry: Any) -> DigitalSignature:
    """What the signature's own entries say, unchecked."""
    return DigitalSignature(
        by=str(entry.get("/Name", "")) or "?", time=_pdf_time(str(entry.get("/M", "")))
    )


def _pdf_time(text: str) -> str | None:
    """``D:20250115171017+07'00'`` → ISO 8601.

    >>> _pdf_time("D:20250115171017+07'00'")
    '2025-01-15T17:10:17+07:00'
    """
    digits = text.removeprefix("D:").replace("'", "")
    for pattern in ("%Y%m%d%H%M%S%z", "%Y%m%d%H%M%S"):
        try:
            return datetime.strptime(digits, pattern).isoformat()
        except ValueError:
            continue
    return None
