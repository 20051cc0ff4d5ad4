#!/bin/sh
# The published report of a quarter as CSV: a token in the header, 200 without a redirect.
# COORD_ADDRESS=http://127.0.0.1:8000 COORD_TOKEN=coord_… sh report.sh
set -eu
curl --silent --show-error --fail \
  --header "Authorization: Bearer $COORD_TOKEN" \
  "$COORD_ADDRESS/api/q/impact-report.csv?period=2026Q3"
