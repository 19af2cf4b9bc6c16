-- Personal data of deliveries, sealed under a key per recipient. Erasing drops the key: nobody can read what is sealed any more.
create table recipients (
    partition bigint not null,
    id bytea not null,
    delivery_id bytea not null,
    key bytea,
    sealed bytea not null,
    version bigint not null,
    erased_at bigint,
    primary key (partition, id)
);
create index recipients_by_delivery on recipients (partition, delivery_id);
-- HMAC of normalised words (names, phones, e-mails, postcodes), so that search needs no clear text. Erasing deletes them.
create table recipient_words (
    partition bigint not null,
    word bytea not null,
    recipient_id bytea not null,
    delivery_id bytea not null,
    primary key (partition, word, recipient_id)
);
create index recipient_words_by_recipient on recipient_words (partition, recipient_id);
