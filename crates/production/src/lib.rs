//! Request, profile, plan, clearing, numbering, staging, verification and publishing.
