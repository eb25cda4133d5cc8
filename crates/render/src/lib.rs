//! Lays a cleared document out as pages and draws them as PDF.
