-- How far each durable reader has come, per partition. Moves in the commit of what the reader wrote.
create table log_cursors (
    reader text not null,
    partition bigint not null,
    sequence bigint not null,
    primary key (reader, partition)
);
