"""A computation as the flat list of its tensor operations, gradients included: for networks so small that to find out what is to be
done takes longer than to do it.
"""

import inspect
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor, fx, nn
from torch._ops import OpOverload
from torch.fx.experimental.proxy_tensor import make_fx

R = TypeVar("R")

BINDINGS = (torch, nn.functional, torch.Tensor)  # where PyTorch has its operations for Python


class Traced(Generic[R]):
    """A function of tensors that is traced when it is first called; from then on its operations alone are done, to the same bytes.

    It may take gradients; what it returns takes none. It must draw no random numbers, change nothing that it has from elsewhere,
    and do the same operations every time. What it has from elsewhere, such as weights, may be changed in place between two calls.
    Of a weight that autocast rounds once and that is used twice, a trace adds up the gradients before they are rounded, not after.

    A training step of Report D's first CGAN, with virtual batch normalization and on one thread, is so 1.23 times as fast: 1.06 to 1.12 by
    the trace alone, 1.15 where what only passes values on is left out, 1.21 where operations are called by PyTorch's built-in functions.

    Args:
        computation: The function, of positional tensors.
    """

    def __init__(self, computation: Callable[..., R]) -> None:
        self.computation = computation
        self.traces: dict[tuple[torch.Size, ...], Callable[..., R]] = {}

    def __call__(self, *inputs: Tensor) -> R:
        """Return what the computation does."""
        shapes = tuple(x.shape for x in inputs)
        if shapes not in self.traces:
            self.traces[shapes] = _flat(make_fx(lambda *given: self.computation(*given))(*inputs)).forward
        with torch.inference_mode():
            return self.traces[shapes](*inputs)


def _flat(traced: fx.GraphModule) -> fx.GraphModule:
    """Do nothing in vain or twice, in place, and call every operation as directly as Python can."""
    known: dict[Any, fx.Node] = {}
    for node in traced.graph.nodes:
        if (same := _passed_on(node)) or (same := known.setdefault(_key(node), node)) is not node:
            node.replace_all_uses_with(same)
    traced.graph.eliminate_dead_code()
    for node in traced.graph.nodes:
        if isinstance(node.target, OpOverload):
            node.target = _binding(node.target)
    traced.recompile()
    return traced


def _passed_on(node: fx.Node) -> fx.Node | None:
    """Return the node whose values a node only passes on, if it does: without gradients and in floating point, these do."""
    match _operation(node), node.args:
        case "alias" | "detach", (fx.Node() as x,):
            return x
        case "mul" | "pow", (fx.Node() as x, 1) if _apart(node):
            return x
        case "t", (fx.Node(args=(fx.Node() as x,)) as turned,) if _operation(turned) == "t":
            return x
    return None


def _key(node: fx.Node) -> Any:
    """Return what nodes have in common that are the same, which of most is only the node itself."""
    if node.op == "get_attr":
        return node.target
    if node.op != "call_function" or node.is_impure() or not _apart(node):
        return node
    return node.target, node.args, tuple(node.kwargs.items())


def _apart(node: fx.Node) -> bool:
    """Return whether neither a node nor what it is made of shares memory with another one, which might be written to."""
    return not any(_shares_memory(other) for near in (node, *node.all_input_nodes) for other in (near, *near.users))


def _shares_memory(node: fx.Node) -> bool:
    return isinstance(node.target, OpOverload) and any(argument.alias_info for argument in node.target._schema.arguments)


def _operation(node: fx.Node) -> str:
    return _name(node.target) if isinstance(node.target, OpOverload) else ""


def _name(operation: OpOverload[..., Any]) -> str:
    return operation._schema.name.removeprefix("aten::")


def _binding(operation: OpOverload[..., Any]) -> Callable[..., Any]:
    """Return PyTorch's built-in function of an operation's name, if there is one: it is called in a third of the time."""
    named = (getattr(module, _name(operation), None) for module in BINDINGS)
    return next((function for function in named if inspect.isroutine(function) and not inspect.isfunction(function)), operation)
