"""Who must act: the subject of an order, resolved against recipients and known agencies."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from pipeline.text import UPPER, fold

# "Giao X", "Đề nghị X", "Yêu cầu X": the order's verb stands before those who must act.
_ORDER = re.compile(r"^\W*(?:giao(?: cho)?|de nghi|yeu cau|phan cong|chi dao)\s+")
# Where the subject ends: a colon, or the verb of what is to be done.
_VERB = re.compile(
    r"\s*:|\s+(?:chiu trach nhiem|chu tri|phoi hop|thuc hien|chi dao|to chuc|tang cuong|trien khai|"
    r"day nhanh|day manh|tiep tuc|kiem tra|ra soat|bao dam|dam bao|huong dan|theo doi|tham muu|"
    r"xay dung|can cu|nghien cuu|tong hop|bao cao|bo tri|tuyen truyen|chuan bi|gui|cung cap|"
    r"khan truong|thong bao|tap trung|chu dong|xem xet|quan ly|giai quyet|xu ly|kip thoi|dat ty le|"
    r"co ho so|co trach nhiem|bang|co |la |can |phai |se |nghiem tuc|quan triet|pho bien|de |cu )"
)
_BODY = re.compile(
    r"^(?:cac )?(?:so|bo|cuc|tong cuc|chi cuc|vu|ubnd|uy ban|hdnd|hoi|ban|phong|trung tam|truong|"
    r"cong an|"
    r"cong ty|kho bac|ngan hang|vien|van phong|thanh tra|chu tich|giam doc|thu truong|doan|"
    r"tinh doan|"
    r"bao hiem|benh vien|dai|bao|don vi|co quan|hieu truong|to chuc|chanh|truong|hoc vien|"
    r"lien doan|mat tran|ubmttq|so,|dia phuong|doanh nghiep)\b"
)
_LONGEST = 220


def assignees_of(text: str, recipients: Sequence[str]) -> tuple[str, ...]:
    """The bodies that an item of an order speaks to; empty when it names none.

    >>> assignees_of("Giao Sở Y tế, Sở Nội vụ chủ trì, phối hợp tham mưu", [])
    ('Sở Y tế', 'Sở Nội vụ')
    >>> assignees_of("Kết quả thực hiện còn thấp", [])
    ()
    """
    folded = fold(text[:_LONGEST])
    order = _ORDER.match(folded)
    start = order.end() if order else 0
    verb = _VERB.search(folded, start)
    if verb is None or verb.start() <= start:
        return ()
    subject = text[start : verb.start()].strip(" ,;-")
    if not _BODY.match(fold(subject)):
        return ()
    return tuple(_resolved(part, recipients) for part in _split(subject))


def _split(subject: str) -> list[str]:
    """Names parted at commas and ``và``, but not inside ``Sở Nông nghiệp và …``."""
    parts: list[str] = []
    for piece in re.split(rf"[,;]\s*|\s+và\s+(?=[{UPPER}])", subject):
        if parts and not _BODY.match(fold(piece)):
            joint = " và " if f"{parts[-1]} và {piece}" in subject else ", "
            parts[-1] = f"{parts[-1]}{joint}{piece}"
        else:
            parts.append(piece)
    return [part.strip(" ,;.") for part in parts if part.strip(" ,;.")]


def _resolved(name: str, recipients: Sequence[str]) -> str:
    """The recipient's spelling where the two are the same body."""
    key = fold(name)
    best = max(recipients, key=lambda r: fuzz.ratio(key, fold(r)), default=None)
    return best if best is not None and fuzz.ratio(key, fold(best)) >= 92 else name
