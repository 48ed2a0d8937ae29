//! Scenarios: sessions of events as data, planned into deliveries.
