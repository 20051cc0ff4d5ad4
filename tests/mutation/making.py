"""Makes mutants with mutmut's operators, in the environment of the tools: ``python making.py FILE...``.

mutmut itself leaves decorated functions and what a module does when it is imported as they are, because its mutants
stand side by side in one module. Here each mutant is a whole module, so these are changed too. One line of JSON each.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.file_mutation import MutationVisitor, deep_replace
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode


def _only_for_annotations(node: cst.CSTNode) -> bool:
    """Whether this names a type, or what a module exports: no program runs differently without it."""
    if isinstance(node, cst.AnnAssign):
        return isinstance(node.annotation.annotation, cst.Name) and node.annotation.annotation.value == "TypeAlias"
    return isinstance(node, cst.Assign) and any(
        isinstance(each.target, cst.Name) and each.target.value == "__all__" for each in node.targets
    )


class _Everywhere(MutationVisitor):  # type: ignore[misc]
    """Also what mutmut passes by: decorated functions, in their bodies; defaults that are no plain value."""

    METADATA_DEPENDENCIES = (*MutationVisitor.METADATA_DEPENDENCIES, PositionProvider)

    def _skip_node_and_children(self, node: cst.CSTNode) -> bool:
        if isinstance(node, (cst.Decorator, cst.Annotation)) or _only_for_annotations(node):
            return True
        if isinstance(node, (cst.FunctionDef, cst.Param)):
            return False
        return bool(super()._skip_node_and_children(node))


def mutants(file: Path) -> Iterator[dict[str, object]]:
    """Every mutant of a file."""
    code = file.read_text("utf-8")
    wrapper = MetadataWrapper(cst.parse_module(code))
    visitor = _Everywhere(mutation_operators, IgnoredCode(set(), set(), set()))
    module = wrapper.visit(visitor)
    places = wrapper.resolve(PositionProvider)
    for number, mutation in enumerate(visitor.mutations):
        changed = deep_replace(module, mutation.original_node, mutation.mutated_node)
        assert isinstance(changed, cst.Module)
        holder = mutation.contained_by_top_level_function
        yield {
            "file": str(file),
            "number": number,
            "line": places[mutation.original_node].start.line,
            "function": holder.name.value if isinstance(holder, cst.FunctionDef) else "",
            "before": module.code_for_node(mutation.original_node),
            "after": module.code_for_node(mutation.mutated_node),
            "source": changed.code,
        }


if __name__ == "__main__":
    for name in sys.argv[1:]:
        for mutant in mutants(Path(name)):
            sys.stdout.write(json.dumps(mutant) + "\n")
