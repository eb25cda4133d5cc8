//! Brings sources into the matter: identity, deduplication, attachments, import report.
