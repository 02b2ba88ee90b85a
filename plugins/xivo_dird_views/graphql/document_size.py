"""The size of a query that was parsed, which is checked before it is validated: that takes longer for long ones."""

from collections.abc import Iterator, Mapping, Sequence

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from xivo_dird_views.graphql.limits import MAX_DEPTH, MAX_FIELDS, MAX_ROOT_FIELDS


def check_size(document: DocumentNode) -> None:
    """Check a query that was parsed.

    Raises:
        GraphQLError: It has too many fields, or they are nested too deeply.
    """
    definitions = document.definitions
    operations = [one for one in definitions if isinstance(one, OperationDefinitionNode)]
    fragments = [one for one in definitions if isinstance(one, FragmentDefinitionNode)]
    _check_fields([*operations, *fragments])
    by_name = {fragment.name.value: fragment for fragment in fragments}
    for operation in operations:
        if sum(1 for _ in _root_fields(operation.selection_set, by_name)) > MAX_ROOT_FIELDS:
            raise GraphQLError(f"The operation has more than {MAX_ROOT_FIELDS} root fields.", operation)


def _check_fields(definitions: Sequence[OperationDefinitionNode | FragmentDefinitionNode]) -> None:
    fields = 0
    for definition in definitions:
        for depth, selection in _selections(definition.selection_set):
            fields += isinstance(selection, FieldNode)
            if fields > MAX_FIELDS:
                raise GraphQLError(f"The query has more than {MAX_FIELDS} fields.")
            if depth > MAX_DEPTH:
                raise GraphQLError(f"The query is nested more than {MAX_DEPTH} levels deep.", selection)


def _selections(
    selection_set: SelectionSetNode,
) -> Iterator[tuple[int, FieldNode | FragmentSpreadNode | InlineFragmentNode]]:
    """Yield each selection after its depth, without those in the fragments that are named."""
    pending = [(1, selection_set)]
    for depth, selected in pending:
        for selection in selected.selections:
            if isinstance(selection, FieldNode | FragmentSpreadNode | InlineFragmentNode):
                yield depth, selection
            inner = getattr(selection, "selection_set", None)
            if inner is not None:
                pending.append((depth + 1, inner))


def _root_fields(
    selection_set: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> Iterator[FieldNode]:
    """Yield the fields of an operation itself, those of each fragment once."""
    pending, seen = [selection_set], set[str]()
    for selected in pending:
        for selection in selected.selections:
            if isinstance(selection, FieldNode):
                yield selection
            elif isinstance(selection, InlineFragmentNode):
                pending.append(selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in seen:
                seen.add(selection.name.value)
                fragment = fragments.get(selection.name.value)
                pending += [] if fragment is None else [fragment.selection_set]
