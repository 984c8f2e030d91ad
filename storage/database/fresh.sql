-- A new archive, as the migrations up to 0005 make it. Made by make docs; not to be edited.

CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

INSERT INTO alembic_version VALUES ('0005');

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

CREATE INDEX ix_orders_account_instrument ON orders (account, instrument);

CREATE INDEX ix_orders_created_ns ON orders (created_ns);

CREATE INDEX ix_orders_handle_number ON orders (handle_number);

CREATE INDEX ix_orders_working ON orders (created_ns) WHERE working;

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

CREATE INDEX ix_fills_order_id ON fills (order_id);

CREATE INDEX ix_fills_time_ns ON fills (time_ns);

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

CREATE INDEX ix_position_history_account_instrument_time_ns ON position_history (account, instrument, time_ns);

CREATE TABLE balances (
	account TEXT NOT NULL, 
	asset TEXT NOT NULL, 
	free TEXT NOT NULL, 
	locked TEXT NOT NULL, 
	time_ns BIGINT NOT NULL, 
	CONSTRAINT pk_balances PRIMARY KEY (account, asset)
);

CREATE TABLE settings (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_settings PRIMARY KEY ("key")
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

CREATE TABLE vault_header (
	id INTEGER NOT NULL, 
	body BLOB NOT NULL, 
	seal BLOB NOT NULL, 
	CONSTRAINT pk_vault_header PRIMARY KEY (id), 
	CONSTRAINT ck_vault_header_one CHECK (id = 1)
);

CREATE TABLE vault_slot (
	id TEXT NOT NULL, 
	body BLOB NOT NULL, 
	CONSTRAINT pk_vault_slot PRIMARY KEY (id)
);

CREATE TABLE vault_item (
	name TEXT NOT NULL, 
	generation INTEGER NOT NULL, 
	body BLOB NOT NULL, 
	CONSTRAINT pk_vault_item PRIMARY KEY (name)
);

CREATE TABLE audit_archive (
	id INTEGER NOT NULL, 
	archive_id BLOB NOT NULL, 
	CONSTRAINT pk_audit_archive PRIMARY KEY (id), 
	CONSTRAINT ck_audit_archive_one CHECK (id = 1)
);

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

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is only ever added to'); END;

CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is only ever added to'); END;

CREATE TRIGGER audit_archive_no_update BEFORE UPDATE ON audit_archive BEGIN SELECT RAISE(ABORT, 'audit_archive is only ever added to'); END;

CREATE TRIGGER audit_archive_no_delete BEFORE DELETE ON audit_archive BEGIN SELECT RAISE(ABORT, 'audit_archive is only ever added to'); END;

CREATE TABLE order_events (
	number INTEGER NOT NULL, 
	time_ns BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	order_id TEXT NOT NULL, 
	revision INTEGER NOT NULL, 
	record TEXT NOT NULL, 
	CONSTRAINT pk_order_events PRIMARY KEY (number)
);

CREATE INDEX ix_order_events_order_id ON order_events (order_id);

CREATE TABLE journal_checkpoint (
	id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	CONSTRAINT pk_journal_checkpoint PRIMARY KEY (id), 
	CONSTRAINT ck_journal_checkpoint_one CHECK (id = 1)
);

INSERT INTO journal_checkpoint VALUES (1, 0);

CREATE TABLE routing_settings (
	scope TEXT NOT NULL, 
	policy TEXT NOT NULL, 
	accounts TEXT NOT NULL, 
	most_parts INTEGER NOT NULL, 
	updated_ns BIGINT NOT NULL, 
	CONSTRAINT pk_routing_settings PRIMARY KEY (scope)
);

CREATE TABLE routing_decisions (
	id TEXT NOT NULL, 
	time_ns BIGINT NOT NULL, 
	policy TEXT NOT NULL, 
	base TEXT NOT NULL, 
	quote TEXT NOT NULL, 
	side TEXT NOT NULL, 
	quantity TEXT NOT NULL, 
	limit_price TEXT, 
	reason TEXT NOT NULL, 
	candidates TEXT NOT NULL, 
	CONSTRAINT pk_routing_decisions PRIMARY KEY (id)
);

CREATE INDEX ix_routing_decisions_time_ns ON routing_decisions (time_ns);

CREATE TABLE routing_parts (
	decision_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	account TEXT NOT NULL, 
	instrument TEXT NOT NULL, 
	quantity TEXT NOT NULL, 
	order_id TEXT, 
	filled TEXT, 
	cost TEXT, 
	outcome TEXT NOT NULL, 
	outcome_ns BIGINT, 
	CONSTRAINT pk_routing_parts PRIMARY KEY (decision_id, position), 
	CONSTRAINT fk_routing_parts_decision_id_routing_decisions FOREIGN KEY(decision_id) REFERENCES routing_decisions (id)
);

CREATE INDEX ix_routing_parts_order_id ON routing_parts (order_id);
