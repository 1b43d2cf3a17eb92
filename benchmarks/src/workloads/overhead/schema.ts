/** The table of orders as the adapters of Holdfast lay it out, so that all arms have the same types, key and index. */
export const schema = {
  sqlite: [
    `create table orders (
      id integer primary key not null, customer integer not null, category text not null, product text not null,
      quantity integer not null, price real not null, revenue real not null, paid integer not null, at integer not null,
      note text) strict`,
    'create index orders_customer on orders (customer)',
  ],
  duckdb: [
    `create table orders (
      id bigint primary key, customer bigint not null, category varchar not null, product varchar not null,
      quantity bigint not null, price double not null, revenue double not null, paid boolean not null,
      "at" timestamp_ms not null, note varchar)`,
    'create index orders_customer on orders (customer)',
  ],
  postgres: [
    `create table orders (
      id bigint primary key, customer bigint not null, category text collate "C" not null, product text collate "C" not null,
      quantity bigint not null, price double precision not null, revenue double precision not null, paid boolean not null,
      at timestamp(3) with time zone not null, note text collate "C")`,
    'create index orders_customer on orders (customer)',
  ],
} as const
