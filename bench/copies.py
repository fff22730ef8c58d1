"""The peer of bench/copies: trafilatura cleans, datasketch finds copies (128 permutations, 3 words, Jaccard 0.5)."""
import json
import sys
import time

import trafilatura
from datasketch import MinHash, MinHashLSH

texts = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
pages = [
    "<html><body><article>" + "".join(f"<p>{line}</p>" for line in t["text"].split("\n")) + "</article></body></html>"
    for t in texts
]
began = time.process_time()
cleaned = [trafilatura.extract(page, include_comments=False) or "" for page in pages]
clean = time.process_time() - began

began = time.process_time()
index = MinHashLSH(threshold=0.5, num_perm=128)
found, wrong = 0, 0
stories = set()
for text, words in ((t, c.lower().split()) for t, c in zip(texts, cleaned)):
    sketch = MinHash(num_perm=128)
    sketch.update_batch([" ".join(words[at : at + 3]).encode() for at in range(max(1, len(words) - 2))])
    story = text["name"].split("-")[0]
    hits = index.query(sketch)
    found += any(hit.split("-")[0] == story for hit in hits)
    wrong += any(hit.split("-")[0] != story for hit in hits)
    index.insert(text["name"], sketch)
    stories.add(story)
copies = time.process_time() - began
pairs = len(texts) - len(stories)
print(f"peer_texts {len(texts)}\npeer_clean_cpu_s {clean:.2f}\npeer_copies_cpu_s {copies:.2f}")
print(f"peer_stories_per_cpu_s {len(texts) / (clean + copies):.0f}\npeer_pairs_found {found / max(1, pairs):.5f}\npeer_wrong {wrong}")
