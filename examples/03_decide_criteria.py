"""判断一件浦东户外广告申请：缺什么、差在哪里、依据和办法，一次说清。

Decide on one application in Pudong: all that is missing or not met, at once.
"""

from datetime import date

from interop.criteria import DistrictItem, compile_item, decide, one_time_notice, resolve
from interop.errors import KnowledgeError
from interop.knowledge import read_bytes, shipped_root
from interop.model.item import ServiceItem

FOLDER = shipped_root() / "mappings/items/outdoor-advertising"
CANONICAL = read_bytes((FOLDER / "canonical.toml").read_bytes(), "canonical.toml")
PUDONG = read_bytes((FOLDER / "310115.toml").read_bytes(), "310115.toml")

item = resolve(
    ServiceItem.from_value(CANONICAL, error=KnowledgeError),
    DistrictItem.from_value(PUDONG, error=KnowledgeError),
)
decision = decide(
    compile_item(item),
    {
        "site.region": "310115",
        "site.authority": "district",
        "site.kind": "roof",
        "facility.kind": "advertisement",
        "facility.area": "320.5",
        "facility.top": 31,
        "design.contents": ["plan", "elevation", "day-view"],
        "period.start": "2026-03-01",
    },
    materials=["application-form", "design-drawings"],
    spared=["business-licence"],
    has_agent=True,
    on=date(2026, 2, 11),
)
print(one_time_notice(decision, item))
