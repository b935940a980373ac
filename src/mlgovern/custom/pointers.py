"""What Git LFS holds in place of a content."""

_POINTER = b"version https://git-lfs.github.com/spec/"


def is_pointer(data: bytes) -> bool:
    """Whether Git LFS holds the content; what only begins like a pointer is none."""
    if not data.startswith(_POINTER):
        return False
    from mlgovern.rules.data.pointers import is_pointer  # with its family, for which nobody waits who has none

    return is_pointer(data)
