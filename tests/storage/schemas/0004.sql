BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0004');
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
INSERT INTO "exchange_connections" VALUES('81818181-8181-8181-8181-818181818181','binance','desk 1','testnet','["spot"]','{}',1,1,0,NULL,0,0,NULL,'hmac','[["rest","https://testnet.binance.vision:443"]]',0,2,X'5444463101B5F19746C2E0AC1A64E87756B175DDF461981FF7523821B3E64CCA55185465D0C26A42BC2FE0B74EF14C97FB9850EFC02B90F8F7B743704D4864C1F2B7C01D65635D4A0F2CC8AFD8573A0F4A69D20DAA80181DD3A9C39F77602967CB',X'5444463101ED379286F08886EF516CF60E1D22633B1F80FB0F480B742CD202E68312E4E8C004E13B1A413E75C1B7D62584413593DF1CC92662459E5A5D9544DBA91EB65CCD58F8B8D90F69FA751642E132121493DC6905C067B754BD240E89F05D',NULL);
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
CREATE TABLE journal_checkpoint (
	id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	CONSTRAINT pk_journal_checkpoint PRIMARY KEY (id), 
	CONSTRAINT ck_journal_checkpoint_one CHECK (id = 1)
);
INSERT INTO "journal_checkpoint" VALUES(1,0);
CREATE TABLE order_events (
	number INTEGER NOT NULL, 
	time_ns BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	order_id TEXT NOT NULL, 
	revision INTEGER NOT NULL, 
	record TEXT NOT NULL, 
	CONSTRAINT pk_order_events PRIMARY KEY (number)
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
INSERT INTO "vault_header" VALUES(1,X'54445631010001EA1695934F80CD94BAAC5ECCF792D7000000010000000000000003000001B8E0949888000001B8E0949888489B0DC4471B6DF115902476DB5E9439C176EFE7AE760E9D517582E00AF09F959CD1B8D70E35B5E4',X'425FB122AAECE34FC3BAB35F3BF54B7F78757AE3C00109ABA48AA40AA6BA56CD');
CREATE TABLE vault_item (
	name TEXT NOT NULL, 
	generation INTEGER NOT NULL, 
	body BLOB NOT NULL, 
	CONSTRAINT pk_vault_item PRIMARY KEY (name)
);
INSERT INTO "vault_item" VALUES('note',3,X'54444631019E9C7F4AC55728CB5155F445DBAC78E00DE6DD9EBDBFD95AFC966C5720AC0EAC6C90AC8F33F035B03CF91366A9546187D79F7C6DA2515095180F9A4AB3DF9143054120754D00AB595A2EDD48C58703F5C3DA02DD2636BAC501A68DE1');
CREATE TABLE vault_slot (
	id TEXT NOT NULL, 
	body BLOB NOT NULL, 
	CONSTRAINT pk_vault_slot PRIMARY KEY (id)
);
INSERT INTO "vault_slot" VALUES('e4446e4edea6c645e911484b9c4c3a1f',X'54445331010101EA1695934F80CD94BAAC5ECCF792D7E4446E4EDEA6C645E911484B9C4C3A1F00000001000001B8E09498889801CC9DFDF6137CDC7FF44D6A2C584700000008000000010105B03274EFB3BF5F1A2D424EDFBD1748F7E7E3EDD42EF54AF7ED8391AC1CAEB179E8D667500FCFF1A88306360D3B713BC2DEA4C7272F20DC2FFC569351C3F4D2A392B62392D5225506DC49E6B84DEE4D3687B4F8FF1C7A01A906B4F5046D61696EF7288A42B72DBD30');
CREATE INDEX ix_orders_account_instrument ON orders (account, instrument);
CREATE INDEX ix_orders_created_ns ON orders (created_ns);
CREATE INDEX ix_orders_handle_number ON orders (handle_number);
CREATE INDEX ix_orders_working ON orders (created_ns) WHERE working;
CREATE INDEX ix_fills_order_id ON fills (order_id);
CREATE INDEX ix_fills_time_ns ON fills (time_ns);
CREATE INDEX ix_position_history_account_instrument_time_ns ON position_history (account, instrument, time_ns);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is only ever added to'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is only ever added to'); END;
CREATE TRIGGER audit_archive_no_update BEFORE UPDATE ON audit_archive BEGIN SELECT RAISE(ABORT, 'audit_archive is only ever added to'); END;
CREATE TRIGGER audit_archive_no_delete BEFORE DELETE ON audit_archive BEGIN SELECT RAISE(ABORT, 'audit_archive is only ever added to'); END;
CREATE INDEX ix_order_events_order_id ON order_events (order_id);
COMMIT;
