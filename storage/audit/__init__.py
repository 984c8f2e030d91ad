"""The audit chain: tamper-evident within the limits docs/audit.md tells."""
