BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
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
INSERT INTO "exchange_connections" VALUES('81818181-8181-8181-8181-818181818181','binance','desk 1','testnet','["spot"]','{}',1,1,0,NULL,0,0,NULL,'hmac','[["rest","https://testnet.binance.vision:443"]]',0,2,X'54444631018BDE9F7500424238300CB11854BC2264C79D5E84A156F6448E4FE0213204FA3ECBFBF6E7C7BCBA36213FEE59E5FC23EE77C770C3DF82CF6FF0F99E7935C323535954982D6ACDB9534F5B4E2DFE59153C91EA9847A0CC60FA552D976D',X'5444463101E0496B50E4D8BD36E17806A6519E4E3D0BE36ECF30E5F7FA38D3CB963AC647DA2DC749A7C79624AC568D0CC2F3C2C3835ABB5A9453EBC81243B4E507FAA73A4175601C6D398713C1380576FCF2E3A6CE0C855FC9C58094C1CC71867C',NULL);
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
INSERT INTO "vault_header" VALUES(1,X'54445631010021EB4ABAB4079A3267AFA4EDCB6ADB9B000000010000000000000003000001B8E0949888000001B8E094988880D5BD09E4398E8072E10906444BBDA8FC7466F224165545C1B55B307593301363BC5529B3592BC4',X'218EE695BF91DC1B494343F62276CFAB2D43FDD95AF446B6F78AE82AFEACD764');
CREATE TABLE vault_item (
	name TEXT NOT NULL, 
	generation INTEGER NOT NULL, 
	body BLOB NOT NULL, 
	CONSTRAINT pk_vault_item PRIMARY KEY (name)
);
INSERT INTO "vault_item" VALUES('note',3,X'54444631013C965738156988DF2381AE807EA7E54F71A9F3B1D862C2EA831D45EFC00EB422F00598433B4C7B760402CE9123F542816B4107C2EE6F6C8294B7653987320FB8E2CCE02B3DFCEA895BF7AFA164A1967F7E7A3F8EAE41253C6CB0AC70');
CREATE TABLE vault_slot (
	id TEXT NOT NULL, 
	body BLOB NOT NULL, 
	CONSTRAINT pk_vault_slot PRIMARY KEY (id)
);
INSERT INTO "vault_slot" VALUES('bcf9192c29f9843367c359d9979e4299',X'54445331010121EB4ABAB4079A3267AFA4EDCB6ADB9BBCF9192C29F9843367C359D9979E429900000001000001B8E09498884A9326DF9D3AC51E13B3805C20400D0C0000000800000001010615A736FE5640F251426307317016B5888D3B337205296326B9D284436485B9D12594D3D22B64B7156A70F5292E68B909265EF2E5B698CA050E9ADE06433808C0A52C88FBD02CB008E8916497CF0058E35077E2E6EA3C6EE8F3688C046D61696EE13C6BDFA9E9FFA6');
CREATE INDEX ix_orders_account_instrument ON orders (account, instrument);
CREATE INDEX ix_orders_created_ns ON orders (created_ns);
CREATE INDEX ix_orders_handle_number ON orders (handle_number);
CREATE INDEX ix_orders_working ON orders (created_ns) WHERE working;
CREATE INDEX ix_order_events_order_id ON order_events (order_id);
CREATE INDEX ix_fills_order_id ON fills (order_id);
CREATE INDEX ix_fills_time_ns ON fills (time_ns);
CREATE INDEX ix_position_history_account_instrument_time_ns ON position_history (account, instrument, time_ns);
COMMIT;
