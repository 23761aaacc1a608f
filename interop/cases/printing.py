"""Notices (文书) to print: one HTML page, nothing loaded from elsewhere, every text escaped."""

from html import escape
from typing import Final

from interop.cases.notices import NoticeTexts
from interop.model.case import Notice
from interop.model.ports import SealMark

# No script, no style from elsewhere, no picture: a notice is text.
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
STYLE: Final = (
    "@page{size:A4;margin:25mm 22mm}"
    "body{font-family:'FangSong','STFangsong',serif;font-size:16pt;line-height:1.75}"
    "h1{font-size:22pt;text-align:center;font-weight:normal}"
    ".number{text-align:right}p{margin:0;text-indent:2em}"
    ".seal{margin-top:2em;font-size:10pt;word-break:break-all}"
)


def to_html(notice: Notice, *, texts: NoticeTexts, seal: SealMark | None = None) -> str:
    """Return a notice as one printable page, personal values in clear.

    Args:
        notice: The notice.
        texts: The texts it was made from; they give its title.
        seal: The mark of the organ's seal service, once it is sealed.
    """
    title = texts.template(notice.kind).title
    lines = notice.text.reveal().splitlines()
    body = [line for line in lines if line not in {notice.number, title}]
    shown = "\n".join(f"<p>{escape(line)}</p>" for line in body if line.strip())
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f"<title>{escape(title)} {escape(notice.number)}</title>\n<style>{STYLE}</style>\n"
        f'</head>\n<body>\n<p class="number">{escape(notice.number)}</p>\n'
        f"<h1>{escape(title)}</h1>\n{shown}\n{_sealed(seal)}</body>\n</html>\n"
    )


def _sealed(seal: SealMark | None) -> str:
    if seal is None:
        return ""
    when = seal.sealed_at.isoformat(timespec="seconds")
    return (
        f'<div class="seal">电子印章：{escape(seal.name)}　{escape(when)}<br>'
        f"摘要：{escape(seal.content_digest)}</div>\n"
    )
