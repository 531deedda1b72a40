"""Why a person should look at a letter."""

SENTENCES: dict[str, tuple[str, str]] = {
    "letter-repeated": (
        "Number, symbol and issuing body are those of {id} too; check which one is right.",
        "Số, ký hiệu và cơ quan ban hành trùng với {id}; hãy kiểm tra văn bản nào đúng.",
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
        "{field} is not certain: {value}.",
        "Chưa chắc về {field}: {value}.",
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
    "review-no-deputy": (
        "KT. or other writing stands before the signer's title, but {position} is no deputy's.",
        "Trước chức vụ có ghi KT. hoặc chữ viết tay, nhưng {position} không phải là cấp phó.",
    ),
    "review-gap": (
        "The numbered items jump from {before} to {after}; one may be unread.",
        "Các mục đánh số nhảy từ {before} sang {after}; có thể sót một mục.",
    ),
}
