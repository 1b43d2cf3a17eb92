/** The queries, which are the same in all dialects. */
export const aggregate = `select category, count(*) as orders, count(note) as notes, sum(revenue) as revenue, avg(revenue) as mean
  from sales group by category order by category`

export const join = `select region, count(*) as orders, sum(revenue) as revenue
  from sales join customers on customers.id = sales.customer group by region order by region`

/** The tables as the adapters of Holdfast lay them out. */
export const schema = {
  sqlite: [
    `create table sales (
      id integer primary key not null, customer integer not null, category text not null, quantity integer not null,
      revenue real not null, paid integer not null, at integer not null, note text) strict`,
    'create table customers (id integer primary key not null, name text not null, region text not null) strict',
  ],
  duckdb: [
    `create table sales (
      id bigint primary key, customer bigint not null, category varchar not null, quantity bigint not null,
      revenue double not null, paid boolean not null, "at" timestamp_ms not null, note varchar)`,
    'create table customers (id bigint primary key, name varchar not null, region varchar not null)',
  ],
  postgres: [
    `create table sales (
      id bigint primary key, customer bigint not null, category text collate "C" not null, quantity bigint not null,
      revenue double precision not null, paid boolean not null, at timestamp(3) with time zone not null,
      note text collate "C")`,
    `create table customers (
      id bigint primary key, name text collate "C" not null, region text collate "C" not null)`,
  ],
} as const
