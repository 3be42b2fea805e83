//! Generator of Resep.
