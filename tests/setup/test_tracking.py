"""What the chosen kinds of event do to the mail is said before, and opens and clicks can be left out."""

import pytest
from houses import House

from core.setup.choices import Choices
from core.setup.guide import guide
from core.setup.template import template


def destination(house: House) -> set[str]:
    (found,) = [
        one for group in house.region.configuration_sets.values() for one in group.destinations.values()
    ]
    return set(found.types)


@pytest.mark.parametrize("tracking", [True, False])
def test_links_are_rewritten_only_when_opens_and_clicks_are_chosen_and_that_is_said(
    house: House, tracking: bool
) -> None:
    planned = house.plan(intake="queue", tracking=tracking)
    line = next(one for one in planned.lines if one.key == "destination")
    assert ("rewrites the links" in line.sentence) is tracking
    number = house.begin(intake="queue", tracking=tracking)
    assert house.apply(number)[-1].state == "changed"
    assert ({"OPEN", "CLICK"} <= destination(house)) is tracking
    assert {"SEND", "BOUNCE", "COMPLAINT", "DELIVERY"} <= destination(house)
    assert not [one for one in house.made() if one.drift]


@pytest.mark.parametrize("tracking", [True, False])
def test_the_guide_and_the_template_say_and_do_the_same(house: House, tracking: bool) -> None:
    choices = Choices(identity="example.com", intake="queue", tracking=tracking)
    step = next(one for one in guide(house.connection, choices, None) if one.key == "destination")
    assert ("rewrites the links" in step.words) is tracking
    assert ("take **Opens** and **Clicks** out again" in step.words) is not tracking
    document = template(house.connection, house.plan(intake="queue", tracking=tracking), None)
    assert ('"click"' in str(document).replace("'", '"')) is tracking
