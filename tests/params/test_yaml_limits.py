"""What a YAML file asks for is counted in one pass."""

from ruamel.yaml.events import MappingEndEvent, MappingStartEvent, ScalarEvent

from workflow.params.yaml_limits import _repeated_keys


class Counted(str):
    """A text that counts how often it is compared."""

    __slots__ = ()
    comparisons = 0

    def __eq__(self, other: object) -> bool:
        Counted.comparisons += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def scalar(text: str) -> ScalarEvent:
    return ScalarEvent(None, None, (True, False), Counted(text))


def test_a_key_is_not_compared_with_each_one_before_it() -> None:
    names = [f"k{number}" for number in range(1000)]
    pairs = [event for name in names for event in (scalar(name), scalar("same"))]
    repeated = [event.value for event in _repeated_keys([MappingStartEvent(None, None, True), *pairs, scalar("k7"), MappingEndEvent()])]
    assert repeated == ["k7"]
    assert Counted.comparisons < len(names)
