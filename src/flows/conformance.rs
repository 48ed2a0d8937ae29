//! Does a receiver do what the provider's documents ask? The engine of `check`.
