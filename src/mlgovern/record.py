"""NamedTuple without its start-up: the same classes, made without compiling a line or importing `typing`.

`typing.NamedTuple` compiles a constructor for each class and looks through every annotation, which takes 0.1 ms; a hook
defines close to a hundred classes, so that was a tenth of its time. Annotations stay as they are written.
What these classes can do is said in https://docs.python.org/3/library/collections.html#collections.namedtuple.
"""

__all__ = ["NamedTuple"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple
else:
    try:
        from _collections import _tuplegetter as getter
    except ImportError:  # an interpreter without the one in C

        def getter(index: int, doc: str | None) -> property:
            """What reads one field."""
            from operator import itemgetter

            return property(itemgetter(index), doc=doc)

    OFTEN = 50  # records of one class, from which on compiling its constructor pays

    class _Record:
        """What every record can do: copied into each, so that it derives from `tuple` alone."""

        def __new__(cls, /, *given: object, **named: object) -> tuple:
            cls._made.append(None)
            if len(cls._made) >= OFTEN:
                _compile(cls)
            if named or len(given) != len(cls._fields):
                given = _complete(cls, given, named)
            return tuple.__new__(cls, given)

        def __repr__(self) -> str:
            said = ", ".join(f"{field}={value!r}" for field, value in zip(self._fields, self, strict=True))
            return f"{type(self).__name__}({said})"

        def __getnewargs__(self) -> tuple:
            return tuple(self)

        def _replace(self, /, **named: object) -> tuple:
            made = tuple.__new__(type(self), map(named.pop, self._fields, self))
            if named:
                raise ValueError(f"{type(self).__name__} has no {', '.join(named)}")
            return made

        def _asdict(self) -> dict[str, object]:
            return dict(zip(self._fields, self, strict=True))

        __replace__ = _replace  # for copy.replace, from Python 3.13 on

        @classmethod
        def _make(cls, values: object) -> tuple:
            return cls(*values)

    _ABLE = {
        name: vars(_Record)[name]
        for name in ("__new__", "__repr__", "__getnewargs__", "_replace", "__replace__", "_asdict", "_make")
    }

    def _complete(cls: type, given: tuple, named: dict[str, object]) -> list[object]:
        """All values of a record: those given by position, then by name, then the defaults."""
        fields, defaults = cls._fields, cls._field_defaults
        if len(given) > len(fields):
            raise TypeError(f"{cls.__name__} takes {len(fields)} values, and {len(given)} are given")
        values = list(given)
        for field in fields[len(given) :]:
            if field in named:
                values.append(named.pop(field))
            elif field in defaults:
                values.append(defaults[field])
            else:
                raise TypeError(f"{cls.__name__} needs {field}")
        if named:
            raise TypeError(f"{cls.__name__} takes no {', '.join(named)}, or has it already")
        return values

    def _compile(cls: type) -> None:
        """Give a class the constructor that `collections.namedtuple` would have given it at once."""
        made = next((each for each in cls.__mro__ if vars(each).get("__new__") is _ABLE["__new__"]), None)
        if made is None:  # another thread did
            return
        names = "".join(f"{field}, " for field in cls._fields)
        new = eval(f"lambda _cls, /, {names}: _new(_cls, ({names}))", {"_new": tuple.__new__})  # noqa: S307 - fields of ours
        new.__defaults__ = tuple(cls._field_defaults.values())
        made.__new__ = staticmethod(new)
        cls._made.clear()

    def _annotations(body: dict[str, object]) -> dict[str, object]:
        """What a class body annotates; from Python 3.14 on that is asked of a function."""
        annotate = body.get("__annotate__") or body.get("__annotate_func__")
        return body.get("__annotations__", {}) if annotate is None else annotate(1)

    class _Making(type):
        """Makes a record of a class body."""

        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, object]) -> type:
            if not bases:
                return super().__new__(cls, name, bases, body)
            if bases != (NamedTuple,):
                raise TypeError(f"{name}: a record has no other bases")
            fields = tuple(_annotations(body))
            defaults = {field: body.pop(field) for field in fields if field in body}
            if fields[len(fields) - len(defaults) :] != tuple(defaults):
                raise TypeError(f"{name}: a field without a default follows one with a default")
            getters = {field: getter(index, None) for index, field in enumerate(fields)}
            # What counts its uses is a list, so that a subclass counts with it.
            known = {"_fields": fields, "_field_defaults": defaults, "__match_args__": fields, "_made": []}
            return type(name, (tuple,), {"__slots__": (), **_ABLE, **getters, **known, **body})

    class NamedTuple(metaclass=_Making):
        """The base to write; what comes of it derives from `tuple` alone."""
