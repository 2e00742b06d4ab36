create table if not exists signup (
    email varchar_ignorecase(254) primary key,
    code varchar(36) not null unique,
    signed_up_at timestamp with time zone not null,
    verified boolean default false not null
);
