"""A JupyterLab of its own for tests, and what one does with a notebook in it."""

import base64
import contextlib
import json
import os
import re
import shutil
import subprocess
import time
import urllib.error

from conftest import TARGET, TIMEOUT, program
from server import Server

SHOTS = TARGET / "kernel/browser"


def chromium():
    path = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    assert path, "no browser: apt-get install chromium, or say CHROMIUM=PATH"
    return path


def notebook(cells):
    """The text of a notebook with these cells."""
    spec = {"name": "bioxen", "display_name": "BioXen", "language": "rhai"}
    cells = [{"id": f"c{i}", "cell_type": "code", "metadata": {}, "outputs": [],
              "execution_count": None, "source": source} for i, source in enumerate(cells)]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": spec},
                       "cells": cells})


class Lab(Server):
    """Serves JupyterLab and Notebook 7."""

    def __init__(self, home):
        self.work = home / "work"
        self.work.mkdir()
        # Sessions that are started with this runtime folder can be chosen as kernels.
        self.runtime = home / "run"
        self.runtime.mkdir(mode=0o700)
        subprocess.run([program(), "install", "--prefix", home], check=True, timeout=TIMEOUT)
        places = {"JUPYTER_PATH": "share/jupyter", "JUPYTER_CONFIG_DIR": "config",
                  "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime",
                  "JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
                  "BIOXEN_HISTORY": "history.jsonl"}
        # Nobody is asked about news in front of what is to be clicked.
        quiet = home / "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
        quiet.parent.mkdir(parents=True)
        quiet.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))
        SHOTS.mkdir(parents=True, exist_ok=True)
        options = ["--ServerApp.allow_external_kernels=True",
                   f"--ServerApp.external_connection_dir={self.runtime}/bioxen", "--LabApp.news_url=None",
                   "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
        environment = {name: str(home / place) for name, place in places.items()}
        super().__init__("jupyterlab", self.work, SHOTS / "lab.log", options, environment)

    def stop(self):
        """Ends the kernels and then the server."""
        try:
            # The first list after a session has ended fails in the server, and forgets the session.
            with contextlib.suppress(urllib.error.HTTPError):
                self.ask("/api/kernels")
            for kernel in self.ask("/api/kernels"):
                self.ask(f"/api/kernels/{kernel['id']}", "DELETE")
        finally:
            super().stop()

    def open(self, page, name, cells, place="lab/tree"):
        """Opens a notebook whose kernel runs already, so that nobody is asked which one it is to be."""
        (self.work / name).write_text(notebook(cells), encoding="utf-8")
        session = self.ask("/api/sessions", "POST", {
            "path": name, "name": name, "type": "notebook", "kernel": {"name": "bioxen"}})
        page.goto(f"{self.base}/{place}/{name}?reset&token={self.token}", wait_until="domcontentloaded")
        opened = Notebook(page, lambda: self.ask(f"/api/kernels/{session['kernel']['id']}"))
        opened.cell(0).wait_for()
        opened.until(opened.is_wired)
        return opened


class Notebook:
    """A notebook on a page."""

    def __init__(self, page, kernel):
        self.page = page
        self.kernel = kernel

    def is_wired(self):
        """Whether the page is connected to the kernel and both know that nothing is being executed."""
        self.answer_dialogs()
        kernel = self.kernel()
        shown = self.page.locator(
            '.jp-Notebook-ExecutionIndicator[data-status="idle"], .jp-NotebookKernelStatus')
        return kernel["connections"] > 0 and kernel["execution_state"] == "idle" and shown.count() > 0

    def answer_dialogs(self):
        """If the page asks for a kernel after all, it gets the one that it offers, which is ours."""
        dialog = self.page.locator(".jp-Dialog", has=self.page.locator("select"))
        if dialog.count():
            dialog.locator("select").first.select_option(label="BioXen", timeout=1000)
            dialog.locator(".jp-mod-accept").click()

    def cell(self, i):
        return self.page.locator(".jp-Notebook .jp-CodeCell").nth(i)

    def prompt(self, i):
        return self.cell(i).locator(".jp-InputPrompt").first.text_content()

    def output(self, i):
        return "\n".join(self.cell(i).locator(".jp-OutputArea-output").all_text_contents())

    def shot(self, name):
        self.page.screenshot(path=SHOTS / f"{name}.png")

    def until(self, test):
        deadline = time.monotonic() + TIMEOUT
        while not test():
            assert time.monotonic() < deadline, "in vain"
            self.page.wait_for_timeout(50)

    def begin(self, i):
        """Begins a cell, once the page is wired."""
        self.until(self.is_wired)
        self.cell(i).locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        # The star comes at once, before anything is sent; the number may be that of an earlier time.
        self.until(lambda: re.search(r"\[[*\d]", self.prompt(i)))

    def run(self, i):
        """Runs a cell to its end, and waits until all that it showed is there."""
        self.begin(i)
        self.until(lambda: re.search(r"\[\d+\]", self.prompt(i)) and self.is_wired())

    def write(self, i, text):
        """Types a text into a cell in place of what is there."""
        self.cell(i).locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def words(self, i, kind):
        """The words of a cell that have a class."""
        return self.cell(i).locator(f".cm-line .{kind}").all_text_contents()

    def style(self, locator, name):
        return locator.evaluate("(e, name) => getComputedStyle(e)[name]", name)

    def brightness(self, locator):
        """The mean of what is seen of an element, from 0 for black to 255."""
        return self.seen(locator)[0]

    def extremes(self, locator):
        """The darkest and the brightest of what is seen of it."""
        return self.seen(locator)[1:]

    def seen(self, locator):
        picture = base64.b64encode(locator.screenshot()).decode()
        return self.page.evaluate("""async data => {
            const image = new Image();
            image.src = `data:image/png;base64,${data}`;
            await image.decode();
            const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
            canvas.drawImage(image, 0, 0);
            const pixels = canvas.getImageData(0, 0, image.width, image.height).data;
            let sum = 0, least = 255, most = 0;
            for (let i = 0; i < pixels.length; i += 4) {
                const mean = (pixels[i] + pixels[i + 1] + pixels[i + 2]) / 3;
                sum += mean;
                least = Math.min(least, mean);
                most = Math.max(most, mean);
            }
            return [sum / pixels.length * 4, least, most];
        }""", picture)

    def menu(self, *labels):
        """Chooses from the menu bar."""
        self.page.locator(".lm-MenuBar-itemLabel", has_text=labels[0]).click()
        for label in labels[1:-1]:
            self.page.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{label}$")).hover()
        self.page.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{labels[-1]}$")).click()

    def theme(self, name):
        self.menu("Settings", "Theme", name)
        dark = "false" if "Dark" in name else "true"
        self.page.wait_for_function("dark => document.body.dataset.jpThemeLight === dark", arg=dark)
