BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0003');
CREATE TABLE audit (
	seq INTEGER NOT NULL, 
	time_us INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	connection_id TEXT, 
	operation TEXT NOT NULL, 
	outcome TEXT NOT NULL, 
	latency_us INTEGER NOT NULL, 
	client_order_id TEXT, 
	detail BLOB NOT NULL, 
	prev BLOB NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_audit PRIMARY KEY (seq)
);
CREATE TABLE audit_anchor (
	id INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	hash BLOB NOT NULL, 
	first_kept_seq INTEGER NOT NULL, 
	hash_before_first BLOB NOT NULL, 
	time_us INTEGER NOT NULL, 
	mac BLOB NOT NULL, 
	CONSTRAINT pk_audit_anchor PRIMARY KEY (id)
);
CREATE TABLE audit_archive (
	id INTEGER NOT NULL, 
	archive_id BLOB NOT NULL, 
	CONSTRAINT pk_audit_archive PRIMARY KEY (id), 
	CONSTRAINT ck_audit_archive_one CHECK (id = 1)
);
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
	updated_ns BIGINT DEFAULT 0 NOT NULL, 
	last_connected_ns BIGINT, 
	auth_kind TEXT, 
	origins TEXT DEFAULT '[]' NOT NULL, 
	flags INTEGER DEFAULT 0 NOT NULL, 
	generation INTEGER DEFAULT 0 NOT NULL, 
	enc_api_key BLOB, 
	enc_secret BLOB, 
	enc_passphrase BLOB, 
	CONSTRAINT pk_exchange_connections PRIMARY KEY (id), 
	CONSTRAINT uq_exchange_connections_label UNIQUE (label)
);
INSERT INTO "exchange_connections" VALUES('01890000-0000-7000-8000-000000000001','binance','main','live','["spot"]','{"rest":["https://api.binance.com"],"stream":"wss://stream.binance.com:9443","ws_api":"","more_streams":[],"more_ws_apis":[]}',0,1,0,'epoch-1',1900000000000000000,0,NULL,NULL,'[]',0,0,NULL,NULL,NULL);
INSERT INTO "exchange_connections" VALUES('81818181-8181-8181-8181-818181818181','binance','desk 1','testnet','["spot"]','{}',1,1,0,NULL,0,0,NULL,'hmac','[["rest","https://testnet.binance.vision:443"]]',0,2,X'54444631012E7400D024B55E931F3C57FC65D8203F2E02589BCE94700FF0BCD2CB2BD82760E07048887EA7134AC413323B3840809E3755D674D649E76E666DE145AEF1E91B3B683A43BB1555DE181859291B5885D03EBB443AE78D96F3AEB7035B',X'544446310190082290A116C7CE4FF9E62D80BC5F670AFA22A18CAC325232787826CEBC97B2041777E234C872F0A1C72180E6A67D0069A72948AA261BDFC3AEBD95A44A05D45C7ACB64D98D891B2D44F132410B8206C779B29D028649176D1A953E',NULL);
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
CREATE TABLE vault_header (
	id INTEGER NOT NULL, 
	body BLOB NOT NULL, 
	seal BLOB NOT NULL, 
	CONSTRAINT pk_vault_header PRIMARY KEY (id), 
	CONSTRAINT ck_vault_header_one CHECK (id = 1)
);
INSERT INTO "vault_header" VALUES(1,X'544456310100281EFEADE76BE68E0F4A87AB479C80F1000000010000000000000003000001B8E0949888000001B8E0949888C9EB0832DD32706112F4BDC482DA2A98DD17C851556ED5CCB0A30AE5810C2B6044338BAEF845B4B3',X'B59CA1F806728FF01B98FE6E4576DE264BA0A1AAE582810ED9CC9707D9BCAEB4');
CREATE TABLE vault_item (
	name TEXT NOT NULL, 
	generation INTEGER NOT NULL, 
	body BLOB NOT NULL, 
	CONSTRAINT pk_vault_item PRIMARY KEY (name)
);
INSERT INTO "vault_item" VALUES('note',3,X'544446310112CD02CE426FC5BEA9233BEDCBD36DAC8BEC0FB6EB1D725BEEF6FE4FB8053D84AA15C1CA7298E7BE299F7CAC5517A2894AF8286EF294E9C36056C5B6B2D6CEF095E15DEA939F4EA69AE4D6CB0902622362618744D241E1669B8E11BA');
CREATE TABLE vault_slot (
	id TEXT NOT NULL, 
	body BLOB NOT NULL, 
	CONSTRAINT pk_vault_slot PRIMARY KEY (id)
);
INSERT INTO "vault_slot" VALUES('837c88d8e15f4551682b4080c2052fbd',X'544453310101281EFEADE76BE68E0F4A87AB479C80F1837C88D8E15F4551682B4080C2052FBD00000001000001B8E094988845754BC29A8A5AACE6DC508F0350E2560000000800000001010B07A52472F2528E38520C6C8B9EAE41769583CFD41F991D46B92DAB9250EAEA7E0EE9E4A4CEE8D02E44626906F68D15C02ABFD565F209720301F39DE16A8DB9BE233939501F2B7126DB993ECA86376AD306672029C29929D6EB6857046D61696ED88F1EFADB986FF4');
CREATE INDEX ix_orders_account_instrument ON orders (account, instrument);
CREATE INDEX ix_orders_created_ns ON orders (created_ns);
CREATE INDEX ix_orders_handle_number ON orders (handle_number);
CREATE INDEX ix_orders_working ON orders (created_ns) WHERE working;
CREATE INDEX ix_order_events_order_id ON order_events (order_id);
CREATE INDEX ix_fills_order_id ON fills (order_id);
CREATE INDEX ix_fills_time_ns ON fills (time_ns);
CREATE INDEX ix_position_history_account_instrument_time_ns ON position_history (account, instrument, time_ns);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is only ever added to'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is only ever added to'); END;
CREATE TRIGGER audit_archive_no_update BEFORE UPDATE ON audit_archive BEGIN SELECT RAISE(ABORT, 'audit_archive is only ever added to'); END;
CREATE TRIGGER audit_archive_no_delete BEFORE DELETE ON audit_archive BEGIN SELECT RAISE(ABORT, 'audit_archive is only ever added to'); END;
COMMIT;
