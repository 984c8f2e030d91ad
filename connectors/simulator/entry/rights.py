"""What a key may do, as `/sapi/v1/account/apiRestrictions` tells it and as it is enforced."""

from __future__ import annotations

from typing import Any

import msgspec


class Rights(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Rights of one key, spelled as the exchange spells them. Only reading and spot trading mean something here.

    Attributes:
        ips: Addresses it may be used from; none for any.
        trading_authority_expiration_time: When its right to trade ends, in ms.
    """

    ips: tuple[str, ...] = ()
    enable_reading: bool = True
    enable_spot_and_margin_trading: bool = True
    enable_withdrawals: bool = False
    enable_internal_transfer: bool = False
    enable_margin: bool = False
    enable_futures: bool = False
    permits_universal_transfer: bool = False
    enable_vanilla_options: bool = False
    enable_fix_api_trade: bool = False
    enable_fix_read_only: bool = False
    enable_portfolio_margin_trading: bool = False
    trading_authority_expiration_time: int | None = None

    def permit(self, address: str, now_ms: int, *, trading: bool) -> bool:
        """Whether a call from an address may be made."""
        if self.ips and address not in self.ips:
            return False
        if not trading:
            return self.enable_reading
        ends = self.trading_authority_expiration_time
        return self.enable_spot_and_margin_trading and (ends is None or now_ms < ends)

    def describe(self, created_ms: int) -> dict[str, Any]:
        """The answer of apiRestrictions."""
        words: dict[str, Any] = msgspec.to_builtins(self)
        if words.pop("tradingAuthorityExpirationTime") is not None:
            words["tradingAuthorityExpirationTime"] = self.trading_authority_expiration_time
        return {"ipRestrict": bool(words.pop("ips")), "createTime": created_ms} | words
