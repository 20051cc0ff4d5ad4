"""The published report of a quarter, by hospital: standard library only; pandas reads the same address.

COORD_ADDRESS=http://127.0.0.1:8000 COORD_TOKEN=coord_… python report.py
"""

import csv
import io
import os
import sys
import urllib.request

asked = urllib.request.Request(
    os.environ["COORD_ADDRESS"] + "/api/q/impact-report.csv?period=2026Q3",
    headers={"Authorization": f"Bearer {os.environ['COORD_TOKEN']}"},
)
with urllib.request.urlopen(asked) as answer:
    text = answer.read().decode("utf-8-sig")
for row in csv.DictReader(io.StringIO(text)):
    sys.stdout.write(f"{row['hospital.key']}\t{row['personTimes.value']}\t{row['personTimes.status']}\n")
