"""The names that files have in a form, and what stands there in their place."""

from __future__ import annotations

from typing import Final

FILE: Final = "file"
"""The name of the part of a form that is the file, and of the parameter that names a file that is the body."""
TEXT: Final = "text"
"""The field of a form that holds a pasted or typed text in place of a file."""
TEXT_NAME: Final = "text_name"
"""The field that says what that text is called; the ending says its form."""

IN_BASE64: Final = ".base64"
"""After the name of a part: the field of a form that holds the file in base64, as a page has it that sends it again."""
NAMED: Final = ".name"
"""After the name of a part: the field that says what that file is called."""
