"""PDF documents: a Typst template and data in, a tagged PDF/UA-1 file out.

Data reaches the template as JSON (`sys.inputs.data`) and is never pasted into Typst source, so nothing that a
person typed can be read as markup. The same data gives the same bytes.
"""

import json
import logging
import threading
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

logger = logging.getLogger(__name__)

# The accessible PDF that a screen reader can read in order. ISO 14289-1.
_STANDARD = "ua-1"


def render_pdf(template: str, data: dict[str, Any]) -> bytes:
    """Compile `templates/documents/<template>.typ` with `data`, which must be JSON."""
    try:
        return _compile(template, data, standards=[_STANDARD])
    except typst.TypstError as error:
        if "could not be displayed with font" not in str(error):
            raise
        # A name in a script that no font here has. PDF/UA refuses the empty boxes that it would show; a tagged
        # file without that promise still carries the name as text, and a receipt with boxes beats none.
        logger.warning("Document %s has characters that no installed font has; it is not PDF/UA", template)
        return _compile(template, data, standards=[])


_one_at_a_time = threading.Lock()


def _compile(template: str, data: dict[str, Any], *, standards: list[str]) -> bytes:
    inputs = {"data": json.dumps(data, ensure_ascii=False, sort_keys=True)}
    with _one_at_a_time:
        return _compiler().compile(
            str(_templates() / f"{template}.typ"), format="pdf", pdf_standards=standards, sys_inputs=inputs
        )


@cache
def _compiler() -> typst.Compiler:
    """Kept, since finding the fonts is what takes time. Fonts of the machine serve scripts that ours do not have."""
    return typst.Compiler(root=str(_templates()), font_paths=[str(_templates() / "fonts")])


def _templates() -> Path:
    return Path(settings.BASE_DIR) / "templates" / "documents"
