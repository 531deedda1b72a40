"""Letters of other offices and other years than a ministry's of today, of our own making."""

import pytest

from pipeline.text import same_key
from tests.parse.making import parsed, value

LETTERS = {
    "Tỉnh ủy": """TỈNH ỦY LÂM SƠN ĐẢNG CỘNG SẢN VIỆT NAM
*
Số 12-CV/TU Lâm Sơn, ngày 05 tháng 3 năm 2024
V/v tăng cường lãnh đạo công tác tuyển quân

Kính gửi: - Các huyện ủy, thành ủy, đảng ủy trực thuộc,
- Ban cán sự đảng Ủy ban nhân dân tỉnh.

Thực hiện Kết luận số 19-KL/TW ngày 14/10/2021 của Bộ Chính trị, Ban Thường vụ Tỉnh ủy yêu cầu:
1. Các cấp ủy lãnh đạo, chỉ đạo công tác tuyển quân năm 2024.
2. Ban Tuyên giáo Tỉnh ủy hướng dẫn tuyên truyền./.

Nơi nhận: T/M BAN THƯỜNG VỤ
- Như trên, PHÓ BÍ THƯ THƯỜNG TRỰC
- Văn phòng Trung ương Đảng,
- Lưu Văn phòng Tỉnh ủy.
Nguyễn Văn Bình
""",
    "ban của Trung ương Đảng": """BAN CHẤP HÀNH TRUNG ƯƠNG ĐẢNG CỘNG SẢN VIỆT NAM
BAN TỔ CHỨC *
* Hà Nội, ngày 20 tháng 4 năm 2022
Số 37-HD/BTCTW

HƯỚNG DẪN
thực hiện một số nội dung về công tác cán bộ
-----
Căn cứ Quy định số 80-QĐ/TW, ngày 18/8/2022 của Bộ Chính trị,
Ban Tổ chức Trung ương hướng dẫn như sau:
I. MỤC ĐÍCH
Thống nhất nhận thức.
II. NỘI DUNG
1. Về tiêu chuẩn.
2. Về quy trình.

Nơi nhận: K/T TRƯỞNG BAN
- Các tỉnh ủy, thành ủy, PHÓ TRƯỞNG BAN
- Lưu Vụ.

Hoàng Đăng Minh
""",
    "Tỉnh đoàn": """TỈNH ĐOÀN LÂM SƠN ĐOÀN TNCS HỒ CHÍ MINH
***
Số: 123-CV/TĐTN-BPT Lâm Sơn, ngày 12 tháng 5 năm 2023
V/v tổ chức Chiến dịch Thanh niên tình nguyện hè

Kính gửi: Ban Thường vụ các huyện, thị, thành đoàn.

Thực hiện Kế hoạch số 22-KH/TWĐTN ngày 10/4/2023, Ban Thường vụ Tỉnh đoàn
đề nghị báo cáo trước ngày 20/5/2023./.

Nơi nhận: TM. BAN THƯỜNG VỤ TỈNH ĐOÀN
- Như trên; PHÓ BÍ THƯ
- Lưu VP.
Lê Thị Hoa
""",
    "tòa án": """TÒA ÁN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
TỈNH LÂM SƠN Độc lập - Tự do - Hạnh phúc
Số: 45/TA-TCCB Lâm Sơn, ngày 02 tháng 01 năm 2020
V/v rà soát án tạm đình chỉ

Kính gửi: Chánh án Tòa án nhân dân các huyện, thành phố

Thực hiện Chỉ thị số 01/2020/CT-CA ngày 02/01/2020 của Chánh án Tòa án nhân dân tối cao,
Tòa án nhân dân tỉnh yêu cầu rà soát.

Nơi nhận: CHÁNH ÁN
- Như trên;
- Lưu: VT, TCCB.
Phạm Văn Đức
""",
    "công ty": """TỔNG CÔNG TY ĐIỆN LỰC MIỀN BẮC CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
CÔNG TY ĐIỆN LỰC LÂM SƠN Độc lập - Tự do - Hạnh phúc
Số: 2210/PCLS-KD Lâm Sơn, ngày 15 tháng 8 năm 2022
V/v thông báo lịch ngừng cung cấp điện

Kính gửi:
- Ủy ban nhân dân thành phố;
- Các khách hàng sử dụng điện.

Công ty Điện lực Lâm Sơn trân trọng thông báo lịch ngừng cấp điện.

Nơi nhận: GIÁM ĐỐC
- Như trên;
- Lưu: VT, KD.
(đã ký)
Trần Quốc Toản
""",
    "trường": """SỞ GIÁO DỤC VÀ ĐÀO TẠO CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
TRƯỜNG THPT LÊ QUÝ ĐÔN Độc lập - Tự do - Hạnh phúc
Số: 15/QĐ-THPTLQĐ Lâm Sơn, ngày 01 tháng 9 năm 2019

QUYẾT ĐỊNH
V/v thành lập Hội đồng thi đua, khen thưởng năm học 2019 - 2020

HIỆU TRƯỞNG TRƯỜNG THPT LÊ QUÝ ĐÔN

Căn cứ Thông tư số 12/2011/TT-BGDĐT ngày 28/3/2011 của Bộ Giáo dục và Đào tạo;
Xét đề nghị của Văn phòng nhà trường,

QUYẾT ĐỊNH:

Điều 1. Thành lập Hội đồng gồm 05 thành viên.
Điều 2. Hội đồng có nhiệm vụ xét thi đua.
Điều 3. Quyết định này có hiệu lực kể từ ngày ký./.

Nơi nhận: HIỆU TRƯỞNG
- Như Điều 3;
- Lưu: VT.
ThS. Nguyễn Thị Lan
""",
    "xã, 2008": """UỶ BAN NHÂN DÂN CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM
XÃ HOÀ BÌNH Độc lập - Tự do - Hạnh phúc
Số: 07/BC-UBND Hoà Bình, ngày 3 tháng 6 năm 2008

BÁO CÁO
Kết quả công tác 6 tháng đầu năm 2008

Thực hiện Công văn số 112/UBND-VP ngày 20/5/2008 của UBND huyện, UBND xã báo cáo:
I- Kết quả đạt được
1/ Kinh tế: tăng 8,5% so với cùng kỳ.
2/ Văn hoá: đạt 92%.
II- Tồn tại
Một số việc còn chậm.

Nơi nhận: T/M UBND XÃ
- UBND huyện; CHỦ TỊCH
- Lưu VP.
Bùi Văn Thanh
""",
    "UBND tỉnh, 1999": """UBND TỈNH LÂM SƠN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Số: 1245/QĐ-UB Độc lập - Tự do - Hạnh phúc
Lâm Sơn, ngày 12 tháng 10 năm 1999

QUYẾT ĐỊNH CỦA UỶ BAN NHÂN DÂN TỈNH LÂM SƠN
Về việc giao chỉ tiêu kế hoạch năm 2000

UỶ BAN NHÂN DÂN TỈNH

- Căn cứ Luật Tổ chức HĐND và UBND ngày 21/6/1994;
- Xét đề nghị của Giám đốc Sở Kế hoạch và Đầu tư;

QUYẾT ĐỊNH

Điều 1: Giao chỉ tiêu kế hoạch năm 2000 cho các đơn vị.
Điều 2: Các ông Chánh Văn phòng, Giám đốc các Sở thi hành quyết định này.

NƠI NHẬN: T/M UỶ BAN NHÂN DÂN TỈNH
- Như điều 2 K/T CHỦ TỊCH
- Lưu VP PHÓ CHỦ TỊCH

Đặng Văn Minh
""",
    "công điện": """THỦ TƯỚNG CHÍNH PHỦ CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 866/CĐ-TTg Hà Nội, ngày 07 tháng 9 năm 2024

CÔNG ĐIỆN
Về việc tập trung ứng phó khẩn cấp bão số 3

THỦ TƯỚNG CHÍNH PHỦ điện:
- Bộ trưởng các Bộ: Quốc phòng, Công an;
- Chủ tịch UBND các tỉnh ven biển.

Để chủ động ứng phó, Thủ tướng Chính phủ yêu cầu:
1. Bộ Quốc phòng sẵn sàng lực lượng.
2. Chủ tịch UBND các tỉnh chỉ đạo sơ tán dân trước 18 giờ ngày 07/9/2024./.

Nơi nhận: KT. THỦ TƯỚNG
- Như trên; PHÓ THỦ TƯỚNG
- Lưu: VT, NN (2b).

Trần Hồng Quý
""",
}

RECORDS = {
    "Tỉnh ủy": (
        "công văn",
        "12-CV/TU",
        "TỈNH ỦY LÂM SƠN",
        None,
        "2024-03-05",
        "tăng cường lãnh đạo công tác tuyển quân",
        "T/M BAN THƯỜNG VỤ",
        "PHÓ BÍ THƯ THƯỜNG TRỰC",
    ),
    "ban của Trung ương Đảng": (
        "hướng dẫn",
        "37-HD/BTCTW",
        "BAN TỔ CHỨC",
        "BAN CHẤP HÀNH TRUNG ƯƠNG",
        "2022-04-20",
        "thực hiện một số nội dung về công tác cán bộ",
        "K/T TRƯỞNG BAN",
        "PHÓ TRƯỞNG BAN",
    ),
    "Tỉnh đoàn": (
        "công văn",
        "123-CV/TĐTN-BPT",
        "TỈNH ĐOÀN LÂM SƠN",
        None,
        "2023-05-12",
        "tổ chức Chiến dịch Thanh niên tình nguyện hè",
        "TM. BAN THƯỜNG VỤ TỈNH ĐOÀN",
        "PHÓ BÍ THƯ",
    ),
    "tòa án": (
        "công văn",
        "45/TA-TCCB",
        "TÒA ÁN NHÂN DÂN TỈNH LÂM SƠN",
        None,
        "2020-01-02",
        "rà soát án tạm đình chỉ",
        None,
        "CHÁNH ÁN",
    ),
    "công ty": (
        "công văn",
        "2210/PCLS-KD",
        "CÔNG TY ĐIỆN LỰC LÂM SƠN",
        "TỔNG CÔNG TY ĐIỆN LỰC MIỀN BẮC",
        "2022-08-15",
        "thông báo lịch ngừng cung cấp điện",
        None,
        "GIÁM ĐỐC",
    ),
    "trường": (
        "quyết định",
        "15/QĐ-THPTLQĐ",
        "TRƯỜNG THPT LÊ QUÝ ĐÔN",
        "SỞ GIÁO DỤC VÀ ĐÀO TẠO",
        "2019-09-01",
        "thành lập Hội đồng thi đua, khen thưởng năm học 2019 - 2020",
        None,
        "HIỆU TRƯỞNG",
    ),
    "xã, 2008": (
        "báo cáo",
        "07/BC-UBND",
        "UỶ BAN NHÂN DÂN XÃ HOÀ BÌNH",
        None,
        "2008-06-03",
        "Kết quả công tác 6 tháng đầu năm 2008",
        "T/M UBND XÃ",
        "CHỦ TỊCH",
    ),
    "UBND tỉnh, 1999": (
        "quyết định",
        "1245/QĐ-UB",
        "UBND TỈNH LÂM SƠN",
        None,
        "1999-10-12",
        "giao chỉ tiêu kế hoạch năm 2000",
        "T/M UỶ BAN NHÂN DÂN TỈNH K/T CHỦ TỊCH",
        "PHÓ CHỦ TỊCH",
    ),
    "công điện": (
        "công điện",
        "866/CĐ-TTg",
        "THỦ TƯỚNG CHÍNH PHỦ",
        None,
        "2024-09-07",
        "tập trung ứng phó khẩn cấp bão số 3",
        "KT. THỦ TƯỚNG",
        "PHÓ THỦ TƯỚNG",
    ),
}

FIELDS = (
    "doc_type", "code", "issuer.name", "issuer.parent", "date", "subject", "signer.authority",
    "signer.position",
)  # fmt: skip


@pytest.mark.parametrize("office", LETTERS)
def test_letters_of_many_offices(office: str) -> None:
    letter = parsed(LETTERS[office])
    for name, wanted in zip(FIELDS, RECORDS[office], strict=True):
        found: object = letter
        for part in name.split("."):
            found = getattr(found, part)
        assert same_key(str(value(found) or "")) == same_key(wanted or ""), name
    assert letter.copies_to
    assert letter.signer.name is not None


def test_a_telegram_names_whom_it_goes_to() -> None:
    letter = parsed(LETTERS["công điện"])
    assert [f.value for f in letter.recipients] == [
        "Bộ trưởng các Bộ: Quốc phòng, Công an",
        "Chủ tịch UBND các tỉnh ven biển",
    ]
    assert [d.label for d in letter.directives] == ["1", "2"]
    assert letter.deadlines == ("2024-09-07",)


def test_older_items_with_strokes_and_slashes() -> None:
    letter = parsed(LETTERS["xã, 2008"])
    assert [d.label for d in letter.directives] == ["I", "II"]
    assert [item.label for item in letter.directives[0].items] == ["1", "2"]


def test_the_partys_number_and_symbol() -> None:
    letter = parsed(LETTERS["Tỉnh ủy"])
    assert (value(letter.number), value(letter.notation)) == ("12", "CV/TU")
    assert [c.code for c in letter.citations] == ["19-KL/TW"]
