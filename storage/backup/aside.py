"""Files put under another name while a restore goes on, and back again where it does not come to its end."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from storage.backup.presence import unused
from storage.new_file import sync


class Aside:
    """What must not be found beside the archive that is to come.

    It goes before the archive is exchanged: a process killed in between leaves the old archive without it, which loses
    nothing that the venue, or the file under its other name, does not have. The other way round the new archive would
    be found with what belongs to the old one.
    """

    def __init__(self) -> None:
        self._moved: list[tuple[Path, Path]] = []

    def __enter__(self) -> Aside:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if problem is None:
            return
        for file, kept in reversed(self._moved):
            kept.replace(file)
            sync(file.parent)

    def put(self, file: Path) -> str | None:
        """Put a file under a name that no earlier restore has given.

        Returns:
            Its path now; None where there is none.

        Raises:
            OSError: The disk did not take it.
        """
        if not file.exists() and not file.is_symlink():
            return None
        kept = unused(file)
        file.replace(kept)
        self._moved.append((file, kept))
        sync(file.parent)
        return str(kept)
