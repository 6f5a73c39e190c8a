"""A formula of a docstring as MathML, which browsers draw and read aloud without any script.

Formulas are written as a reader types them: Python's arithmetic, with words where a name would not say enough (``sum
over rivals of reaction * ln(M / M_opening)``, ``share of recent orders``). Words that stand together become one name,
what remains is parsed as Python, and a piece that is no formula stays as it was typed.
"""

from __future__ import annotations

import ast
import re
from html import escape
from typing import Any

SUM = re.compile(r"\bsum over (\w+)(?: of)? (?=[\w(])")
WORDS = re.compile(r"[A-Za-z][\w'-]*(?: +[A-Za-z][\w'-]*)+|[A-Za-z]\w*-[a-z]\w*|[a-z]'")
JUXTAPOSED = re.compile(r"((?<![\w.])\d+(?:\.\d+)?|\)) (?=[A-Za-z])")
FORMULA = re.compile(r"(?:Formula: |\*\*Formula\.\*\* ).*?(?=\n\s*\n|\Z)", re.DOTALL)
CODE = re.compile(r"``(.+?)``", re.DOTALL)
GREEK = {"phi": "φ"}
SIGNS = {
    ast.Add: "+", ast.Sub: "−", ast.Mult: "·", ast.Eq: "=", ast.Lt: "<", ast.Gt: ">", ast.GtE: "≥", ast.LtE: "≤",
}  # fmt: skip
TIGHT = {ast.Add: 1, ast.Sub: 1, ast.Mult: 2}  # how closely an operator binds
ATOM = 9


def typed(text: str) -> list[str]:
    """Return the pieces of a paragraph or docstring that are formulas, as they were typed.

    Examples
    --------
    >>> typed("Formula: ``a * b``, with ``b = 2``.")
    ['a * b', 'b = 2']
    """
    return [" ".join(code.split()) for part in FORMULA.findall(text) for code in CODE.findall(part)]


def mathml(text: str) -> str:
    """Return a formula as a MathML element, or its text as code where it is none.

    Examples
    --------
    >>> mathml("weight * defeat")
    '<math><mrow><mi>weight</mi><mo>·</mo><mi>defeat</mi></mrow></math>'
    >>> mathml("1 / (1 + x)")
    '<math><mfrac><mn>1</mn><mrow><mn>1</mn><mo>+</mo><mi>x</mi></mrow></mfrac></math>'
    >>> mathml("only if (")
    '<code>only if (</code>'
    """
    names: dict[str, str] = {}

    def named(match: re.Match[str]) -> str:
        names[f"WORDS{len(names)}"] = match[0]
        return f"WORDS{len(names) - 1}"

    plain = SUM.sub(lambda match: f"SUM_{match[1]}*", text)
    plain = JUXTAPOSED.sub(r"\1*", WORDS.sub(named, plain))
    try:
        left, equals, right = plain.partition(" = ")
        parts = [_drawn(ast.parse(part.strip(), mode="eval").body, names)[0] for part in (left, right) if part]
    except SyntaxError:
        return f"<code>{escape(text)}</code>"
    return f"<math>{parts[0] if not equals else f'<mrow>{parts[0]}<mo>=</mo>{parts[1]}</mrow>'}</math>"


def _drawn(node: ast.expr, names: dict[str, str]) -> tuple[str, int]:
    """Return a part of a formula and how closely it binds."""
    match node:
        case ast.Constant(value=value):
            return f"<mn>{value:g}</mn>", ATOM
        case ast.Name(id=name):
            return _name(names.get(name, name)), ATOM
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return f"<mrow><mo>−</mo>{_within(operand, names, 2)}</mrow>", 2
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return f"<mfrac>{_drawn(left, names)[0]}{_drawn(right, names)[0]}</mfrac>", 3
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return f"<msup>{_within(left, names, ATOM)}{_drawn(right, names)[0]}</msup>", 4
        case ast.BinOp(left=left, op=op, right=right):
            tight = TIGHT[type(op)]
            before, after = _within(left, names, tight), _within(right, names, tight + isinstance(op, ast.Sub))
            sign = "" if _ends_in_sum(left) else f"<mo>{SIGNS[type(op)]}</mo>"
            return f"<mrow>{before}{sign}{after}</mrow>", tight
        case ast.Call(func=function, args=arguments):
            inside = "<mo>,</mo>".join(_drawn(argument, names)[0] for argument in arguments)
            if isinstance(function, ast.Name) and function.id == "sqrt":
                return f"<msqrt>{inside}</msqrt>", ATOM
            return f"<mrow>{_drawn(function, names)[0]}<mo>(</mo>{inside}<mo>)</mo></mrow>", ATOM
        case ast.Subscript(value=value, slice=index):
            return f"<msub>{_drawn(value, names)[0]}{_drawn(index, names)[0]}</msub>", ATOM
        case ast.IfExp(body=body, test=test, orelse=other):
            said = [_drawn(part, names)[0] for part in (body, test, other)]
            return f"<mrow>{said[0]}<mtext> if </mtext>{said[1]}<mtext>, else </mtext>{said[2]}</mrow>", 0
    raise SyntaxError(ast.dump(node))


def _within(node: ast.expr, names: dict[str, str], tight: int) -> str:
    """Return a part in the brackets it needs beside an operator."""
    text, own = _drawn(node, names)
    return text if own >= tight else f"<mrow><mo>(</mo>{text}<mo>)</mo></mrow>"


def _ends_in_sum(node: ast.expr) -> bool:
    """Whether a product goes on after the sign of a sum, which takes no dot."""
    last = node.right if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) else node
    return isinstance(last, ast.Name) and last.id.startswith("SUM_")


def _name(name: str) -> str:
    """Return a name: a sum with what it goes over, a letter with its index, or words.

    Examples
    --------
    >>> _name("M_opening"), _name("their_milex"), _name("O0")
    ('<msub><mi>M</mi><mi>opening</mi></msub>', '<mi>their milex</mi>', '<msub><mi>O</mi><mn>0</mn></msub>')
    """
    if name.startswith("SUM_"):
        return f"<munder><mo>∑</mo><mi>{name[4:]}</mi></munder>"
    if found := re.fullmatch(r"([A-Za-z])(?:_(\w+)|(\d+))", name):
        index = f"<mi>{found[2]}</mi>" if found[2] else f"<mn>{found[3]}</mn>"
        return f"<msub><mi>{found[1]}</mi>{index}</msub>"
    said = GREEK.get(name, name).replace("_", " ").replace("'", "′")
    return f"<mi>{said}</mi>"


def role(kind: str, raw: str, text: str, line: int, inliner: Any, options: Any = None, content: Any = ()) -> Any:
    """Return a formula as what Sphinx puts into a page."""
    from docutils import nodes

    return [nodes.raw("", f'<span class="formula">{mathml(text)}</span>', format="html")], []
