-- An import's lines while they wait: whole lines, about a mebibyte a row, gone once they have been worked on.
create table import_chunks (
    partition bigint not null,
    job bytea not null,
    number bigint not null,
    first_line bigint not null,
    bytes bytea not null,
    primary key (partition, job, number)
);

-- What became of the lines that went well: written in the commit that made the delivery. Those that failed are in job_errors.
create table import_lines (
    partition bigint not null,
    job bytea not null,
    line bigint not null,
    made bytea not null,
    primary key (partition, job, line)
);
