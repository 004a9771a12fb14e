#!/usr/bin/env python3
"""Circles among a crate's modules: `dev-circles.py crates/api/src …`. A module is a file or folder of the crate's root."""

import re
import sys
from pathlib import Path


def uses(text: str) -> set[str]:
    """The modules that a source names by `crate::`. Its unit tests may name any."""
    text = text.split("#[cfg(test)]\nmod tests")[0]
    found = set(re.findall(r"\bcrate::(\w+)", text))
    for group in re.findall(r"use crate::\{(.*?)\};", text, re.S):
        # Only what stands at the group's own level.
        while (flat := re.sub(r"\{[^{}]*\}", "", group)) != group:
            group = flat
        found |= {part.strip().split("::")[0].split(" ")[0] for part in group.split(",")}
    return found


def circles(root: Path) -> list[list[str]]:
    modules = {path.stem for path in root.iterdir()} - {"lib", "main"}
    edges = {name: set() for name in modules}
    for path in root.rglob("*.rs"):
        own = path.relative_to(root).parts[0].removesuffix(".rs")
        if own in modules:
            edges[own] |= (uses(path.read_text()) & modules) - {own}
    reach = {name: set(to) for name, to in edges.items()}
    grows = True
    while grows:
        grows = False
        for name, to in reach.items():
            more = to.union(*(reach[other] for other in to))
            if more != to:
                reach[name], grows = more, True
    of = lambda name: sorted(other for other in reach[name] if name in reach[other])
    return sorted(map(list, {tuple(of(name)) for name in modules if name in reach[name]}))


found = [(root, circle) for root in sys.argv[1:] for circle in circles(Path(root))]
for root, circle in found:
    print(f"{root}: {', '.join(circle)}")
sys.exit(1 if found else 0)
