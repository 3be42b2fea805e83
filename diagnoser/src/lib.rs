//! Rule engine of Resep.
#![no_std]
