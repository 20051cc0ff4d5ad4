"""What every area stands on: ids, clock, text, errors, inputs, paging. Imports nothing of ours."""
