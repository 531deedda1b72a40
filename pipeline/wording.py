"""Every sentence that a clerk reads, in English and Vietnamese, by code.

One table, so that a sentence can be looked up from its code (errors, review reasons), shown in
the other language later (:func:`translate`), and checked by a test for both languages.
"""

from __future__ import annotations

import re
from functools import cache

SENTENCES: dict[str, tuple[str, str]] = {
    # code: (English, Vietnamese); {names} are filled by the caller, the same in both.
    "file-missing": (
        "The file is not there any more; check the name and convert it again.",
        "Không còn thấy tệp; hãy kiểm tra tên tệp rồi chuyển đổi lại.",
    ),
    "file-unreadable": (
        "The file can't be opened ({reason}); check its permissions and convert it again.",
        "Không mở được tệp ({reason}); hãy kiểm tra quyền truy cập rồi chuyển đổi lại.",
    ),
    "file-empty": (
        "The file is empty (0 bytes); scan or copy it again.",
        "Tệp rỗng (0 byte); hãy quét hoặc chép lại.",
    ),
    "file-unknown": (
        "This is not a PDF, TIFF, JPEG, PNG, WebP or text file; convert it to PDF first.",
        "Đây không phải tệp PDF, TIFF, JPEG, PNG, WebP hay văn bản; hãy chuyển sang PDF trước.",
    ),
    "file-folder": (
        "This is a folder, not a file; name the files in it.",
        "Đây là thư mục, không phải tệp; hãy chỉ ra các tệp bên trong.",
    ),
    "file-special": (
        "This is not an ordinary file (a pipe, socket or device); copy its content to a file.",
        "Đây không phải tệp thường (ống dẫn, socket hoặc thiết bị); hãy chép nội dung ra tệp.",
    ),
    "file-changed": (
        "The file changed while it was read; convert it again when it is complete.",
        "Tệp bị thay đổi trong lúc đọc; hãy chuyển đổi lại khi tệp đã hoàn chỉnh.",
    ),
    "file-misnamed": (
        "The file is named {suffix} but holds something else; scan or export it again.",
        "Tệp có đuôi {suffix} nhưng nội dung không phải loại đó; hãy quét hoặc xuất lại.",
    ),
    "file-damaged": (
        "The file is damaged or cut short ({reason}); scan or copy it again.",
        "Tệp bị hỏng hoặc bị cắt cụt ({reason}); hãy quét hoặc chép lại.",
    ),
    "file-no-pages": (
        "The file has no pages; scan or export it again.",
        "Tệp không có trang nào; hãy quét hoặc xuất lại.",
    ),
    "file-encrypted": (
        "The file asks for a password; save it without one and convert it again.",
        "Tệp có mật khẩu; hãy lưu lại không mật khẩu rồi chuyển đổi lại.",
    ),
    "page-damaged": (
        "Page {page} is damaged ({reason}); scan that page again.",
        "Trang {page} bị hỏng ({reason}); hãy quét lại trang đó.",
    ),
    "limit-file": (
        "The file has {size} MB, over the limit of {limit} MB; split it, or raise limits.file_mb.",
        "Tệp nặng {size} MB, quá giới hạn {limit} MB; hãy tách tệp hoặc tăng limits.file_mb.",
    ),
    "limit-pages": (
        "The file has more than {limit} pages; split it, or raise limits.pages.",
        "Tệp có hơn {limit} trang; hãy tách tệp hoặc tăng limits.pages.",
    ),
    "limit-inches": (
        "Page {page} is {size} inches long, over the limit of {limit}; "
        "if it is right, raise limits.page_inches.",
        "Trang {page} dài {size} inch, quá giới hạn {limit}; "
        "nếu đúng như vậy, hãy tăng limits.page_inches.",
    ),
    "limit-pixels": (
        "A picture on page {page} has {width} × {height} pixels, over the limit of {limit}; "
        "scan at a lower resolution, or raise limits.pixels.",
        "Hình ở trang {page} có {width} × {height} điểm ảnh, quá giới hạn {limit}; "
        "hãy quét ở độ phân giải thấp hơn hoặc tăng limits.pixels.",
    ),
    "limit-memory": (
        "Page {page} needs more memory than limits.memory_mb allows; "
        "scan at a lower resolution, or raise it.",
        "Trang {page} cần nhiều bộ nhớ hơn limits.memory_mb cho phép; "
        "hãy quét ở độ phân giải thấp hơn hoặc tăng giới hạn này.",
    ),
    "limit-expansion": (
        "A compressed part of the file grows beyond {limit} times its size, as an attack would; "
        "if you trust the file, raise limits.expansion.",
        "Một phần nén của tệp nở quá {limit} lần, giống như tấn công; "
        "nếu tin tệp này, hãy tăng limits.expansion.",
    ),
    "limit-depth": (
        "The objects of the file nest deeper than {limit}, as an attack would; "
        "if you trust the file, raise limits.object_depth.",
        "Các đối tượng của tệp lồng nhau sâu quá {limit} tầng, giống như tấn công; "
        "nếu tin tệp này, hãy tăng limits.object_depth.",
    ),
    "blank": (
        "No page has anything on it; check that the scan was made from the right side.",
        "Không trang nào có nội dung; hãy kiểm tra xem có quét nhầm mặt giấy không.",
    ),
    "not-a-letter": (
        "No sign of an official letter was found; if it is one, scan it again at 300 dpi.",
        "Không thấy dấu hiệu của công văn; nếu đúng là công văn, hãy quét lại ở 300 dpi.",
    ),
    "engine-missing": (
        "{program} is not installed; run: congvan doctor",
        "Chưa cài {program}; hãy chạy: congvan doctor",
    ),
    "engine-timeout": (
        "{program} took longer than {seconds} s on this file and was stopped; "
        "raise {setting} or scan the page again.",
        "{program} chạy quá {seconds} giây với tệp này nên đã bị dừng; "
        "hãy tăng {setting} hoặc quét lại trang.",
    ),
    "engine-failed": (
        "{program} failed on this file ({reason}); try again, and report it if it stays.",
        "{program} gặp lỗi với tệp này ({reason}); hãy thử lại, nếu vẫn lỗi thì báo lại.",
    ),
    "memory-full": (
        "This file needs more memory than {limit} MB; raise limits.memory_mb or scan it smaller.",
        "Tệp này cần hơn {limit} MB bộ nhớ; hãy tăng limits.memory_mb hoặc quét nhỏ hơn.",
    ),
    "worker-died": (
        "The program died on this file ({reason}); try again with: congvan retry",
        "Chương trình bị dừng đột ngột ở tệp này ({reason}); hãy thử lại: congvan retry",
    ),
    "program-failed": (
        "congvan itself failed on this file ({reason}); please report it, and keep the file.",
        "congvan gặp lỗi ở tệp này ({reason}); hãy báo lỗi và giữ lại tệp.",
    ),
    "pdf-failed": (
        "The searchable PDF can't be made ({reason}); set export.pdf: false to do without.",
        "Không tạo được PDF tìm kiếm được ({reason}); đặt export.pdf: false để bỏ qua.",
    ),
    "archive-missing": (
        "There is no archive in {folder}; name it with -o, or make one with: congvan convert",
        "Không có kho lưu trữ ở {folder}; hãy chỉ ra bằng -o hoặc tạo bằng: congvan convert",
    ),
    "archive-closed": (
        "The archive can't be used ({reason}); check the folder and the database.",
        "Không dùng được kho lưu trữ ({reason}); hãy kiểm tra thư mục và cơ sở dữ liệu.",
    ),
    "archive-newer": (
        "A newer congvan made this archive (schema {found}, this program knows {known}); "
        "install that version, nothing was changed.",
        "Kho lưu trữ do bản congvan mới hơn tạo (lược đồ {found}, bản này chỉ biết {known}); "
        "hãy cài bản đó, chưa có gì bị thay đổi.",
    ),
    "archive-not-empty": (
        "{folder} is not empty; name a folder or database that nothing is in yet.",
        "{folder} không rỗng; hãy chỉ ra thư mục hoặc cơ sở dữ liệu chưa có gì.",
    ),
    "backup-inside": (
        "{folder} lies inside the archive; keep backups elsewhere, best on another disk.",
        "{folder} nằm trong kho lưu trữ; hãy để bản sao lưu ở nơi khác, tốt nhất là ổ đĩa khác.",
    ),
    "backup-busy": (
        "Another backup is being made in {folder}; wait until it has ended.",
        "Đang có bản sao lưu khác được tạo trong {folder}; hãy đợi nó xong.",
    ),
    "backup-missing": (
        "There is no backup in {folder}; make one with: congvan backup",
        "Không có bản sao lưu nào trong {folder}; hãy tạo bằng: congvan backup",
    ),
    "backup-partial": (
        "The backup in {folder} was broken off and is not complete; run congvan backup again.",
        "Bản sao lưu trong {folder} bị ngắt giữa chừng, chưa đầy đủ; hãy chạy lại congvan backup.",
    ),
    "backup-unsealed": (
        "The list of files of the backup {folder} is damaged; use another backup.",
        "Danh sách tệp của bản sao lưu {folder} bị hỏng; hãy dùng bản sao lưu khác.",
    ),
    "backup-damaged": (
        "{count} files of the backup {folder} are damaged or missing, {path} first; use another "
        "backup, or --partly to restore what is sound.",
        "{count} tệp của bản sao lưu {folder} bị hỏng hoặc thiếu, đầu tiên là {path}; hãy dùng bản "
        "sao lưu khác, hoặc --partly để khôi phục phần còn tốt.",
    ),
    "backup-differs": (
        "The restored archive in {folder} is not sound, {path} first; it was left there unnamed.",
        "Kho khôi phục trong {folder} không toàn vẹn, đầu tiên là {path}; kho chưa được đặt tên.",
    ),
    "backup-database": (
        "The backup holds a {kind} database; set archive.database to one of that kind.",
        "Bản sao lưu chứa cơ sở dữ liệu {kind}; hãy đặt archive.database đúng loại đó.",
    ),
    "database-tool": (
        "{program} failed ({reason}); check the database and the program's version.",
        "{program} gặp lỗi ({reason}); hãy kiểm tra cơ sở dữ liệu và phiên bản chương trình.",
    ),
    "proof-changed": (
        "{path}: changed since congvan wrote it; take it from a backup.",
        "{path}: đã bị thay đổi sau khi congvan ghi; hãy lấy lại từ bản sao lưu.",
    ),
    "proof-missing": (
        "{path}: missing; take it from a backup.",
        "{path}: bị thiếu; hãy lấy lại từ bản sao lưu.",
    ),
    "proof-unreadable": (
        "{path}: can't be read ({detail}); check permissions and the disk.",
        "{path}: không đọc được ({detail}); hãy kiểm tra quyền truy cập và ổ đĩa.",
    ),
    "proof-unexpected": (
        "{path}: not congvan's; move it out of the archive. {detail}",
        "{path}: không phải của congvan; hãy chuyển ra khỏi kho. {detail}",
    ),
    "proof-database": (
        "{path}: the database contradicts itself or the file ({detail}); restore a backup.",
        "{path}: cơ sở dữ liệu mâu thuẫn ({detail}); hãy khôi phục từ bản sao lưu.",
    ),
    "proof-unproved": (
        "{path}: from before hashes were kept; note it as it is with: congvan verify --mend",
        "{path}: có từ trước khi lưu mã băm; hãy ghi nhận bằng: congvan verify --mend",
    ),
    "proof-unfinished": (
        "{path}: left half-way by a process that was killed; congvan convert finishes it.",
        "{path}: còn dở do tiến trình bị dừng; congvan convert sẽ làm nốt.",
    ),
    "proof-mended": (
        "{path}: set right.",
        "{path}: đã sửa lại.",
    ),
    "folder-missing": (
        "There is no folder {folder}; make it, or check its name.",
        "Không có thư mục {folder}; hãy tạo thư mục hoặc kiểm tra lại tên.",
    ),
    "letter-repeated": (
        "Number, symbol and issuing body are those of {id} too; check which one is right.",
        "Số, ký hiệu và cơ quan ban hành trùng với {id}; hãy kiểm tra văn bản nào đúng.",
    ),
    "letter-missing": (
        "There is no letter {id} in this archive; find it with: congvan search",
        "Không có văn bản {id} trong kho; hãy tìm bằng: congvan search",
    ),
    "field-unknown": (
        "{field} is no field of a letter, or the value does not fit it; see: congvan schema",
        "{field} không phải là trường của văn bản, hoặc giá trị không hợp lệ; xem: congvan schema",
    ),
    "date-wrong": (
        "{date} is no date; write 2019, 2019-05 or 2019-05-31.",
        "{date} không phải là ngày; hãy viết 2019, 2019-05 hoặc 2019-05-31.",
    ),
    "percent-wrong": (
        "{text} is no percentage range; write 20 or 20-30.",
        "{text} không phải là khoảng phần trăm; hãy viết 20 hoặc 20-30.",
    ),
    "search-too-deep": (
        "The search has parentheses nested deeper than {limit}; write it with fewer.",
        "Câu tìm kiếm có ngoặc lồng nhau quá {limit} tầng; hãy viết ít ngoặc hơn.",
    ),
    "search-only-without": (
        "A search needs at least one word to find, beside those to leave out.",
        "Cần ít nhất một từ để tìm, ngoài các từ cần loại ra.",
    ),
    "nothing-to-convert": (
        "Name the files or folders to convert.",
        "Hãy chỉ ra tệp hoặc thư mục cần chuyển đổi.",
    ),
    "cluster-unreachable": (
        "No cluster answers at {address}; check the address and that its scheduler runs.",
        "Không kết nối được cụm máy ở {address}; hãy kiểm tra địa chỉ và bộ điều phối.",
    ),
    "worker-lacks": (
        "The worker on {host} has no access to {path}; share the archive's folder with it, or "
        "convert from a store such as s3://",
        "Máy {host} không truy cập được {path}; hãy chia sẻ thư mục kho với máy đó, hoặc chuyển "
        "đổi từ kho đối tượng như s3://",
    ),
    "store-missing": (
        "{url} needs a package that is not here ({reason}); pip install 'congvan[cluster]'",
        "{url} cần một gói chưa được cài ({reason}); pip install 'congvan[cluster]'",
    ),
    "store-unreachable": (
        "{url} does not answer ({reason}); check the address, the network and the access keys.",
        "Không kết nối được {url} ({reason}); hãy kiểm tra địa chỉ, mạng và khóa truy cập.",
    ),
    "cluster-lost": (
        "The cluster's scheduler went away; start it and run the command again, nothing is lost.",
        "Mất kết nối với bộ điều phối của cụm máy; hãy bật lại rồi chạy lại lệnh, không mất gì.",
    ),
    "pattern-wrong": (
        "{pattern} is no pattern for names; use fields such as {{date}}_{{notation}}_{{number}}.",
        "{pattern} không là mẫu tên; hãy dùng các trường như {{date}}_{{notation}}_{{number}}.",
    ),
    "lesson-unknown": (
        "No such name was corrected or learnt: {name}; congvan learn shows the names.",
        "Không có tên nào như vậy đã được sửa hoặc học: {name}; congvan learn liệt kê các tên.",
    ),
    "lesson-both": (
        "Either --apply or --forget, not both.",
        "Chỉ chọn một trong hai: --apply hoặc --forget.",
    ),
    "field-changed": (
        "Someone else has just changed {field}; look at it again.",
        "Người khác vừa sửa trường {field}; hãy xem lại.",
    ),
    "desk-open": (
        "{host} can be reached from the network: give --certificate and --key, or --open-network "
        "if a proxy with TLS stands before it.",
        "{host} có thể truy cập từ mạng: hãy chỉ rõ --certificate và --key, hoặc --open-network "
        "nếu đã có proxy TLS phía trước.",
    ),
    "desk-first": (
        "First start: sign in as {name} with the one-time password {password}",
        "Lần chạy đầu: đăng nhập tên {name} với mật khẩu dùng một lần {password}",
    ),
    "review-missing": (
        "{field} was not found.",
        "Không tìm thấy {field}.",
    ),
    "review-unread": (
        "{field} can't be read for certain (seen: {raw}).",
        "Không đọc chắc được {field} (thấy: {raw}).",
    ),
    "review-unsure": (
        "{field} is not certain: {value}",
        "Chưa chắc về {field}: {value}",
    ),
    "review-doubted": (
        "{field}: the {source} says {value}.",
        "{field}: {source} lại ghi {value}.",
    ),
    "review-late": (
        "The date {date} is after the arrival stamp's {arrived}.",
        "Ngày ban hành {date} sau ngày đến {arrived} trên dấu công văn đến.",
    ),
    "review-percent": (
        "{text} is more than a whole; check the figure.",
        "{text} vượt quá 100%; hãy kiểm tra lại con số.",
    ),
    "review-foreign": (
        "The symbol {notation} names another agency than {issuer}; check both.",
        "Ký hiệu {notation} là của cơ quan khác, không phải {issuer}; hãy kiểm tra cả hai.",
    ),
    "review-gap": (
        "The numbered items jump from {before} to {after}; one may be unread.",
        "Các mục đánh số nhảy từ {before} sang {after}; có thể sót một mục.",
    ),
    "config-wrong": (
        "The settings are wrong: {errors}",
        "Thiết lập sai: {errors}",
    ),
}


def say(code: str, language: str = "en", **values: object) -> str:
    """The sentence of ``code`` filled with ``values``.

    >>> say("engine-missing", "vi", program="tesseract")
    'Chưa cài tesseract; hãy chạy: congvan doctor'
    """
    english, vietnamese = SENTENCES[code]
    return (vietnamese if language == "vi" else english).format(**values)


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Each template of each language as a pattern that finds its values again."""
    found = []
    for code, pair in SENTENCES.items():
        for template in pair:
            parts = re.split(r"\{(\w+)\}", template)
            seen: set[str] = set()
            pattern = re.escape(parts[0])
            for name, literal in zip(parts[1::2], parts[2::2], strict=True):
                pattern += f"(?P={name})" if name in seen else f"(?P<{name}>.+?)"
                seen.add(name)
                pattern += re.escape(literal)
            found.append((code, re.compile(pattern, re.DOTALL)))
    return found


def translate(sentence: str, language: str) -> str:
    """A sentence made by :func:`say`, in ``language``; any other text comes back as it is.

    >>> translate("tesseract is not installed; run: congvan doctor", "vi")
    'Chưa cài tesseract; hãy chạy: congvan doctor'
    >>> translate(say("review-missing", "en", field="the signer's name"), "vi")
    'Không tìm thấy họ tên người ký.'
    """
    for code, pattern in _patterns():
        match = pattern.fullmatch(sentence)
        if match:
            values = match.groupdict()
            named = _field_names().get(values.get("field", ""))
            if named is not None:
                values["field"] = named[1 if language == "vi" else 0]
            return say(code, language, **values)
    return sentence


@cache
def _field_names() -> dict[str, tuple[str, str]]:
    from pipeline.letter import FIELD_NAMES  # loads what a plain error message needs not

    return {name: pair for pair in FIELD_NAMES.values() for name in pair}
