-- What is committed and not stamped yet. Narrow, and short-lived: the stamper moves it on. SQLite stamps in the commit and needs none.
-- The serial is taken under the aggregate's row lock: versions of one aggregate come in order.
create sequence log_serial;
create table log_work (
    serial bigint primary key,
    partition bigint not null,
    hash bytea not null
);
