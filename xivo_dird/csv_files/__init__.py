"""Reads the CSV files that spreadsheets and address books write: encoding, separator, quotation marks, guards."""
