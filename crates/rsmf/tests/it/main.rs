//! Reads and writes RSMF through the public interface.

mod broken;
mod round_trip;
mod samples;
mod synthetic;
mod written;
