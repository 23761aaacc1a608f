from pathlib import Path

import pytest

from interop.knowledge import read_bytes
from interop.lens import Lens, MappingFile

ROOT = Path(__file__).parents[2]
# One of each layout; tests/certificates holds every shipped file to its laws.
SHIPPED = [
    *sorted((ROOT / "mappings/certificates").glob("resident-card/3[12]*.toml")),
    *sorted((ROOT / "mappings/certificates").glob("business-licence/3[12]*.toml")),
    ROOT / "mappings/certificates/construction-permit/330000.toml",
    ROOT / "mappings/certificates/real-estate-certificate/340000.toml",
]

SAMPLE = """
[mapping]
id = "990000.sample"
version = "1.0.0"
region = "990000"
format = "json"
source = "made up"
verified = "no"
illustrative = true

[codes.state]
"1100" = "open"
"1130" = "open"
"1900" = "closed"

[fields]
"state" = { from = "状态", codec = "code:state" }
"holder.code" = { from = "持证主体.代码", codec = "uscc" }
"holder.card" = { from = "持证主体.证件", codec = "resident_id", optional = true }
"holder.name" = { from = "持证主体.名称", optional = true, blank = true }
"certificate" = { from = "证照.标识", codec = "cert_id", optional = true }
"fixed" = { from = "类型", codec = "const:甲类" }
"area" = { from = "区划", codec = "region" }
"since" = { from = "自", codec = "date:%d/%m/%Y" }
"until" = { from = "至", codec = "date_or_open:%Y年%m月%d日|长期", optional = true }

[loss]
ignore = [
  { path = "二维码", reason = "drawn from the rest" },
  { path = "持证主体.电话", reason = "not needed" },
]
absent = [{ path = "note", reason = "no place for it" }]
quotient = [{ path = "state", reason = "the model does not tell them apart" }]
"""


WIDE = """
[mapping]
id = "990000.wide"
version = "1.0.0"
region = "990000"
format = "json"
root = "data.list[]"
source = "made up"
illustrative = true
embedded = [{ path = "报文", format = "xml-path", root = "R" }]

[codes.state]
"1100" = "open"
"1130" = "open"
"1900" = "closed"
[codes.rare]
"\ue86c" = "𠮷"

[splits]
"有效期" = "{起}至{止}"
"KZ.GD[].期" = "{自}-{到}"

[fields]
"cert.number" = { from = ["简称", "年", "区", "号"], codec = "affix:{}({:4d}){}字第{:6d}号" }
"cert.issued_on" = { from = ["Y", "M", "D"], codec = "join_date" }
"cert.valid_from" = { from = "有效期.起", codec = "date:%Y年%m月%d日" }
"cert.valid_until" = { from = "有效期.止", codec = "date_or_open:%Y年%m月%d日|长期|永久" }
"cert.open_until" = { from = "止", codec = "date_or_open:%Y-%m-%d|" }
"cert.holders[]" = { codec = "zip_split:、", key = "code", fields = { name = { from = "CZZT", codec = "name:rare" }, code = { from = "CZZTDM", codec = "digits:4-6" }, note = { from = "CZZTBZ", optional = true } } }
"body.rooms[]" = { codec = "indexed", key = "no", max = 4, optional = true, fields = { no = "室{n}", area = { from = "面积{n}", codec = "decimal" }, since = { from = ["y{n}", "m{n}", "d{n}"], codec = "join_date", optional = true } } }
"body.capital" = { from = ["注册资本", "币种"], codec = "money_cn:万元" }
"body.invested" = { from = "投资额", codec = "money" }
"body.state" = { from = "状态", codec = "code:state" }
"body.scope" = { from = "经营范围", codec = "split:;" }
"body.states" = { from = "各状态", codec = "list", item = "code:state", optional = true }
"body.owners[]" = { from = "KZ.GD", key = "id", fields = { name = "XM", id = "ZJHM", born = { from = ["cy", "cm", "cd"], codec = "join_date", optional = true }, from = { from = "期.自", codec = "date:%Y.%m.%d" }, to = { from = "期.到", codec = "date:%Y.%m.%d" }, "shares[]" = { from = "股", optional = true, key = "kind", fields = { kind = "类", part = { from = "份", codec = "number" } } } } }
"body.tags[]" = { from = "标签", key = "k", optional = true, fields = { k = "键", v = { from = "值", codec = "half", optional = true } } }
"body.title" = { same_as = "cert.number" }
"body.alias" = { same_as = "body.nick" }
"body.nick" = { from = "别名", optional = true }
"body.area" = { value = "330000" }
"body.address" = { from = "住所", codec = "address" }
"body.serial" = { from = "流水", codec = "inside:第{:1-8d}号" }
"body.at" = { from = "时间", codec = "datetime:%Y-%m-%d %H:%M:%S" }
"body.live" = { from = "有效", codec = "bool:是|否" }
"body.flag" = { from = "标志", codec = "bool", optional = true }
"body.count" = { from = "数", codec = "number" }
"inner.name" = "报文.甲"
"inner.code" = { from = "报文.乙.丙", codec = "uscc" }

[loss]
ignore = [
  { path = "二维码", reason = "drawn from the rest" },
  { path = "KZ.GD[].备注", reason = "not needed" },
  { path = "标签[].序", reason = "not needed" },
]
quotient = [{ path = "state", reason = "the model does not tell them apart" }]
"""

XML = """
[mapping]
id = "990000.soap"
version = "1.0.0"
region = "990000"
format = "xml-path"
root = "s:Envelope.s:Body.Reply"
namespaces = { s = "http://schemas.xmlsoap.org/soap/envelope/", "" = "urn:certs", x = "urn:more" }
source = "made up"
illustrative = true

[fields]
"cert.number" = "Cert.@no"
"cert.kind" = { from = "Cert.Kind.@code", codec = "digits:2" }
"cert.kind_name" = "Cert.Kind"
"cert.issued_on" = { from = "Cert.x:Issued", codec = "date:%Y-%m-%d" }
"cert.owners[]" = { from = "Cert.Owners.Owner", key = "code", fields = { code = "@code", name = "Name" } }
"cert.marks" = { from = "Cert.Mark", codec = "list", optional = true }

[loss]
ignore = [{ path = "Cert.Owners.Owner[].Phone", reason = "not needed" }]
"""

NAMED = """
[mapping]
id = "990000.named"
version = "1.0.0"
region = "990000"
format = "xml-named"
root = "Doc.Datas"
item = "Data"
item_name = "Name"
item_value = "Value"
source = "made up"
illustrative = true

[fields]
"cert.number" = "证照编号"
"cert.issued_on" = { from = ["年", "月", "日"], codec = "join_date" }
"cert.holders[]" = { codec = "zip_split:,", key = "code", fields = { code = "号码", name = "姓名" } }
"""

OFD = """
[mapping]
id = "990000.ofd"
version = "1.0.0"
region = "990000"
format = "ofd-customdata"
part = "OFD.xml"
requires_signed = ["cert.number"]
source = "made up"
illustrative = true

[fields]
"cert.number" = "ZZBH"
"cert.identifier" = { from = "ZZBS", codec = "cert_id" }
"cert.valid_until" = { from = "ZZYXQJZRQ", codec = "date_or_open:%Y年%m月%d日|长期" }
"""


def load(text: str) -> MappingFile:
    return MappingFile.from_value(read_bytes(text.encode(), "sample.toml"))


def every_file() -> list[tuple[str, MappingFile]]:
    shipped = [
        (f"{path.parent.name}/{path.name}", load(path.read_text(encoding="utf-8")))
        for path in SHIPPED
    ]
    made = [("sample", SAMPLE), ("wide", WIDE), ("soap", XML), ("named", NAMED), ("ofd", OFD)]
    return [*((name, load(text)) for name, text in made), *shipped]


EVERY = every_file()


@pytest.fixture(scope="session", params=EVERY, ids=[name for name, _ in EVERY])
def file(request: pytest.FixtureRequest) -> MappingFile:
    found: MappingFile = request.param[1]
    return found


@pytest.fixture(scope="session")
def lens(file: MappingFile) -> Lens:
    return Lens.of(file)


@pytest.fixture(scope="session")
def sample_file() -> MappingFile:
    return load(SAMPLE)


@pytest.fixture(scope="session")
def sample(sample_file: MappingFile) -> Lens:
    return Lens.of(sample_file)


@pytest.fixture(scope="session")
def every() -> dict[str, MappingFile]:
    return dict(EVERY)
