"""Files at a record or a case: the sign-in sheet, a photo, the ecomap; sealed as the words beside them are."""
