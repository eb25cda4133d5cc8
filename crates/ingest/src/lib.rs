//! Reads one chat source format a module: a stream of records and findings.
