"""Writes the word levels of the package cefrpy as a table: word, part of speech (Penn tag), level A1 to C2.

Usage: dev-levels.py FOLDER-WITH-THE-WHEEL
"""

import glob
import sys
import zipfile

folder = sys.argv[1]
for wheel in glob.glob(f"{folder}/*.whl"):
    zipfile.ZipFile(wheel).extractall(folder)
sys.path.insert(0, folder)

LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")

from cefrpy import CEFRAnalyzer  # noqa: E402  (it is there only now)

for word, pos, level in sorted(
    (word, pos if isinstance(pos, str) else pos.name, float(level))
    for word, pos, level in CEFRAnalyzer().yield_word_pos_level(pos_tag_as_string=True, word_level_as_float=True)
):
    if word.isascii() and len(word) > 1:
        print(f"{word}\t{pos}\t{LEVELS[min(max(int(level + 0.5), 1), 6) - 1]}")
