"""Take out of a PDF what PDF/A forbids and a letter doesn't need; what is seen stays."""

from __future__ import annotations

from typing import Any

_ROOT = ("/OpenAction", "/AA", "/AcroForm", "/Names", "/Perms", "/DSS", "/Extensions")
_STREAM = frozenset(
    {"/Length", "/Filter", "/DecodeParms", "/F", "/FFilter", "/FDecodeParms", "/DL"}
)


def tidy(pdf: Any) -> None:
    """Flatten annotations; drop scripts, forms, attachments and resources that nothing uses.

    A signature can't outlive any change of its file, so its mark becomes part of the page; the
    signed original is kept beside the PDF. Signing programs leave fonts and masks behind that no
    operator shows: those are what keeps most signed scans from being PDF/A.
    """
    if any("/Annots" in page for page in pdf.pages):
        pdf.flatten_annotations("screen")
    for key in _ROOT:
        if key in pdf.Root:
            del pdf.Root[key]
    for page in pdf.pages:
        for key in ("/AA", "/Annots"):
            if key in page:
                del page[key]
        _plain_streams(page)
        page.remove_unreferenced_resources()
    for item in pdf.objects:
        if _is_form(item):
            _drop_unused(item)


def _plain_streams(page: Any) -> None:
    """A content stream's dictionary with the keys of the specification only."""
    import pikepdf

    contents = page.obj.get("/Contents")
    streams = contents if isinstance(contents, pikepdf.Array) else [contents]
    for stream in streams:
        if isinstance(stream, pikepdf.Stream):
            for key in [key for key in stream.keys() if key not in _STREAM]:  # noqa: SIM118 (no dict)
                del stream[key]


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
