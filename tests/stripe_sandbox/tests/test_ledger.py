"""The ledger in the README names tests; they must be there."""

import re
from pathlib import Path

_HERE = Path(__file__).parent


def test_every_test_that_the_ledger_names_exists():
    ledger = (_HERE.parent / "README.md").read_text()
    files = [*_HERE.glob("test_*.py"), *_HERE.parent.glob("scenarios/test_*.py")]
    source = "".join(path.read_text() for path in files)
    known = set(re.findall(r"def (test_\w+)\(", source)) | {path.stem for path in files}
    named = set(re.findall(r"\btest_\w+", ledger))
    assert len(named) > 40
    assert named - known == set()
