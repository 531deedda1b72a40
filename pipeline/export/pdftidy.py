"""Take out of a PDF what PDF/A forbids and a letter doesn't need; what is seen stays."""

from __future__ import annotations

from typing import Any

from pipeline.config import Limits
from pipeline.errors import EngineError
from pipeline.read.limits import stream_fits

# What shows of a document and of a page (ISO 32000-1, tables 28 and 30). All else can act: run
# scripts, start programs, open addresses, carry files; and what is added to PDF some day may, too.
_DOCUMENT = frozenset(
    {"/Type", "/Version", "/Pages", "/PageLabels", "/PageLayout", "/Metadata", "/Lang", "/MarkInfo",
     "/StructTreeRoot", "/OCProperties", "/OutputIntents", "/ViewerPreferences"}
)  # fmt: skip
_PAGE = frozenset(
    {"/Type", "/Parent", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Rotate",
     "/UserUnit", "/Resources", "/Contents", "/Group", "/StructParents", "/Tabs"}
)  # fmt: skip
_STREAM = frozenset(
    {"/Length", "/Filter", "/DecodeParms", "/F", "/FFilter", "/FDecodeParms", "/DL"}
)


def tidy(pdf: Any) -> None:
    """Flatten annotations; keep only what shows, of that only resources that something uses.

    A signature can't outlive any change of its file, so its mark becomes part of the page; the
    signed original is kept beside the PDF. Signing programs leave fonts and masks behind that no
    operator shows: those are what keeps most signed scans from being PDF/A.
    """
    if any("/Annots" in page for page in pdf.pages):
        pdf.flatten_annotations("screen")
    _keep_keys(pdf.Root, _DOCUMENT)
    for page in pdf.pages:
        _keep_keys(page.obj, _PAGE)
        _plain_streams(page)
        page.remove_unreferenced_resources()
    for item in pdf.objects:
        if _is_form(item):
            _drop_unused(item)


def check_streams(pdf: Any, limits: Limits) -> None:
    """Streams other than pictures, shown or not: all are unpacked on the way to PDF/A.

    Raises:
        EngineError: one unpacks to more than ``limits.expansion`` allows.
    """
    import pikepdf

    for item in pdf.objects:
        plain = isinstance(item, pikepdf.Stream) and item.get("/Subtype") != "/Image"
        if plain and stream_fits(item, limits) is False:
            raise EngineError("pdf-failed", reason=f"limits.expansion {limits.expansion}")


def _plain_streams(page: Any) -> None:
    """A content stream's dictionary with the keys of the specification only."""
    import pikepdf

    contents = page.obj.get("/Contents")
    streams = contents if isinstance(contents, pikepdf.Array) else [contents]
    for stream in streams:
        if isinstance(stream, pikepdf.Stream):
            _keep_keys(stream, _STREAM)


def _keep_keys(held: Any, kept: frozenset[str]) -> None:
    for key in [key for key in held.keys() if key not in kept]:  # noqa: SIM118 (no dict)
        del held[key]


def _is_form(item: Any) -> bool:
    import pikepdf

    return isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Form"


def _drop_unused(form: Any) -> None:
    import pikepdf

    resources = form.get("/Resources")
    if resources is None:
        return
    instructions: list[Any] = list(pikepdf.parse_content_stream(form))
    used = {
        str(operand)
        for instruction in instructions
        for operand in instruction.operands
        if isinstance(operand, pikepdf.Name)
    }
    for kind in ("/Font", "/XObject"):
        held = resources.get(kind)
        if held is None:
            continue
        for name in [name for name in held.keys() if name not in used]:  # noqa: SIM118 (no dict)
            del held[name]
