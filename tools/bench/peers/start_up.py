"""A fresh Python that loads a model, predicts one row and ends."""

import subprocess
import sys


class StartUp:
    def __init__(self, script, *arguments):
        self.command = [sys.executable, "-c", script, *arguments]
        self.probability = float("nan")
        self.info = {"python": sys.version.split()[0]}

    def run(self):
        printed = subprocess.run(self.command, capture_output=True, text=True, check=True).stdout
        self.probability = float(printed.split()[-1])

    def results(self):
        return {"probability": self.probability}
