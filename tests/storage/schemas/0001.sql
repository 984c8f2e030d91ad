BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE balances (
	account TEXT NOT NULL, 
	asset TEXT NOT NULL, 
	free TEXT NOT NULL, 
	locked TEXT NOT NULL, 
	time_ns BIGINT NOT NULL, 
	CONSTRAINT pk_balances PRIMARY KEY (account, asset)
);
CREATE TABLE exchange_connections (
	id TEXT NOT NULL, 
	venue TEXT NOT NULL, 
	label TEXT NOT NULL, 
	mode TEXT NOT NULL, 
	products TEXT NOT NULL, 
	hosts TEXT NOT NULL, 
	keyed BOOLEAN NOT NULL, 
	active BOOLEAN NOT NULL, 
	embedded BOOLEAN NOT NULL, 
	epoch TEXT, 
	created_ns BIGINT NOT NULL, 
	CONSTRAINT pk_exchange_connections PRIMARY KEY (id), 
	CONSTRAINT uq_exchange_connections_label UNIQUE (label)
);
INSERT INTO "exchange_connections" VALUES('01890000-0000-7000-8000-000000000001','binance','main','live','["spot"]','{"rest":["https://api.binance.com"],"stream":"wss://stream.binance.com:9443","ws_api":"","more_streams":[],"more_ws_apis":[]}',0,1,0,'epoch-1',1900000000000000000);
CREATE TABLE fills (
	id INTEGER NOT NULL, 
	account TEXT NOT NULL, 
	epoch TEXT NOT NULL, 
	instrument TEXT NOT NULL, 
	trade_id TEXT NOT NULL, 
	order_id TEXT NOT NULL, 
	venue_order_id TEXT NOT NULL, 
	client_order_id TEXT, 
	side TEXT NOT NULL, 
	price TEXT NOT NULL, 
	quantity TEXT NOT NULL, 
	quote_quantity TEXT NOT NULL, 
	fee_asset TEXT, 
	fee TEXT, 
	maker BOOLEAN, 
	provisional BOOLEAN NOT NULL, 
	time_ns BIGINT NOT NULL, 
	CONSTRAINT pk_fills PRIMARY KEY (id), 
	CONSTRAINT uq_fills_account_epoch_instrument_trade_id UNIQUE (account, epoch, instrument, trade_id)
);
INSERT INTO "fills" VALUES(1,'018e0000-0000-7000-8000-000000000001','live','binance.spot:BTCUSDT','1','018f0000-0000-7000-8000-000000000001','28','c','BUY','61804.00','0.00400','247.216000000','BTC','0.00000400',0,0,1893553445000000000);
CREATE TABLE order_events (
	number INTEGER NOT NULL, 
	time_ns BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	order_id TEXT NOT NULL, 
	revision INTEGER NOT NULL, 
	record TEXT NOT NULL, 
	CONSTRAINT pk_order_events PRIMARY KEY (number), 
	CONSTRAINT fk_order_events_order_id_orders FOREIGN KEY(order_id) REFERENCES orders (order_id)
);
INSERT INTO "order_events" VALUES(1,1893553445000000001,'INTENT','018f0000-0000-7000-8000-000000000001',0,'{"order_id":"018f0000-0000-7000-8000-000000000001","account":"018e0000-0000-7000-8000-000000000001","epoch":"live","instrument":{"venue":"binance","product":"spot","symbol":"BTCUSDT"},"handle":"k1","client_order_ids":["018f0000000070008000000000000001"],"side":"BUY","type":"LIMIT","status":"SUBMITTING","created_ns":1893553445000000001,"updated_ns":1893553445000000001,"quantity":"0.01000","quote_quantity":null,"price":"61804.00","trigger_price":null,"time_in_force":"GTC","reduce_only":false,"origin":"DESK","venue_order_id":null,"filled":"0","cost":"0","fees":[],"canceling":false,"reason":"","evidence":[{"time_ns":1893553445000000000,"kind":"INTENT","text":"buy 0.01000 at 61804.00"}],"next_check_ns":null,"parent":null,"revision":0,"seen_price":null,"sent_ns":null,"acked_ns":null}');
CREATE TABLE orders (
	order_id TEXT NOT NULL, 
	account TEXT NOT NULL, 
	instrument TEXT NOT NULL, 
	handle_number INTEGER NOT NULL, 
	working BOOLEAN NOT NULL, 
	created_ns BIGINT NOT NULL, 
	revision INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	record TEXT NOT NULL, 
	CONSTRAINT pk_orders PRIMARY KEY (order_id)
);
INSERT INTO "orders" VALUES('018f0000-0000-7000-8000-000000000001','018e0000-0000-7000-8000-000000000001','binance.spot:BTCUSDT',1,1,1893553445000000001,0,1,'{"order_id":"018f0000-0000-7000-8000-000000000001","account":"018e0000-0000-7000-8000-000000000001","epoch":"live","instrument":{"venue":"binance","product":"spot","symbol":"BTCUSDT"},"handle":"k1","client_order_ids":["018f0000000070008000000000000001"],"side":"BUY","type":"LIMIT","status":"SUBMITTING","created_ns":1893553445000000001,"updated_ns":1893553445000000001,"quantity":"0.01000","quote_quantity":null,"price":"61804.00","trigger_price":null,"time_in_force":"GTC","reduce_only":false,"origin":"DESK","venue_order_id":null,"filled":"0","cost":"0","fees":[],"canceling":false,"reason":"","evidence":[{"time_ns":1893553445000000000,"kind":"INTENT","text":"buy 0.01000 at 61804.00"}],"next_check_ns":null,"parent":null,"revision":0,"seen_price":null,"sent_ns":null,"acked_ns":null}');
CREATE TABLE position_history (
	id INTEGER NOT NULL, 
	account TEXT NOT NULL, 
	instrument TEXT NOT NULL, 
	quantity TEXT NOT NULL, 
	cost TEXT NOT NULL, 
	realised TEXT NOT NULL, 
	fees_quote TEXT NOT NULL, 
	updated_ns BIGINT NOT NULL, 
	change TEXT NOT NULL, 
	delta TEXT NOT NULL, 
	price TEXT, 
	realised_delta TEXT NOT NULL, 
	time_ns BIGINT NOT NULL, 
	CONSTRAINT pk_position_history PRIMARY KEY (id)
);
CREATE TABLE positions (
	account TEXT NOT NULL, 
	instrument TEXT NOT NULL, 
	quantity TEXT NOT NULL, 
	cost TEXT NOT NULL, 
	realised TEXT NOT NULL, 
	fees_quote TEXT NOT NULL, 
	updated_ns BIGINT NOT NULL, 
	CONSTRAINT pk_positions PRIMARY KEY (account, instrument)
);
CREATE TABLE settings (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_settings PRIMARY KEY ("key")
);
INSERT INTO "settings" VALUES('halted','yes');
CREATE INDEX ix_orders_account_instrument ON orders (account, instrument);
CREATE INDEX ix_orders_created_ns ON orders (created_ns);
CREATE INDEX ix_orders_handle_number ON orders (handle_number);
CREATE INDEX ix_orders_working ON orders (created_ns) WHERE working;
CREATE INDEX ix_order_events_order_id ON order_events (order_id);
CREATE INDEX ix_fills_order_id ON fills (order_id);
CREATE INDEX ix_fills_time_ns ON fills (time_ns);
CREATE INDEX ix_position_history_account_instrument_time_ns ON position_history (account, instrument, time_ns);
COMMIT;
