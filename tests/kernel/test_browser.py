"""Notebooks in a real JupyterLab and in Notebook 7, in headless Chromium. Screenshots go to target/kernel/browser."""

import json
import re

import psutil
import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import sync_playwright

from conftest import ROOT, TIMEOUT
from lab import SHOTS, Lab, chromium
from places import Place

CELLS = [
    'let cell = create_bio_vm("first", "ecoli");\ncell.start();\ncell.start_transcription(["lacZ"]);',
    "let kept = 42;\nfor i in 0..3 { print(`line ${i}`) }",
    "plot_resources(run(30.min))",
    "cell.status()",
    'create_bio_vm("x", "ecolli")',
    "loop {}",
    "kept",
    "kept",
]
COLOURS = """%%time
// a comment with run(1.min)
fn grow(x) { x + 1.5 }
let cell = create_bio_vm("c", "ecoli"); /* over
two lines */ cell.start();
cell.start_transcription(["lacZ", "nothing"]);
let trace = run(10.min);
print(`at ${grow(now())} h`);"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    server = Lab(tmp_path_factory.mktemp("lab"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=chromium(), args=options)
        yield browser
        browser.close()


@pytest.fixture
def page(browser, request):
    page = browser.new_page(viewport={"width": 1200, "height": 1400})
    page.set_default_timeout(1000 * TIMEOUT)
    yield page
    page.screenshot(path=SHOTS / f"{request.node.name}.png")
    page.close()


@pytest.fixture(scope="module")
def notebook(lab, browser):
    """A notebook whose first cells have been run."""
    page = browser.new_page(viewport={"width": 1200, "height": 1400})
    page.set_default_timeout(1000 * TIMEOUT)
    opened = lab.open(page, "a.ipynb", CELLS)
    for i in range(5):
        opened.run(i)
    yield opened
    page.close()


def test_cells_run(notebook):
    assert notebook.prompt(0) == "[1]:"
    assert notebook.output(1).strip() == "line 0\nline 1\nline 2"
    assert "ecoli" in notebook.output(4)
    assert notebook.cell(4).locator('[class*="ansi-red"]').count() > 0, "a red caret"


def test_the_plot_is_visible(notebook):
    picture = notebook.cell(2).locator(".jp-RenderedImage img").first
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box["width"] > 300 and box["height"] > 200
    pixels = picture.evaluate("image => image.naturalWidth")
    assert pixels == 2 * picture.evaluate("image => image.width"), "sharp on screens of two pixels for one"
    notebook.shot("light")


def test_tables_are_sorted_by_a_click(lab, page):
    opened = lab.open(page, "sorted.ipynb", [
        'table(#{strain: ["b", "c", "a"], gfp: [9, 1e3, ()]})',
    ])
    opened.run(0)
    table = opened.cell(0).locator("table.bioxen-table").first

    def click(heading):
        table.locator("th", has_text=heading).click()

    names = table.locator("th").all_inner_texts()
    column = names.index("strain") + 1

    def column_of(number):
        return table.locator(f"tbody td:nth-child({number})").all_inner_texts()

    click("strain")
    assert column_of(column) == ["a", "b", "c"]
    click("strain")
    assert column_of(column) == ["c", "b", "a"]
    click("gfp")
    assert column_of(column) == ["b", "c", "a"], "unknown values come last"
    assert table.locator("th", has_text="gfp").get_attribute("aria-sort") == "ascending"


def test_the_interrupt_button_keeps_variables(notebook):
    notebook.begin(5)
    notebook.until(lambda: notebook.kernel()["execution_state"] == "busy")
    notebook.page.locator('[data-jp-item-name="interrupt"] jp-button').first.click()
    notebook.until(lambda: re.search(r"\[\d+\]", notebook.prompt(5)))
    assert "interrupt" in notebook.output(5).lower()
    notebook.run(6)
    assert notebook.output(6).strip() == "42"


def test_tab_completes(notebook):
    page, item = notebook.page, notebook.page.locator(".jp-Completer-item")
    notebook.write(7, "cell.start_tr")
    page.keyboard.press("Tab")
    item.first.wait_for()
    page.keyboard.press("Enter")
    notebook.until(lambda: "cell.start_transcription" in notebook.cell(7).locator(".cm-content").text_content())
    notebook.write(7, "plot")
    page.keyboard.press("Tab")
    item.first.wait_for()
    notebook.until(lambda: any("plot_resources" in text for text in item.all_text_contents()))
    notebook.shot("complete")
    page.keyboard.press("Escape")


def test_shift_tab_explains(notebook):
    page = notebook.page
    page.keyboard.press("Escape")
    notebook.write(7, "plot_resources")
    page.keyboard.press("Shift+Tab")
    tip = page.locator(".jp-Tooltip")
    notebook.until(lambda: tip.count() and "plot_resources(" in tip.first.text_content())
    notebook.shot("tooltip")
    page.keyboard.press("Escape")


def test_the_dark_theme(notebook):
    row = notebook.cell(3).locator(".jp-RenderedHTML td").first
    assert notebook.cell(3).locator(".jp-RenderedHTML table tr").count() > 5
    light = notebook.style(row, "color")
    notebook.theme("JupyterLab Dark")
    notebook.until(lambda: notebook.style(row, "color") != light)
    picture = notebook.cell(2).locator(".jp-RenderedImage img").first
    # A picture is a white card, once the curtain that JupyterLab draws while it changes its theme is gone.
    notebook.until(lambda: notebook.brightness(picture) > 180)
    notebook.cell(3).scroll_into_view_if_needed()
    notebook.shot("dark")
    notebook.theme("JupyterLab Light")
    notebook.until(lambda: notebook.brightness(picture) > 180)


def test_a_restart_begins_anew(lab, notebook):
    def kernels():
        return {process.pid for process in psutil.Process(lab.process.pid).children(recursive=True)}

    before = kernels()
    notebook.menu("Kernel", "Restart Kernel…")
    notebook.page.locator(".jp-Dialog .jp-mod-accept").click()
    notebook.until(lambda: kernels() - before)
    # A restart leaves the numbers of the cells.
    notebook.menu("Edit", "Clear Outputs of All Cells")
    notebook.until(lambda: "6" not in notebook.prompt(6))
    notebook.run(6)
    assert "kept" in notebook.output(6)
    assert notebook.prompt(6) == "[1]:"


def test_words_have_colours(lab, page):
    """With the extension of kernel/labextension, which is installed in this environment."""
    opened = lab.open(page, "colours.ipynb", [COLOURS])
    opened.until(lambda: opened.words(0, "bioxen-function"))
    assert opened.words(0, "bioxen-function") == ["create_bio_vm", "start", "start_transcription", "run", "now"]
    assert opened.words(0, "bioxen-unit") == ["min"]
    assert opened.words(0, "bioxen-gene") == ['"lacZ"']
    assert opened.words(0, "bioxen-type") == ['"ecoli"']
    assert opened.words(0, "bioxen-magic") == ["%%time"]
    span = page.locator(".jp-CodeCell .cm-line span")
    def look(word, of="color"):
        return opened.style(span.filter(has_text=re.compile(f"^{re.escape(word)}$")).first, of)
    words = ["let", "grow", '"ecoli"', "10", '"lacZ"', "run", "print"]
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        opened.theme(theme)
        opened.until(lambda: len({look(word) for word in words}) >= 6)
        assert look('"lacZ"', "fontStyle") == "italic" and look('"nothing"', "fontStyle") == "normal"
        assert look("// a comment with run(1.min)", "color") == look("two lines */", "color")
        opened.shot(f"colours {theme.split()[1].lower()}")
    opened.theme("JupyterLab Light")


def test_words_have_the_colours_of_rust_without_the_extension(lab, page):
    page.route("**/extensions/bioxen-lab/**", lambda route: route.abort())
    opened = lab.open(page, "plain.ipynb", ['let cell = create_bio_vm("c", "ecoli");'])
    span = page.locator(".jp-CodeCell .cm-line span")
    opened.until(lambda: len(set(span.evaluate_all("all => all.map(e => getComputedStyle(e).color)"))) >= 3)
    assert opened.words(0, "bioxen-function") == []


def test_vega_lite_is_drawn_on_request(lab, page):
    cells = [CELLS[0] + "\nlet trace = run(10.min);", "%%vega\nplot(trace)", '%%live\nrun(20.min);', "%%html\nplot(trace)"]
    opened = lab.open(page, "vega.ipynb", cells)
    for i in range(len(cells)):
        opened.run(i)
    chart = opened.cell(1).locator(".jp-RenderedVegaCommon5 .vega-embed svg, .jp-RenderedVegaCommon5 canvas, "
                                   ".vega-embed canvas, .vega-embed svg").first
    chart.wait_for()
    assert chart.bounding_box()["width"] > 200
    opened.until(lambda: opened.cell(2).locator(".jp-RenderedImage img").count() == 1)
    assert opened.cell(2).locator(".jp-RenderedHTML svg").count() == 0, "one figure, replaced in place"
    figure = opened.cell(3).locator(".jp-RenderedHTML svg").first
    opened.until(lambda: opened.brightness(chart) > 180 and opened.brightness(figure) > 180)
    opened.shot("vega light")
    # Without being drawn anew: the page shines through, and the letters can be read on it.
    opened.theme("JupyterLab Dark")
    opened.until(lambda: opened.brightness(figure) < 80 and opened.brightness(chart) < 80)

    def axes_are_seen():
        darkest, brightest = opened.extremes(chart)
        return brightest > 110 and darkest < 60

    opened.until(axes_are_seen)
    opened.shot("vega dark")
    opened.theme("JupyterLab Light")


def test_notebooks_as_pages(page, tmp_path):
    """What nbconvert makes of a notebook, as a reader sees it."""
    html, _ = HTMLExporter().from_filename(ROOT / "notebooks/first_cell.ipynb")
    path = tmp_path / "first_cell.html"
    # Scripts from elsewhere are not loaded: the page must stand by itself.
    page.route(re.compile("^https?:"), lambda route: route.abort())
    path.write_text(html, encoding="utf-8")
    page.goto(path.as_uri(), wait_until="domcontentloaded")
    figure = page.locator(".jp-RenderedImage img").first
    figure.scroll_into_view_if_needed()
    assert figure.bounding_box()["width"] > 300
    page.screenshot(path=SHOTS / "nbconvert.png", full_page=True)


def test_notebook_7(lab, page):
    opened = lab.open(page, "seven.ipynb", CELLS[:3], place="notebooks")
    for i in range(3):
        opened.run(i)
    assert "line 2" in opened.output(1)
    assert opened.cell(2).locator(".jp-RenderedImage img").count() == 1
    opened.until(lambda: opened.words(0, "bioxen-gene") == ['"lacZ"'])
    opened.shot("notebook 7")


@pytest.fixture
def place():
    made = Place()
    yield made
    made.end()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_board_shows_a_session_to_a_room(place, browser, colours):
    place.call("session", "start", "lab")
    start = 'let c = quick_start_vm("ecoli", "demo");\nstart_transcription(["lacZ"]);\n'
    place.call("attach", "lab", "--as", "ben", text=start)
    board = place.open("session", "board", "lab")
    try:
        page = browser.new_page(viewport={"width": 360, "height": 800}, color_scheme=colours)
        page.set_default_timeout(1000 * TIMEOUT)
        faults = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.goto(board.stdout.readline().split()[-1])
        page.locator("#vms th", has_text="demo").wait_for()
        assert "token" not in page.url, "the address in the history opens nothing"
        place.call("attach", "lab", "--as", "cleo", text="run(30.min);\nprint(\"<img src=x>\")\n")
        page.locator("#growth polyline").wait_for(state="attached")
        page.locator("#log li", has_text="<img src=x>").first.wait_for()
        assert page.locator("#log img, #log b").count() == 0, "what people write is text"
        assert "30.0 min" in page.locator("#host").inner_text()
        ribosomes = page.locator("#vms meter").first
        assert float(ribosomes.get_attribute("value")) > 0
        wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide[0] <= wide[1], "nothing hangs over a narrow screen"
        page.screenshot(path=SHOTS / f"board-{colours}-360.png", full_page=True)
        page.set_viewport_size({"width": 1200, "height": 800})
        page.screenshot(path=SHOTS / f"board-{colours}.png")
        page.reload()
        page.locator("#vms th", has_text="demo").wait_for()
        place.call("session", "stop", "lab")
        page.locator("#state", has_text="has ended").wait_for()
        assert faults == []
        page.close()
        assert board.wait(TIMEOUT) == 0
    finally:
        board.kill()
        board.communicate()


def test_a_terminal_attaches_to_the_kernel_of_a_notebook(lab, notebook, place):
    runtime = str(lab.work.parent / "runtime")
    how = {"text": "let far = 41;\nfar + 1\n", "JUPYTER_RUNTIME_DIR": runtime}
    assert place.call("attach", "--notebook", lab.work / "a.ipynb", **how).stdout.strip() == "42"
    notebook.write(7, "far")
    notebook.run(7)
    assert notebook.output(7).strip() == "41", "both are in one kernel"
    other = lab.work / "other.ipynb"
    other.write_text("{}")
    assert "has no kernel" in place.call("attach", "--notebook", other, code=2, **how).stderr


def test_jupyterlab_takes_a_session_as_its_kernel(lab, page, place):
    how = {"XDG_RUNTIME_DIR": str(lab.runtime)}
    place.call("session", "start", "lab", **how)
    try:
        place.call("attach", "lab", "--as", "ada", text="let far = 41;\n", **how)
        opened = lab.open(page, "session.ipynb", ["far + 1", "let near = far + 2; near"])
        page.locator('[data-jp-item-name="kernelName"] jp-button').first.click()
        dialog = page.locator(".jp-Dialog")
        choice = dialog.locator("select").first
        choice.wait_for()
        # Kernels that belong to no notebook have the name of their kind.
        group = choice.locator('optgroup[label^="Connect to Existing"]')
        chosen = group.locator("option", has_text=re.compile(r"^bioxen \(")).get_attribute("value")
        choice.select_option(value=chosen)
        page.screenshot(path=SHOTS / "choose_session.png")
        dialog.locator(".jp-mod-accept").click()
        dialog.wait_for(state="detached")
        session = json.loads(chosen)["id"]
        # The server does not follow what kernels do that it has not started; the page does.
        opened.kernel = lambda: {"connections": 1, "execution_state": "idle"}
        opened.run(0)
        opened.until(lambda: opened.output(0).strip() == "42")
        opened.run(1)
        opened.until(lambda: opened.output(1).strip() == "43")
        assert place.call("attach", "lab", text="near\n", **how).stdout.strip() == "43"
        # What others do is not shown in the cells of this page, and the page that is closed ends nothing.
        page.goto("about:blank")
        assert place.call("attach", "lab", text="far\n", **how).stdout.strip() == "41"
        for one in lab.ask("/api/sessions"):
            if one["kernel"]["id"] == session:
                lab.ask(f"/api/sessions/{one['id']}", "DELETE")
        assert place.call("attach", "lab", text="near - far\n", **how).stdout.strip() == "2"
    finally:
        place.call("session", "stop", "lab", **how)
