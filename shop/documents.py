"""PDF documents: a Typst template and data in, a tagged PDF/UA-1 file out.

Data reaches the template as JSON (`sys.inputs.data`) and is never pasted into Typst source, so nothing that a
person typed can be read as markup. The same data gives the same bytes.
"""

import json
import logging
import threading
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

import typst
from django.conf import settings

logger = logging.getLogger(__name__)

# The accessible PDF that a screen reader can read in order. ISO 14289-1.
_ACCESSIBLE: Literal["ua-1"] = "ua-1"


def render_pdf(template: str, data: dict[str, Any]) -> bytes:
    """Compile `templates/documents/<template>.typ` with `data`, which must be JSON."""
    try:
        return _compile(template, data, standard=_ACCESSIBLE)
    except typst.TypstError as error:
        if "could not be displayed with font" not in str(error):
            raise
        # A name in a script that no font of this machine has. PDF/UA refuses the empty boxes that stand for it, but
        # a document with boxes beats none; the mail that carries it has the name as text.
        logger.warning("Document %s has letters that no font here has (install a Noto font): not PDF/UA", template)
        return _compile(template, data, standard=None)


_one_at_a_time = threading.Lock()


def _compile(template: str, data: dict[str, Any], *, standard: Literal["ua-1"] | None) -> bytes:
    source = str(_templates() / f"{template}.typ")
    inputs = {"data": json.dumps(data, ensure_ascii=False, sort_keys=True)}
    with _one_at_a_time:
        return cast(bytes, _compiler().compile(source, format="pdf", pdf_standards=standard, sys_inputs=inputs))


@cache
def _compiler() -> typst.Compiler:
    """Kept, since finding the fonts is what takes time. Fonts of the machine serve scripts that ours do not have."""
    return typst.Compiler(root=str(_templates()), font_paths=[str(_templates() / "fonts")])


def _templates() -> Path:
    return Path(settings.BASE_DIR) / "templates" / "documents"
