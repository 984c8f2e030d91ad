"""Signed texts of the venue, pure: parameters in, text out; the secret stays in the signer."""
