"""What a mapping file says of the form of its XML documents."""

from collections.abc import Iterator

from interop.lens.paths import Path, dotted, parts
from interop.lens.plan import LIST, Scope, lists_in, texts_in
from interop.lens.schema import MappingFile
from interop.lens.xml import Named, XmlShape, xml_root

OFD_ITEM = "ofd:CustomData"


def xml_shape(file: MappingFile, scope: Scope) -> XmlShape:
    """Return the form of the XML documents of a checked ``file``."""
    head = file.mapping
    root, namespaces = file.root()
    element, below = xml_root(root)
    named = None
    if head.format != "xml-path":
        item = head.item or OFD_ITEM
        named = Named(below, item, head.item_name, head.item_value)
    return XmlShape(
        root=element,
        namespaces=namespaces,
        lists=frozenset(map(dotted, lists_in(scope))),
        attributed=frozenset(map(dotted, texts_in(scope.documents))),
        named=named,
        layout=_layout(file, below, named),
    )


def _layout(file: MappingFile, below: Path, named: Named | None) -> tuple[str, ...]:
    listed = file.mapping.layout or tuple(_sources(file))
    if named is not None:
        return tuple(".".join(parts(path)) for path in listed)
    return tuple(dotted((*below, *parts(path.replace(LIST, "")))) for path in listed)


def _sources(file: MappingFile) -> Iterator[str]:
    """Yield every source path in the order of the file."""
    for _, rule in file.rules():
        kind = rule.codec.partition(":")[0]
        if rule.fields and kind not in {"zip_split", "indexed"}:
            for _, member in rule.rules():
                yield from (f"{rule.sources[0]}.{path}" for path in member.sources)
            continue
        yield from rule.sources
        for _, member in rule.rules():
            for number in range(1, rule.max + 1):
                yield from (path.replace("{n}", str(number)) for path in member.sources)
    yield from file.loss.paths("ignore")
