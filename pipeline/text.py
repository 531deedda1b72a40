"""Vietnamese text, normalised: the only place that knows Unicode forms, folding and tones.

NFC everywhere, never NFKC (it would turn ``№``, ``²`` and full-width digits into other text).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

TONES = "\u0300\u0301\u0303\u0309\u0323"  # huyền, sắc, ngã, hỏi, nặng
"""Combining tone marks; the level tone (ngang) has none."""

_SHAPES = "\u0302\u0306\u031b"  # circumflex (â ê ô), breve (ă), horn (ơ ư)


# Old and new tone placement spell the same syllable: hoà = hòa, thuỷ = thủy (not after q: quý).
_OLD_STYLE = re.compile(
    r"(?<![qQ])([oO])([aeAE])([\u0300\u0301\u0303\u0309\u0323])(?!\w)"
    r"|(?<![qQ])([uU])([yY])([\u0300\u0301\u0303\u0309\u0323])(?!\w)"
)

_TONED_PAIR = re.compile(r"o[ae]|uy")

# What OCR and typists leave that means the same as a plain character; all one to one, so that
# offsets survive.
_PLAIN = str.maketrans(
    {
        "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u00ad": "-", "\ufeff": " ",
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
        "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00d0": "Đ", "\u0189": "Đ",
    }
)  # fmt: skip

LOWER = (
    "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệfghiìíỉĩịjklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvwxyỳýỷỹỵz"
)
"""All small letters, for character classes: a range such as ``à-ỹ`` holds capitals too."""

UPPER = LOWER.upper()
"""All capital letters."""

# The family names that nearly all Vietnamese bear (Lê Trung Hoa, Họ và tên người Việt Nam); another
# one is possible, and looked at.
FAMILIES = frozenset(
    (
        "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đào đoàn "
        "trịnh đinh mai lâm phùng tô hà tạ cao châu trương thái tăng quách lương lưu la lại "
        "kiều khổng giang diệp đàm chu chử cù cung doãn hứa lục mạc nghiêm ninh nông ông phó "
        "quản sầm sử tôn tống triệu từ văn viên vương vi thân thạch thiều tiêu trang triển "
        "ung bạch bành bế cấn chế danh điểu đồng hầu hán hàn kim lã lò lăng lộc lều ma mã mẫn "
        "ngân nhữ ngụy niê ơ phí phương quàng sùng thào thẩm thịnh tòng trà ứng uông viết xa "
        "y ksor rơ siu đậu khuất khương an âu bá biện cầm cam giáp hoa hồng khúc lường mùa "
        "nhan ngọ quang thi thôi tưởng vàng giàng "
    ).split()
)
"""Family names in small letters."""

SYLLABLE = re.compile(r"[^\W\d_]+")
"""A run of letters: one syllable of Vietnamese, or a foreign word."""

WORD = re.compile(r"\w+")


def nfc(text: str) -> str:
    """Canonical composed form: one code point a letter for every Vietnamese letter."""
    return unicodedata.normalize("NFC", text)


def printed(text: str) -> str:
    """NFC, with the Icelandic eth that readers give for đ: no Vietnamese text has one.

    >>> printed("BGÐ SYT")
    'BGĐ SYT'
    """
    return nfc(text).replace("Ð", "Đ").replace("ð", "đ")


class _Folded(dict[int, int]):
    """Characters and what they fold to, worked out when first met: for ``str.translate``."""

    def __missing__(self, code: int) -> int:
        plain = chr(code).translate(_PLAIN)
        base = "d" if plain in "đĐ" else unicodedata.normalize("NFD", plain)[0].lower()
        self[code] = ord(base) if len(base) == 1 else code
        return self[code]


_FOLDED = _Folded()


@lru_cache(maxsize=1024)
def fold(text: str) -> str:
    """Lower case, without accents, đ as d; one character for one, so offsets map back.

    The input must be NFC for the accents to be found.

    >>> fold("Đắk Lắk, ngày 05"), len(fold("Đắk Lắk")) == len("Đắk Lắk")
    ('dak lak, ngay 05', True)
    """
    return text.translate(_FOLDED)


@lru_cache(maxsize=65536)
def strip_tone(syllable: str) -> str:
    """Without its tone, its vowel shapes kept: ``trưởng`` → ``trương``."""
    parts = unicodedata.normalize("NFD", syllable)
    return nfc("".join(c for c in parts if c not in TONES))


@lru_cache(maxsize=65536)
def strip_marks(syllable: str) -> str:
    """Without tone and vowel shape, case kept: ``Trưởng`` → ``Truong``, ``Đ`` → ``D``."""
    parts = unicodedata.normalize("NFD", syllable)
    bare = "".join(c for c in parts if c not in TONES and c not in _SHAPES)
    return nfc(bare).replace("đ", "d").replace("Đ", "D")


def tone_of(syllable: str) -> str:
    """The combining tone mark of a syllable, or ``''`` for the level tone."""
    return next((c for c in unicodedata.normalize("NFD", syllable) if c in TONES), "")


def new_tone_style(text: str) -> str:
    """Old tone placement (hoà, thuỷ) in the new style (hòa, thủy), for comparing only.

    >>> new_tone_style("Uỷ ban nhân dân tỉnh Hoà Bình, quý")
    'Ủy ban nhân dân tỉnh Hòa Bình, quý'
    """
    if not _TONED_PAIR.search(fold(text)):
        return nfc(text)
    apart = _decompose_tones(text)
    moved = _OLD_STYLE.sub(
        lambda m: f"{m[1]}{m[3]}{m[2]}" if m[1] else f"{m[4]}{m[6]}{m[5]}", apart
    )
    return nfc(moved)


def _decompose_tones(text: str) -> str:
    """Tone marks apart from their vowels, the vowel shapes composed."""
    out = []
    for character in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", character)
        tone = "".join(c for c in parts if c in TONES)
        out.append(nfc("".join(c for c in parts if c not in TONES)) + tone if tone else character)
    return "".join(out)


@lru_cache(maxsize=16384)
def same_key(text: str) -> str:
    """What two spellings of one value share: case, spaces, dashes, tone placement, end marks."""
    plain = new_tone_style(nfc(text)).lower().translate(_PLAIN)
    plain = re.sub(r"\s*([-/,])\s*", r"\1", plain)
    return " ".join(plain.split()).strip(" .;:,-*\"'")


# --- Phonotactics -------------------------------------------------------------------------------
# Onset, rime and tone of Quốc ngữ (Đoàn Thiện Thuật, Ngữ âm tiếng Việt; the closed list that
# spell checkers use). Rimes are written without tone.
_ONSETS = "ngh ng nh gh gi kh kr ph th tr ch qu b c d đ g h k l m n p r s t v x".split()
_RIMES = frozenset(
    (
        "a ac ach ai am an ang anh ao ap at au ay ă ăc ăm ăn ăng ăp ăt â âc âm ân âng âp ât âu ây "
        "e ec em en eng eo ep et ê êch êm ên ênh êp êt êu êng êc i ia ich iêc iêm iên iêng iêp "
        "iêt iêu im in inh ip it iu iec o oc oa oac oach oai oam oan oang oanh oao oap oat oay oă "
        "oăc oăm oăn oăng oăt oe oen oeo oet oi om on ong op ot ooc oong ô ôc ôi ôm ôn ông ôp ôt "
        "ôông ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uê uênh uêch ui um un ung up ut uôc uôi uôm "
        "uôn uông uôt uơ uy uya uych uynh uyên uyêt uyt uyn uyp uych uyu uc ư ưa ưc ưi ưm ưn ưng "
        "ưt ưu ươc ươi ươm ươn ương ươp ươt ươu uêu y yêm yên yêng yêt yêu ych ynh yt "
        "ăk âk ek ik ok uk ưk"  # Tây Nguyên place names: Đắk Lắk, Krông Búk
    ).split()
)
# Syllables that stop (p t c ch k) carry only sắc or nặng.
_STOPPED = re.compile(r"(?:p|t|c|ch|k)$")


@lru_cache(maxsize=65536)
def is_syllable(word: str) -> bool:
    """Whether a word can be a syllable of Vietnamese (any case).

    >>> [is_syllable(w) for w in ("nghiệp", "Đắk", "nghlep", "xyz", "quyết", "thuc")]
    [True, True, False, False, True, False]
    """
    lower = word.lower()
    tone = tone_of(lower)
    bare = strip_tone(lower)
    for onset in (*_ONSETS, ""):
        if not bare.startswith(onset):
            continue
        for rime in _rimes_after(onset, bare[len(onset) :]):
            if rime in _RIMES and not (_STOPPED.search(rime) and tone not in ("\u0301", "\u0323")):
                return True
    return False


def _rimes_after(onset: str, rest: str) -> tuple[str, ...]:
    """How the letters after an onset may be read: ``gi`` and ``qu`` share a letter with a rime."""
    if onset == "gi":
        return (rest, "i" + rest)
    if onset == "qu":
        return (rest, "u" + rest, "o" + rest)
    return (rest,)
