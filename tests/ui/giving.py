"""Files that readers give, made in memory."""

import io
import zipfile

from ui.ingestion import Upload

ZEPPELIN = """\
---
title: A zeppelin over Isfahan
published: 2024-06-01
outlet: The Gazette
---

The zeppelin of Isfahan was seen by a farmer on Tuesday morning, near the river and the old bridge.

He told nobody of it for a week, because he thought that nobody would believe what he had seen.
"""

HARBOUR = """\
---
title: The harbour of Haifa
published: 2024-07-09
outlet: The Courier
---

Ships waited outside the harbour while the sirens sounded, the port authority said in a statement.
"""


def given(name: str, content: str | bytes = ZEPPELIN) -> Upload:
    """A file as a browser gives it."""
    data = content.encode() if isinstance(content, str) else content
    return Upload(name, lambda: io.BytesIO(data))


def zip_bomb() -> bytes:
    """A DOCX whose text unpacks to far more than it says on disk."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"<w>" + b"0" * (300 * 2**20))
    return packed.getvalue()


def encrypted_pdf() -> bytes:
    """A PDF of one page that wants a password."""
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
        b"<< /Filter /Standard /V 1 /R 2 /O <"
        + b"41" * 32
        + b"> /U <"
        + b"42" * 32
        + b"> /P -4 >>",
    ]
    data, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(data)
    data += b"xref\n0 5\n0000000000 65535 f \n" + table
    data += b"trailer << /Size 5 /Root 1 0 R /Encrypt 4 0 R /ID [<00><00>] >>\n"
    return data + b"startxref\n%d\n%%%%EOF\n" % start
