//! Papers about a production, for the producing side and the cover: HTML and PDF, never inside a volume.
