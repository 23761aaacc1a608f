"""Compile a plan to plain Python: ``get``, ``put`` and ``create`` of each level of lists.

The source is kept with the lens for people to read. Compiled functions only know that
something is wrong and raise; reading.py and writing.py then tell what, field by field.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, cast

from interop.lens import runtime
from interop.lens.codec import Codec
from interop.lens.paths import Path
from interop.lens.plan import Branch, Fixed, ListRow, Row, Scope
from interop.lens.walk import Walk, named
from interop.model.canonical import Json

PLAIN: Final = "text"
FEW: Final = 4  # texts that are checked one by one

Get = Callable[[Json], Json]
Put = Callable[[Json, Json], Json]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compiled mapping.

    Attributes:
        get: Unfolded document to view.
        put: View and unfolded document to unfolded document.
        create: View to unfolded document.
        text: The source of the three.
    """

    get: Get = field(repr=False)
    put: Put = field(repr=False)
    create: Get = field(repr=False)
    text: str = field(repr=False)


def compile_scope(scope: Scope) -> Compiled:
    """Return ``scope`` compiled; whatever does not fit raises, with no telling which error."""
    writer = _Module()
    number = writer.scope(scope)
    text = "\n".join(writer.lines) + "\n"
    names = dict(writer.names)
    exec(compile(text, "<mapping>", "exec"), names)  # noqa: S102 -- our own source; texts of the file enter as literals only
    get, put, create = (names[f"{verb}{number}"] for verb in ("get", "put", "create"))
    return Compiled(cast("Get", get), cast("Put", put), cast("Get", create), text)


class _Module:
    """The source of all levels, and the objects that it names."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: dict[str, object] = {
            name: getattr(runtime, name) for name in runtime.__all__
        }
        self.scopes = 0

    def scope(self, scope: Scope) -> int:
        """Add the functions of ``scope`` and of what is below it; return its number."""
        inner = {
            id(row): self.scope(row.scope) for row in scope.rows if isinstance(row, ListRow)
        }
        number = self.scopes
        self.scopes += 1
        level = _Level(self, scope, number, inner)
        for lines in (level.get(), level.put(), level.create()):
            self.lines += [*lines, "", ""]
        return number

    def hold(self, prefix: str, value: object) -> str:
        """Name ``value`` in the source and return the name."""
        name = f"{prefix}{len(self.names)}"
        self.names[name] = value
        return name


@dataclass(slots=True)
class _Held:
    """The names of one field in the source."""

    at: str
    key: str
    read: str = ""
    write: str = ""
    kept: bool = False


class _Level:
    """The functions of one level."""

    def __init__(
        self, module: _Module, scope: Scope, number: int, inner: dict[int, int]
    ) -> None:
        self.module, self.scope, self.number, self.inner = module, scope, number, inner
        self.walk = Walk(module.hold)
        self.ids = {id(row): at for at, row in enumerate(scope.rows)}
        self.held = {id(row): self._hold(row) for row in scope.rows if isinstance(row, Row)}

    def _hold(self, row: Row) -> _Held:
        codec = row.codec
        held = _Held("", "")
        if codec.spec == PLAIN:
            return held
        read = runtime.reader(codec, optional=row.optional)
        held.kept = codec.kept
        held.read = self.module.hold("r", runtime.Kept(read) if codec.kept else read)
        if codec.kept:
            held.write = self.module.hold("w", runtime.Kept(codec.print)) + "[{}]"
        elif codec.rewrite:
            held.write = self.module.hold("w", _rewriter(codec)) + "({}, {})"
        else:
            held.write = self.module.hold("w", codec.print) + "({})"
        return held

    # Reading

    def get(self) -> list[str]:
        """Return the source of ``get``."""
        lines = [f"def get{self.number}(d):"]
        lines += self._indented(self.walk.containers(self.scope.documents, "d", "o"))
        lines += self._indented(self._values())
        lines += self._indented(self._distinct_lists())
        sure, later = self._display(self.scope.views, ())
        lines.append(f"    view = {sure}")
        lines += self._indented(later)
        lines.append("    return view")
        return lines

    @staticmethod
    def _indented(lines: Iterator[str] | list[str]) -> list[str]:
        return [f"    {line}" for line in lines]

    def _values(self) -> Iterator[str]:
        """Yield lines that put what every field means into ``t<number>``."""
        texts: list[tuple[str, bool]] = []
        for row, var, key in self.walk.places(self.scope.documents, "d", "o"):
            name = f"t{self.ids[id(row)]}"
            if isinstance(row, ListRow):
                yield self._list_value(row, name, var, key)
            elif isinstance(row, Row) and row.codec.spec == PLAIN:
                texts.append((name, row.optional))
                yield f"{name} = {self._at(var, key, optional=row.optional)}"
            elif isinstance(row, Row):
                held = self.held[id(row)]
                at = f"{var}.get({key!r})" if row.optional else f"{var}[{key!r}]"
                yield (
                    f"{name} = {held.read}[{at}]"
                    if held.kept
                    else f"{name} = {held.read}({at})"
                )
        yield from self._checked(texts, "text")

    @staticmethod
    def _at(var: str, key: str, *, optional: bool) -> str:
        return f"{var}.get({key!r}, ABSENT)" if optional else f"{var}[{key!r}]"

    @staticmethod
    def _checked(texts: list[tuple[str, bool]], call: str) -> Iterator[str]:
        """Yield lines that check plain texts in one go, and one by one where that fails."""
        if not texts:
            return
        if len(texts) <= FEW and not any(optional for _, optional in texts):
            for name, _ in texts:
                plain = f"{name}.isprintable() and 0 < len({name}) <= TEXT_CHARS_MAX"
                yield f"if not ({plain} and {name}.strip() == {name}): {name} = {call}({name})"
            return
        shown = "".join(f"'-' if {n} is ABSENT else {n}, " if o else f"{n}, " for n, o in texts)
        yield f"if not all_plain(({shown})):"
        for name, optional in texts:
            yield f"    {name} = {'optional_' if optional else ''}{call}({name})"

    def _list_value(self, row: ListRow, name: str, var: str, key: str) -> str:
        at = self._at(var, key, optional=row.optional)
        if row.optional:
            return f"{name} = optional_members({at}, {row.least})"
        return f"{name} = members({at}, {row.least})"

    def _distinct_lists(self) -> Iterator[str]:
        for row in self.scope.rows:
            if isinstance(row, ListRow):
                name, inner = f"t{self.ids[id(row)]}", self.inner[id(row)]
                there = f"if {name} is not ABSENT: " if row.optional else ""
                yield f"{there}{name} = [get{inner}(e) for e in {name}]"
                if row.key:
                    key = "".join(f"[{part!r}]" for part in row.key)
                    unique = f"len({{e{key} for e in {name}}}) < len({name})"
                    absent = f"{name} is not ABSENT and " if row.optional else ""
                    yield f"if {absent}{unique}: raise Trouble"

    def _display(self, branch: Branch, path: Path) -> tuple[str, list[str]]:
        """Return the view of what is always there, and lines that add the rest."""
        shown: list[str] = []
        later: list[str] = []
        for key, node in branch.below.items():
            at = (*path, key)
            if isinstance(node, Branch):
                inner, more = self._display(node, at)
                later += more
                if self.walk.sure_tree(node):
                    shown.append(f"{key!r}: {inner}")
            elif isinstance(node, Row | ListRow | Fixed):
                value = self._meant(node)
                if self.walk.sure(node):
                    shown.append(f"{key!r}: {value}")
                else:
                    later.append(f"if {value} is not ABSENT: place(view, {at!r}, {value})")
        return "{" + ", ".join(shown) + "}", later

    def _meant(self, node: "Row | ListRow | Fixed") -> str:
        if isinstance(node, Fixed) and not node.same_as:
            return repr(node.value)
        return f"t{self.ids[id(self._other(node))]}"

    def _other(self, node: "Row | ListRow | Fixed") -> "Row | ListRow | Fixed":
        if isinstance(node, Fixed) and node.same_as:
            return next(row for row in self.scope.rows if row.field == node.same_as)
        return node

    # Writing

    def _view(self) -> Iterator[str]:
        """Yield lines that put what the view says into ``a<number>``."""
        yield from self.walk.containers(self.scope.views, "v", "u")
        fixed: list[str] = []
        for node, var, key in self.walk.places(self.scope.views, "v", "u"):
            row = cast("Row | ListRow | Fixed", node)
            name = f"a{self.ids[id(row)]}"
            yield f"{name} = {self._at(var, key, optional=not self.walk.sure(row))}"
            if isinstance(row, Fixed):
                other = f"a{self.ids[id(self._other(row))]}" if row.same_as else repr(row.value)
                fixed.append(f"if {name} != {other}: raise Trouble")
        yield from fixed

    def put(self) -> list[str]:
        """Return the source of ``put``."""
        lines = [f"def put{self.number}(v, d):"]
        lines += self._indented(self.walk.containers(self.scope.documents, "d", "o"))
        lines += self._indented(self._values())
        lines += self._indented(self._view())
        lines.append("    n = d.copy()")
        lines += self._indented(self._copies(self.scope.documents, "d", "n", "o"))
        for row, var, key in self.walk.places(self.scope.documents, "d", "o"):
            lines += self._indented(self._change(row, self._new(var), key))
        lines += self._indented(self._returned(self.scope.documents, "d", "o"))
        lines.append("    return n")
        return lines

    @staticmethod
    def _new(var: str) -> str:
        return "n" if var == "d" else f"n{var}"

    def _copies(self, branch: Branch, var: str, new: str, prefix: str) -> Iterator[str]:
        for number, (key, node) in enumerate(branch.below.items()):
            if isinstance(node, Branch):
                below = named(var, prefix, number)
                copied = f"n{below} = {below}.copy()"
                yield f"{new}[{key!r}] = {copied}" if self.walk.sure_tree(node) else copied
                yield from self._copies(node, below, f"n{below}", prefix)

    def _returned(self, branch: Branch, var: str, prefix: str) -> Iterator[str]:
        """Yield lines that put loose objects in their place, inner ones first."""
        for number, (key, node) in enumerate(branch.below.items()):
            if isinstance(node, Branch):
                below = named(var, prefix, number)
                yield from self._returned(node, below, prefix)
                if not self.walk.sure_tree(node):
                    new = self._new(var)
                    yield f"if n{below} or {key!r} in {new}: {new}[{key!r}] = n{below}"

    def _change(self, node: object, new: str, key: str) -> Iterator[str]:
        row = cast("Row | ListRow", node)
        number = self.ids[id(row)]
        old, now, at = f"t{number}", f"a{number}", f"{new}[{key!r}]"
        differs = "is not" if isinstance(row, Row) and row.codec.domain.kind == "bool" else "!="
        written = self._written(row, now, at)
        if not row.optional:
            if isinstance(row, ListRow):
                yield f"{at} = {written}"
            else:
                yield f"if {now} {differs} {old}: {at} = {written}"
            return
        gone = (
            f"{at} = ''" if isinstance(row, Row) and row.blank else f"{new}.pop({key!r}, None)"
        )
        yield f"if {now} is ABSENT:"
        yield f"    if {old} is not ABSENT: {gone}"
        if isinstance(row, ListRow):
            fresh = self._fresh(row, now)
            yield f"else: {at} = {fresh} if {old} is ABSENT else {written}"
        else:
            yield f"elif {old} is ABSENT: {at} = {self._written(row, now, repr(''))}"
            yield f"elif {now} {differs} {old}: {at} = {written}"

    def _written(self, row: "Row | ListRow", now: str, old: str) -> str:
        if isinstance(row, ListRow):
            inner = self.inner[id(row)]
            calls = f"(get{inner}, put{inner}, create{inner})"
            return f"aligned({now}, {old}, key={row.key!r}, least={row.least}, calls={calls})"
        if row.codec.spec == PLAIN:
            return f"written({now})"
        return self.held[id(row)].write.format(now, old)

    def _fresh(self, row: ListRow, now: str) -> str:
        how = f"key={row.key!r}, least={row.least}, create=create{self.inner[id(row)]}"
        return f"created({now}, {how})"

    def create(self) -> list[str]:
        """Return the source of ``create``."""
        lines = [f"def create{self.number}(v):"]
        lines += self._indented(self._view())
        texts = [
            (f"a{self.ids[id(row)]}", row.optional)
            for row in self.scope.rows
            if isinstance(row, Row) and row.codec.spec == PLAIN
        ]
        lines += self._indented(self._checked(texts, "written"))
        sure, later = self._document(self.scope.documents, ())
        lines.append(f"    document = {sure}")
        lines += self._indented(later)
        lines.append("    return document")
        return lines

    def _document(self, branch: Branch, path: Path) -> tuple[str, list[str]]:
        shown: list[str] = []
        later: list[str] = []
        for key, node in branch.below.items():
            at = (*path, key)
            if isinstance(node, Branch):
                inner, more = self._document(node, at)
                later += more
                if self.walk.sure_tree(node):
                    shown.append(f"{key!r}: {inner}")
            elif isinstance(node, Row | ListRow):
                now = f"a{self.ids[id(node)]}"
                value = self._made(node, now)
                if not node.optional:
                    shown.append(f"{key!r}: {value}")
                    continue
                later.append(f"if {now} is not ABSENT: place(document, {at!r}, {value})")
                if isinstance(node, Row) and node.blank:
                    later.append(f"else: place(document, {at!r}, '')")
        return "{" + ", ".join(shown) + "}", later

    def _made(self, row: "Row | ListRow", now: str) -> str:
        if isinstance(row, ListRow):
            return self._fresh(row, now)
        if row.codec.spec == PLAIN:
            return now
        return self.held[id(row)].write.format(now, "''")


def _rewriter(codec: Codec) -> Callable[[Json, str], Json]:
    def write(value: Json, old: str) -> Json:
        if codec.rewrite is None or not old:
            return codec.print(value)
        return codec.rewrite(value, old.strip())

    return write
