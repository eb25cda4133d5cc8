//! Re-reads a finished production as the receiving party would.
