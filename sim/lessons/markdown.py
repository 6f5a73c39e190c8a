"""The Markdown of a lesson as HTML, or as a tree for paper: CommonMark with tables, and no HTML of its own."""

from __future__ import annotations

from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

Tree = list[dict[str, Any]]


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def as_html(text: str) -> str:
    r"""Return a text as HTML; what looks like HTML in it is shown as it stands.

    Examples
    --------
    >>> as_html("*a* <b>")
    '<p><em>a</em> &lt;b&gt;</p>\n'
    """
    html: str = _markdown().render(text)
    return html


def as_tree(text: str) -> Tree:
    """Return a text as nested nodes, each with its kind, its own words and its children.

    Examples
    --------
    >>> as_tree("*a*")[0]["children"][0]["children"][0]["kind"]
    'em'
    """
    return [_node(node) for node in SyntaxTreeNode(_markdown().parse(text)).children]


def links(text: str) -> list[str]:
    """Return where the links of a text lead.

    Examples
    --------
    >>> links("[more](?runs=50)")
    ['?runs=50']
    """
    found = [node for node in SyntaxTreeNode(_markdown().parse(text)).walk() if node.type == "link"]
    return [str(node.attrGet("href")) for node in found]


def _node(node: SyntaxTreeNode) -> dict[str, Any]:
    own = node.content if node.type in ("text", "code_inline", "fence", "code_block") else ""
    return {"kind": node.type, "text": own, "children": [_node(child) for child in node.children]}
