"""Headless Chromium, and what has to be true of every page in it, for the scripts beside this file."""
import base64
import json
import os
import pathlib
import sys
import tempfile
import time
from typing import NamedTuple

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

HERE = pathlib.Path(__file__).resolve().parent


class Setting(NamedTuple):
    """How a page is looked at."""

    width: int
    scheme: str

    @property
    def is_phone(self):
        return self.width < 500

    def __str__(self):
        return f"{self.width} pixels, {self.scheme}"


SETTINGS = [Setting(width, scheme) for width in (1280, 390) for scheme in ("light", "dark")]


class Browser:
    """Ends, and leaves nothing, at the end of its `with`."""

    def __enter__(self):
        self.profile = tempfile.TemporaryDirectory(prefix="weir-pages-", ignore_cleanup_errors=True)
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        words = ["headless=new", f"user-data-dir={self.profile.name}", "disable-gpu", "disable-dev-shm-usage",
                 "no-first-run", "disable-background-networking", "disable-component-update", "hide-scrollbars",
                 # A page that asks another host for something is to fail, and to be seen to.
                 "host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
        # Chromium refuses to run its sandbox as root.
        if os.geteuid() == 0:
            words.append("no-sandbox")
        for word in words:
            options.add_argument(f"--{word}")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.driver.set_page_load_timeout(60)
        self.driver.set_script_timeout(60)
        # Away from the page that Chromium begins with, whose own requests are of no interest.
        self.open("about:blank")
        self.events()
        return self

    def __exit__(self, *_):
        self.driver.quit()
        self.profile.cleanup()

    def look(self, setting):
        """Changes the screen and the colour scheme; a page that is open stays."""
        self.setting = setting
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": setting.width, "height": 844 if setting.is_phone else 900,
            "deviceScaleFactor": 2 if setting.is_phone else 1, "mobile": setting.is_phone,
        })
        scheme = {"name": "prefers-color-scheme", "value": setting.scheme}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "screen", "features": [scheme]})

    def open(self, url):
        self.driver.get(url)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def text(self, selector):
        """What the first such element shows; nothing if there is none."""
        return self.run("return document.querySelector(arguments[0])?.innerText ?? ''", selector)

    def texts(self, selector):
        return self.run("return [...document.querySelectorAll(arguments[0])].map(one => one.innerText)", selector)

    def shows(self, selector):
        """Whether such an element is seen, on the screen's width, and more than a line."""
        return self.run(
            "const boxes = [...document.querySelectorAll(arguments[0])].map(one => one.getBoundingClientRect());"
            "return boxes.some(box => box.width > 100 && box.height > 20 && box.left >= 0"
            " && box.right <= arguments[1])",
            selector, self.setting.width,
        )

    def legibility(self, before=""):
        """What cannot be read, in sentences; before it looks, a script may change what there is."""
        script = (HERE / "legible.js").read_text()
        # What comes before has a line of its own, so that it may end as it likes.
        seen = self.run(f"{before}\n{script}" if before else script, self.setting.width, self.setting.scheme)
        return seen["faults"] if seen["texts"] >= 5 else [f"only {seen['texts']} texts are visible"]

    def events(self):
        """What the network had for the page since this was asked last."""
        return [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]

    def requested(self):
        """The addresses that the page asked for since events were asked for last."""
        return [event["params"]["request"]["url"] for event in self.events()
                if event["method"] == "Network.requestWillBeSent"]

    def console(self):
        """What went wrong, as the console tells, since this was asked last."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]

    def body(self, request):
        """The body of a response; nothing if it has none, or Chromium has it no more."""
        try:
            told = self.driver.execute_cdp_cmd("Network.getResponseBody", {"requestId": request})
        except Exception:
            return None
        return base64.b64decode(told["body"]).decode() if told["base64Encoded"] else told["body"]

    def keep(self, directory, name):
        """The whole page, as a picture in a directory, if there is one."""
        if not directory:
            return
        size = self.run("const page = document.documentElement; return [page.scrollWidth, page.scrollHeight]")
        told = self.driver.execute_cdp_cmd("Page.captureScreenshot", {
            "format": "png", "captureBeyondViewport": True,
            "clip": {"x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1},
        })
        path = pathlib.Path(directory) / f"{name}-{self.setting.width}-{self.setting.scheme}.png"
        path.write_bytes(base64.b64decode(told["data"]))


class Promises:
    """Counts what was kept, says what was not, and ends the script by it."""

    def __init__(self):
        self.kept, self.broken = 0, 0

    def check(self, promise, faults):
        """A promise, and in which ways it was broken: a list, empty if it was kept."""
        if not faults:
            self.kept += 1
            return
        self.broken += 1
        print(f"WRONG: {promise}")
        for fault in faults[:12]:
            print(f"  {fault}")
        if len(faults) > 12:
            print(f"  and {len(faults) - 12} more")

    def equal(self, promise, seen, expected):
        self.check(promise, [] if seen == expected else [f"{seen!r} instead of {expected!r}"])

    def end(self):
        if self.broken:
            sys.exit(f"{self.broken} of {self.kept + self.broken} promises were broken")
        print(f"  {self.kept} promises, all kept")


def until(what, condition, seconds=30):
    """Waits until a condition gives something true, and returns it."""
    end = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            sys.exit(f"waited in vain until {what}")
        time.sleep(0.2)
