"""The results workbook: one module for each of its sheets."""
