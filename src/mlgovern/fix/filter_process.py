"""The process that Git talks to while it stages, compares and checks out notebooks: one for all files of one git command.

The protocol is that of gitattributes(5), "Long Running Filter Process", version 2. Until a notebook has to be stripped nothing is
imported: a checkout waits for a bare interpreter alone.
"""

import os
import sys

from mlgovern.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from mlgovern.fix.terms import Terms

MOST_PAYLOAD = 65516
CAPABILITIES = (b"clean", b"smudge")


def run() -> int:
    """Serve until git hangs up."""
    talk = Talk(sys.stdin.buffer, sys.stdout.buffer)
    cleaning = Cleaning()
    try:
        talk.greet()
        while True:
            command, path = talk.request()
            if command == "smudge":  # what was taken away is nowhere, so a checkout brings what is stored
                talk.answer("success", b"".join(talk.packets()))
            else:
                talk.answer(*cleaning.answer(path, talk.packets()))
    except EOFError:
        cleaning.sum_up()
        return 0
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is still buffered has no reader
        return 0
    except KeyboardInterrupt:  # git was interrupted as well, and says so
        return 130


class Talk:
    """Both ends of the pipe, in packets: four hexadecimal digits that count themselves, and what they announce."""

    def __init__(self, source: "IO[bytes]", sink: "IO[bytes]") -> None:
        self._source = source
        self._sink = sink

    def greet(self) -> None:
        """Agree on the version and on what we can do."""
        if not {b"git-filter-client\n", b"version=2\n"} <= {*self.packets()}:
            raise UserError("this git speaks another version of the filter protocol than 2")
        self._send(b"git-filter-server\n", b"version=2\n")
        offered = {*self.packets()}
        self._send(*(line for name in CAPABILITIES if (line := b"capability=%s\n" % name) in offered))

    def request(self) -> tuple[str, str]:
        """The next command and the path that it is about; its content follows."""
        lines = [line.removesuffix(b"\n").partition(b"=") for line in self.packets()]
        said = {key.decode(): value.decode("utf-8", "surrogateescape") for key, _, value in lines}
        return said.get("command", ""), said.get("pathname", "")

    def answer(self, status: str, content: bytes | None = None) -> None:
        """What became of the content; without any, git goes on with its own."""
        self._send(f"status={status}\n".encode())
        if content is not None:
            chunks = (content[at : at + MOST_PAYLOAD] for at in range(0, len(content), MOST_PAYLOAD))
            self._send(*chunks)
            self._send()  # an empty list: the status stays

    def packets(self) -> "Iterator[bytes]":
        """The packets up to the next flush."""
        while True:
            head = self._source.read(4)
            if len(head) < 4:
                raise EOFError
            try:
                size = int(head, 16)
            except ValueError:
                size = 1
            if size == 0:
                return
            if size < 4:
                raise UserError("Git talks to this command by itself; `mlgovern install --notebook-filter` tells it to")
            data = self._source.read(size - 4)
            if len(data) < size - 4:
                raise EOFError
            yield data

    def _send(self, *packets: bytes) -> None:
        for packet in packets:
            self._sink.write(b"%04x" % (len(packet) + 4))
            self._sink.write(packet)
        self._sink.write(b"0000")
        self._sink.flush()


class Cleaning:
    """What becomes of the notebooks of one git command; the first that is left alone is named, the others are counted."""

    def __init__(self) -> None:
        self._terms: Terms | None = None
        self._left = 0

    def answer(self, path: str, packets: "Iterator[bytes]") -> tuple[str, bytes | None]:
        """Status and stripped content; without a policy none of this command's notebooks can be stripped."""
        try:
            terms = self._terms = self._terms or _staged_terms()
        except UserError as error:
            _gathered(packets, 0)
            _say(f"notebooks are taken as they are: {error}")
            return "abort", None
        most = terms.most_bytes(path)
        data, size = _gathered(packets, most)
        if size > most:
            return self._left_alone(f"{path} was left alone: it has {size} bytes; at most {most} are judged")
        try:
            return "success", terms.stripped(data, path)
        except UserError as error:
            return self._left_alone(str(error))

    def _left_alone(self, why: str) -> tuple[str, None]:
        self._left += 1
        if self._left == 1:
            _say(why)
        return "error", None

    def sum_up(self) -> None:
        """Say how many more were left alone."""
        more = self._left - 1
        if more > 0:
            _say(f"{more} more notebook{' was' if more == 1 else 's were'} left alone; `mlgovern check` tells of each")


def _gathered(packets: "Iterator[bytes]", most: int) -> tuple[bytes, int]:
    """The content and its size; beyond what is judged nothing is held."""
    size, kept = 0, []
    for packet in packets:
        size += len(packet)
        if size <= most:
            kept.append(packet)
    return b"".join(kept), size


def _staged_terms() -> "Terms":
    from mlgovern.facts.git import locate
    from mlgovern.fix.terms import staged_terms

    with locate() as git:
        return staged_terms(git)


def _say(text: str) -> None:
    from mlgovern.reporters.plain import printable

    sys.stderr.write("".join(f"mlgovern: {printable(line)}\n" for line in text.splitlines()))
    sys.stderr.flush()
