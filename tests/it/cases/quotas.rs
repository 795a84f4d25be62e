//! Quotas that decide a result are told.
