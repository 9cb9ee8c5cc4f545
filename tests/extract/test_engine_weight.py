"""The default engine needs no deep-learning library, whether one is installed or not."""

from __future__ import annotations

import subprocess
import sys


def test_an_article_is_read_where_torch_and_stanza_cannot_be_imported() -> None:
    code = (
        "import sys\n"
        "for name in ('torch', 'stanza', 'transformers'):\n"
        "    sys.modules[name] = None  # importing it now fails as if it were not installed\n"
        "from extract.article import Article\n"
        "from extract.pipeline import Extractor\n"
        "text = 'Polda NTT dan BP3MI NTT menggelar rakor TPPO di Kupang, Rabu (7/5/2025).'\n"
        "print(len(Extractor().facts(Article('a', '', '', 'Rakor TPPO', text)).agencies))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "2", done.stderr
