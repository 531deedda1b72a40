"""What went wrong while working: programs, workers, clusters, stores."""

SENTENCES: dict[str, tuple[str, str]] = {
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
}
