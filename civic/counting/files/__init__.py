"""Election files in the format of Pabulib, and limits as text: read, checked and written."""
