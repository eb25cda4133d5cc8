//! The matter on disk: rows, full-text index, blobs and ledger in one transaction.
