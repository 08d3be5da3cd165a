"""PDF documents: a Typst template and data in, a tagged PDF/UA-1 file out.

Data reaches the template as JSON (`sys.inputs.data`) and is never pasted into Typst source, so nothing that a
person typed can be read as markup. The same data gives the same bytes.
"""

import json
import threading
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

# The accessible PDF that a screen reader can read in order. ISO 14289-1.
_STANDARD = "ua-1"


def render_pdf(template: str, data: dict[str, Any]) -> bytes:
    """Compile `templates/documents/<template>.typ` with `data`, which must be JSON."""
    source = _templates() / f"{template}.typ"
    inputs = {"data": json.dumps(data, ensure_ascii=False, sort_keys=True)}
    with _one_at_a_time:
        return _compiler().compile(str(source), format="pdf", pdf_standards=_STANDARD, sys_inputs=inputs)


_one_at_a_time = threading.Lock()


@cache
def _compiler() -> typst.Compiler:
    """Kept, since finding the fonts is what takes time."""
    return typst.Compiler(root=str(_templates()), ignore_system_fonts=False)


def _templates() -> Path:
    return Path(settings.BASE_DIR) / "templates" / "documents"
