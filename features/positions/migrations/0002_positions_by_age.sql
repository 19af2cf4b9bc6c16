-- Retention goes by when pings arrived.
create index positions_by_age on positions (partition, received_at);
