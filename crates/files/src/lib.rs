//! Hashes while writing, syncs, publishes; reads ZIPs safely and writes them deterministically.
