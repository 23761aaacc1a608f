"""The example runs and says in Chinese what it is about."""

import subprocess
import sys
from pathlib import Path


def test_the_decision_is_printed_in_chinese(root: Path) -> None:
    done = subprocess.run(  # noqa: S603 -- our own example
        [sys.executable, str(root / "examples/03_decide_criteria.py")],
        capture_output=True,
        check=True,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(root)},
        timeout=60,
    )
    lines = done.stdout.splitlines()
    assert done.stderr == ""
    assert lines[0].endswith("一次性告知（补正）")
    assert "1. 图纸内容应包含结构图，申报为平面图、立面图、日景效果图" in done.stdout
    assert "设置面积应不超过300平方米，申报为320.5平方米" in done.stdout
    assert "缺少材料：经办人身份证" in done.stdout
    assert "营业执照" not in done.stdout
    assert lines[-1] == "2. 结构安全鉴定（检测）结论是否为合格？"
