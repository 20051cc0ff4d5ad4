"""How large a workbook may be. Everything beyond is refused before it is unpacked."""

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_RATIO = 100
MAX_PARTS = 1000
MAX_ROWS = 20_000
MAX_COLUMNS = 200
HEADER_WITHIN = 50
"""The header is looked for in this many rows from the top."""

MEGABYTE = 1024 * 1024
