"""Who must do what by when, and what figures say: sentences of our own making."""

import pytest

from pipeline.parse.assignees import assignees_of
from pipeline.parse.citations import citations_in
from pipeline.parse.deadlines import deadlines_in
from pipeline.parse.figures import percentages_in, quantities_in


@pytest.mark.parametrize(
    ("order", "assignees"),
    [
        ("Giao Giám đốc Sở Nội vụ tham mưu UBND tỉnh", ["Giám đốc Sở Nội vụ"]),
        ("Bộ Xây dựng chủ trì hướng dẫn", ["Bộ Xây dựng"]),
        ("Ban Chỉ đạo 389 tỉnh tăng cường kiểm tra", ["Ban Chỉ đạo 389 tỉnh"]),
        ("Phòng Tổ chức cán bộ tổng hợp, báo cáo", ["Phòng Tổ chức cán bộ"]),
        (
            "Các Sở: Nội vụ, Tài chính, Kế hoạch và Đầu tư căn cứ chức năng thực hiện",
            ["Sở Nội vụ", "Sở Tài chính", "Sở Kế hoạch và Đầu tư"],
        ),
        (
            "Thủ trưởng các sở, ban, ngành; Chủ tịch UBND các huyện, thị xã, thành phố chịu trách "
            "nhiệm thi hành",
            [
                "Thủ trưởng các sở, ban, ngành",
                "Chủ tịch UBND các huyện, thị xã, thành phố",
            ],
        ),
        (
            "Chánh Văn phòng, Giám đốc các Sở: Nông nghiệp và Môi trường, Tài chính; Chủ tịch UBND "
            "các xã chịu trách nhiệm thi hành",
            [
                "Chánh Văn phòng",
                "Giám đốc Sở Nông nghiệp và Môi trường",
                "Giám đốc Sở Tài chính",
                "Chủ tịch UBND các xã",
            ],
        ),
        (
            "Đề nghị Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh và các tổ chức chính trị phối hợp",
            ["Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh và các tổ chức chính trị"],
        ),
        ("Ban hành kèm theo Quyết định này Quy chế làm việc", []),
        ("Trường hợp chưa đủ điều kiện thì báo cáo", []),
    ],
)
def test_who_must_act(order: str, assignees: list[str]) -> None:
    assert list(assignees_of(order, [])) == assignees


@pytest.mark.parametrize(
    ("order", "said", "day"),
    [
        ("gửi trước 17h00', ngày 20/01/2025", "trước 17h00', ngày 20/01/2025", "2025-01-20"),
        ("trước 11 giờ 30 phút ngày 05/3/2025", None, "2025-03-05"),
        ("muộn nhất ngày 05/3/2025", None, "2025-03-05"),
        ("chậm nhất trước ngày 15 tháng 3 năm 2025", None, "2025-03-15"),
        ("Thời hạn hoàn thành: 30/6/2025", None, "2025-06-30"),
        ("Hạn chót: 20/3/2025", None, "2025-03-20"),
        ("cung cấp danh sách trước ngày 20-12-2024", "trước ngày 20-12-2024", "2024-12-20"),
        ("trước ngày 15/6 hằng năm", "trước ngày 15/6 hằng năm", None),
        ("hoàn thành trong quý II/2025", "trong quý II/2025", None),
        ("xong trước tháng 6/2025", "trước tháng 6/2025", None),
        ("trong 05 ngày làm việc", "trong 05 ngày làm việc", None),
    ],
)
def test_by_when(order: str, said: str | None, day: str | None) -> None:
    (deadline,) = deadlines_in(order)
    assert deadline.date == day
    assert said is None or deadline.text == said


@pytest.mark.parametrize(
    "told",
    [
        "hợp đồng phát sinh trước ngày 01/7/2016",
        "giấy phép được cấp trước ngày 01/7/2016",
        "trong 6 tháng đầu năm 2024",
        "trước mắt, ngày 01/7/2016 các đơn vị họp",
    ],
)
def test_what_is_told_of_a_day_is_no_deadline(told: str) -> None:
    assert deadlines_in(told) == []


def test_rates_with_holder_and_period() -> None:
    text = (
        "Tỷ lệ giải ngân vốn đầu tư công 9 tháng năm 2023 đạt 45,6%, Sở Y tế đạt 85%, "
        "Sở Tài chính đạt 90,25%"
    )
    assert [(p.value, p.holder, p.period) for p in percentages_in(text)] == [
        (45.6, None, "9 tháng năm 2023"),
        (85.0, "Sở Y tế", "9 tháng năm 2023"),
        (90.25, "Sở Tài chính", "9 tháng năm 2023"),
    ]
    assert {p.about for p in percentages_in(text)} == {
        "Tỷ lệ giải ngân vốn đầu tư công 9 tháng năm 2023"
    }


@pytest.mark.parametrize(
    ("text", "about", "comparison", "period"),
    [
        (
            "tỷ lệ (%) thuế tính trên doanh thu là 5%",
            "tỷ lệ (%) thuế tính trên doanh thu",
            None,
            None,
        ),
        ("hộ nghèo còn 3,2% năm 2024", None, "còn", "năm 2024"),
        ("quý III năm 2024 đạt khoảng 75 %", None, "khoảng", "quý III năm 2024"),
        ("giai đoạn 2021 - 2025 tăng bình quân 7%/năm", None, None, "giai đoạn 2021 - 2025"),
        ("Đến ngày 30/6/2025, có 12/15 xã (80%) đạt chuẩn", None, None, "Đến ngày 30/6/2025"),
    ],
)
def test_what_a_rate_is_of(
    text: str, about: str | None, comparison: str | None, period: str | None
) -> None:
    (found,) = percentages_in(text)
    assert (found.about, found.comparison, found.period) == (about, comparison, period)
    assert found.holder is None


def test_quantities_of_many_kinds() -> None:
    text = "2,5 tỷ đồng; 5.000m2 đất; trên 500 đại biểu; 200 giường bệnh; 3 triệu USD"
    assert [(q.value, q.unit) for q in quantities_in(text)] == [
        (2.5, "tỷ đồng"),
        (5000.0, "m2"),
        (500.0, "đại biểu"),
        (200.0, "giường bệnh"),
        (3.0, "triệu USD"),
    ]


@pytest.mark.parametrize(
    ("text", "code", "kind", "issuer"),
    [
        ("Luật Quản lý thuế số 38/2019/QH14 ngày 13/6/2019", "38/2019/QH14", "luật", None),
        ("Bộ luật Dân sự số 91/2015/QH13", "91/2015/QH13", "bộ luật", None),
        (
            "Thông tư số 05/2008/TT-BTTTT ngày 12/11/2008 của Bộ Thông tin và Truyền thông về",
            "05/2008/TT-BTTTT", "thông tư", "Bộ Thông tin và Truyền thông",
        ),
        (
            "Luật số 106/2016/QH13 ngày06/4/2016 của Quốc hội quy định:",
            "106/2016/QH13", "luật", "Quốc hội",
        ),
        ("theo 209/2013/NĐ-CP", "209/2013/NĐ-CP", "nghị định", None),
        ("văn bản số 009/VC-2018 ngày 21/8/2018", "009/VC-2018", "văn bản", None),
    ],
)  # fmt: skip
def test_what_is_cited(text: str, code: str, kind: str, issuer: str | None) -> None:
    (cited,) = citations_in(text)
    assert (cited.code, cited.doc_type, cited.issuer) == (code, kind, issuer)


def test_a_code_misread_once_is_the_same_document() -> None:
    text = (
        "Thông tư 111/2013/T1-BTC; Thông tư 111/2013/TT-BTC; "
        "Thông tư 05/2020/TT-BCA và 05/2020/TT-BCT"
    )
    assert [c.code for c in citations_in(text)] == [
        "111/2013/TT-BTC",
        "05/2020/TT-BCA",
        "05/2020/TT-BCT",
    ]
