"""Reports as pictures, sheets and a document: the same numbers that the card says."""
