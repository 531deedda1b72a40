"""Bodies of letters by type: situation, figures, orders, articles, sections, tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from training.letters.draft import Block, Issuer
from training.letters.phrases import Rng, chance, phrases, pick, some

_LETTERS = "abcdđegh"
_EVERYONE = (
    "thủ trưởng các cơ quan, đơn vị",
    "các cơ quan, đơn vị liên quan",
    "các đơn vị",
)
_ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True, slots=True)
class Scene:
    """What all sentences of a letter know."""

    issuer: Issuer
    day: dt.date
    doc_type: str
    subject: str
    thing: str


Body = tuple[tuple[str, ...], tuple[Block, ...]]
"""Recipients (Kính gửi), and the blocks of the body."""


def body(rng: Rng, scene: Scene) -> Body:
    """Recipients and body of a letter of the scene's type."""
    makers = {
        "quyết định": _decision,
        "báo cáo": _report,
        "kế hoạch": _plan,
        "giấy mời": _invitation,
        "tờ trình": _proposal,
        "chỉ thị": _instruction,
        "thông báo": _instruction,
        "hướng dẫn": _instruction,
    }
    return makers.get(scene.doc_type, _letter)(rng, scene)


# --- Sentences ----------------------------------------------------------------------------------


def say(rng: Rng, scene: Scene, template: str) -> str:
    """A sentence from its template, every slot filled afresh."""
    out = template
    while "{" in out:
        name = out[out.index("{") + 1 : out.index("}")]
        out = out.replace("{" + name + "}", _slot(rng, scene, name), 1)
    return out


def _slot(rng: Rng, scene: Scene, name: str) -> str:
    issuer, people = scene.issuer, phrases()["people"]
    office = {"province": "Văn phòng UBND tỉnh", "so": "Văn phòng Sở"}
    fixed = {
        "thing": scene.thing,
        "author": issuer.author,
        "boss": issuer.author,
        "year": str(scene.day.year),
        "month": str(max(1, scene.day.month - 1)),
        "order": "yêu cầu" if issuer.collective else "đề nghị",
        "watch": office.get(issuer.kind, "bộ phận văn phòng"),
    }
    drawn: dict[str, Callable[[], str]] = {
        "p": lambda: percentage(rng),
        "count": lambda: str(rng.integers(11, 980)),
        "cmp": lambda: pick(rng, phrases()["sentences"]["cmp"]),
        "low": lambda: pick(rng, [who for who in people[issuer.kind] if len(who) < 40]),
        "all": lambda: pick(rng, _EVERYONE),
        "due": lambda: due(rng, scene.day),
        "ref": lambda: reference(rng, scene),
    }
    return fixed[name] if name in fixed else drawn[name]()


def percentage(rng: Rng) -> str:
    """A percentage as Vietnamese writes it: 20,7."""
    whole = int(rng.integers(0, 100))
    return f"{whole},{rng.integers(1, 10)}" if chance(rng, 0.6) else str(max(1, whole))


def due(rng: Rng, day: dt.date) -> str:
    """``trước ngày …``, marked as a deadline."""
    then = day + dt.timedelta(days=int(rng.integers(5, 120)))
    long = f"{then.day:02} tháng {then.month:02} năm {then.year}"
    month = f"{then.month:02}" if then.month < 3 else str(then.month)
    short = f"{then.day:02}/{month if chance(rng, 0.5) else f'{then.month:02}'}/{then.year}"
    when = pick(rng, (short, short, long))
    return (
        f"{pick(rng, ('trước ngày', 'chậm nhất ngày', 'trước ngày'))} ‹d|{then.isoformat()}|{when}›"
    )


def reference(rng: Rng, scene: Scene) -> str:
    """Another document, as cited: type, code, day, author, subject."""
    name, code, units = pick(rng, phrases()["people"]["abroad"])
    then = scene.day - dt.timedelta(days=int(rng.integers(4, 400)))
    kind, sign = pick(
        rng,
        (("Công văn", f"{code}-{pick(rng, units)}"), ("Quyết định", f"QĐ-{code}"),
         ("Kế hoạch", f"KH-{code}"), ("Thông báo", f"TB-{code}")),
    )  # fmt: skip
    when = f"{then.day:02}/{then.month:02}/{then.year}"
    if chance(rng, 0.4):
        when = f"{then.day:02} tháng {then.month:02} năm {then.year}"
    number = f"{rng.integers(2, 6500):02}/{sign}"
    tail = f" về việc {scene.subject}" if chance(rng, 0.4) else ""
    return f"{kind} số ‹c|{number}› ngày {when} của {name}{tail}"


def _duties(rng: Rng, scene: Scene, count: int) -> list[str]:
    return [say(rng, scene, duty) for duty in some(rng, phrases()["sentences"]["duty"], count)]


# --- Parts --------------------------------------------------------------------------------------


def _intro(rng: Rng, scene: Scene) -> list[Block]:
    sentences = phrases()["sentences"]
    situation = [
        say(rng, scene, s) for s in some(rng, sentences["situation"], int(rng.integers(1, 3)))
    ]
    figures = [say(rng, scene, s) for s in some(rng, sentences["figures"], int(rng.integers(0, 4)))]
    opening = f"Thực hiện {reference(rng, scene)}, "
    text = " ".join([*situation[:1], *figures, *situation[1:]])
    if chance(rng, 0.5):
        text = opening + text[0].lower() + text[1:]
    if chance(rng, 0.3):
        note = say(rng, scene, pick(rng, sentences["footnote"]))
        text = text.removesuffix(".") + f"‹f|{note}›."
    return [
        Block("paragraph", text),
        Block("paragraph", say(rng, scene, pick(rng, sentences["goal"]))),
    ]


def items(rng: Rng, scene: Scene, count: int, level: Sequence[str]) -> list[Block]:
    """Numbered orders, each for somebody, some with lettered parts or dashes, some due."""
    blocks = []
    doers = some(rng, level, count)
    bold = chance(rng, 0.4)
    for number in range(1, count + 1):
        who = doers[number - 1] if number <= len(doers) else "Các đơn vị còn lại"
        label = str(number)
        shape = rng.random()
        duties = _duties(rng, scene, int(rng.integers(2, 5)))
        if chance(rng, 0.45):
            duties.append(say(rng, scene, pick(rng, phrases()["sentences"]["report"])))
        head = f"‹b|{label}. {who}›" if bold else f"{label}. {who}"
        if shape < 0.65:
            blocks.append(Block("item", f"{head}{':' if bold else ''} {'; '.join(duties)}.", label))
            continue
        blocks.append(Block("item", f"{head}:" if not bold else f"{head}", label))
        for place, duty in enumerate(duties):
            end = "." if place == len(duties) - 1 else ";"
            mark = f"{_LETTERS[place]}) " if shape < 0.85 else "- "
            blocks.append(Block("subitem", f"{mark}{duty[0].upper()}{duty[1:]}{end}", label))
    return blocks


def _closing(rng: Rng, scene: Scene) -> Block:
    return Block("paragraph", say(rng, scene, pick(rng, phrases()["sentences"]["closing"])))


def _inside(who: str) -> str:
    """A name inside a sentence: only names of offices keep their capital."""
    return who[0].lower() + who[1:] if who.startswith(("Các ", "Toàn ")) else who


def _level(scene: Scene) -> list[str]:
    return list(phrases()["people"][scene.issuer.kind])


def table(rng: Rng, scene: Scene) -> Block:
    """A small table of figures."""
    rows = [("STT", "Đơn vị", "Kế hoạch", "Thực hiện", "Tỷ lệ")]
    for number, who in enumerate(some(rng, _level(scene), int(rng.integers(3, 7))), 1):
        plan = int(rng.integers(40, 900))
        done = int(plan * rng.uniform(0.3, 1.0))
        share = f"{100 * done / plan:.1f}".replace(".", ",").removesuffix(",0")
        rows.append((str(number), who, str(plan), str(done), f"{share}%"))
    return Block("table", rows=tuple(rows))


# --- Types --------------------------------------------------------------------------------------


def _letter(rng: Rng, scene: Scene) -> Body:
    recipients = tuple(some(rng, _level(scene), int(pick(rng, (1, 1, 2, 3, 3, 4)))))
    if chance(rng, 0.3):  # a letter that asks for a report
        ask = phrases()["sentences"]["ask"]
        opening = f"Căn cứ {reference(rng, scene)};"
        parts = [Block("paragraph", opening)]
        parts += [
            Block("paragraph", say(rng, scene, s)) for s in some(rng, ask, int(rng.integers(2, 5)))
        ]
        return recipients, (*parts, _closing(rng, scene))
    count = int(pick(rng, (2, 2, 3, 3, 4, 5, 6, 7)))
    blocks = [*_intro(rng, scene), *items(rng, scene, count, _level(scene))]
    if chance(rng, 0.15):
        blocks.insert(1, table(rng, scene))
    return recipients, (*blocks, _closing(rng, scene))


def _instruction(rng: Rng, scene: Scene) -> Body:
    blocks = _intro(rng, scene)
    count = int(rng.integers(3, 8))
    return (), (*blocks, *items(rng, scene, count, _level(scene)), _closing(rng, scene))


def _decision(rng: Rng, scene: Scene) -> Body:
    name = " ".join(scene.issuer.name)
    head = name if scene.issuer.collective else f"{scene.issuer.boss} {name}"
    laws = [law["text"] for law in phrases()["laws"] if law["year"] < scene.day.year]
    bases = [Block("basis", law) for law in some(rng, laws, int(rng.integers(1, 3)))]
    bases.append(Block("basis", f"Căn cứ {reference(rng, scene)};"))
    bases.append(Block("basis", f"Theo đề nghị của {_inside(pick(rng, _level(scene)))}."))
    who = " và ".join(map(_inside, some(rng, [w for w in _level(scene) if len(w) < 45], 2)))
    day = "ngày ký" if chance(rng, 0.6) else f"ngày 01 tháng 01 năm {scene.day.year + 1}"
    texts = [
        f"Phê duyệt kế hoạch {scene.subject} với kinh phí thực hiện là {rng.integers(50, 900)} "
        "triệu đồng, "
        f"trong đó ngân sách nhà nước bảo đảm {percentage(rng)}%.",
        f"{'; '.join(_duties(rng, scene, 3))}.",
        f"Quyết định này có hiệu lực kể từ {day}. Thủ trưởng các cơ quan, đơn vị có liên quan "
        f"và {who} chịu trách nhiệm thi hành Quyết định này./.",
    ]
    texts[1] = f"Giao {texts[1]}" if chance(rng, 0.5) else texts[1][0].upper() + texts[1][1:]
    articles = [
        Block("article", f"‹b|Điều {n}.› {text}", f"Điều {n}") for n, text in enumerate(texts, 1)
    ]
    return (), (Block("heading", head), *bases, Block("heading", "QUYẾT ĐỊNH:"), *articles)


def _sections(rng: Rng, scene: Scene, titles: Sequence[str], with_table: bool) -> list[Block]:
    blocks: list[Block] = []
    for number, title in enumerate(titles):
        label = _ROMAN[number]
        blocks.append(Block("section", f"{label}. {title}", label))
        inner = items(rng, scene, int(rng.integers(2, 4)), _level(scene))
        blocks += [Block(b.kind, b.text, label, b.rows) for b in inner]
        if with_table and number == 0:
            blocks.append(Block("paragraph", "Kết quả cụ thể như sau:", label))
            inner_table = table(rng, scene)
            blocks.append(Block("table", directive=label, rows=inner_table.rows))
    return blocks


def _report(rng: Rng, scene: Scene) -> Body:
    titles = ("KẾT QUẢ THỰC HIỆN", "TỒN TẠI, HẠN CHẾ", "NHIỆM VỤ TRỌNG TÂM")
    blocks = _intro(rng, scene)[:1] + _sections(rng, scene, titles, chance(rng, 0.5))
    return (), (*blocks, _closing(rng, scene))


def _plan(rng: Rng, scene: Scene) -> Body:
    titles = ("MỤC ĐÍCH, YÊU CẦU", "NỘI DUNG", "TỔ CHỨC THỰC HIỆN")
    opening = Block(
        "paragraph",
        f"Thực hiện {reference(rng, scene)}, {scene.issuer.author} ban hành Kế hoạch như sau:",
    )
    return (), (opening, *_sections(rng, scene, titles, False), _closing(rng, scene))


def _invitation(rng: Rng, scene: Scene) -> Body:
    then = scene.day + dt.timedelta(days=int(rng.integers(2, 12)))
    hour = f"{rng.integers(7, 16):02} giờ {pick(rng, ('00', '30'))}"
    guests = some(rng, _level(scene), int(rng.integers(3, 6)))
    blocks = [
        Block(
            "paragraph",
            f"Thực hiện {reference(rng, scene)}, {scene.issuer.author} tổ chức cuộc họp "
            f"về {scene.thing}.",
        ),
        Block("paragraph", f"{scene.issuer.author} trân trọng kính mời:"),
        Block("item", "‹b|1. Thành phần:›", "1"),
        *(Block("subitem", f"- Đại diện {_inside(g)};", "1") for g in guests),
        Block(
            "item",
            f"‹b|2. Thời gian:› {hour}, ngày {then.day:02}/{then.month:02}/{then.year}.",
            "2",
        ),
        Block(
            "item",
            f"‹b|3. Địa điểm:› Phòng họp số {rng.integers(1, 6)}, trụ sở {scene.issuer.author}.",
            "3",
        ),
        Block(
            "paragraph",
            "Đề nghị các đại biểu sắp xếp công việc, tham dự đầy đủ và đúng thời gian./.",
        ),
    ]
    return (), tuple(blocks)


def _proposal(rng: Rng, scene: Scene) -> Body:
    upper = pick(rng, ("UBND tỉnh", "Chủ tịch UBND tỉnh", "Thường trực HĐND tỉnh"))
    if scene.issuer.kind == "central":
        upper = "Thủ tướng Chính phủ"
    blocks = [
        *_intro(rng, scene)[:1],
        Block(
            "paragraph",
            f"{scene.issuer.author} kính trình {upper} xem xét, quyết định các nội dung sau:",
        ),
        *items(rng, scene, int(rng.integers(2, 4)), _level(scene)),
        Block("paragraph", f"{scene.issuer.author} kính trình {upper} xem xét, quyết định./."),
    ]
    return (upper,), tuple(blocks)
