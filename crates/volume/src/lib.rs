//! Folder scheme, file names and manifest of a production volume.
