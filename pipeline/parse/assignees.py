"""Who must act: the subject of an order, resolved against recipients and known agencies."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from pipeline.parse.gazetteer import begins_agency
from pipeline.text import UPPER, fold

# "Giao X", "Đề nghị X", "Yêu cầu X": the order's verb stands before those who must act.
_ORDER = re.compile(r"^\W*(?:giao(?: cho)?|de nghi|yeu cau|phan cong|chi dao)\s+")
# Where the subject ends: a colon, or the verb of what is to be done.
_VERB = re.compile(
    r"\s*:|\s+(?:chiu trach nhiem|chu tri|phoi hop|thuc hien|chi dao|to chuc|tang cuong|trien khai|"
    r"day nhanh|day manh|tiep tuc|kiem tra|ra soat|bao dam|dam bao|huong dan|theo doi|tham muu|"
    r"xay dung|can cu|nghien cuu|tong hop|bao cao|bo tri|tuyen truyen|chuan bi|gui|cung cap|"
    r"khan truong|thong bao|tap trung|chu dong|xem xet|quan ly|giai quyet|xu ly|kip thoi|dat ty le|"
    r"co ho so|co trach nhiem|tich cuc|bang|co (?!quan|so|ban|cau)|la |can (?!bo|tho)|phai |se |"
    r"nghiem tuc|quan triet|pho bien|de |cu |tao dieu kien|hoan thanh|don doc|giam sat|cong bo|"
    r"dang ky|ap dung|phan bo|dieu chinh|tham gia|cong khai|tiep nhan|danh gia|khac phuc|"
    r"chan chinh|tham dinh|phe duyet|trinh |nang cao|van dong|ho tro|quyet liet|thuong xuyen|"
    r"cap nhat|phan cong|ban hanh|lap |nop )"
)
_MANY = re.compile(
    r"\bcac (?:so|bo|huyen|xa|phuong|quan|cuc|vu|phong|ban|don vi|co quan)[^:.;]{0,40}$"
)
# Before these a verb is a part of a name: các tổ chức, hội đồng quản lý.
_NOUN = re.compile(r"\b(?:cac|nhung|mot so|moi|hoi dong|trung tam|doi|to)$")
# With a capital these open a paragraph under a body's name, as no name has them.
_NEVER_NAMED = re.compile(
    r"\s+(?:chu tri|phoi hop|chiu trach nhiem|tang cuong|khan truong|tiep tuc|thuc hien|can cu|"
    r"ra soat|day manh|tham muu|huong dan|tap trung|trien khai|nghiem tuc|chu dong)\b"
)
_MUST = re.compile(
    r",?\s+(?:chiu trach nhiem|co trach nhiem|can cu|thuc hien|khan truong|chu dong|chu tri|"
    r"phoi hop|tang cuong|to chuc|bao cao|thi hanh)"
)
_BODY = re.compile(
    r"^(?!ban hanh|bo sung|bo tri|so luong|bao dam|bao ve|doan ket|vu viec|truong hop|cuc bo|"
    r"so voi|dia phuong nao|phong chong|phong,|bao cao)"
    r"(?:cac )?(?:so|bo|cuc|tong cuc|chi cuc|vu|ubnd|uy ban|hdnd|hoi|ban|phong|trung tam|truong|"
    r"cong an|"
    r"cong ty|kho bac|ngan hang|vien|van phong|thanh tra|chu tich|giam doc|thu truong|doan|"
    r"tinh doan|"
    r"bao hiem|benh vien|dai|bao|don vi|co quan|hieu truong|"
    r"to chuc(?=,| (?:chinh tri|ca nhan|tin dung|va) )|chanh|truong|hoc vien|"
    r"lien doan|mat tran|ubmttq|so,|dia phuong|doanh nghiep|ong|ba|dong chi|tap doan|bi thu)\b"
)
_EACH = re.compile(r"(?:^|(?<= ))(?:[Cc]ác )(\w+)$")
_LONGEST = 300


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
    end = _subject_end(text, folded, start)
    subject = text[start:end].strip(" ,;-") if end else ""
    if not _BODY.match(fold(subject)):
        return ()
    return tuple(_resolved(part, recipients) for part in _split(subject))


def _subject_end(text: str, folded: str, start: int) -> int | None:
    """Where the verb of what is to be done begins, or a colon ends the subject.

    A capital belongs to a name (Ban Chỉ đạo, Sở Xây dựng), and no body is one word. The colon of
    ``các Sở: Nội vụ, Tài chính có trách nhiệm`` opens a list within the subject.
    """
    for verb in _VERB.finditer(folded, start):
        first = text[verb.start() : verb.end()].strip()[:1]
        subject = folded[start : verb.start()].split()
        if first == ":" and _MANY.search(folded[start : verb.start()]):
            must = _MUST.search(folded, verb.end())
            return must.start() if must else verb.start()
        named = first.isupper() or _NOUN.search(folded[start : verb.start()])
        if (not named or _NEVER_NAMED.match(folded, verb.start())) and len(subject) > 1:
            return verb.start()
    return None


def names_body(text: str) -> bool:
    """Whether a text begins as the name of a body does (Sở, UBND, Ban)."""
    return text[:1].isupper() and _BODY.match(fold(text)) is not None


def _split(subject: str) -> list[str]:
    """Names parted at commas and ``và``, but not inside ``Sở Nông nghiệp và …``."""
    parts: list[str] = []
    kind = ""
    for piece in re.split(rf"[,;]\s*|\s+và\s+(?=[{UPPER}])", subject):
        head, colon, first = piece.partition(":")
        if colon and (many := _EACH.search(head)):
            # "Giám đốc các Sở: Nội vụ, Tài chính": each of them is one.
            kind = head[: many.start()] + many[1][:1].upper() + many[1][1:]
            parts.append(f"{kind} {first.strip()}")
        elif parts and not (piece[:1].isupper() and _BODY.match(fold(piece))):
            joint = " và " if f"và {piece}" in subject else ", "
            whole = f"{parts[-1]}{joint}{piece}"
            named = whole[whole.find(kind.split()[-1]) :] if kind else ""
            one = not kind or not piece[:1].isupper() or begins_agency(named)
            parts[-1:] = [whole] if one else [parts[-1], f"{kind} {piece}"]
        else:
            kind = ""
            parts.append(piece)
    return [part.strip(" ,;.") for part in parts if part.strip(" ,;.")]


def _resolved(name: str, recipients: Sequence[str]) -> str:
    """The recipient's spelling where the two are the same body."""
    key = fold(name)
    best = max(recipients, key=lambda r: fuzz.ratio(key, fold(r)), default=None)
    return best if best is not None and fuzz.ratio(key, fold(best)) >= 92 else name
