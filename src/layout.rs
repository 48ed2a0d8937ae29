//! A payload as lines of spans, which a terminal or a browser paints.
