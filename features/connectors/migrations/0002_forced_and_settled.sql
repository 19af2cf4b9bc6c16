-- How often a partner was asked to cancel; what a test has forced of a sandbox courier's job.
alter table partner_bookings add column cancel_tries bigint not null default 0;
alter table partner_bookings add column forced text;
-- What the next jobs of a sandbox courier become, until something else is said.
create table sandbox_partners (
    partition bigint not null,
    partner_id bytea not null,
    forced text not null,
    primary key (partition, partner_id)
);
-- References of settlements that partners were, or will be, paid by. References only: money flows elsewhere.
create table settlement_refs (
    partition bigint not null,
    id bytea not null,
    delivery_id bytea not null,
    partner_id bytea not null,
    booking_id bytea,
    reference text not null,
    document text not null,
    recorded_at bigint not null,
    primary key (partition, id)
);
create unique index settlement_refs_by_reference on settlement_refs (partition, delivery_id, partner_id, reference);
