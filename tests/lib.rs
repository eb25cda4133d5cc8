//! Test suites over the finished product; the code lies under `suites/`.
