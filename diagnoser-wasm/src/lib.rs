//! Browser face of the Resep rule engine: converts shapes, decides nothing.
