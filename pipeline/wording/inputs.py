"""What is wrong with a file, and what to do."""

SENTENCES: dict[str, tuple[str, str]] = {
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
    "file-linked": (
        "A link of another user leads to this file; give the path of the file itself.",
        "Đường dẫn đến tệp này đi qua liên kết của người khác; hãy chỉ thẳng đến chính tệp đó.",
    ),
    "file-changed": (
        "The file changed while it was read; convert it again when it is complete.",
        "Tệp bị thay đổi trong lúc đọc; hãy chuyển đổi lại khi tệp đã hoàn chỉnh.",
    ),
    "file-misnamed": (
        "The file is named {suffix} but holds something else; scan or export it again.",
        "Tệp có đuôi {suffix} nhưng nội dung không phải loại đó; hãy quét hoặc xuất lại.",
    ),
    "text-endless": (
        "A word or a line of this text is longer than {limit} bytes, as none of a letter is; "
        "check that it is the text of a letter.",
        "Văn bản có một từ hoặc một dòng dài hơn {limit} byte, không công văn nào có; "
        "hãy kiểm tra xem tệp có đúng là công văn không.",
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
}
