"""The page in a real browser: Chromium, without a window, driven by Playwright."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.helpers.project import ROOT
from tests.helpers.small_page import IMAGES

CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the PATH: `apt-get install chromium`, or a browser of that kind")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])


@pytest.fixture
def width() -> int:
    """Of the window, in pixels: what does not depend on it is tested in a wide one."""
    return 1280


@pytest.fixture
def shown(width: int, browser: Browser, page_file: Path) -> Iterator[Page]:
    """The page, drawn; in the end, that it has complained about nothing and asked no host for anything."""
    page = browser.new_page(viewport={"width": width, "height": 800})
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda sent: asked.append(sent.url))
    page.goto(page_file.as_uri())
    page.wait_for_function("document.querySelectorAll('.chart svg').length === 3")
    yield page
    page.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith(("data:", page_file.as_uri()))] == []


at_both_widths = pytest.mark.parametrize("width", [1280, 390], ids=["wide", "narrow"])


def visible_statements(page: Page) -> list[str]:
    return page.eval_on_selector_all("#statements > tbody:not([hidden])", "parts => parts.map(part => part.rows[0].id)")


@at_both_widths
def test_the_page_is_no_wider_than_the_window(shown: Page, width: int) -> None:
    assert shown.evaluate("document.documentElement.scrollWidth") <= width


@at_both_widths
def test_a_phone_gets_figures_drawn_for_its_width(shown: Page, width: int) -> None:
    sources = shown.eval_on_selector_all("picture img", "images => images.map(image => image.currentSrc !== image.src)")
    assert sources == [width == 390] * len(sources)
    assert sources


def test_the_published_page_is_no_wider_than_the_window(browser: Browser) -> None:
    page = browser.new_page()
    page.goto((ROOT / "docs/index.html").as_uri())
    page.wait_for_function("document.querySelectorAll('.chart svg').length > 0")
    for width in (390, 768, 900, 1024, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        needed, given = page.evaluate("(box => [box.scrollWidth, box.clientWidth])(document.querySelector('#statements').parentElement)")
        assert needed <= given, f"the scorecard's last column lies beyond a window of {width} pixels"
    page.close()


def test_the_scorecard_is_filtered_by_report_verdict_and_text(shown: Page) -> None:
    everything = visible_statements(shown)
    assert shown.locator("#count").text_content() == f"{len(everything)} of {len(everything)} rows"
    shown.select_option("#by-report", "A")
    assert visible_statements(shown) == [first for first in everything if first.startswith("A-")]
    shown.select_option("#by-verdict", "measured")
    assert "A-3.1-gain" in visible_statements(shown)
    assert "A-2.3-z100" not in visible_statements(shown)
    shown.select_option("#by-verdict", "not measured")
    assert "A-2.3-z100" in visible_statements(shown)
    assert "A-3.1-gain" not in visible_statements(shown)
    shown.select_option("#by-verdict", "no verdict")
    shown.fill("#by-text", "1nn §3.1 GAIN almost")
    assert visible_statements(shown) == ["A-3.1-gain"]
    shown.get_by_role("button", name="All").click()
    shown.wait_for_function(f"document.querySelectorAll('#statements > tbody:not([hidden])').length === {len(everything)}")


def test_the_filter_works_from_the_keyboard(shown: Page) -> None:
    shown.locator("#by-report").focus()
    shown.keyboard.press("ArrowDown")
    assert {first[0] for first in visible_statements(shown)} == {"A"}
    shown.keyboard.press("Tab")
    shown.keyboard.press("Tab")
    shown.keyboard.type("z100")
    assert visible_statements(shown) == ["A-2.3-z100"]


def test_a_link_shows_a_claim_that_the_filter_hid(shown: Page) -> None:
    shown.fill("#by-text", "nothing like this")
    assert visible_statements(shown) == []
    shown.locator("#A > summary").click()
    shown.locator("#A a[href='#A-3.1-gain']").first.click()
    shown.wait_for_function("!document.getElementById('A-3.1-gain').closest('tbody').hidden")


def test_other_readings_are_folded_under_their_statement(shown: Page) -> None:
    assert not shown.locator("#A-3\\.1-gain-as-described").is_visible()
    shown.locator("tbody:has(#A-3\\.1-gain) summary", has_text="2 other readings").click()
    assert shown.locator("#A-3\\.1-gain-as-described").is_visible()
    shown.fill("#by-text", "A-3.1-gain-as-described")
    assert visible_statements(shown) == ["A-3.1-gain"]


def test_a_link_to_a_folded_reading_unfolds_it(shown: Page) -> None:
    shown.fill("#by-text", "nothing like this")
    shown.evaluate("location.hash = '#A-3.1-gain-as-described'")
    shown.wait_for_selector("#A-3\\.1-gain-as-described", state="visible")


def test_a_link_into_a_closed_part_opens_it(shown: Page) -> None:
    assert not shown.locator("#knn-bigan-triplet-as-coded").is_visible()
    shown.locator("#A-3\\.1-gain a[href='#knn-bigan-triplet-as-coded']").click()
    shown.wait_for_selector("#knn-bigan-triplet-as-coded", state="visible")
    shown.locator("#knn-bigan-triplet-as-coded a").click()
    shown.wait_for_selector("#params-bigan-triplet-as-coded", state="visible")


def test_a_link_to_a_folded_report_unfolds_it(shown: Page) -> None:
    place = shown.locator("#A-section-3\\.1")
    assert not place.is_visible()
    shown.locator("#main a[href='#A']").click()
    place.wait_for(state="visible")


@at_both_widths
def test_every_verdict_is_on_the_screen(shown: Page, width: int) -> None:
    shown.locator("#A > summary").click()
    edges = shown.eval_on_selector_all(
        "#main .verdict, #A .place .verdict, #statements .verdict",
        "cells => cells.map(cell => cell.getBoundingClientRect()).filter(box => box.width).map(box => box.right)",
    )
    assert len(edges) > 100
    assert max(edges) <= width


@at_both_widths
def test_the_contents_stay_on_a_wide_screen(shown: Page, width: int) -> None:
    shown.evaluate("scrollTo(0, 3000)")
    box = shown.get_by_role("navigation").bounding_box()
    assert box
    assert (box["y"] == 0) == (width == 1280)


@at_both_widths
def test_pointing_at_a_map_shows_the_image_and_its_neighbour_on_every_map(shown: Page) -> None:
    first, second = shown.locator("figure.map").all()
    dots = first.locator(".mark-symbol.role-mark path").all()
    dots[17].hover(force=True)
    shown.wait_for_function("document.getElementById('image-number').textContent !== '0'")
    image = int(shown.locator("#image").input_value())
    for figure in (first, second):
        assert figure.locator("[data-of=label]").text_content() == str(image % 10)
        variant = figure.locator("select").input_value()
        neighbour = shown.evaluate("([variant, image]) => data.neighbours[variant][image]", [variant, image])
        assert neighbour != image
        assert figure.locator("[data-of=neighbour-label]").text_content() == str(neighbour % 10)
        right = neighbour % 10 == image % 10
        assert ("right" in (figure.locator("[data-of=outcome]").text_content() or "")) == right
        position = figure.locator("[data-of=image]").evaluate("place => place.style.backgroundPosition")
        assert position == f"{-84 * image}px 0px"
    assert {figure.locator("select").input_value() for figure in (first, second)} == {"bigan", "bigan-triplet"}


def test_a_map_works_from_the_keyboard(shown: Page) -> None:
    shown.locator("#image").focus()
    for _ in range(3):
        shown.keyboard.press("ArrowRight")
    assert shown.locator("#image-number").text_content() == "3"
    shown.keyboard.press("End")
    assert shown.locator("#image-number").text_content() == str(IMAGES - 1)
    before = neighbours(shown)
    shown.locator("figure.map select").first.focus()
    shown.keyboard.press("ArrowDown")
    assert neighbours(shown) == [before[1], before[1]]


def neighbours(page: Page) -> list[str]:
    return page.eval_on_selector_all("[data-of=neighbour]", "places => places.map(place => place.style.backgroundPosition)")


def test_losses_are_compared_between_the_variants_chosen(shown: Page) -> None:
    lines = "document.querySelectorAll('#losses-chart .mark-line path').length"
    shown.wait_for_function(f"{lines} === 2")
    shown.get_by_label("bigan-triplet", exact=True).focus()
    shown.keyboard.press("Space")
    shown.wait_for_function(f"{lines} === 1")
    before = shown.locator("#losses-chart .mark-line path").get_attribute("d")
    shown.select_option("#quantity", "generator")
    shown.wait_for_function("before => document.querySelector('#losses-chart .mark-line path').getAttribute('d') !== before", arg=before)


def test_samples_by_epoch_are_a_slider(shown: Page) -> None:
    snapshots = shown.locator(".snapshots")
    assert snapshots.locator("output").text_content() == "epoch 10"
    snapshots.locator("input").focus()
    shown.keyboard.press("ArrowLeft")
    assert snapshots.locator("output").text_content() == "epoch 2"
    frame = snapshots.locator(".frame")
    height = frame.evaluate("place => place.clientHeight")
    assert frame.evaluate("place => place.style.backgroundPositionY") == f"-{height}px"
