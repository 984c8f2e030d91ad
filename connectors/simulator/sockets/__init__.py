"""The WebSockets: market streams and the WebSocket API."""
