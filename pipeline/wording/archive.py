"""The archive, its backups, searches, settings and desk."""

SENTENCES: dict[str, tuple[str, str]] = {
    "archive-missing": (
        "There is no archive in {folder}; name it with -o, or make one with: congvan convert",
        "Không có kho lưu trữ ở {folder}; hãy chỉ ra bằng -o hoặc tạo bằng: congvan convert",
    ),
    "archive-in-store": (
        "{url} can't hold the archive: it is a folder on a file system (a shared one for several "
        "machines), only what is converted may lie in a store. Name a folder with -o",
        "{url} không chứa được kho lưu trữ: kho là một thư mục trên hệ thống tệp (dùng chung nếu "
        "có nhiều máy), chỉ tệp cần chuyển đổi mới ở được trong kho đối tượng. Hãy chỉ thư mục: -o",
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
    "folder-turned": (
        "{folder} in the inbox is a link or no folder, so nothing is moved there; put a folder of "
        "its own in its place.",
        "{folder} trong hộp nhận là liên kết hoặc không phải thư mục nên không chuyển tệp vào đó; "
        "hãy đặt lại một thư mục thật.",
    ),
    "record-damaged": (
        "A record in the archive's database is damaged; congvan verify names it, and a backup "
        "holds it whole.",
        "Một bản ghi trong cơ sở dữ liệu của kho bị hỏng; congvan verify cho biết bản ghi nào, "
        "hãy lấy lại từ bản sao lưu.",
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
    "config-wrong": (
        "The settings are wrong: {errors}",
        "Thiết lập sai: {errors}",
    ),
}
