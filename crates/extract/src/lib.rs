//! The text of attachments.
