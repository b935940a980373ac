"""Looks for the developer's own values in the files under judgement, and asks of each that is found whether it counts."""

from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import islice

from mlgovern.facts.snapshot import File, Hidden, Snapshot
from mlgovern.finding import Place
from mlgovern.record import NamedTuple
from mlgovern.rules.secrets.local.needles import Needles
from mlgovern.rules.secrets.local.values import OwnValue, candidates, is_secret
from mlgovern.rules.secrets.names import LIVE, TEMPLATE, env_class, with_those_of_compose

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mlgovern.rules.secrets.local import Settings

_MOST = 1000  # places of one file


class Leak(NamedTuple):
    """A value of one's own in a file, without the value: by its key, the env file that has it, and in which form."""

    key: str
    source: str
    form: str
    place: Place


class Search:
    """One snapshot, searched for the values that its developer has."""

    def __init__(self, snapshot: Snapshot, own: Hidden, settings: "Settings") -> None:
        self._snapshot, self._secrets = snapshot, settings.secrets
        self._env_files = with_those_of_compose(snapshot, settings.env_files)
        self.values, self._needles = _sought(own)
        self._counts: dict[int, bool] = {}
        self.cut = False  # whether there is more in the last file

    def leaks(self, file: File, data: bytes) -> Iterator[Leak]:
        """Every value on every line of a file, each once."""
        every = list(islice(self._needles.find(data, self._is_secret), _MOST + 1))
        self.cut = len(every) > _MOST
        if not every:
            return
        from mlgovern.rules.secrets.local.places import Places

        told: set[tuple[int, Place]] = set()
        places = Places(file, data)
        for found in every[:_MOST]:
            place = places.of(found.start, found.end)
            line = found.number, place._replace(column=None, end_column=None)
            if line not in told:
                told.add(line)
                own = self.values[found.number]
                yield Leak(own.told, own.path, found.form, place)

    def _is_secret(self, number: int) -> bool:
        if number not in self._counts:
            own = self.values[number]
            counts = env_class(own.path, self._env_files) == LIVE and not self._secrets.allows(own.value)
            self._counts[number] = counts and is_secret(own, self._public)
        return self._counts[number]

    @cached_property
    def _public(self) -> tuple[bytes, ...]:
        """Templates that everybody has already: as they are where this change leaves them alone, else as they were."""
        tracked, files = self._snapshot.tracked.values(), self._snapshot.files
        blobs = {file.blob for file in tracked if env_class(file.path, self._env_files) == TEMPLATE}
        blobs |= {file.before or "" for file in files if env_class(file.path, self._env_files) == TEMPLATE}
        blobs -= {file.blob for file in files}
        contents = self._snapshot.contents
        return tuple(contents[blob] for blob in sorted(blobs) if blob in contents)


@lru_cache(maxsize=1)
def _sought(own: Hidden) -> tuple[tuple[OwnValue, ...], Needles]:
    """What to look for; the same in every batch of one run."""
    values = candidates(own)
    return values, Needles(tuple(value.value for value in values))
