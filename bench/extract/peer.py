"""Python's trafilatura over a set: JSON lines of pages in, JSON lines of texts out."""

import json
import sys
import time

import trafilatura

mode, source, target = sys.argv[1:4]
options = {"include_comments": False, "include_tables": True}
if mode == "precision":
    options["favor_precision"] = True
seconds = 0.0
count = 0
with open(source, encoding="utf-8") as pages, open(target, "w", encoding="utf-8") as out:
    for line in pages:
        page = json.loads(line)
        begun = time.process_time()
        try:
            text = trafilatura.extract(page["html"], **options) or ""
        except Exception:  # a page it cannot read counts as nothing found
            text = ""
        seconds += time.process_time() - begun
        count += 1
        out.write(json.dumps({"name": page["name"], "text": text}) + "\n")
    out.write(json.dumps({"seconds": seconds, "pages": count}) + "\n")
