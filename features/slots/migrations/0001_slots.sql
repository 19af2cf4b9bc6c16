-- A template makes slots by itself. `tail` is the last ten bytes of its id, which its slots' ids end in: so a slot's id leads back to it.
create table slot_templates (
    partition bigint not null,
    id bytea not null,
    version bigint not null,
    tail bytea not null,
    area_id bytea not null,
    service_level text not null,
    record text not null,
    primary key (partition, id)
);
create unique index slot_templates_tail on slot_templates (partition, tail);
create index slot_templates_area on slot_templates (partition, area_id, service_level);

-- What reserving locks: one row a slot that somebody has reserved.
create table slots (
    partition bigint not null,
    id bytea not null,
    template_id bytea not null,
    primary key (partition, id)
);

create table slot_reservations (
    partition bigint not null,
    id bytea not null,
    version bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    slot_id bytea not null,
    template_id bytea not null,
    area_id bytea not null,
    service_level text not null,
    window_from bigint not null,
    window_to bigint not null,
    status text not null,
    expires_at bigint,
    delivery_id bytea,
    order_id text,
    primary key (partition, id)
);
create index slot_reservations_slot on slot_reservations (partition, slot_id, status, expires_at);
