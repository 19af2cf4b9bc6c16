-- Links to one delivery's tracking page. The token itself is not kept: it is signed, and ends by its time or by being revoked.
create table tracking_links (
    partition bigint not null,
    id bytea not null,
    version bigint not null,
    created_at bigint not null,
    delivery_id bytea not null,
    expires_at bigint not null,
    revoked_at bigint,
    made_by text not null,
    primary key (partition, id)
);
create index tracking_links_delivery on tracking_links (partition, delivery_id, id);
