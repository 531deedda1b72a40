"""Labels and anchors of an official letter as they are printed and as they are misread.

All patterns but :data:`AUTHORITY` work on folded text (:func:`pipeline.text.fold`), so that lost
accents cost nothing. The misread forms come from how the printed ones look to an OCR engine
(``Số:`` → ``86:``, ``S6``, ``$6``); the layout is that of NĐ 30/2020/NĐ-CP Phụ lục I.
"""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from pipeline.text import UPPER

MOTTO = "cong hoa xa hoi chu nghia viet nam"
SLOGAN = "doc lap - tu do - hanh phuc"
_MOTTO_HINT = re.compile(r"[ce][o06]n[gq] ?h|[xk][aă] ?h[o0q]i|ch[uiũ] ?ngh|nghia ?v")
_SLOGAN_HINT = re.compile(r"d[o0]c ?l|t[uw] ?d[o0]|h[a-z]nh ?p[hb]|lap ?-")
_PARTY = re.compile(
    r"da[nm]g c[o0][nm]g s[a-z]n vi[a-z]t nam|"
    r"do[a-z]n (?:tncs|thanh nien c[o0]ng s[a-z]n) ho chi m[il]nh"
)
_LEAST = 68  # of 100: below it, other lines begin to match

# "Số:" before the number, with up to a few stray marks before it.
NUMBER_LABEL = re.compile(
    # "Số:" read well comes first: its number may begin with 86 or 90.
    r"^\W{0,6}so(?: ?hieu)?\s*(?:[:;.,]+|(?=[\d/]))\s*|"
    r"^\W{0,6}(?:[a-z]{1,2}\W{1,3})?"
    r"(?:[s$5]\s?[o0q6]|s[eé]|8[6o0]|9[6o0]|5[6o]|[s$5]6|no)"
    r"(?:\s*[:;.,]+|(?=\s*[\d/])|(?=\s*[a-z0-9#]{0,6}\s?/)|(?=[a-z]\d))\s*"
)
# "Số" glued to garbled digits: "SóZ3#2/CT-TTHT".
NUMBER_GLUED = re.compile(r"^\W{0,4}s[o0][a-z0-9#]{1,6}\s?/")
NOTATION = re.compile(
    r"(?:[A-ZĐ&][\w&.]{0,14}\s?-\s?)+[A-ZĐ&ÔƯ][\w&.]{0,19}|[A-ZĐ]{2,}[A-ZĐa-zđ&.]{0,14}"
)
SYMBOL_HINT = re.compile(r"[/\d]\s?[A-ZĐ]{2}|[A-ZĐ]-[A-ZĐ]")

DATE = re.compile(
    r"\bng[a-tv-z]y(?P<day>.{0,14}?)th[a-z]{1,3}ng(?P<month>.{0,12}?)n[a-z]{1,3}m\b"
    r"\W{0,3}(?P<year>\w{0,7}(?: \d{1,3})?)"
)
DATE_START = re.compile(r"[,.;]\s*\W{0,2}ng[a-z]y\b")

SUBJECT_LABEL = re.compile(
    r"^\W{0,4}(?:[il]v(?= [a-z])|[vyw]{1,2}\s?[/\\|⁄]\s?[vyuw%]{1,2}[a-z]?|v[il1at]v|w\s?/|"
    r"av[/ ]?v|vav|vw|yw|vv|va|w\W{0,2}%|"
    r"4a\s*:|v/|\(tr v/yw)(?:\s*[:.]|(?=\W|$))\s*|^\W{0,3}ve ?viec\s*:?\s+"
)
ABOUT = re.compile(r"^\W{0,2}(?:v\s?/\s?v|ve\s*viec)\s*:?\s+")

ADDRESSEE = re.compile(
    r"^.{0,14}?(?:\bk|[%&#*]|\b)[ilj1í][nm]h\s*g[a-z0-9][il1í]{1,2}\b\s*[:;.,]*\s*|"
    r"^\W{0,3}kinh (?:trinh|moi)\s*:\s*"
)
COPIES = re.compile(
    r"^\W{0,3}n[o0e][i1l]\s?[nm][hbn][a-z]{1,2}[nm]?[mnp]?\s*[:;.,/»⁄]*\s*(?:\W*ap\s)?|"
    r"^\W{0,3}[a-z]{2,3} nhan\s?:\W*$"
)
ALSO_BY_MAIL = re.compile(r"^\W{0,3}b[a-z]n (?:dien t[a-z]|giay)\s*[:.]?\s*$")
FILED = re.compile(r"^\W{0,3}l[uưh][uưn]\b(?! y\b)\s*[:;(]?")

OVERLAY = re.compile(
    r"^\W{0,3}(?:(?:nguoi )?ky(?: boi| ngay)?\s*:|co quan\s*:|thoi\W{0,2} gian\W? ky|email\s*:|"
    r"ngay ky\s*:|[db]ia chi\s*:|(?:so )?dien thoai\s*:|chu ky so|signed by|"
    r"digitally signed|date:\s*20|\S+@\S+\.\w+\W*$|[+-]\d{2}:\d{2}\W*$|"
    r"\d{1,2}[./-]\d{1,2}[./-]\d{4} \d{1,2}:\d{2})"
)
# Lines that a web page, a scanner or a page break leaves in a text.
NOISE = re.compile(
    r"^\W{0,3}(?:page \d+ ?of|-{2,} *page|scanned (?:with|by)|.{0,3}camscanner|lawsoft|"
    r"thu vien phap luat|https?://|www\.|trang \d+/\d+$)|thuvienphapluat\.vn|^\W*$"
)
PAGE_NUMBER = re.compile(r"^\W{0,2}\d{1,3}\W{0,2}$")

END_OF_BODY = re.compile(r"\.\s?/\s?\.|\./[,.+]?")
ENACTING = re.compile(
    r"^\W{0,2}(?:quyet dinh|quyet nghi|nghi quyet|chi thi|lenh|thong bao)\s*:\W*$"
)
BASIS = re.compile(r"^\W{0,3}(?:can cu|c[aă]n cu|xet de nghi|theo de nghi|xet to trinh)\b")
ANNEX = re.compile(
    r"^\W{0,2}(?:phu luc(?:\W*(?:[ivx]+|\d+|[a-z]))?\W*$|phu luc (?:so )?\d|"
    r"bieu mau|bieu so|mau so|danh sach\W*$)"
)
# Heads of what is sent along, under the end of a letter.
ENCLOSED = re.compile(
    r"^\W{0,3}(?:danh sach|phu luc|bieu|mau|bang|lich|de cuong|noi dung|du thao) "
)

BULLET = re.compile(r"^[\s|]*[-–—+*•~−▪●]\s*(?=\S)")

# Cell 7a, on the text itself: case tells a signature from a sentence.
AUTHORITY = re.compile(
    rf"^\W{{0,3}}(TM|T/M|KT|K/T|TL|T/L|TUQ|T/UQ|Q|TT)\b\s*[.,:]?\s*"
    rf"(?:(?=[{UPPER}€])|(?=\w+ [{UPPER}]{{2}}))"
)
_OFFICE = (
    r"(?:b[o0] tr|thu tr|c[uo]c tr|vu tr|tr[uo]+ng (?:ban|phong|khoa|phan|cong|don)|"
    r"hieu tr|vien tr|"
    r"giam [db][o0]c|ch[uo] tich|[tl]ich$|chanh (?:van|thanh|an)|thong [db]oc|thu tuong|chu nhiem|"
    r"tong bi thu|bi thu|doan chu|ban thuong vu|uy ban|ubnd|hoi dong|tong cuc|kiem toan|"
    r"tong giam|chi huy|chinh uy|tong bien tap|tong thanh tra|pho [a-z]|"
    r"(?:chi hoi|chi doan|doi|to|tram|hat|khoa|doan|kho) truong$|"
    r"t[hr]ruong|trung tam tr|chi cuc tr|ke toan tr|thua lenh|"
    r"truong$|truong ban)"
)
OFFICE = re.compile(r"\b" + _OFFICE)

# How rows begin that end or continue a part.
DETAIL = re.compile(r"^\W{0,3}(?:ma so thue|mst|[dđ]ia chi|d/c|dien thoai|fax|email|\(|ma so)")
_OPENING = (
    r"^\W{0,3}(?:tra loi|can cu|thuc hien|theo |de |trong|ngay \d|xet |qua |ve viec|trien khai|"
    r"tiep theo|tiep tuc|nham|vua qua|hien nay|sau khi|phuc dap|hoa toc|kinh thua|ngay\b|"
    r"\(?\d{1,2}[.)/] |[ivx]+\. |dieu \d)"
)
BODY_OPENS = re.compile(_OPENING)
BODY_STARTS = re.compile(
    _OPENING + r"|.{0,70}\b(?:nhan duoc|co y kien|de nghi|thong bao|yeu cau|to chuc|xin)\b"
)
TITLE_ENDS = re.compile(
    r"^\W{0,3}(?:can cu|thuc hien|ngay \d|trong |de |theo |xet |thi hanh|trien khai|tiep tuc|"
    r"qua |nham |sau khi|kinh |\d{1,2}[.)/] |[ivx]+[.] |phan (?:[ivx\d]|thu)|dieu \d|"
    r"chuong [ivx\d]|- )"
)
STAMPED = re.compile(
    r"^\W{0,3}(hoa toc|thuong khan|khan|tuyet mat|toi mat|mat)(?: hen gio)?\W{0,3}$"
)
ARRIVAL = re.compile(r"^\W{0,3}(?:cong van den|[dđ]en\b.{0,30}\b(?:so|ngay)\b|so den)")
BARE_NOTATION = re.compile(r"(?:^|[\s/\d])[A-ZĐ]{2,}[A-ZĐa-z&]*\s?-\s?[A-ZĐ]{1,}[\w&]*\s*$")
# Whom a telegram goes to (Công điện): "THỦ TƯỚNG CHÍNH PHỦ điện:", a list below.
TELEGRAM = re.compile(r"^.{0,60}\bdien\s*:\s*$")
# A mark alone before a capital: "1 Gồm các …"; misread, it is any one character
# but the dash of a list.
FOOTNOTE = re.compile(rf"^\W{{0,2}}(?:\(?\d{{1,2}}\)?|[^\s\d–—+•~\-“”\"()@©.,;:])\s+[{UPPER}\d]")
# Cell 13 at the foot of a page, as a plain text has it between two paragraphs.
FOOT = re.compile(r"^\W{0,3}(?:[dđ]ia chi|tru so)\s*:.*\b(?:dien thoai|tel|fax|email|website)\b")
ITEM = re.compile(r"^\W{0,3}(?:\d{1,2}(?:\.\d{1,2})*[.)/]|[a-zđ]\)|[IVX]{1,4}\.|[ĐD]i[eề]u \d)")


def find_motto(folded: str) -> int | None:
    """Where ``CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM`` starts in a folded line, however misread."""
    at = _fuzzy(folded, MOTTO, _MOTTO_HINT)
    if at is None:
        return None
    # "Bảo hiểm xã hội Việt Nam" shares its end with the motto, but neither of these.
    own = max(fuzz.partial_ratio(part, folded[at:]) for part in ("cong hoa", "chu nghia"))
    return at if own >= 70 else None


def find_slogan(folded: str) -> int | None:
    """Where ``Độc lập - Tự do - Hạnh phúc`` starts in a folded line, however misread."""
    return _fuzzy(folded, SLOGAN, _SLOGAN_HINT)


def find_party(folded: str) -> int | None:
    """Where ``ĐẢNG CỘNG SẢN VIỆT NAM`` or the Youth Union's name starts, which stand for it.

    Source: Hướng dẫn 36-HD/VPTW on the form of the Party's documents.
    """
    found = list(_PARTY.finditer(folded))
    # TRUNG ƯƠNG ĐOÀN TNCS HỒ CHÍ MINH is a body's name; the second time it stands for the motto.
    if len(found) == 1 and re.search(r"\b(?:trung uong|bch)\s+doan ", folded):
        return None
    return found[-1].start() if found else None


def _fuzzy(folded: str, target: str, hint: re.Pattern[str]) -> int | None:
    if len(folded) < 12 or not hint.search(folded):
        return None
    found = fuzz.partial_ratio_alignment(target, folded, score_cutoff=_LEAST)
    if found is None:
        return None
    start = found.dest_start
    # The alignment may begin inside a word: go back to its first letter.
    while start > 0 and folded[start - 1] not in " ":
        start -= 1
    return start
